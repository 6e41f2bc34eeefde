"""The table of SSR on chips against other models on GPUs."""

from collections.abc import Callable

from ssr_neuro.charts import numbers
from ssr_neuro.report.accuracy_of import accuracy_of
from ssr_neuro.report.chip_against_gpu import Deployment, Estimate
from ssr_neuro.report.contents import Report
from ssr_neuro.report.page.accuracy import judged, source
from ssr_neuro.report.page.sources import Sources
from ssr_neuro.report.page.table import Cell, Column, Table, words

TITLE = "On the chip against the GPU, one inference"


def table(report: Report, sources: Sources) -> Table | None:
    """Chips first; None where a report has nothing to say of either."""
    found = report.chip_against_gpu
    if found is None:
        return None
    titles = (
        Column("Model", words=True),
        Column("Device", words=True),
        Column("Latency"),
        Column("Energy"),
        Column("HR@10", source(report, sources)),
        Column("NDCG@10", source(report, sources)),
    )
    rows = tuple(_row(one, report, sources) for one in (*found.on_chip, *found.on_gpu))
    return Table(TITLE, titles, rows, note=" ".join(found.notes))


def _row(one: Deployment, report: Report, sources: Sources) -> tuple[Cell, ...]:
    return (
        words(one.subject),
        words(one.device, small=one.basis),
        _estimate(one.latency_s, numbers.duration, sources),
        _estimate(one.energy_pj, numbers.energy, sources),
        *judged(accuracy_of(report, one.subject), source(report, sources)),
    )


def _estimate(one: Estimate, written: Callable[[float | None], str], sources: Sources) -> Cell:
    """Sorted by the lower end. Under the figure stands the kind of its evidence."""
    said = f"{one.source}{': ' if one.source and one.why else ''}{one.why}"
    ref = sources.ref(f"{one.evidence.capitalize()}: {said}") if said else None
    text = numbers.between(one.low, one.high, written)
    small = one.evidence if one.low is not None else ""
    return Cell(text, one.low, ref=ref, small=small)
