"""A chip: limits, abilities, prices, timings and power, each figure with its source.

Chips are TOML files: those in `hw_targets/`, or a user's own by path. A figure that is not given
is unknown, and stays unknown: it is never read as zero.
"""

from ssr_neuro.target.chip import TABLES, Alternative, Kind, Precision, Target, Workload
from ssr_neuro.target.figures import Figure, PerCore, Price, Source, Sourced, Words
from ssr_neuro.target.load import load, names
from ssr_neuro.target.section import Section
from ssr_neuro.target.tables import (
    WORDS,
    Abilities,
    Limits,
    Performance,
    Power,
    Prices,
    Silicon,
    Timings,
)

__all__ = [
    "TABLES", "WORDS", "Abilities", "Alternative", "Figure", "Kind", "Limits", "PerCore",
    "Performance", "Power", "Precision", "Price", "Prices", "Section", "Silicon", "Source",
    "Sourced", "Target", "Timings", "Words", "Workload", "load", "names",
]  # fmt: skip
