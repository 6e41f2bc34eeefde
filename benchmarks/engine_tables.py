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
        for batch in model.get("items_to_top10", {})
    ]
    return "\n".join(lines)


def _row(model: dict[str, Any], batch: str) -> list[str]:
    found = model["items_to_top10"][batch]
    rivals = [f"{found[n]['over_kernel']:.1f} x" if n in found else "" for n in RIVALS]
    return [f"`{model['model']}`", batch, f"{found['kernel']['us']:.0f}", *rivals]


def network_table() -> str:
    """One row for a model: the network alone at each batch, over what products everywhere take."""
    models = read_result(FILE)["models"]
    batches = list(models[0]["network"])
    heads = ["model", "firing rate", "products alone"]
    heads += [f"network, us, batch {batch}" for batch in batches]
    heads += [f"products everywhere, batch {batch}" for batch in batches]
    heads += [f"events everywhere, batch {batch}" for batch in batches]
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for model in models:
        found = [model["network"][batch] for batch in batches]
        cells = [
            f"`{model['model']}`",
            f"{model['firing_rate']:.1%}",
            f"{model['products_alone_us']:.0f} us",
            *(f"{rows['kernel']['us']:.0f}" for rows in found),
            *(f"{rows['kernel_products_alone']['over_kernel']:.2f} x" for rows in found),
            *(f"{rows['kernel_events_alone']['over_kernel']:.2f} x" for rows in found),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


TABLES: dict[str, Callable[[], str]] = {"engine": engine_table, "engine-network": network_table}
