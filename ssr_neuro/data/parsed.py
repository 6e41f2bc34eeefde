"""What a reader gives: the columns it reads, and interactions block after block."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import polars as pl

from ssr_neuro.data.columns import ReadColumns
from ssr_neuro.data.lines import clean_ids
from ssr_neuro.data.time_text import TimeReader
from ssr_neuro.settings.reading import WantedColumns


@dataclass(frozen=True)
class Parsed:
    """tables: rows of line, user, item and, with `time`, time, as they are read."""

    columns: ReadColumns
    tables: Iterator[pl.DataFrame]
    time: TimeReader | None = None


# blocks of line and text, the place for messages, the columns asked for
Reader = Callable[[Iterator[pl.DataFrame], str, WantedColumns], Parsed]


def interactions(
    raw: Iterator[pl.DataFrame], time: TimeReader | None, place: str, layout: str
) -> Iterator[pl.DataFrame]:
    """raw: line, user, item and, with a reader of times, text. Ids are cleaned, times read."""
    for rows in raw:
        clean = clean_ids(rows, place, layout)
        yield clean if time is None else time.read(clean, place)
