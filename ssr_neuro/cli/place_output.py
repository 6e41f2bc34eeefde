"""What `ssr place` prints."""

from collections.abc import Iterable, Sequence

from ssr_neuro.cli.output import console, format_whole, table
from ssr_neuro.placement import CoreUse, Messages, Placement

MOST_CORES = 32
_SHARES = (
    ("neurons", "neurons"),
    ("bits", "memory"),
    ("axons_in", "in"),
    ("axons_out", "out"),
)
UNKNOWN = "unknown"


def show(placed: Placement) -> None:
    """Cores and their use, messages, time; last what was not checked."""
    chips = UNKNOWN if placed.chips is None else format_whole(placed.chips)
    per_chip = "" if placed.cores_per_chip is None else f" of {format_whole(placed.cores_per_chip)}"
    cores = f"cores {len(placed.cores):,}{per_chip}, chips {chips}"
    console.print(f"{placed.program} on {placed.title}: {cores}\n", markup=False)
    _cores(placed)
    _messages(placed)
    _time(placed)
    for note in placed.notes:
        console.print(note, markup=False)
    if placed.unchecked:
        console.print("\nNot checked, as the chip's file does not state it:")
    for one in placed.unchecked:
        console.print(f"  {one.limit}: {one.why}", markup=False, soft_wrap=True)


def _cores(placed: Placement) -> None:
    stated = [(key, head) for key, head in _SHARES if key in placed.cores[0].shares]
    shown = placed.cores[:MOST_CORES]
    heads = (
        "core",
        "neurons",
        "axons in",
        "axons out",
        "memory",
        *(f"{head} %" for _, head in stated),
        "holds",
    )
    _align(
        "Cores, and shares of what each may hold",
        heads,
        [_core(core, [key for key, _ in stated]) for core in shown],
    )
    if len(placed.cores) > len(shown):
        console.print(f"... and {len(placed.cores) - len(shown):,} more; --json lists all\n")


def _core(core: CoreUse, stated: list[str]) -> tuple[str, ...]:
    memory = UNKNOWN if core.memory_bits is None else f"{core.memory_bits / 8192:,.1f} KiB"
    return (
        str(core.core),
        format_whole(core.neurons),
        format_whole(core.axons_in),
        format_whole(core.axons_out),
        memory,
        *(f"{core.shares[key]:.0%}" for key in stated),
        "\n".join(core.slices),
    )


def _messages(placed: Placement) -> None:
    traffic = placed.traffic
    tried = (
        ("greedy", traffic.greedy),
        ("greedy, improved", traffic.improved),
        (f"round robin, {traffic.round_robin_cores:,} cores", traffic.round_robin),
    )
    basis = f"mean of {traffic.samples} samples" if traffic.samples else "every neuron once"
    table(
        f"Messages per sample, {basis}; taken: {traffic.chosen}",
        ("", "between cores", "from outside", "together"),
        [(name, *_counts(messages)) for name, messages in tried],
    )
    far = traffic.hops
    hops = (
        f"{far.east_west:,.1f} east-west, {far.north_south:,.1f} north-south on {far.mesh} "
        f"({far.source})"
        if far
        else "unknown, as the chip's file states no mesh; give one with --mesh"
    )
    console.print(
        f"Messages per time step {traffic.per_step:,.1f}\nHops per sample        {hops}\n",
        markup=False,
        soft_wrap=True,
    )
    if not traffic.settled:
        console.print("The search for better placements ended at its limit of changes.\n")


def _counts(messages: Messages) -> tuple[str, str, str]:
    return (f"{messages.between:,.1f}", f"{messages.entering:,.1f}", f"{messages.total:,.1f}")


def _time(placed: Placement) -> None:
    rows = [
        (
            pace.name,
            _ns(pace.step_ns),
            _ns(pace.latency_ns),
            UNKNOWN if pace.samples_per_s is None else format_whole(pace.samples_per_s),
        )
        for pace in placed.paces
    ]
    title = f"Time: latency {placed.latency_steps} steps, one sample every {placed.interval} steps"
    table(title, ("", "step, samples streaming", "latency, one sample alone", "samples/s"), rows)
    modelled = placed.paces[-1]
    if modelled.step_ns is not None:
        terms = [
            (t.name, "" if t.count is None else f"{t.count:,.1f}", _ns(t.ns), t.source)
            for t in modelled.terms
        ]
        _align("The modelled time step, samples streaming", ("", "count", "time", "source"), terms)
    unknown = dict.fromkeys(said for pace in placed.paces for said in pace.unknown)
    if unknown:
        said = "".join(f"\n  {one}" for one in unknown)
        console.print(f"Unknown, so no time follows:{said}\n", markup=False, soft_wrap=True)


def _align(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table of numbers whose first and last columns are words."""
    table(title, heads, rows, left=(0, len(heads) - 1))


def _ns(ns: float | None) -> str:
    """In the unit that leaves one to three digits before the point."""
    if ns is None:
        return UNKNOWN
    for unit, size in (("ms", 1e6), ("us", 1e3)):
        if ns >= size:
            return f"{ns / size:,.4g} {unit}"
    return f"{ns:,.4g} ns"
