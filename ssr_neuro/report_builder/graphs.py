"""The report of a compiled graph: what it computes and costs, without items, data or a twin."""

from collections.abc import Iterable
from dataclasses import replace

from simulators.fast import Fast
from ssr_neuro.chip import Chip, load_chip
from ssr_neuro.costs.accounting.sheet import Sensitivity, Sheet
from ssr_neuro.costs.accounting.sheets import EVENTS, sheets
from ssr_neuro.costs.accounting.ssr_paper import MODE as SSR_PAPER
from ssr_neuro.costs.counting import count
from ssr_neuro.lower import warnings
from ssr_neuro.program import program_file
from ssr_neuro.program.trace import compare
from ssr_neuro.report.contents import Exactness, ProgramSummary, Report, ReportedModel
from ssr_neuro.report.names import GRAPH
from ssr_neuro.report.on_chip import place_report
from ssr_neuro.report.raster import raster
from ssr_neuro.report_builder.bundle_folders import GraphBundle

SSR = "SSR"  # the subject of every bill of a spiking program
ASSUMPTIONS = (
    "An inference is one sample of the graph's inputs.",
    "Nothing was measured on a chip: published figures are the prices.",
)


def report_of_graph(bundle: GraphBundle, chip: Chip, *, must_fit: bool) -> Report:
    """Counts of the golden samples, prices and a place on `chip`; one comparison, made anew.

    Raises DoesNotFit, which lists all that does not, where the program must fit the chip.
    """
    program, trace = bundle.program, bundle.trace
    counts = count(program, trace)
    placed = place_report(program, chip, trace, must_fit=must_fit)
    placements = [placed.placement]
    if chip.name != EVENTS:
        placements.append(place_report(program, load_chip(EVENTS), trace, must_fit=False).placement)
    again = compare(trace, Fast().run(program, trace.inputs), ("golden samples", "fast"))
    counted = f"Counts are means over the {trace.samples} golden samples of the bundle."
    said = (f"{warning}." for warning in warnings(program))
    return Report(
        model=ReportedModel(bundle.name, GRAPH, {}, ""),
        program=ProgramSummary.of(program),
        exactness=(Exactness.of(again),),
        agreement=None,
        quantised=(),
        passes=None,
        counts=counts,
        scoring=None,
        ann=(),
        energy=tuple(_of_graph(sheets(counts, None, None, [p for p in placements if p], chip))),
        raster=raster(program, trace),
        assumptions=(counted, *ASSUMPTIONS, *said),
        versions=bundle.versions,
        fingerprint=program_file.fingerprint(program),
        counted=counted,
        placement=placed.placed,
        latency=placed.latency,
    )


def _of_graph(found: Iterable[Sheet]) -> Iterable[Sheet]:
    """Under the graph's name, without the SSR paper's own accounting and what is said of SSR."""
    for sheet in found:
        if sheet.mode != SSR_PAPER:
            yield replace(
                sheet,
                bills=tuple(replace(bill, subject=GRAPH) for bill in sheet.bills),
                sensitivity=tuple(map(_rename, sheet.sensitivity)),
                notes=tuple(note for note in sheet.notes if SSR not in note),
            )


def _rename(one: Sensitivity) -> Sensitivity:
    return replace(
        one,
        total_pj={GRAPH: one.total_pj[SSR]},
        known_pj={GRAPH: one.known_pj[SSR]},
    )
