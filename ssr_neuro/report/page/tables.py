"""Every table of the page in its order, without the pictures: what other forms of a report show."""

from collections.abc import Iterator

from ssr_neuro.report.contents import Report
from ssr_neuro.report.page import (
    accuracy,
    activity,
    beside_sana_fe,
    chip,
    chip_against_gpu,
    energy,
    operations,
    proof,
)
from ssr_neuro.report.page.sources import Sources
from ssr_neuro.report.page.table import Table


def tables(report: Report, sources: Sources, path: str = "") -> Iterator[Table]:
    """Those that the report has something for. path: of the report in the JSON."""
    first = (
        accuracy.table(report, sources, path),
        accuracy.paper_table(report, sources),
        chip_against_gpu.table(report, sources),
        operations.table(report, sources, path),
        operations.components(report, sources),
    )
    yield from (table for table in first if table)
    for mode in energy.modes(report, sources, path):
        yield from (table for table in (mode.against, mode.variants, mode.terms) if table)
    yield from _chip(report, sources, path)
    yield activity.populations(report, sources, path)
    yield activity.synapses(report, sources, path)
    if report.exactness:
        yield proof.exactness(report, sources)
    if report.quantised:
        yield proof.spikes(report.quantised, sources)
        yield proof.weights(report.quantised, sources)
    if report.passes:
        yield proof.passes(report.passes, sources)


def _chip(report: Report, sources: Sources, path: str) -> Iterator[Table]:
    placed = report.placement
    if placed and placed.limits:
        yield chip.limits(placed, sources)
    if placed and placed.cores:
        yield chip.cores(placed, sources)
    if placed and placed.ways:
        yield chip.placement_methods(placed, sources)
    if report.latency:
        yield chip.readings(report.latency, sources)
    if report.sana_fe:
        yield beside_sana_fe.table(report.sana_fe, sources, path)
    if report.measured:
        yield chip.hardware_runs(report.measured, sources)
