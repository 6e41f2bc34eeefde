"""Charts as SVG: axes with units, error bars, names beside the lines."""

from ssr_neuro.charts.content import Axis, Panel, Point, Series
from ssr_neuro.charts.page import draw
from ssr_neuro.charts.study_style import LOOKS

__all__ = ["LOOKS", "Axis", "Panel", "Point", "Series", "draw"]
