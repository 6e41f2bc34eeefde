"""Forms of the nodes in the picture of a Program, and what its signs mean."""

from collections.abc import Iterator

from markupsafe import Markup

from ssr_neuro.charts.svg import text_width
from ssr_neuro.program.ir import Program
from ssr_neuro.report.graph_picture.facts import Kind, is_scheduled

ROW, GLYPH, BETWEEN = 26, 42, 26


def shape(kind: Kind, left: float, top: float, width: float, height: float) -> Markup:
    """Input: round ends. Population: a rectangle. Readout: cut corners, twice if it integrates."""
    if kind in ("input", "population"):
        round_px = height / 2 if kind == "input" else min(6, height / 4)
        return Markup(
            '<rect class="box {}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{}" rx="{:.1f}"/>'
        ).format(kind, left, top, width, height, round_px)
    outline = _cut(left, top, width, height)
    drawn = Markup('<path class="box readout" d="{}"/>').format(outline)
    if kind == "readout":
        return drawn
    inner = _cut(left + 3, top + 3, width - 6, height - 6)
    return drawn + Markup('<path class="inner readout" d="{}"/>').format(inner)


def _cut(left: float, top: float, width: float, height: float) -> str:
    c = height / 5
    flat, tall = width - 2 * c, height - 2 * c
    return (
        f"M{left + c:.1f} {top:.1f}h{flat:.1f}l{c:.1f} {c:.1f}v{tall:.1f}l{-c:.1f} {c:.1f}"
        f"h{-flat:.1f}l{-c:.1f} {-c:.1f}v{-tall:.1f}z"
    )


def legend(program: Program, left: float, top: float, right: float) -> tuple[Markup, float]:
    """The signs that this program needs, in rows -> (drawn, y of the end)."""
    marks, x, y = [], left, top
    for glyph, words in _entries(program):
        room = GLYPH + 8 + text_width(words, 11.5)
        if x > left and x + room > right:
            x, y = left, y + ROW
        marks.append(
            Markup(
                '<g transform="translate({:.1f} {:.1f})">{}<text class="legend" x="{}" y="4">{}'
                "</text></g>"
            ).format(x, y, glyph, GLYPH + 8, words)
        )
        x += room + BETWEEN
    return Markup("\n").join(marks), y + ROW


def _entries(program: Program) -> Iterator[tuple[Markup, str]]:
    sources = [source for synapse in program.synapses for source in synapse.sources]
    yield _node("input"), "input"
    yield _node("population"), "population"
    if any(r.neuron is None for r in program.readouts):
        yield _node("readout"), "readout: a weighted sum in every step"
    if any(r.neuron is not None for r in program.readouts):
        yield _node("integrator"), "readout that integrates and never fires"
    if is_scheduled(program):
        yield _wire("next", "1"), "synapses, with their delay in steps on the chip"
    else:
        yield _wire("next", ""), "synapses"
    if any((source.delay or 0) > 1 and not source.lag for source in sources):
        yield _wire("skip", "3"), "skip: waits for the path beside it"
    if any(source.lag for source in sources):
        yield _wire("late", "lag 1"), "late by that many steps of the sample: a loop or a delay"
    yield _count(), "synapses with a non-zero weight, and the kind of their matrix"


def _node(kind: Kind) -> Markup:
    return shape(kind, 0, -8, GLYPH, 16)


def _wire(kind: str, tag: str) -> Markup:
    line = Markup('<path class="wire {}" d="M0 0H{}"/>').format(kind, GLYPH)
    if not tag:
        return line
    width = 16 + 4 * len(tag)
    return line + Markup(
        '<g class="tag {}"><rect x="{}" y="-8" width="{}" height="16" rx="8"/>'
        '<text x="{}" y="3.8">{}</text></g>'
    ).format(kind, (GLYPH - width) / 2, width, GLYPH / 2, tag)


def _count() -> Markup:
    return Markup(
        '<text class="count end" x="{0}" y="-2">1,280</text>'
        '<text class="kind end" x="{0}" y="9.5">Kron</text>'
    ).format(GLYPH)
