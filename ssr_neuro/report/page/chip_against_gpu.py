"""The table of SSR on chips against other models on GPUs."""

from collections.abc import Callable

from ssr_neuro.charts import numbers
from ssr_neuro.report.accuracy_of import Accuracy, accuracy_of
from ssr_neuro.report.chip_against_gpu import Deployment, FigureRange
from ssr_neuro.report.contents import Report
from ssr_neuro.report.names import subject_name
from ssr_neuro.report.page.accuracy import order_note, source
from ssr_neuro.report.page.sources import Sources
from ssr_neuro.report.page.table import Cell, Column, Table, number, words

TITLE = "On the chip against the GPU, one inference"
UNJUDGED = "Accuracy is not known of any model here: none was evaluated, as no data set was given."


def table(report: Report, sources: Sources) -> Table | None:
    """Chips first; None where a report has nothing to say of either.

    Where no model was judged, the table says so below in place of columns.
    """
    found = report.chip_against_gpu
    if found is None:
        return None
    deployed = (*found.on_chip, *found.on_gpu)
    judged_by = source(report, sources)
    accuracies = {one.subject: accuracy_of(report, one.subject) for one in deployed}
    known = any(one.known for one in accuracies.values())
    titles = (
        Column("Model", words=True),
        Column("Device", words=True),
        Column("Latency"),
        Column("Energy"),
        *((Column("HR@10", judged_by), Column("NDCG@10", judged_by)) if known else ()),
    )
    rows = tuple(
        (
            *_row(one, sources),
            *(_judged(accuracies[one.subject], judged_by) if known else ()),
        )
        for one in deployed
    )
    notes = (*found.notes, order_note(report) if known else UNJUDGED)
    return Table(TITLE, titles, rows, note=" ".join(filter(None, notes)))


def _judged(found: Accuracy, ref: int) -> tuple[Cell, Cell]:
    """HR@10 and NDCG@10, below each that with the window's items left out, or why none is known."""
    hr, ndcg, *left_out = found.values
    below = ["" if hr is None else f"window left out {numbers.metric(v)}" for v in left_out]
    return (
        number(hr, numbers.metric, small=found.why or below[0], ref=ref),
        number(ndcg, numbers.metric, small=below[1], ref=ref),
    )


def _row(one: Deployment, sources: Sources) -> tuple[Cell, ...]:
    return (
        words(subject_name(one.subject)),
        words(one.device, small=one.basis),
        _estimate(one.latency_s, numbers.duration, sources),
        _estimate(one.energy_pj, numbers.energy, sources),
    )


def _estimate(one: FigureRange, written: Callable[[float | None], str], sources: Sources) -> Cell:
    """Sorted by the lower end. Under the figure stands the kind of its evidence."""
    said = f"{one.source}{': ' if one.source and one.why else ''}{one.why}"
    ref = sources.ref(f"{one.evidence.capitalize()}: {said}") if said else None
    text = numbers.between(one.low, one.high, written)
    small = one.evidence if one.low is not None else ""
    return Cell(text, one.low, ref=ref, small=small)
