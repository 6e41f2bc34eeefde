"""The table of docs/tutorial/first-bundle.md: what its commands gave on MovieLens-1M."""

from collections.abc import Callable, Mapping

from model_figures import markdown_table
from number_regions import read_result

NAME = "ssr-ml-1m"


def movielens() -> str:
    """Sizes, accuracy in float and in integers, what was compared on Lava, operations."""
    data = read_result(f"{NAME}.train")["data"]
    ranked, report = read_result(f"{NAME}.test-set"), read_result(f"{NAME}.report")
    integers, sizes, lava = ranked["integer"]["8"], report["program"], report["exactness"][-1]
    config = report["model"]["config"]
    sequences = lava["readouts_compared"] // (config["steps"] * config["features"])
    rows = [
        ("users, items, test sequences", *(data[key] for key in ("users", "items", "test"))),
        ("neurons, synapses, depth", *(sizes[key] for key in ("neurons", "synapses", "depth"))),
        (
            "spikes compared on Lava in each sequence, mismatches",
            lava["spikes_compared"] // sequences,
            lava["mismatches"],
        ),
        ("synaptic operations per inference, after the passes", integers["synaptic_operations"]),
    ]
    counts = [[title, ", ".join(f"{value:,.0f}" for value in values)] for title, *values in rows]
    accuracies = [
        ["HR@10 / NDCG@10, float", _both(ranked["trained"]["test"])],
        ["HR@10 / NDCG@10, integers of the chip", _both(integers)],
    ]
    return markdown_table(("", ""), [counts[0], *accuracies, *counts[1:]])


def _both(accuracy: Mapping[str, float]) -> str:
    return f"{accuracy['hr@10']:.4f} / {accuracy['ndcg@10']:.4f}"


TABLES: dict[str, Callable[[], str]] = {"tutorial-ml-1m": movielens}
