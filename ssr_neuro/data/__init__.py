"""Data sets: read, filter, generate, split and count. Nothing here writes to disk.

Names are imported when they are first used: a command that reads no data file loads no polars.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ssr_neuro.data.dataset import Dataset
    from ssr_neuro.data.filters import CORES, DUPLICATES
    from ssr_neuro.data.generated import Habits, generate, habits
    from ssr_neuro.data.loading import load
    from ssr_neuro.data.protocols import PROTOCOLS, WINDOWS, Split, split
    from ssr_neuro.data.readers import READERS
    from ssr_neuro.data.sequences import Sequences
    from ssr_neuro.data.summary import Stats, stats, stats_rows
    from ssr_neuro.data.tie_counts import Ties, count_ties
    from ssr_neuro.data.ties import TIE_ORDERS

__all__ = [
    "CORES",
    "DUPLICATES",
    "PROTOCOLS",
    "READERS",
    "TIE_ORDERS",
    "WINDOWS",
    "Dataset",
    "Habits",
    "Sequences",
    "Split",
    "Stats",
    "Ties",
    "count_ties",
    "generate",
    "habits",
    "load",
    "split",
    "stats",
    "stats_rows",
]

# Public name -> the module of this package that has it.
_HOMES = {
    "CORES": "filters",
    "DUPLICATES": "filters",
    "Dataset": "dataset",
    "Habits": "generated",
    "PROTOCOLS": "protocols",
    "READERS": "readers",
    "Sequences": "sequences",
    "Split": "protocols",
    "Stats": "summary",
    "TIE_ORDERS": "ties",
    "Ties": "tie_counts",
    "WINDOWS": "protocols",
    "count_ties": "tie_counts",
    "generate": "generated",
    "habits": "generated",
    "load": "loading",
    "split": "protocols",
    "stats": "summary",
    "stats_rows": "summary",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return found
