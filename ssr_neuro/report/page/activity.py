"""Spikes and synaptic operations of every population, as counted."""

from ssr_neuro.charts import numbers
from ssr_neuro.costs.counts import InputCounts, PopulationCounts, SynapseCounts
from ssr_neuro.report.contents import Report
from ssr_neuro.report.page.operations import describe_counting
from ssr_neuro.report.page.sources import Sources
from ssr_neuro.report.page.table import Cell, Table, blank, columns, number, words


def populations(report: Report, sources: Sources, path: str) -> Table:
    """Inputs first, then populations by depth."""
    counts, ref = report.counts, sources.ref(describe_counting(report))
    titles = (
        "Depth",
        "Neurons",
        "Rate",
        "Spikes",
        "\N{PLUS-MINUS SIGN} sd",
        "Least",
        "Most",
        "Spikes in",
        "Updates",
        "of these active",
    )
    total = (
        words("All populations"),
        blank(),
        number(report.program.neurons),
        number(counts.rate, numbers.percent, path=f"{path}counts.rate"),
        number(counts.spikes.mean, numbers.mean),
        number(counts.spikes.sd, numbers.mean),
        number(counts.spikes.min),
        number(counts.spikes.max),
        blank(),
        number(counts.updates),
        number(counts.active_updates.mean, numbers.mean),
    )
    rows = (*map(_input, counts.inputs), *map(_population, counts.populations))
    titled = columns("Population", *titles)
    return Table("Populations, per sample", titled, rows, total, ref=ref)


def synapses(report: Report, sources: Sources, path: str) -> Table:
    """Work of every connection."""
    counts, ref = report.counts, sources.ref(describe_counting(report))
    titles = (
        "Synapses",
        "Operations",
        "\N{PLUS-MINUS SIGN} sd",
        "Least",
        "Most",
        "of all possible",
    )
    total = (
        words("All synapses"),
        number(report.program.synapses),
        number(counts.sops.mean, numbers.mean, path=f"{path}counts.sops.mean"),
        number(counts.sops.sd, numbers.mean),
        number(counts.sops.min),
        number(counts.sops.max),
        number(counts.synapse_rate, numbers.percent),
    )
    return Table(
        "Synaptic operations, per sample",
        columns("From \N{RIGHTWARDS ARROW} to", *titles),
        tuple(map(_synapse, counts.synapses)),
        total,
        ref=ref,
    )


def _input(one: InputCounts) -> tuple[Cell, ...]:
    spikes = one.spikes
    return (
        words(one.name, small="input"),
        number(0),
        number(one.neurons),
        number(one.rate, numbers.percent),
        number(spikes.mean, numbers.mean),
        number(spikes.sd, numbers.mean),
        number(spikes.min),
        number(spikes.max),
        blank(),
        blank(),
        blank(),
    )


def _population(one: PopulationCounts) -> tuple[Cell, ...]:
    spikes = one.spikes
    return (
        words(one.name),
        number(one.depth),
        number(one.neurons),
        number(one.rate, numbers.percent),
        number(spikes.mean, numbers.mean),
        number(spikes.sd, numbers.mean),
        number(spikes.min),
        number(spikes.max),
        number(one.input_spikes.mean, numbers.mean),
        number(one.updates),
        number(one.active_updates.mean, numbers.mean),
    )


def _synapse(one: SynapseCounts) -> tuple[Cell, ...]:
    share = one.sops.mean / one.capacity if one.capacity else 0.0
    return (
        words(f"{' + '.join(one.sources)} \N{RIGHTWARDS ARROW} {one.target}"),
        number(one.synapses),
        number(one.sops.mean, numbers.mean),
        number(one.sops.sd, numbers.mean),
        number(one.sops.min),
        number(one.sops.max),
        number(share, numbers.percent),
    )
