"""Reader of user-sequence text: `user item item ...`, oldest item first."""

from collections.abc import Iterator
from itertools import chain

import polars as pl

from ssr_neuro.data.columns import ReadColumns
from ssr_neuro.data.lines import refuse
from ssr_neuro.data.parsed import Parsed, interactions
from ssr_neuro.errors import BadInput
from ssr_neuro.files.names import quote
from ssr_neuro.settings.reading import WantedColumns

LAYOUT = "A line reads 'user item item ...', separated by spaces or tabs, oldest item first."
COLUMNS = ReadColumns("first word of a line", "its other words", None, named=False)


def read_sequences(blocks: Iterator[pl.DataFrame], place: str, wanted: WantedColumns) -> Parsed:
    """Rows of line, user and item. Lines of the same user follow one another in file order.

    So `user item` pairs, one a line, are read too. Raises BadInput for a line without items.
    """
    if wanted.given:
        raise BadInput(
            f"{place}: sequences have no columns to name. Leave out --user-column and its like, or "
            "name --reader table."
        )
    return Parsed(COLUMNS, interactions(_pairs(blocks, place), None, place, LAYOUT))


def _pairs(blocks: Iterator[pl.DataFrame], place: str) -> Iterator[pl.DataFrame]:
    first = next(blocks)
    words = pl.col("text").str.extract_all(r"\S+")
    for rows in chain([first], blocks):
        refuse(
            rows,
            pl.col("text").str.contains("\r", literal=True),
            place,
            lambda row: f"{quote(row['text'])} has a carriage return inside. {LAYOUT}",
        )
        refuse(
            rows,
            words.list.len() < 2,
            place,
            lambda row: f"{quote(row['text'])} names a user but no item. {LAYOUT}",
        )
        yield rows.select("line", user=words.list.first(), item=words.list.slice(1)).explode("item")
