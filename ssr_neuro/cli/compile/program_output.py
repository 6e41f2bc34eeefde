"""What `ssr-compile` says of a program: size, exactness, passes, quantisation, other readings."""

from collections.abc import Iterable
from pathlib import Path

from rich.markup import escape

from converters.nir.semantics_table import Choice
from ssr_neuro.cli.output import console, format_whole, print_json, table
from ssr_neuro.library.compiled import Compiled
from ssr_neuro.lower import warnings
from ssr_neuro.program.ir import Program
from ssr_neuro.program.trace import Comparison
from ssr_neuro.report.passes import PassTable
from ssr_neuro.report.quantisation import Quantised

QUANTISED_LEGEND = (
    "scale: float value of one integer weight; vth: integer threshold; clipped: weights beyond the "
    "range; odd: kept as 2w with exponent -1; overruns: membranes clipped / currents wrapped; "
    "dead: neurons that never fired (in float); fires: firing rate, and its change in percentage "
    "points; changed: spikes unlike the float network's; by itself: with the float network's "
    "spikes as input."
)


def show_program(compiled: Compiled) -> None:
    """Size, exactness, what is not exact, and in one line what quantising changed."""
    program = compiled.program
    facts = {**program.summary(), "latency in steps": program.latency_steps}
    if program.gap:
        facts["steps between samples"] = program.interval
    counted = ", ".join(f"{name} {format_whole(count)}" for name, count in facts.items())
    console.print(f"Program: {counted}\n", soft_wrap=True)
    show_comparisons(compiled.proof.comparisons)
    for warning in warnings(program):
        console.print(f"[yellow]Note[/] {escape(warning)}", soft_wrap=True)
    if compiled.findings is None:
        return
    _summarise_quantised(compiled.findings.quantised)
    _show_choices(compiled.findings.choices)


def show_comparisons(comparisons: Iterable[Comparison]) -> None:
    """One row per pair of stages."""
    rows = [
        (
            f"{c.left} == {c.right}",
            format_whole(c.spikes_compared),
            format_whole(c.spikes_fired),
            format_whole(c.readouts_compared),
            format_whole(c.mismatches),
        )
        for c in comparisons
    ]
    heads = ("Stages compared", "spikes", "fired", "readouts", "mismatches")
    table("", heads, rows)


def show_lowered(program: Program, out: Path, after: str, *, json: bool) -> None:
    """The size of a program that was stopped at, and where it lies."""
    facts = program.summary()
    if json:
        print_json({"out": str(out), "after": after, "program": facts})
        return
    table(f"After {after}", tuple(facts), [[format_whole(n) for n in facts.values()]])
    console.print(f"Program  {out}; `ssr show {out}` draws it", soft_wrap=True, markup=False)


def show_passes(found: PassTable) -> None:
    """Size and work after every pass."""
    rows = [
        (
            row.name,
            format_whole(row.neurons),
            format_whole(row.synapses),
            format_whole(row.sops),
            row.depth,
            format_whole(row.relay_neurons),
            format_whole(row.weight_bytes),
            format_whole(row.stored_bytes),
        )
        for row in found.rows
    ]
    heads = (
        "after",
        "neurons",
        "synapses",
        "synaptic operations",
        "depth",
        "relay neurons",
        "weight bytes",
        "stored bytes",
    )
    columns = ("neurons", "synapses", "sops", "depth", "relay_neurons")
    times = [found.saving(c).times for c in (*columns, "weight_bytes", "stored_bytes")]
    table(f"Passes, means of {found.samples} samples", heads, [*rows, ("less by", *times)])


def _summarise_quantised(rows: Iterable[Quantised]) -> None:
    """One line: the population that quantising changed most, and what was clipped or wrapped."""
    found = list(rows)
    if not found:
        return
    most = max(found, key=lambda row: row.changed)
    lost = [
        f"{format_whole(count)} {what}"
        for what, count in (
            ("weights clipped", sum(r.clipped for r in found)),
            ("membranes clipped", sum(r.overruns.membranes for r in found)),
            ("currents wrapped", sum(r.overruns.currents + r.overruns.sums for r in found)),
        )
        if count
    ]
    said = f"Quantising changed at most {most.changed:.2%} of a population's spikes"
    console.print(
        f"{said} (in {escape(most.population)}); {', '.join(lost) or 'nothing was clipped'}. "
        "--details lists every population.",
        soft_wrap=True,
    )


def show_quantised(rows: Iterable[Quantised]) -> None:
    """What quantising did to every population, and what the columns say."""
    shown = [
        (
            row.population,
            f"{row.scale:.3g}",
            row.vth,
            f"{row.clipped / max(1, row.weights):.1%}",
            f"{row.odd / max(1, row.weights):.0%}",
            f"{row.overruns.membranes} / {row.overruns.currents + row.overruns.sums}",
            f"{row.dead} ({row.dead_in_float})",
            f"{row.rate:.1%}",
            f"{100 * (row.rate - row.rate_float):+.2f}",
            f"{row.changed:.2%}",
            f"{row.own:.2%}",
        )
        for row in rows
    ]
    heads = (
        "Population",
        "scale",
        "vth",
        "clipped",
        "odd",
        "overruns",
        "dead",
        "fires",
        "change",
        "changed",
        "by itself",
    )
    table("Quantised, against float", heads, shown)
    console.print(f"{QUANTISED_LEGEND}\n", markup=False)


def _show_choices(choices: Iterable[Choice]) -> None:
    rows = [
        (
            f"{c.name} = {c.value}",
            format_whole(c.spikes_changed),
            f"{c.spikes_changed / max(1, c.spikes_compared):.2%}",
            f"{c.readouts_changed:.2%}",
        )
        for c in choices
    ]
    if rows:
        table("", ("If read as", "spikes changed", "share", "readout values changed"), rows)
