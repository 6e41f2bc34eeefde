"""How a field is typed: by an option of `ssr train` of its own, or as `--set NAME=VALUE`."""

# Fields with an option of their own; `steps` is --time-steps beside the steps of the optimiser.
OWN_OPTIONS = frozenset(
    """positions features steps blocks ffn_ratio spectrum epochs max_steps max_minutes batch_size lr
    table_lr rate_penalty eval_every patience warmup_steps final_lr weight_decay weight_bits refit
    seed mixed_precision device""".split()
)
OTHER_NAMES = {"steps": "time-steps"}
FROM_DATA = "items"
OF_DATA = (FROM_DATA, "users")  # what a config counts of the data set; nobody types it


def option_of(field: str) -> str:
    """What a user types to set a field: "--max-steps", "--set threshold"; `items` is the data's."""
    if field in OF_DATA:
        return field
    if field in OWN_OPTIONS:
        return f"--{OTHER_NAMES.get(field, field.replace('_', '-'))}"
    return f"--set {field}"
