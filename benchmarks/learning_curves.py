"""Learning curves as SVG, the same to the byte for the same numbers: validation over steps."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

PLOT, HEIGHT = 490, 380  # the plot's width, the picture's height
LEFT, TOP, BOTTOM = 64, 44, 46
LETTER = 6.6  # width of one in a label, at most on average
LABEL_HEIGHT = 15
# Okabe and Ito's colours without yellow, then the same dashed; a second set for dark pages.
LIGHT = ("#0072b2", "#d55e00", "#009e73", "#b85c95", "#3a9bd1", "#b87d00", "#23272e")
DARK = ("#5cb3e6", "#ff8a4c", "#3fc99a", "#e3a3c8", "#8fd0f5", "#f0b93a", "#e4e6ea")
STYLE = """
.curves text { font: 12px "Helvetica Neue", Arial, "Liberation Sans", sans-serif; fill: #656c76; }
.curves .name { font-size: 15px; font-weight: 700; } .curves .end { text-anchor: end; }
.curves .mid { text-anchor: middle; } .curves .label, .curves .name { fill: #23272e; }
.curves .paper { fill: #fbfaf7; } .curves .grid { stroke: #e2dfd8; }
.curves .lead { fill: none; stroke: #b9bcc0; } .curves .line { fill: none; stroke-width: 2; }
.curves .dash { stroke-dasharray: 6 4; }
@media (prefers-color-scheme: dark) {
.curves text { fill: #a3abb6; } .curves .label, .curves .name { fill: #e4e6ea; }
.curves .paper { fill: #15181d; } .curves .grid { stroke: #2b313a; }
.curves .lead { stroke: #566070; }
}
"""


@dataclass(frozen=True)
class Curve:
    """One model: (step, value) points in order, and the step whose weights were kept."""

    label: str
    points: tuple[tuple[int, float], ...]
    kept: int


def picture(title: str, curves: Sequence[Curve]) -> str:
    """All curves in one plot, each named where it ends; a dot marks the weights kept."""
    values = [value for curve in curves for _, value in curve.points]
    width = round(LEFT + PLOT + 56 + LETTER * max(len(curve.label) for curve in curves))
    ys = ticks(min(values), max(values))
    xs = ticks(0, max(step for curve in curves for step, _ in curve.points))

    def x(step: float) -> float:
        return LEFT + (step - xs[0]) / (xs[-1] - xs[0]) * PLOT

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (value - ys[0]) / (ys[-1] - ys[0]) * (HEIGHT - TOP - BOTTOM)

    marks = [f'<text class="name" x="{LEFT}" y="24">{escape(title)}</text>']
    marks += [_row(y(tick), f"{tick:.{_decimals(ys)}f}") for tick in ys]
    marks += [_column(x(tick), f"{tick:,.0f}") for tick in xs]
    marks.append(f'<text class="mid" x="{LEFT + PLOT / 2:.1f}" y="{HEIGHT - 8}">steps</text>')
    ends = spread([y(curve.points[-1][1]) for curve in curves])
    for number, curve in enumerate(curves):
        path = [(x(step), y(value)) for step, value in curve.points]
        dot = next((p for p, (step, _) in zip(path, curve.points, strict=True)
                    if step == curve.kept), path[-1])  # fmt: skip
        marks += _curve(number, curve.label, path, dot, ends[number])
    body = "\n".join(marks)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="curves" viewBox="0 0 {width} {HEIGHT}" '
        f'width="{width}" height="{HEIGHT}" role="img">\n<title>{escape(title)}</title>\n'
        f"<style>{STYLE}{_colours()}</style>\n"
        f'<rect class="paper" width="{width}" height="{HEIGHT}" rx="6"/>\n{body}\n</svg>\n'
    )


def ticks(low: float, high: float, about: int = 6) -> list[float]:
    """Round numbers, evenly spaced, that hold low and high between them."""
    span = high - low or abs(high) or 1.0
    power: float = 10.0 ** math.floor(math.log10(span / about))
    step = next(f * power for f in (1, 2, 5, 10) if f * power * about >= span)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(k * step, 10) for k in range(first, max(last, first + 1) + 1)]


def spread(wanted: Sequence[float]) -> list[float]:
    """Heights of labels as near to those wanted as keeps them apart and within the picture."""
    order = sorted(range(len(wanted)), key=lambda number: wanted[number])
    down, up = [wanted[number] for number in order], [wanted[number] for number in order]
    last = len(order) - 1
    for k in range(len(order)):
        down[k] = max(down[k], down[k - 1] + LABEL_HEIGHT if k else TOP)
    for k in reversed(range(len(order))):
        down[k] = min(down[k], down[k + 1] - LABEL_HEIGHT if k < last else HEIGHT - BOTTOM)
        up[k] = min(up[k], up[k + 1] - LABEL_HEIGHT if k < last else HEIGHT - BOTTOM)
    for k in range(len(order)):
        up[k] = max(up[k], up[k - 1] + LABEL_HEIGHT if k else TOP)
    # Pushed down and pushed up both keep them apart, and so does the middle between.
    found = [0.0] * len(wanted)
    for k, number in enumerate(order):
        found[number] = (down[k] + up[k]) / 2
    return found


def _curve(
    number: int,
    label: str,
    path: list[tuple[float, float]],
    dot: tuple[float, float],
    height: float,
) -> list[str]:
    colour = f"c{number % len(LIGHT)}" + (" dash" if number >= len(LIGHT) else "")
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in path)
    at, end = LEFT + PLOT + 18, path[-1]
    return [
        f'<polyline class="line {colour}" points="{points}"/>',
        f'<circle class="{colour} dot" cx="{dot[0]:.1f}" cy="{dot[1]:.1f}" r="4"/>',
        f'<path class="lead" d="M{end[0] + 4:.1f} {end[1]:.1f}L{at - 4} {height:.1f}"/>',
        f'<line class="line {colour}" x1="{at}" x2="{at + 16}" y1="{height:.1f}" '
        f'y2="{height:.1f}"/>',
        f'<text class="label" x="{at + 22}" y="{height + 4:.1f}">{escape(label)}</text>',
    ]


def _row(y: float, text: str) -> str:
    return (
        f'<line class="grid" x1="{LEFT}" x2="{LEFT + PLOT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text class="end" x="{LEFT - 8}" y="{y + 4:.1f}">{text}</text>'
    )


def _column(x: float, text: str) -> str:
    return f'<text class="mid" x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}">{text}</text>'


def _decimals(ys: Sequence[float]) -> int:
    return max(0, -math.floor(math.log10(ys[1] - ys[0]) + 1e-9))


def _colours() -> str:
    def rules(colours: tuple[str, ...]) -> str:
        return "\n".join(
            f".curves .line.c{k} {{ stroke: {c}; }} .curves .dot.c{k} {{ fill: {c}; }}"
            for k, c in enumerate(colours)
        )

    return f"{rules(LIGHT)}\n@media (prefers-color-scheme: dark) {{\n{rules(DARK)}\n}}\n"
