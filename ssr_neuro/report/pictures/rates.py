"""Firing rates, and what quantising did to them: one row for each population."""

from collections.abc import Sequence

from markupsafe import Markup

from ssr_neuro.charts import numbers
from ssr_neuro.charts.bars import Bar, BarPart, bars
from ssr_neuro.charts.frame import Frame
from ssr_neuro.costs.counts import PopulationCounts
from ssr_neuro.report.quantisation import Quantised


def draw_firing_rates(populations: Sequence[PopulationCounts], frame: Frame) -> Markup:
    """Spikes per neuron and step; the largest rate fills the width."""
    return bars("Firing rate per population", [_rate(one) for one in populations], frame)


def _rate(one: PopulationCounts) -> Bar:
    tip = (
        f"{one.name}: {numbers.count(one.spikes.mean)} spikes of {numbers.count(one.updates)} "
        f"neuron updates per sample, {numbers.percent(one.rate)}"
    )
    return Bar(one.name, (BarPart(one.rate, "bar", tip),), numbers.percent(one.rate))


def spikes_changed(rows: Sequence[Quantised], frame: Frame) -> Markup:
    """Share of spikes that quantising changed: by the population itself, and inherited."""
    return bars("Spikes changed by quantising", [_describe_change(row) for row in rows], frame)


def _describe_change(row: Quantised) -> Bar:
    own = min(row.own, row.changed)
    said = f"{row.population}: {numbers.percent(row.changed)} of its spikes changed"
    tip = f"{said}; {numbers.percent(row.own)} where it reads the float network's spikes"
    parts = (BarPart(own, "bar", tip), BarPart(row.changed - own, "pale", tip))
    return Bar(row.population, parts, numbers.percent(row.changed))
