"""Charts as SVG: axes with units, error bars, names beside the lines."""

from ssr_neuro.study.chart.content import Axis, Panel, Point, Series
from ssr_neuro.study.chart.page import draw
from ssr_neuro.study.chart.style import LOOKS

__all__ = ["LOOKS", "Axis", "Panel", "Point", "Series", "draw"]
