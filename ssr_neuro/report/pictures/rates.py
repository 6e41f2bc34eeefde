"""Firing rates, and what quantising did to them: one row for each population."""

from markupsafe import Markup

from ssr_neuro.charts import numbers
from ssr_neuro.charts.svg import LABEL, PLOT, label, rect, svg, text
from ssr_neuro.costs.counts import PopulationCounts
from ssr_neuro.report.quantisation import Quantised

ROW = 24
ROOM = PLOT - 80


def firing_rates(populations: tuple[PopulationCounts, ...]) -> Markup:
    """One bar per population: spikes per neuron and step, the longest bar filling the width."""
    largest = max((p.rate for p in populations), default=0.0) or 1.0
    marks = []
    for number, p in enumerate(populations):
        top, length = number * ROW + 4, p.rate / largest * ROOM
        tip = (
            f"{p.name}: {numbers.count(p.spikes.mean)} spikes of {numbers.count(p.updates)} "
            f"neuron updates per sample, {numbers.percent(p.rate)}"
        )
        marks += [
            label(p.name, top + 12),
            rect(LABEL, top, ROOM, 16, "track", rx=2),
            rect(LABEL, top, length, 16, "bar", tip, rx=2),
            text(numbers.percent(p.rate), LABEL + length + 8, top + 12, "value"),
        ]
    return svg("Firing rate per population", ROW * len(populations) + 8, marks)


def spikes_changed(rows: tuple[Quantised, ...]) -> Markup:
    """Share of spikes that quantising changed: by the population itself, and inherited."""
    largest = max((row.changed for row in rows), default=0.0) or 1.0
    marks = []
    for number, row in enumerate(rows):
        top = number * ROW + 4
        changed, own = row.changed / largest * ROOM, min(row.own, row.changed) / largest * ROOM
        said = f"{row.population}: {numbers.percent(row.changed)} of its spikes changed"
        tip = f"{said}; {numbers.percent(row.own)} where it reads the float network's spikes"
        marks += [
            label(row.population, top + 12),
            rect(LABEL, top, ROOM, 16, "track", rx=2),
            rect(LABEL, top, changed, 16, "pale", tip),
            rect(LABEL, top, own, 16, "bar still"),
            text(numbers.percent(row.changed), LABEL + changed + 8, top + 12, "value"),
        ]
    return svg("Spikes changed by quantising", ROW * len(rows) + 8, marks)
