"""docs/reference/results.md and its learning curves, from results/*.train.json and published.toml.

`write_numbers.py` writes them, together with the numbers in all other pages.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from accuracy_tables import TIES
from results_rows import rows, rows_apart
from runs import Budget, Published, Run, labels

from ssr_neuro.charts.figure import draw
from ssr_neuro.charts.panels import Axis, Panel, Point, Series
from ssr_neuro.evaluation.columns import ALL_ITEMS, WINDOW_LEFT_OUT, metric_key

PAGE = "reference/results.md"
REASON = "../background/results-on-ml-1m.md#the-order-of-ties"
RANKS = {ALL_ITEMS: "all items", WINDOW_LEFT_OUT: "all but the items of the window"}
HEAD = """# Results

Written by `python benchmarks/write_numbers.py` from the JSON of each run in `benchmarks/results/`
and the papers' figures in `benchmarks/published.toml`; not edited by hand.

- All figures are of the test set, of the weights with the best validation NDCG@10, or the best of
  what a row names after "select by"; a refit, which trains on the validation sequences too, keeps
  its last. `±` is the standard error over the test sequences, taken as independent; it knows
  nothing of other seeds. Where runs differ in their seed alone, a row in bold has their mean and
  the deviation between them.
- All items are ranked, those the user has had too, or, where a heading says "window left out", all
  but those that the model reads; both from one pass over the same sequences. Data in which nobody
  meets an item twice reward a model in the first column for knowing just that.
- The column after a paper's figure is our difference from it, in per cent.
- Models in one table had the same number of steps of the same size, from random weights; one
  that stops by itself has fewer, which is said. Runs with another budget stand apart, without the
  papers' figures.
- "targets": items that the loss is of, in millions. A model trained at all positions has many in a
  sequence, one trained at the last position has one.
- unknown: not measured. An empty cell: not in the paper's table.
"""
CHECKPOINTS = Path(__file__).parent / "checkpoints"


def documents(runs: Sequence[Run], published: Sequence[Published]) -> dict[str, str]:
    """Name of each file under docs/ -> its text."""
    pictures: dict[str, str] = {}
    parts, shown = [HEAD + without_second_column(runs)], dict[str, Published]()
    for place, group in groupby(
        sorted(runs, key=lambda run: (run.place, run.name)), key=lambda run: run.place
    ):
        own = list(group)
        beside = [table for table in published if table.beside(own[0])]
        shown |= {table.document["paper"]: table for table in beside}
        name, _, protocol, positions = place
        parts.append(f"## {name}, {protocol}, N = {positions}\n\n{_data(own[0])}\n")
        if any(map(is_of_easier_order, own)):
            parts.append(f"{TIES} [Why, and by how much]({REASON}).\n")
        tables, apart = by_budget(own)
        for budget, members in tables:
            parts += _table(budget, members, beside, pictures)
        if apart:
            parts.append(f"### Other budgets\n\n{rows_apart(apart, labels(apart))}")
    parts.append(_differs(list(shown.values())))
    return {PAGE: "\n".join(part for part in parts if part), **pictures}


def without_second_column(runs: Sequence[Run], checkpoints: Path = CHECKPOINTS) -> str:
    """A line of the list above for runs that have no figure with the window left out, and why."""
    key = metric_key("ndcg@10", WINDOW_LEFT_OUT)
    missing = sorted(run.name for run in runs if key not in run.metrics)
    there = {path.stem for path in checkpoints.rglob("*.pt")}
    kept = [name for name in missing if name in there]
    gone = [name for name in missing if name not in kept]
    said = ""
    if gone:
        said += (
            f'- Runs that are older than the columns "window left out" have no figure there, and '
            f"none can be measured, as their weights are not kept: {', '.join(gone)}. The command "
            "in the file of each trains it anew.\n"
        )
    if kept:
        said += f"- Not measured with the window left out yet: {', '.join(kept)}.\n"
    return said


def is_of_easier_order(run: Run) -> bool:
    """Whether a run's ties are in order of item number: of `ml-1m.txt`, which has no times."""
    source = run.training["data"].get("source", "")
    return source.startswith("ml-1m") and "reader sequences" in source


def by_budget(runs: Sequence[Run]) -> tuple[list[tuple[Budget, list[Run]]], list[Run]]:
    """Runs by equal budget, largest first, and those that no other is to be compared with."""
    groups: dict[Budget, list[Run]] = {}
    for run in runs:
        if run.budget is not None:
            groups.setdefault(run.budget, []).append(run)
    alone = len(groups) == 1
    tables = {budget: own for budget, own in groups.items() if len(own) > 1 or alone}
    listed = {run.name for own in tables.values() for run in own}
    return sorted(tables.items(), reverse=True), [run for run in runs if run.name not in listed]


def _table(
    budget: Budget, runs: list[Run], beside: list[Published], pictures: dict[str, str]
) -> Iterator[str]:
    steps, batch = budget
    names = labels(runs)
    yield f"### {steps:,} steps of {batch} sequences\n"
    yield _budget(budget, runs, names)
    if not beside:
        yield rows(runs, names, None)
    for table in beside:
        yield f"Beside {table.title}, which ranks {RANKS[table.column]}:\n"
        yield rows(runs, names, table)
    name, _, protocol, positions = runs[0].place
    file = f"pictures/curves-{name}-{protocol}-{positions}-{steps}-{batch}.svg"
    title = f"Validation NDCG@10: {name}, {protocol}, N = {positions}"
    curves = tuple(curve_of(run, names, look) for look, run in enumerate(runs))
    about = "One line a model; the mark is at the weights kept."
    panel = Panel("", Axis("steps"), Axis("validation NDCG@10"), curves)
    pictures[file] = draw(title, about, [panel])
    yield f"![{title} over steps, one line a model; the mark is at the weights kept](../{file})\n"


def _data(run: Run) -> str:
    d = run.data
    return (
        f"{d['users']:,} users, {d['items']:,} items, {d['interactions']:,} interactions; "
        f"{d['valid']:,} validation and {d['test']:,} test sequences."
    )


def _budget(budget: Budget, runs: Sequence[Run], names: dict[str, str]) -> str:
    steps, batch = budget
    lines = [
        f"Each model took {steps:,} steps in batches of {batch} sequences ({steps * batch:,} "
        "sequences) from random weights."
    ]
    lines += [
        f"{names[run.name]} stopped at step {run.training['steps']:,}, after "
        f"{run.settings['patience']} validations without a better one."
        for run in runs
        if run.stopped_early
    ]
    lines += [
        f"{names[run.name]} learnt from the probabilities of a trained model, {run.teacher}, "
        "whose own steps are not among these."
        for run in runs
        if run.teacher
    ]
    tuned = [f"{names[r.name]}: {r.document['tuned']}" for r in runs if r.document.get("tuned")]
    if tuned:
        lines.append(f"Tuned: {'; '.join(tuned)}.")
    if len(tuned) < len(runs):
        lines.append(f"No tuning is recorded for {'the others' if tuned else 'any of them'}.")
    return "\n".join(lines) + "\n"


def _differs(tables: Sequence[Published]) -> str:
    if not tables:
        return ""
    lines = ["## What differs in the papers\n"]
    for table in tables:
        notes = [f"- {note}" for note in table.paper["differs"]]
        lines += [f"{table.paper['citation']}:\n", *notes, ""]
    return "\n".join(lines)


def curve_of(run: Run, names: dict[str, str], look: int) -> Series:
    """Validation over steps, with a mark at the weights kept. names: of the runs."""
    points = tuple(Point(p["step"], p["ndcg@10"]) for p in run.training["curve"])
    best = run.training["best_step"]
    kept = next((k for k, point in enumerate(points) if point.x == best), len(points) - 1)
    return Series(names[run.name], points, look, marked=(kept,))
