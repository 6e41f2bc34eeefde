"""`python -m ssr_neuro.cli`, for launchers that start a module."""

from ssr_neuro.cli.process import ssr

ssr()
