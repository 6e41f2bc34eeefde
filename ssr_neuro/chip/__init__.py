"""A chip: limits, abilities, prices, timings and power, each figure with its source.

Chips are TOML files: those in `hw_targets/`, or a user's own by path. A figure that is not given
is unknown, and stays unknown: it is never read as zero.
"""

from ssr_neuro.chip.chip import TABLES, Alternative, Chip, Kind, Precision, Workload
from ssr_neuro.chip.figures import Figure, FigureSource, PerCore, Price, Sourced, Words
from ssr_neuro.chip.load import CHIPS, chip_names, load_chip
from ssr_neuro.chip.section import Section
from ssr_neuro.chip.tables import (
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
    "CHIPS",
    "TABLES",
    "WORDS",
    "Abilities",
    "Alternative",
    "Chip",
    "Figure",
    "FigureSource",
    "Kind",
    "Limits",
    "PerCore",
    "Performance",
    "Power",
    "Precision",
    "Price",
    "Prices",
    "Section",
    "Silicon",
    "Sourced",
    "Timings",
    "Words",
    "Workload",
    "chip_names",
    "load_chip",
]
