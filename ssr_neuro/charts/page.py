"""A chart as the text of one SVG file that needs nothing else, for light and dark."""

import textwrap
from collections.abc import Sequence

from markupsafe import Markup

from ssr_neuro.charts import panel as panels
from ssr_neuro.charts.content import Panel
from ssr_neuro.charts.study_style import STYLE
from ssr_neuro.charts.svg import FORBIDDEN, text_at

COLUMNS = 2
MARGIN, HEAD, LINE = 18, 64, 15
NOTE_LETTER_PX = 5.4  # a mean letter of the notes


def draw(title: str, about: str, shown: Sequence[Panel], notes: Sequence[str] = ()) -> str:
    """Panels in two columns under a title; equal content gives equal text."""
    room = max(map(panels.label_room, shown))
    width = panels.LEFT + panels.WIDTH + room + MARGIN
    height = panels.TOP + panels.HEIGHT + panels.BOTTOM
    drawn = [
        panels.draw_panel(
            panel, MARGIN + (number % COLUMNS) * width, HEAD + (number // COLUMNS) * height
        )
        for number, panel in enumerate(shown)
    ]
    whole = 2 * MARGIN + min(COLUMNS, len(shown)) * width
    foot = HEAD + -(-len(shown) // COLUMNS) * height + 8
    lines = _wrapped(notes, whole - 2 * MARGIN)
    words = [text_at("name", MARGIN + 4, 30, title), text_at("about", MARGIN + 4, 49, about)]
    words += [text_at("note", MARGIN + 4, foot + LINE * n, line) for n, line in enumerate(lines)]
    tall = foot + LINE * len(lines) + 6
    page = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" aria-label="{}" '
        'width="{:.0f}" height="{:.0f}" viewBox="0 0 {:.0f} {:.0f}">\n<style>{}</style>\n'
        '<rect class="paper" width="100%" height="100%"/>\n{}\n</svg>\n'
    ).format(title, whole, tall, whole, tall, Markup(STYLE), Markup("\n").join(words + drawn))
    return FORBIDDEN.sub("\ufffd", page)


def _wrapped(notes: Sequence[str], width: float) -> list[str]:
    letters = int(width / NOTE_LETTER_PX)
    return [line for note in notes for line in textwrap.wrap(note, letters)]
