"""Pieces of inline SVG. Colours are classes of the page's style sheet, so they follow the page.

A mark with a tip is one that a reader can point at or reach with the arrow keys: it says what it
stands for.
"""

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

GLYPH = 6.3  # width of a letter of 12 px, on average
# Characters that no XML document may hold, not even escaped.
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def svg(title: str, height: float, marks: Iterable[Markup], width: float) -> Markup:
    """The whole picture. title: what it shows, for readers who do not see it."""
    return Markup('<svg viewBox="0 0 {} {}" role="group" aria-label="{}">{}</svg>').format(
        _format_coordinate(width), _format_coordinate(height), escape(title), Markup("").join(marks)
    )


def element(tag: str, tip: str = "", content: str = "", **attributes: str | float) -> Markup:
    """One element. `kind` becomes its class, `_` in a name becomes `-`."""
    classes = f"{attributes.pop('kind', '')}{' mark' if tip else ''}".strip()
    written = {"class": classes, **attributes} if classes else attributes
    # Pages hold thousands of these: plain text is joined, of which each part is escaped before.
    said = "".join(f' {n.replace("_", "-")}="{_format_attribute(v)}"' for n, v in written.items())
    title = f"<title>{escape(tip)}</title>" if tip else ""
    inside = f"{title}{escape(content)}"
    return Markup(f"<{tag}{said}>{inside}</{tag}>" if inside else f"<{tag}{said}/>")


def rect(
    left: float, top: float, width: float, height: float, kind: str, tip: str = "", rx: float = 0
) -> Markup:
    """A filled box."""
    return element("rect", tip, kind=kind, x=left, y=top, width=max(width, 0), height=height, rx=rx)


def text(words: str, x: float, y: float, kind: str) -> Markup:
    """Words whose anchor is that of the class."""
    return element("text", content=escape(words), kind=kind, x=x, y=y)


def line(x1: float, y1: float, x2: float, y2: float, kind: str, tip: str = "") -> Markup:
    """A straight line."""
    return element("line", tip, kind=kind, x1=x1, y1=y1, x2=x2, y2=y2)


def path(points: Iterable[tuple[float, float]], kind: str, tip: str = "") -> Markup:
    """A line through the points."""
    drawn = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return element("path", tip, kind=kind, d=f"M{drawn}")


def shorten(words: str, room: float) -> str:
    """The words, or their two ends where they take more than `room`."""
    fitting = int(room / GLYPH)
    if len(words) <= fitting:
        return words
    head = (fitting - 1) // 2
    return f"{words[:head]}\N{HORIZONTAL ELLIPSIS}{words[len(words) - (fitting - 1 - head) :]}"


def _format_attribute(value: str | float) -> str:
    return escape(value) if isinstance(value, str) else _format_coordinate(value)


def _format_coordinate(value: str | float) -> str:
    if isinstance(value, str):
        return value
    return f"{value:.2f}".rstrip("0").rstrip(".")


def text_at(kind: str, x: float, y: float, text: str) -> Markup:
    return Markup(f'<text class="{escape(kind)}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>')


def text_width(text: str, size: float, bold: bool = False) -> float:
    """A generous guess: a mean width of the letters of Arial and its like."""
    return len(text) * size * (0.6 if bold else 0.55)


def strip_control_characters(text: str) -> str:
    """The text without characters that no XML may hold."""
    return FORBIDDEN.sub("\ufffd", text)
