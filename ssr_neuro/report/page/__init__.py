"""The page: what it says, in tables, sentences and pictures, and the templates that lay it out."""

from ssr_neuro.report.page.render import page

__all__ = ["page"]
