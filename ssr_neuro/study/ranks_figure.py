"""The critical-difference diagram: models on an axis of mean ranks, bars over those alike."""

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ssr_neuro.charts.figure import INK, RC, svg_text
from ssr_neuro.report.names import kind_name
from ssr_neuro.study.ranks import Ranking

WIDTH_IN, LINE_IN = 7.0, 0.28
BAR = 0.35  # of a line, between bars


def figure(found: Ranking, title: str, about: str) -> str:
    """The text of an SVG."""
    with matplotlib.rc_context(RC):
        lines = -(-len(found.mean_ranks) // 2)
        tall = 1.9 + LINE_IN * (lines + BAR * len(found.alike))
        drawn = Figure((WIDTH_IN, tall))
        drawn.text(0.02, 1 - 0.12 / tall, title, size=13, weight="bold", va="top")
        drawn.text(0.02, 1 - 0.4 / tall, about, size=9, va="top")
        axes = drawn.add_axes((0.22, 0.04, 0.56, 1 - 0.7 / tall - 0.04))
        _diagram(axes, found)
        return svg_text(drawn, title)


def _diagram(axes: Axes, found: Ranking) -> None:
    models = len(found.mean_ranks)
    bars = BAR * (len(found.alike) + 1)
    bottom = bars + -(-models // 2) + 0.3
    axes.set_xlim(1, models)
    axes.set_ylim(bottom, -1.6)
    axes.axis("off")
    axes.hlines(0, 1, models, colors=INK, linewidth=1)
    for rank in range(1, models + 1):
        axes.vlines(rank, -0.15, 0, colors=INK, linewidth=1)
        axes.text(rank, -0.25, str(rank), ha="center", va="bottom")
    axes.hlines(-1.1, 1, 1 + found.critical_difference, colors=INK, linewidth=2, clip_on=False)
    axes.text(1, -1.2, f"critical difference {found.critical_difference:.2f}", va="bottom")
    for number, group in enumerate(found.alike, start=1):
        span = found.mean_ranks[group[0]] - 0.03, found.mean_ranks[group[-1]] + 0.03
        axes.hlines(BAR * number, *span, colors=INK, linewidth=4, clip_on=False)
    for place, (name, mean_rank) in enumerate(found.mean_ranks.items()):
        is_left = place < -(-models // 2)
        line = bars + (place if is_left else models - 1 - place) + 0.3
        end, align = (0.9, "right") if is_left else (models + 0.1, "left")
        axes.plot(
            [mean_rank, mean_rank, end], [0, line, line], color=INK, linewidth=0.8, clip_on=False
        )
        axes.text(end, line, f" {kind_name(name)} ({mean_rank:.2f}) ", ha=align, va="center")
