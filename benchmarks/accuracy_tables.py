"""Tables of accuracy of many models: README.md and docs/background/results-on-ml-1m.md."""

from collections.abc import Callable
from dataclasses import dataclass

from gates_results import in_short
from model_figures import (
    both_columns,
    counted,
    energies_pj,
    float_columns,
    markdown_table,
    run_of,
)
from number_regions import energy_text, read_result
from runs import read_published

FILE_ORDER = "ties in the order of `ratings.dat`"
ITEM_ORDER = "ties in order of item number, an easier order (`ml-1m.txt`)"
TIES = (
    "*ML-1M here is `ml-1m.txt`: interactions of the same second stand in order of item number, an "
    "easier order than that of `ratings.dat`.*"
)


@dataclass(frozen=True)
class Row:
    """A model of a table. run: the name of its results; None for a line that heads a group."""

    title: str
    run: str | None = None
    bold: bool = False


HEADLINE = (
    Row(FILE_ORDER),
    Row("SSR, 256 features, taught, rate penalty 10 at its end", "ssr-ml-1m-time-256-penalty-10"),
    Row("the same, taught with the window left out", "ssr-ml-1m-time-256-left-out-penalty-10"),
    Row("SSR, 128 features, taught, rate penalty 1", "ssr-ml-1m-time-128-penalty-1"),
    Row("SSR, 128 features, one time step, taught", "ssr-ml-1m-time-one-step"),
    Row("SSR-ANN, 128 features, the teacher", "ssr-ann-ml-1m-time-128"),
    Row("LRURec, 64 features, tuned, one item more at a time", "lrurec-ml-1m-time-tuned"),
    Row("SASRec, 64 features, tuned, keys and values kept", "sasrec-ml-1m-time-tuned"),
    Row("TiM4Rec, 64 features, tuned", "tim4rec-ml-1m-time-tuned"),
    Row(ITEM_ORDER),
    Row("SSR as in the paper", "ssr-ml-1m"),
    Row("half spectrum, rate penalty 3", "ssr-ml-1m-half-penalty-3"),
    Row("SSR-ANN, the same without spikes", "ssr-ann-ml-1m"),
    Row("LRURec, one item more at a time", "lrurec-ml-1m"),
    Row("SASRec, keys and values kept", "sasrec-ml-1m"),
)
# Of ML-1M with ties in order of item number, all items ranked, by what they had to learn from.
RIVALS = (
    Row("5,000 steps of 256 windows, no teacher"),
    Row("LRURec", "lrurec-ml-1m"),
    Row("GRU4Rec", "gru4rec-ml-1m"),
    Row("SSR-ANN, SSR without spikes", "ssr-ann-ml-1m"),
    Row("SASRec, 128 features", "sasrec-ml-1m-128"),
    Row("SASRec", "sasrec-ml-1m"),
    Row("FMLP-Rec", "fmlp-rec-ml-1m"),
    Row("SSR as in the paper", "ssr-ml-1m", bold=True),
    Row("SSR, 128 features, codes beside the encoder", "ssr-ml-1m-128", bold=True),
    Row(
        "SSR, 256 features in two time steps, codes beside the encoder", "ssr-ml-1m-256", bold=True
    ),
    Row(
        "SSR, 192 features in two time steps, codes beside the encoder, gains",
        "ssr-ml-1m-192-gains",
        bold=True,
    ),
    Row(
        "SSR, 128 features in two time steps, codes beside the encoder and to the readout, gains",
        "ssr-ml-1m-128-skip",
        bold=True,
    ),
    Row("more steps, no teacher"),
    Row("SASRec", "sasrec-ml-1m-12k"),
    Row("SASRec, 128 features", "sasrec-ml-1m-128-12k"),
    Row("SSR-ANN", "ssr-ann-ml-1m-20k"),
    Row("SSR-ANN, 128 features", "ssr-ann-ml-1m-128"),
    Row("SSR-ANN, 256 features, batches of 128", "ssr-ann-ml-1m-256"),
    Row("SSR as in the paper", "ssr-ml-1m-20k", bold=True),
    Row("taught by an SSR-ANN; each goes on from the row above where it says so"),
    Row("SSR, codes beside the encoder, teacher of 5,000 steps", "ssr-ml-1m-taught", bold=True),
    Row("SSR, codes beside the encoder", "ssr-ml-1m-taught-12k", bold=True),
    Row("the same, more steps with the validation's tenth", "ssr-ml-1m-taught-refit", bold=True),
    Row("SSR, 128 features", "ssr-ml-1m-128-taught", bold=True),
    Row("the same, more steps with the validation's tenth", "ssr-ml-1m-128-refit", bold=True),
    Row("SSR, 256 features in two time steps", "ssr-ml-1m-256-taught", bold=True),
    Row("the same, more steps with the validation's tenth", "ssr-ml-1m-256-refit", bold=True),
    Row("the same, more steps with gains", "ssr-ml-1m-256-gains", bold=True),
    Row(
        "256 features, trained 15,183 steps further, then 6,667 with codes to the readout and "
        "three teachers that hide the window",
        "ssr-ml-1m-256-skip",
        bold=True,
    ),
)
SMALL = (
    Row("SSR as in the paper", "ssr-ml-100k", bold=True),
    Row("SSR of the recipe `ml-100k`, seed 0", "ssr-ml-100k-recipe", bold=True),
    Row("TiM4Rec", "tim4rec-ml-100k"),
    Row("SASRec", "sasrec-ml-100k"),
    Row("LRURec", "lrurec-ml-100k"),
    Row("SSR-ANN, SSR without spikes", "ssr-ann-ml-100k"),
)


def headline() -> str:
    """SSR and models without spikes on ML-1M, in both orders of ties and both columns."""
    heads = ["", "all items", "window left out", "synaptic operations", "arithmetic", "with memory"]
    heads.append("in gates: cycles / mm² / µJ")
    return markdown_table(heads, [_headline_row(row) for row in HEADLINE])


def _headline_row(row: Row) -> list[str]:
    if row.run is None:
        return [f"**{row.title}**", *[""] * 6]
    run = run_of(row.run)
    operations = f"{counted(row.run).counts.sops.mean:,.0f}" if run.kind == "ssr" else ""
    energies = map(energy_text, energies_pj(run))
    return [row.title, *both_columns(run), operations, *energies, in_short(row.run)]


def rivals() -> str:
    """Every trained model of ML-1M by its budget, both columns, and the paper's HR@10."""
    heads = ["", "steps", "all items", "window left out", "the paper's HR@10"]
    return markdown_table(heads, [_rival_row(row) for row in RIVALS])


def _rival_row(row: Row) -> list[str]:
    if row.run is None:
        return [f"**{row.title}**", *[""] * 4]
    run = run_of(row.run)
    paper = next(table for table in read_published() if table.document["id"] == "ssr-ml-1m")
    theirs = paper.value(run.kind, "hr@10")
    cells = [row.title, f"{run.training['steps']:,}", *float_columns(run)]
    marked = [f"**{cell}**" for cell in cells] if row.bold else cells
    return [*marked, "" if theirs is None else f"{theirs:.4f}"]


def small() -> str:
    """ML-100K at equal steps, with energies."""
    heads = ["", "steps", "all items", "window left out", "arithmetic", "with memory"]
    rows = []
    for row in SMALL:
        run = run_of(row.run or "")
        energies = map(energy_text, energies_pj(run))
        rows.append([row.title, f"{run.training['steps']:,}", *float_columns(run), *energies])
    return markdown_table(heads, rows)


TIED = {
    "LRURec": "lrurec-ml-1m",
    "SASRec": "sasrec-ml-1m",
    "SSR as in the paper": "ssr-ml-1m",
    "SSR, 128 features, taught": "ssr-ml-1m-128-taught",
}


def order_of_ties() -> str:
    """HR@10 of the same models in both orders of ties."""
    found = read_result("order-of-ties")["models"]
    share = next(iter(found.values()))["share_in_a_tie"]
    keys = ("item_order", "file_order", "targets_in_a_tie", "other_targets")
    heads = ["", "`ml-1m.txt`", "ties in file order", f"targets in a tie ({share:.0%})", "others"]
    rows = [[title, *(f"{found[name][k]:.4f}" for k in keys)] for title, name in TIED.items()]
    return markdown_table(heads, rows)


TABLES: dict[str, Callable[[], str]] = {
    "headline": headline,
    "ml-1m-rivals": rivals,
    "ml-100k": small,
    "order-of-ties": order_of_ties,
    "ties": lambda: TIES,
}
