"""The table of the fast simulator beside its rivals, from results/engine-speed.json."""

from collections.abc import Callable
from typing import Any

from number_regions import read_result

FILE = "engine-speed"
RIVALS = {
    "spikingjelly": "SpikingJelly, float32",
    "onnxruntime_int8": "onnxruntime, int8",
    "numba": "without a compiler",
}


def engine_table() -> str:
    """One row for a model and a batch: our microseconds, rivals as multiples of them."""
    heads = ("model", "batch", "items to top 10, us", *RIVALS.values())
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    lines += [
        f"| {' | '.join(_row(model, batch))} |"
        for model in read_result(FILE)["models"]
        for batch in model["items_to_top10"]
    ]
    return "\n".join(lines)


def _row(model: dict[str, Any], batch: str) -> list[str]:
    found = model["items_to_top10"][batch]
    rivals = [f"{found[n]['over_kernel']:.1f} x" if n in found else "" for n in RIVALS]
    return [f"`{model['model']}`", batch, f"{found['kernel']['us']:.0f}", *rivals]


def network_table() -> str:
    """One row for a model at batch 64: the network alone, and its products alone."""
    heads = ("model", "firing rate", "network, us", "products alone", "without the path for few")
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for model in read_result(FILE)["models"]:
        found = model["network"]["64"]
        cells = [
            f"`{model['model']}`",
            f"{model['firing_rate']:.1%}",
            f"{found['kernel']['us']:.0f}",
            f"{model['products_alone_us']:.0f} us",
            f"{found['kernel_products_alone']['over_kernel']:.2f} x",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


TABLES: dict[str, Callable[[], str]] = {"engine": engine_table, "engine-network": network_table}
