"""Tables of docs/notes/training-diary.md of results that a script in benchmarks/ wrote."""

from collections.abc import Callable, Mapping

from model_figures import markdown_table
from number_regions import read_result

STALLS = {
    "ssr-ann": "SSR-ANN, a table of numbers",
    "ssr-ann on ssr's codes": "SSR-ANN that reads and scores SSR's item codes",
    "ssr": "SSR",
}
TRAINED = {
    "ssr-ml-1m-20k": "SSR as in the paper, 20,000 steps",
    "ssr-ann-ml-1m-20k": "SSR-ANN, 64 features, 20,000 steps",
    "ssr-ml-1m-128-taught": "SSR, 128 features, taught, 12,000 steps",
    "ssr-ml-1m-256-refit": "SSR, 256 features, two steps, 24,000 steps with the refit",
    "ssr-ml-1m-256-gains": "the same, 3,600 more with feature_gains",
    "ssr-ml-1m-256-longer": "the same, 13,362 more",
    "ssr-ann-ml-1m-128": "SSR-ANN, 128 features, 12,000 steps",
    "ssr-ann-ml-1m-128-refit-float32": (
        "SSR-ANN, 3,000 more steps with the refit, the teacher of the last three"
    ),
}


def stalls() -> str:
    """Validation accuracy of the twin, of the twin on spike codes, and of SSR."""
    found = read_result("where-ssr-stalls")["validation"]
    rows = [
        [title, *(f"{found[name][key]:.4f}" for key in ("hr@10", "ndcg@10"))]
        for name, title in STALLS.items()
    ]
    return markdown_table(("network", "HR@10", "NDCG@10"), rows)


def fit() -> str:
    """HR@10 on training sequences beside that on the test set."""
    rows = _trained("ml-1m.fit", {"train": "hr@10", "test": "hr@10"}, ".4f")
    return markdown_table(("model", "HR@10, training", "test"), rows)


def divergence() -> str:
    """How far each is from the teacher, in nats."""
    rows = _trained("ml-1m.divergence", {"train": "divergence", "valid": "divergence"}, ".3f")
    heads = ("model, to the SSR-ANN of 128 features with the refit", "training", "validation")
    return markdown_table(heads, rows)


def _trained(file: str, figures: Mapping[str, str], form: str) -> list[list[str]]:
    models = read_result(file)["models"]
    return [
        [title, *(format(models[name][part][key], form) for part, key in figures.items())]
        for name, title in TRAINED.items()
        if name in models
    ]


def layers() -> str:
    """Firing rate, silent rows and gradients of every spiking layer of the paper's SSR."""
    keys = {
        "firing_rate": ("firing rate", ".3f"),
        "rows_that_never_fire": ("rows that never fire", ".3f"),
        "gradient_of_spikes": ("gradient by spikes", ".4f"),
        "gradient_of_weights": ("gradient by weights", ".4f"),
    }
    rows = [
        [name, *("" if one[k] is None else format(one[k], form) for k, (_, form) in keys.items())]
        for name, one in read_result("ssr-ml-1m-20k.layers")["layers"].items()
    ]
    return markdown_table(("layer", *(head for head, _ in keys.values())), rows)


TABLES: dict[str, Callable[[], str]] = {
    "training-stalls": stalls,
    "training-fit": fit,
    "training-divergence": divergence,
    "training-layers": layers,
}
