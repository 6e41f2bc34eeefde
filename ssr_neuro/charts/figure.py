"""Draws panels with matplotlib: one SVG without a background, for light and for dark pages.

The same content gives the same bytes with the same matplotlib.
"""

import textwrap
from collections.abc import Sequence
from io import StringIO
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.axis import Axis as Ruler
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from ssr_neuro.charts.palette import PAGE_DARK, PAGE_LIGHT
from ssr_neuro.charts.panels import Axis, Panel
from ssr_neuro.charts.series import draw_names, draw_series, find_extent
from ssr_neuro.charts.svg import strip_control_characters

COLUMNS = 2
PANEL_IN, WIDE_PANEL_IN = (4.3, 3.4), (6.0, 4.0)  # of several panels, of one alone, less names
HEAD_IN, LINE_IN = 0.62, 0.17
NOTE_LETTERS_PER_IN, NAME_LETTER_IN = 16, 0.072
# Stands in the file as `currentColor`, which the style below sets for light and for dark.
INK = "#010203"
STYLE = (
    "<style>\n"
    f"svg {{ color: {PAGE_LIGHT['ink']}; }} "
    f"@media (prefers-color-scheme: dark) {{ svg {{ color: {PAGE_DARK['ink']}; }} }}\n"
    "</style>\n"
)
RC: Any = {  # matplotlib's settings
    "svg.hashsalt": "ssr-neuro",
    "svg.fonttype": "none",  # words stay words
    "font.size": 9.0,
    "font.sans-serif": ["DejaVu Sans"],  # comes with matplotlib: equal sizes everywhere
    "text.parse_math": False,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": INK,
    "grid.alpha": 0.15,
    "axes.formatter.useoffset": False,
}


def draw(title: str, about: str, panels: Sequence[Panel], notes: Sequence[str] = ()) -> str:
    """The text of an SVG: panels in two columns under a title, notes below."""
    with matplotlib.rc_context(RC):
        return svg_text(_figure(title, about, panels, notes), title)


def _figure(title: str, about: str, panels: Sequence[Panel], notes: Sequence[str]) -> Figure:
    columns = min(COLUMNS, len(panels))
    rows = -(-len(panels) // columns)
    plot_in, height = PANEL_IN if columns > 1 else WIDE_PANEL_IN
    letters = max((len(one.name) for panel in panels for one in panel.series), default=0)
    wide = columns * (plot_in + letters * NAME_LETTER_IN)
    lines = [
        line for note in notes for line in textwrap.wrap(note, int(NOTE_LETTERS_PER_IN * wide))
    ]
    foot = LINE_IN * len(lines) + (0.1 if lines else 0.0)
    tall = rows * height + HEAD_IN + foot
    room = (0.0, foot / tall, 1.0, 1 - (HEAD_IN + foot) / tall)
    figure = Figure((wide, tall), layout=ConstrainedLayoutEngine(rect=room, w_pad=0.12, h_pad=0.1))
    figure.text(
        0.12 / wide,
        1 - 0.12 / tall,
        strip_control_characters(title),
        size=13,
        weight="bold",
        va="top",
    )
    figure.text(0.12 / wide, 1 - 0.4 / tall, strip_control_characters(about), size=9, va="top")
    for number, line in enumerate(reversed(lines)):
        figure.text(0.12 / wide, (0.08 + LINE_IN * number) / tall, line, size=8, va="bottom")
    for number, panel in enumerate(panels):
        _panel(figure.add_subplot(rows, columns, number + 1), panel, 72 * (height - 1.0))
    return figure


def svg_text(figure: Figure, title: str) -> str:
    """The figure as SVG: words stay words, black follows the page."""
    _settle(figure)
    file = StringIO()
    # Without a creator another matplotlib draws other bytes only where it draws otherwise.
    about = {"Title": strip_control_characters(title), "Date": None, "Creator": None}
    figure.savefig(file, format="svg", transparent=True, metadata=about)
    head, mark, rest = file.getvalue().partition("<defs>")
    text = f"{head}{STYLE}{mark}{rest}".replace(INK, "currentColor")
    return strip_control_characters("\n".join(map(str.rstrip, text.splitlines())) + "\n")


def _settle(figure: Figure) -> None:
    """Lay the figure out, then round where its plots lie: the last bits differ from run to run."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes in figure.axes:
        left, bottom, width, height = (round(side, 6) for side in axes.get_position().bounds)
        axes.set_position((left, bottom, width, height))


def _panel(axes: Axes, panel: Panel, height_pt: float) -> None:
    """height_pt: about that of the plot, which keeps names apart."""
    axes.set_title(panel.title, loc="left", size=10, weight="bold")
    axes.set_xlabel(panel.x.title)
    axes.set_ylabel(panel.y.title)
    if panel.level is not None:
        axes.axhline(panel.level, color=INK, linewidth=0.8, linestyle=":")
    if panel.x.log:
        axes.set_xscale("log", base=panel.x.base)
    if panel.y.log:
        axes.set_yscale("log", base=panel.y.base)
    for series in panel.series:
        draw_series(axes, panel, series)
    axes.margins(0.08)
    # Marks that stand beside their x are no part of the limits that matplotlib finds by itself.
    axes.update_datalim([*find_extent(panel)])
    axes.autoscale_view()
    _ruler(axes.xaxis, panel.x)
    _ruler(axes.yaxis, panel.y)
    draw_names(axes, [series for series in panel.series if series.points], height_pt)


def _ruler(ruler: Ruler, axis: Axis) -> None:
    if axis.log:
        ruler.set_minor_locator(NullLocator())
        ruler.set_major_locator(LogLocator(base=axis.base, numticks=12))
        ruler.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    if axis.ticks is not None:
        ruler.set_ticks([value for value, _ in axis.ticks], [said for _, said in axis.ticks])
    elif not axis.log and max(map(abs, ruler.get_view_interval())) >= 1000:
        ruler.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
