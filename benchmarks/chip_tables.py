"""The tables of docs/reference/chip-against-gpu.md, from results/NAME.chip.json."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from number_regions import RESULTS, read_result

from ssr_neuro.charts import numbers

HEADS = (
    "model",
    "device",
    "latency",
    "energy",
    "HR@10",
    "NDCG@10",
    "HR@10, window left out",
    "NDCG@10, window left out",
)
ACCURACIES = ("hr", "ndcg", "hr_left_out", "ndcg_left_out")


def table(name: str) -> str:
    """Chips first, then GPUs; under it the order of ties where it makes the data easier."""
    found = read_result(f"{name}.chip")
    both = found["chip_against_gpu"]
    lines = [f"| {' | '.join(HEADS)} |", f"|{'---|' * 2}{'---:|' * (len(HEADS) - 2)}"]
    lines += [_row(one, found["accuracy"]) for one in (*both["on_chip"], *both["on_gpu"])]
    said = [
        f"SSR is `{found['model']}`, with {found['synaptic_operations']:,.0f} synaptic operations "
        f"an inference; made by `{' '.join(found['command'])} --data-folder FOLDER`. "
        f"{found['counted']}"
    ]
    if found["order_warning"]:
        said.append(f"*{found['order_warning']}.*")
    return "\n".join([*lines, "", *said])


def _row(one: Mapping[str, Any], accuracy: Mapping[str, Any]) -> str:
    judged = accuracy[one["subject"]]
    cells = (
        one["subject"],
        f"{one['device']}: {one['basis']}",
        _estimate(one["latency_s"], numbers.duration),
        _estimate(one["energy_pj"], numbers.energy),
        *(numbers.metric(judged[key]) for key in ACCURACIES),
    )
    return f"| {' | '.join(cells)} |"


def _estimate(one: Mapping[str, Any], written: Callable[[float | None], str]) -> str:
    text = numbers.between(one["low"], one["high"], written)
    return text if one["low"] is None else f"{text} ({one['evidence']})"


def _names() -> Iterator[str]:
    for path in sorted(RESULTS.glob("*.chip.json")):
        yield path.name.removesuffix(".chip.json")


TABLES: dict[str, Callable[[], str]] = {f"chip-{name}": partial(table, name) for name in _names()}
