"""What `ssr-compile` says of a program: size, passes, exactness, choices, quantisation."""

from collections.abc import Iterable

from rich.markup import escape

from converters.nir.semantics_table import Choice
from ssr_neuro.cli.output import console, table, whole
from ssr_neuro.compiler.findings import Found
from ssr_neuro.lower import warnings
from ssr_neuro.program.trace import Comparison
from ssr_neuro.report.passes import PassTable
from ssr_neuro.report.quantisation import Quantised


def show_program(found: Found, comparisons: Iterable[Comparison], passes: bool) -> None:
    """Size, `passes` if wished, exactness, what quantising did, other readings of the graph."""
    program = found.lowered.program
    summary = {**program.summary(), "latency in steps": program.latency_steps}
    if program.gap:
        summary["steps between samples"] = program.interval
    table("Program", tuple(summary), [[whole(n) for n in summary.values()]])
    if passes and found.passes:
        _passes(found.passes)
    show_comparisons(comparisons)
    for warning in warnings(program):
        console.print(f"[yellow]Note[/] {escape(warning)}", soft_wrap=True)
    _quantised(found.quantised)
    _choices(found.choices)


def show_comparisons(comparisons: Iterable[Comparison]) -> None:
    """One row per pair of stages."""
    rows = [
        (
            escape(f"{c.left} == {c.right}"), whole(c.spikes_compared), whole(c.spikes_fired),
            whole(c.readouts_compared), whole(c.mismatches),
        )
        for c in comparisons
    ]  # fmt: skip
    heads = ("Exactness", "spikes compared", "fired", "readouts compared", "mismatches")
    table("", heads, rows)


def _passes(found: PassTable) -> None:
    rows = [
        (
            row.name, whole(row.neurons), whole(row.synapses), whole(row.sops), row.depth,
            whole(row.relay_neurons), whole(row.weight_bytes), whole(row.stored_bytes),
        )
        for row in found.rows
    ]  # fmt: skip
    heads = (
        "after", "neurons", "synapses", "synaptic operations", "depth", "relay neurons",
        "weight bytes", "stored bytes",
    )  # fmt: skip
    columns = ("neurons", "synapses", "sops", "depth", "relay_neurons")
    times = [found.saving(c).times for c in (*columns, "weight_bytes", "stored_bytes")]
    table(f"Passes, means of {found.samples} samples", heads, [*rows, ("less by", *times)])


def _quantised(rows: Iterable[Quantised]) -> None:
    shown = [
        (
            escape(row.population), f"{row.scale:.3g}", row.vth,
            f"{row.clipped / max(1, row.weights):.1%}", f"{row.odd / max(1, row.weights):.0%}",
            f"{row.overruns.membranes} / {row.overruns.currents + row.overruns.sums}",
            f"{row.dead} ({row.dead_in_float})", f"{row.rate:.1%}",
            f"{100 * (row.rate - row.rate_float):+.2f}", f"{row.changed:.2%}", f"{row.own:.2%}",
        )
        for row in rows
    ]  # fmt: skip
    heads = (
        "Population", "scale", "vth", "clipped", "odd", "v clips / wraps", "dead (in float)",
        "fires", "points", "changed", "own",
    )  # fmt: skip
    table("Quantised, against float", heads, shown)


def _choices(choices: Iterable[Choice]) -> None:
    rows = [
        (
            f"{c.name} = {c.value}", whole(c.spikes_changed),
            f"{c.spikes_changed / max(1, c.spikes_compared):.2%}", f"{c.readouts_changed:.2%}",
        )
        for c in choices
    ]  # fmt: skip
    if rows:
        table("", ("If read as", "spikes changed", "share", "readout values changed"), rows)
