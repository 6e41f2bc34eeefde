"""Data sets: read, filter, generate, split and count. Nothing here writes to disk."""

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
