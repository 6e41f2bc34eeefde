"""A Program as a picture of its graph, and the facts that stand in it."""

from ssr_neuro.report.graph_picture.page import draw

__all__ = ["draw"]
