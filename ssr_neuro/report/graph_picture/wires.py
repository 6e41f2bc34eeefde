"""The lines of the picture of a Program: from what a node sends to what a node receives."""

from collections.abc import Iterator
from typing import NamedTuple

from markupsafe import Markup

from ssr_neuro.charts.svg import text_at
from ssr_neuro.program.ir import Source
from ssr_neuro.report.graph_picture.layout import LOOP, Box, Bus, Layout
from ssr_neuro.report.graph_picture.text import tag, tag_width

CURVE, HEAD = 8, 7


class Tap(NamedTuple):
    """A source, each time it is read, and the bus that takes its spikes."""

    bus: Bus
    sources: tuple[Source, ...]
    start: Box

    @property
    def kind(self) -> str:
        if any(source.lag for source in self.sources):
            return "late"
        return "skip" if any((s.delay or 0) > 1 for s in self.sources) else "next"

    @property
    def loops(self) -> bool:
        return self.start is self.bus.target

    def run(self) -> float:
        """Length along the row of the source."""
        back = self.bus.part.back
        return self.start.left - self.bus.x if back else self.bus.x - self.start.right

    def rise(self) -> float:
        """Length along the bus."""
        return abs(self.start.top - self.bus.target.top)


def wires(layout: Layout) -> Iterator[Markup]:
    """Lines, arrow heads, labels, and delays on top of all."""
    box = {b.facts.name: b for b in layout.boxes}
    taps = [
        Tap(bus, sources, box[name])
        for bus in layout.buses
        for name, sources in bus.part.by_name.items()
    ]
    for tap in taps:
        yield _wire(tap, taps)
    for bus in layout.buses:
        yield _head(bus, min((t for t in taps if t.bus is bus), key=Tap.rise))
        yield from _label(bus)
    for tap in taps:
        if tag(tap.sources):
            yield _tag(tap)


def _wire(tap: Tap, taps: list[Tap]) -> Markup:
    names = f"{tap.start.facts.name} to {tap.bus.target.facts.name}"
    delay = f", delay {tag(tap.sources)}" if tag(tap.sources) else ""
    said = f"{names}{delay}; synapse {tap.bus.part.synapse.name}"
    path = _loop(tap) if tap.loops else _path(tap, taps)
    return Markup('<path class="wire {}" d="{}"><title>{}</title></path>').format(
        tap.kind, path, said
    )


def _path(tap: Tap, taps: list[Tap]) -> str:
    """Right and down, or left and up.

    From where the last line of this source turned off, to where the next one comes into the bus:
    no piece is drawn twice.
    """
    bus, start = tap.bus, tap.start
    sign, edge, tip = (
        (-1, start.left, bus.target.bottom) if bus.part.back else (1, start.right, bus.target.top)
    )
    shorter = [
        t.bus.x - sign * CURVE
        for t in taps
        if t.start is start
        and t.bus.part.back == bus.part.back
        and not t.loops
        and t.run() < tap.run()
    ]
    nearer = [
        t.start.middle + sign * CURVE
        for t in taps
        if t.bus is bus and not t.loops and t.rise() < tap.rise()
    ]
    first = sign * max(sign * x for x in [edge, *shorter])
    last = sign * min(sign * y for y in [tip - sign * (HEAD - 1), *nearer])
    c = sign * CURVE
    return f"M{first:.1f} {start.middle:.1f}H{bus.x - c:.1f}q{c} 0 {c} {c}V{last:.1f}"


def _loop(tap: Tap) -> str:
    """Around the lower left corner of a box that feeds itself."""
    c, box, left = CURVE, tap.start, _loop_left(tap.bus)
    low = box.bottom + 2 * c + 2
    return (
        f"M{box.left:.1f} {box.middle:.1f}H{left + c:.1f}q-{c} 0 -{c} {c}V{low - c:.1f}"
        f"q0 {c} {c} {c}H{tap.bus.x - c:.1f}q{c} 0 {c} -{c}V{box.bottom + HEAD - 1:.1f}"
    )


def _loop_left(bus: Bus) -> float:
    return bus.target.left - bus.part.tag_width - LOOP


def _head(bus: Bus, nearest: Tap) -> Markup:
    """The arrow head at the target, in the colour of the line that ends there."""
    tip, back = bus.target.top, -HEAD
    if bus.part.back:
        tip, back = bus.target.bottom, HEAD
    return Markup('<path class="head {}" d="M{:.1f} {:.1f}l-4 {}h8z"/>').format(
        nearest.kind, bus.x, tip, back
    )


def _label(bus: Bus) -> Iterator[Markup]:
    """How many synapses and of which kind, beside the end of the line."""
    count, kind = bus.part.label
    place, x, y = "", bus.x + 7, bus.target.top - 17
    if bus.part.back:
        place, x, y = " end", bus.x - 7, bus.target.bottom + 18
        if bus.part.loops:
            x, y = _loop_left(bus) - 6, bus.target.bottom - 2
    yield text_at(f"count{place}", x, y, count)
    yield text_at(f"kind{place}", x, y + 11.5, kind)


def _tag(tap: Tap) -> Markup:
    """The delay, on the line of the source just before it turns."""
    width, y = tag_width(tap.sources), tap.start.middle
    left = tap.bus.x - CURVE - width
    if tap.bus.part.back:
        left = tap.start.left - LOOP / 2 - width if tap.loops else tap.bus.x + CURVE
    return Markup(
        '<g class="tag {}"><rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="16" rx="8"/>'
        '<text x="{:.1f}" y="{:.1f}">{}</text></g>'
    ).format(tap.kind, left, y - 8, width, left + width / 2, y + 3.8, tag(tap.sources))
