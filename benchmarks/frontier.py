"""Accuracy against energy of every trained network whose energy is known, by data set.

Energy is that of one inference at 45 nm, int8 arithmetic and memory, in the form that a device
would run. Accuracy is NDCG@10 with all items ranked and with the window left out; an SSR ranks as
its integers do. Where seeds were trained, mean and deviation. write_numbers.py writes the pictures
and the tables of docs/background/accuracy-against-energy.md.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from model_figures import LEFT_OUT, PAIR, energies_pj, integer_metrics, markdown_table
from number_regions import RESULTS, energy_text, read_result
from runs import Run, labels, read_runs

from ssr_neuro.charts.figure import draw
from ssr_neuro.charts.numbers import UNKNOWN
from ssr_neuro.charts.panels import Axis, Panel, Point, Series, Tick
from ssr_neuro.errors import BadInput
from ssr_neuro.report.names import kind_name

NDCG = {"all items": PAIR[1], "window left out": LEFT_OUT[1]}
TICKS_UJ = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0)
BIAS_BYTES = 2  # on Loihi 1 a mantissa of 13 bits and an exponent of 3
SMALL_TABLES = "rivals, smallest item table"
OTHERS = "FMLP-Rec, BSARec"  # there are as many looks as series
OF_OTHERS = ("fmlp-rec", "bsarec")
# In the order of their names; a series has the same colour and mark in every picture, by its place.
SERIES = ("ssr", "ssr-ann", "sasrec", "lrurec", "gru4rec", "tim4rec", OTHERS, SMALL_TABLES)
# Name of the picture -> its title, data set, protocol and positions.
DATA_SETS = {
    "ml-1m-time": ("ML-1M, ties in the order of the ratings", "ml-1m-time", "ratio", 20),
    "ml-1m": ("ML-1M, ties in order of item number", "ml-1m", "ratio", 20),
    "ml-100k": ("ML-100K", "ml-100k", "ratio", 20),
}
# Columns of the table of terms -> the network.
COMPILED = {
    "as in the paper": "ssr-ml-1m",
    "half spectrum, rate penalty 3": "ssr-ml-1m-half-penalty-3",
    "256 features, two time steps, three teachers, rate penalty 0.1": "ssr-ml-1m-time-256",
    "the same, 5,000 more steps with rate penalty 10": "ssr-ml-1m-time-256-penalty-10",
    "128 features, two time steps, taught, rate penalty 1": "ssr-ml-1m-time-128-penalty-1",
    "128 features, one time step, taught, rate penalty 1.5": "ssr-ml-1m-time-one-step",
    "the same, rate penalty 3": "ssr-ml-1m-time-one-step-penalty-3",
}
# A recipe's network -> the recipe that trained it and two seeds more.
SEEDS = {
    "ssr-ml-100k-recipe": "ssr-ml-100k.recipe",
    "ssr-ml-1m-time-one-step": "ssr-ml-1m-one-step.recipe",
    "ssr-ml-1m-time-256-left-out-penalty-10": "ssr-ml-1m-left-out.recipe",
}


@dataclass(frozen=True)
class TrainedNetwork:
    """One network. ndcg: by column, with the deviation over seeds; a column may be unknown.

    series: of the picture, a kind, OTHERS or SMALL_TABLES.
    """

    label: str
    series: str
    steps: int
    energy_pj: float
    ndcg: dict[str, tuple[float, float]]
    seeds: int


def trained(data: str, protocol: str, positions: int) -> list[TrainedNetwork]:
    """By energy, from the least on. SSR that were not compiled are left out."""
    runs = [run for run in read_runs() if _is_of(run, data, protocol, positions)]
    names = labels(runs)
    found = {run.name: _trained(run, names[run.name]) for run in runs if _has_energy(run)}
    return sorted((*found.values(), *_small_tables(data, found)), key=lambda one: one.energy_pj)


def _small_tables(data: str, found: Mapping[str, TrainedNetwork]) -> Iterator[TrainedNetwork]:
    """The same networks with the smallest item table that keeps their accuracy, as tested."""
    name = f"item-table-{data}"
    if not (RESULTS / f"{name}.json").exists():
        return
    for model in read_result(name)["models"]:
        if smallest := model["smallest"]:
            whole = found[model["name"]]
            kept = " / ".join(
                f"{smallest[key] / whole.ndcg[column][0]:.1%}"
                for column, key in NDCG.items()
                if column in whole.ndcg
            )
            yield replace(
                whole,
                label=f"{whole.label}, item table of {smallest['bits']} bits (keeps {kept})",
                series=SMALL_TABLES,
                energy_pj=smallest["energy_pj"],
                ndcg={column: (smallest[key], 0.0) for column, key in NDCG.items()},
            )


def _is_of(run: Run, data: str, protocol: str, positions: int) -> bool:
    name, _, *rest = run.place
    return (name, *rest) == (data, protocol, positions)


def _has_energy(run: Run) -> bool:
    return run.kind != "ssr" or (RESULTS / f"{run.name}.cost.json").exists()


def _trained(run: Run, label: str) -> TrainedNetwork:
    _, with_memory = energies_pj(run)
    over_seeds = _over_seeds(run)
    ndcg = {
        column: over_seeds[key] if key in over_seeds else (_accuracy(run)[key], 0.0)
        for column, key in NDCG.items()
        if key in _accuracy(run)
    }
    label = label.replace(run.kind, kind_name(run.kind), 1)
    if run.training.get("start"):
        label += ", on trained weights"
    if over_seeds:
        label += " (floats; energy of seed 0)"
    elif ranked := _part_ranked(run):
        label += f" (ranked on {ranked:,} test sequences)"
    return TrainedNetwork(
        label,
        OTHERS if run.kind in OF_OTHERS else run.kind,
        run.training["steps"],
        with_memory,
        ndcg,
        3 if over_seeds else 1,
    )


def _part_ranked(run: Run) -> int | None:
    """The number of test sequences that integers ranked, where they are not all."""
    if not (RESULTS / f"{run.name}.test-set.json").exists():
        return None
    ranked = int(read_result(f"{run.name}.test-set")["sequences"])
    return ranked if ranked < run.data["test"] else None


def _accuracy(run: Run) -> dict[str, float]:
    """Of the integers in the columns that they were ranked in, of the float network else."""
    ranked = (RESULTS / f"{run.name}.test-set.json").exists()
    return run.metrics | (integer_metrics(run.name) if ranked else {})


def _over_seeds(run: Run) -> dict[str, tuple[float, float]]:
    if run.name not in SEEDS:
        return {}
    spread = read_result(SEEDS[run.name])["over_seeds"]["test"]
    return {key: (one["mean"], one["deviation"]) for key, one in spread.items()}


def table(name: str) -> str:
    """Every network that the picture has a point of."""
    _, data, protocol, positions = DATA_SETS[name]
    heads = ["network", "steps", "energy", *(f"NDCG@10, {column}" for column in NDCG), "seeds"]
    rows = [
        [
            one.label,
            f"{one.steps:,}",
            energy_text(one.energy_pj),
            *(_ndcg_text(one, column) for column in NDCG),
            str(one.seeds),
        ]
        for one in trained(data, protocol, positions)
    ]
    return markdown_table(heads, rows)


def _ndcg_text(one: TrainedNetwork, column: str) -> str:
    if column not in one.ndcg:
        return UNKNOWN
    mean, deviation = one.ndcg[column]
    return f"{mean:.4f} \N{PLUS-MINUS SIGN} {deviation:.4f}" if deviation else f"{mean:.4f}"


def terms() -> str:
    """What one inference of each compiled SSR of 8 bits pays for, in int8 with memory."""
    named = {title: _memory_terms(name) for title, name in COMPILED.items()}
    kinds = dict.fromkeys(kind for found in named.values() for kind in found)
    rows = [[kind, *(energy_text(found[kind]) for found in named.values())] for kind in kinds]
    rows += [["biases, not charged", *map(_biases, COMPILED.values())]]
    return markdown_table(["", *named], rows)


def _biases(name: str) -> str:
    """What a bias of BIAS_BYTES, read for every update of a neuron, would cost, and its share."""
    found = read_result(f"{name}.cost")
    updates = sum(one["updates"] for one in found["counts"]["populations"])
    bill = _ssr_bill(found)
    (membranes,) = (term for term in bill["terms"] if term["name"] == "membrane bytes")
    energy_pj = BIAS_BYTES * updates * membranes["price_pj"]
    return f"{energy_text(energy_pj)} ({100 * energy_pj / bill['total_pj']:.1f} %)"


def _memory_terms(name: str) -> dict[str, float]:
    """Energy in pJ by term; what arithmetic there is in one."""
    bill = _ssr_bill(read_result(f"{name}.cost"))
    found = {"arithmetic": 0.0}
    for term in bill["terms"]:
        kind = term["name"] if term["name"].endswith(("bytes", "words")) else "arithmetic"
        found[kind] = found.get(kind, 0.0) + term["energy_pj"]
    return found | {"all": bill["total_pj"]}


def _ssr_bill(result: dict[str, Any]) -> dict[str, Any]:
    """SSR's bill of the sheet of int8 with memory."""
    (sheet,) = (one for one in result["energy"] if one["mode"] == "memory-int8")
    (bill,) = (one for one in sheet["bills"] if one["subject"] == "SSR")
    return dict(bill)


def picture(name: str) -> str:
    """Two panels, one for each column."""
    title, data, protocol, positions = DATA_SETS[name]
    found = trained(data, protocol, positions)
    panels = [_panel(column, found) for column in NDCG]
    about = f"{title}. One inference at 45 nm, int8 with memory; better is up and to the left."
    notes = ["One seed each; bars are the deviation over three seeds where there are that many."]
    return draw("Accuracy against energy", about, panels, notes)


def _panel(column: str, found: Sequence[TrainedNetwork]) -> Panel:
    if unknown := {one.series for one in found} - set(SERIES):
        raise BadInput(f"{', '.join(sorted(unknown))}: no series of frontier.py; add it to SERIES")
    series = (_series(name, look, column, found) for look, name in enumerate(SERIES))
    return Panel(
        column,
        Axis(
            "energy of an inference (µJ)", log=True, ticks=_ticks([one.energy_pj for one in found])
        ),
        Axis("NDCG@10 (test)"),
        tuple(one for one in series if one.points),
    )


def _ticks(energies_pj: Sequence[float]) -> tuple[Tick, ...]:
    """In uJ, within the energies and one beyond on either side."""
    low, high = (bound(energies_pj) / 1e6 for bound in (min, max))
    below = [tick for tick in TICKS_UJ if tick < low][-1:]
    above = [tick for tick in TICKS_UJ if tick > high][:1]
    within = [tick for tick in TICKS_UJ if low <= tick <= high]
    return tuple((tick, f"{tick:g}") for tick in (*below, *within, *above))


def _series(name: str, look: int, column: str, found: Sequence[TrainedNetwork]) -> Series:
    points = (
        Point(one.energy_pj / 1e6, *one.ndcg[column])
        for one in found
        if one.series == name and column in one.ndcg
    )
    title = name if name in (OTHERS, SMALL_TABLES) else kind_name(name)
    return Series(title, tuple(points), look, joined=False)


def _by_name(made: Callable[[str], str], name: str) -> Iterator[tuple[str, Callable[[], str]]]:
    for data in DATA_SETS:
        yield name.format(data), partial(made, data)


PICTURES = dict(_by_name(picture, "docs/pictures/accuracy-against-energy-{}.svg"))
TABLES = {
    **dict(_by_name(table, "accuracy-against-energy-{}")),
    "accuracy-against-energy-terms": terms,
}
