"""One data set as the templates read it: every table, picture and sentence, made once."""

from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from ssr_neuro.charts.frame import draw_both_frames
from ssr_neuro.report.contents import Report
from ssr_neuro.report.names import GRAPH, data_set_name
from ssr_neuro.report.page import (
    accuracy,
    activity,
    beside_sana_fe,
    chip,
    chip_against_gpu,
    energy,
    headline,
    operations,
    proof,
)
from ssr_neuro.report.page.sources import Sources
from ssr_neuro.report.page.table import Table
from ssr_neuro.report.page.unknown import Unknown, unknowns
from ssr_neuro.report.page.verdict import Verdict, verdicts
from ssr_neuro.report.pictures.cores import core_map
from ssr_neuro.report.pictures.latency import readings_to_draw, time_step
from ssr_neuro.report.pictures.raster import spike_raster, timeline
from ssr_neuro.report.pictures.rates import draw_firing_rates, spikes_changed


@dataclass(frozen=True)
class Compute:
    """What it computes and how sure that is."""

    accuracy: Table | None
    printed: Table | None
    against: Table | None
    operations: Table
    components: Table | None
    exactness: Table
    populations: Table
    synapses: Table
    rates: Markup
    raster: Markup
    changed: Markup | None
    spikes: Table | None
    weights: Table | None
    passes: Table | None


@dataclass(frozen=True)
class ChipView:
    """Where it lies and how long it takes. None where no chip was given."""

    limits: Table | None
    map: Markup | None
    cores: Table | None
    ways: Table | None
    step: Markup | None
    readings: Table | None
    unknown: tuple[str, ...]
    timeline: Markup
    sana_fe: Table | None
    measured: Table | None


@dataclass(frozen=True)
class View:
    """anchor: what the ids of this data set begin with. path: of the report in the
    JSON. ranks: whether it is a recommender, and so has an accuracy."""

    anchor: str
    path: str
    title: str
    ranks: bool
    report: Report
    compiled: str
    exactness: str
    accuracy: str
    placed: str
    mismatches: int
    refs: dict[str, int]
    verdicts: tuple[Verdict, ...]
    unknowns: tuple[Unknown, ...]
    modes: tuple[energy.Mode, ...]
    compute: Compute
    chip: ChipView


def view(report: Report, sources: Sources, anchor: str, path: str) -> View:
    """Sources are numbered in the order in which the page names them."""
    return View(
        anchor=anchor,
        path=path,
        title=data_set_name(report.dataset) or report.model.name,
        ranks=report.model.kind != GRAPH,
        report=report,
        compiled=headline.describe_compiled(report),
        exactness=headline.exactness(report),
        accuracy=headline.accuracy(report, accuracy.leading_metric(report)),
        placed=headline.chip(report),
        mismatches=headline.mismatches(report),
        refs=_refs(report, sources),
        verdicts=verdicts(report),
        unknowns=unknowns(report),
        compute=_compute(report, sources, path),
        modes=energy.modes(report, sources, path),
        chip=_chip(report, sources, path),
    )


def _refs(report: Report, sources: Sources) -> dict[str, int]:
    """Sources of the numbers that stand first."""
    refs = {"exactness": proof.describe_comparison(sources)}
    if report.model.kind != GRAPH:
        refs["accuracy"] = accuracy.source(report, sources)
    return {
        **refs,
        "counts": sources.ref(operations.describe_counting(report)),
        "steps": sources.ref(
            "The schedule of the compiled program: depth of its last population and steps of a "
            "sample; a step's duration is that of the chip."
        ),
    }


def _compute(report: Report, sources: Sources, path: str) -> Compute:
    order = [p.name for p in report.counts.populations]
    quantised = tuple(sorted(report.quantised, key=lambda row: _place(order, row.population)))
    return Compute(
        accuracy=accuracy.table(report, sources, path),
        printed=accuracy.paper_table(report, sources),
        against=chip_against_gpu.table(report, sources),
        operations=operations.table(report, sources, path),
        components=operations.components(report, sources),
        exactness=proof.exactness(report, sources),
        populations=activity.populations(report, sources, path),
        synapses=activity.synapses(report, sources, path),
        rates=draw_both_frames(partial(draw_firing_rates, report.counts.populations)),
        raster=draw_both_frames(partial(spike_raster, report.raster)),
        changed=draw_both_frames(partial(spikes_changed, quantised)) if quantised else None,
        spikes=proof.spikes(quantised, sources) if quantised else None,
        weights=proof.weights(quantised, sources) if quantised else None,
        passes=proof.passes(report.passes, sources) if report.passes else None,
    )


def _place(order: list[str], name: str) -> int:
    """In data-flow order; populations that the passes removed come last."""
    return order.index(name) if name in order else len(order)


def _chip(report: Report, sources: Sources, path: str) -> ChipView:
    placed, latency, other = report.placement, report.latency, report.sana_fe
    lies = placed is not None and bool(placed.cores)
    return ChipView(
        limits=chip.limits(placed, sources) if placed and placed.limits else None,
        map=draw_both_frames(partial(core_map, placed)) if placed and lies else None,
        cores=chip.cores(placed, sources) if placed and lies else None,
        ways=chip.placement_methods(placed, sources) if placed and placed.ways else None,
        step=draw_both_frames(partial(time_step, latency))
        if latency and readings_to_draw(latency)
        else None,
        readings=chip.readings(latency, sources) if latency else None,
        unknown=chip.list_unknown(latency) if latency else (),
        timeline=draw_both_frames(
            partial(timeline, report.counts.populations, report.program.steps)
        ),
        sana_fe=beside_sana_fe.table(other, sources, path) if other else None,
        measured=chip.hardware_runs(report.measured, sources) if report.measured else None,
    )
