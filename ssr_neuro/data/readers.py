"""The readers by name, and which of them fits a file."""

from collections.abc import Callable, Iterator
from pathlib import PurePath

import polars as pl

from ssr_neuro.data.delimited import AMAZON_CSV, INTER, MOVIELENS_CSV, MOVIELENS_DAT
from ssr_neuro.data.sequence_text import read_sequences
from ssr_neuro.data.steam import read_steam
from ssr_neuro.errors import BadInput

Reader = Callable[[Iterator[pl.DataFrame], str], Iterator[pl.DataFrame]]

READERS: dict[str, Reader] = {
    "inter": INTER.read,
    "sequences": read_sequences,
    "movielens-dat": MOVIELENS_DAT.read,
    "movielens-csv": MOVIELENS_CSV.read,
    "amazon-csv": AMAZON_CSV.read,
    "steam": read_steam,
}
TIMED = tuple(name for name in READERS if name != "sequences")
BY_SUFFIX = {".inter": "inter", ".dat": "movielens-dat", ".json": "steam"}
# Any text looks like user sequences, and any commas like Amazon: here the name must say so.
BY_SUFFIX_ELSE = {".csv": "amazon-csv", ".txt": "sequences"}


def choose_reader(name: str, first_line: str) -> str:
    """The reader for a file of this name that begins with this line. BadInput if none fits."""
    suffix = PurePath(name).suffix.lower()
    chosen = BY_SUFFIX.get(suffix) or _by_content(first_line) or BY_SUFFIX_ELSE.get(suffix)
    if chosen is None:
        raise BadInput(
            f"{name}: neither the name nor the first line tells how to read it. Name a reader; "
            f"there are {', '.join(READERS)}."
        )
    return chosen


def _by_content(first_line: str) -> str | None:
    if ":token" in first_line and "\t" in first_line:
        return "inter"
    if first_line.startswith("userId,movieId"):
        return "movielens-csv"
    if first_line.count("::") == 3:
        return "movielens-dat"
    return "steam" if first_line.startswith("{") else None
