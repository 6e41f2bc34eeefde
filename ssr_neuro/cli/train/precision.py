"""Says before a long run that its precision is one this CPU has no instructions for."""

from ssr_neuro.cli.output import note


def note_slow_products(mixed_precision: str, device: str) -> None:
    from ssr_neuro.training.precision import slower_products

    slower = slower_products(mixed_precision, device)
    if slower is not None:
        note(
            f"a product in bfloat16 takes this CPU {slower:.0f} times as long as one in float32; "
            "train without --mixed-precision bf16 here"
        )
