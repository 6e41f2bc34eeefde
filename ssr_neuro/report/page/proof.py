"""What was compared and what was lost: exactness, quantising, and what each pass saved."""

from ssr_neuro.charts import numbers
from ssr_neuro.report.contents import Exactness, Report
from ssr_neuro.report.page.sources import Sources
from ssr_neuro.report.page.table import Cell, Table, columns, number, words
from ssr_neuro.report.passes import PassTable
from ssr_neuro.report.quantisation import Quantised

PASSES = {
    "neurons": "Neurons",
    "synapses": "Synapses",
    "sops": "Synaptic operations",
    "spikes": "Spikes",
    "depth": "Depth",
    "relay_neurons": "Relay neurons",
    "weight_bytes": "Weight bytes",
    "stored_bytes": "Stored bytes",
}
MEANS = ("sops", "spikes")
DIFFERENT = "\N{NOT EQUAL TO}"


def exactness(report: Report, sources: Sources) -> Table:
    """A row for each pair of runs."""
    ref = describe_comparison(sources)
    titles = ("Spikes compared", "of these fired", "Readouts compared", "Mismatches")
    rows = tuple(
        (
            words(_names(row), small=_first_difference(row)),
            number(row.spikes_compared),
            number(row.spikes_fired),
            number(row.readouts_compared),
            number(row.mismatches, kind="bad" if row.mismatches else "good"),
        )
        for row in report.exactness
    )
    return Table("Runs compared", columns("Runs", *titles), rows, ref=ref)


def _names(row: Exactness) -> str:
    return f"{row.left} {DIFFERENT if row.mismatches else '='} {row.right}"


def _first_difference(row: Exactness) -> str:
    return f"First difference: {row.first_difference}" if row.first_difference else ""


def describe_comparison(sources: Sources) -> int:
    """How runs are compared."""
    return sources.ref("Both runs had the same inputs; every spike and readout value was compared.")


def spikes(rows: tuple[Quantised, ...], sources: Sources) -> Table:
    """What quantising did to each population's spikes."""
    ref = sources.ref(
        "Spikes of the integer network against those of the float network on the same sequences."
    )
    titles = ("Spikes changed", "by itself", "Rate", "in float", "Neurons", "Dead", "dead in float")
    note = (
        "By itself: spikes that change when the population reads the float network's spikes; the "
        "rest it inherits. Dead: neurons without a spike in all samples."
    )
    made = tuple(
        (
            words(row.population),
            number(row.changed, numbers.percent),
            number(row.own, numbers.percent),
            number(row.rate, numbers.percent),
            number(row.rate_float, numbers.percent),
            number(row.neurons),
            number(row.dead),
            number(row.dead_in_float),
        )
        for row in rows
    )
    return Table(
        "Spikes, against the float network",
        columns("Population", *titles),
        made,
        note=note,
        ref=ref,
    )


def weights(rows: tuple[Quantised, ...], sources: Sources) -> Table:
    """Scales, errors, and registers that did not hold their value."""
    ref = sources.ref("From the quantising pass, and the registers of a run on the same sequences.")
    titles = (
        "Scale",
        "Threshold",
        "Weights",
        "Odd",
        "Clipped",
        "Largest error",
        "Sums wrapped",
        "Currents wrapped",
        "Membranes clipped",
    )
    note = (
        "Scale: float value of one integer weight. Odd: weights that Lava's plain 8-bit mixed "
        "matrix would round, kept as 2w with exponent -1. Largest error: of a weight, in "
        "integer steps. Wrapped, clipped: neuron updates whose register did not hold its value."
    )
    return Table(
        "Weights and registers",
        columns("Population", *titles),
        tuple(map(_weights, rows)),
        note=note,
        ref=ref,
    )


def passes(table: PassTable, sources: Sources) -> Table:
    """The program after each pass; the last row says how many times less is left."""
    n = table.samples
    ref = sources.ref(
        f"The program after each pass, run on the same {n:,} samples; readouts equal bit for bit."
    )
    rows = tuple(
        (
            words(row.name),
            *(
                number(getattr(row, name), numbers.mean if name in MEANS else numbers.count)
                for name in PASSES
            ),
        )
        for row in table.rows
    )
    saved = tuple(Cell(table.saving(name).times, None) for name in PASSES)
    note = (
        "Synapses: a matrix that reads a sum of populations counts once, so splitting it by source "
        "adds some. Operations and spikes: means per inference. Relay neurons: what a chip without "
        "delays needs to hold late spikes. Weight bytes: each weight once at its bits. Stored "
        "bytes: as factors, shared matrices once."
    )
    return Table(
        "After each pass",
        columns("Pass", *PASSES.values()),
        rows,
        (words("Less by"), *saved),
        note,
        ref,
    )


def _weights(row: Quantised) -> tuple[Cell, ...]:
    odd = row.odd / row.weights if row.weights else 0.0
    return (
        words(row.population),
        number(row.scale, numbers.significant),
        number(row.vth),
        number(row.weights),
        number(odd, numbers.percent),
        number(row.clipped),
        number(row.largest_error, numbers.significant),
        number(row.overruns.sums),
        number(row.overruns.currents),
        number(row.overruns.membranes),
    )
