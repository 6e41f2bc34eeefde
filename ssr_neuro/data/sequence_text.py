"""Reader of user-sequence text: `user item item ...`, oldest item first."""

from collections.abc import Iterator

import polars as pl

from ssr_neuro.data.lines import quote, refuse, refuse_bad_ids

LAYOUT = "A line reads 'user item item ...', separated by spaces or tabs, oldest item first."


def read_sequences(blocks: Iterator[pl.DataFrame], place: str) -> Iterator[pl.DataFrame]:
    """Rows of line, user and item. Lines of the same user follow one another in file order.

    So `user item` pairs, one a line, are read too. Raises BadInput for a line without items.
    """
    words = pl.col("text").str.extract_all(r"\S+")
    for rows in blocks:
        refuse(
            rows,
            words.list.len() < 2,
            place,
            lambda row: f"{quote(row['text'])} names a user but no item. {LAYOUT}",
        )
        pairs = rows.select("line", user=words.list.first(), item=words.list.slice(1)).explode(
            "item"
        )
        refuse_bad_ids(pairs, place, LAYOUT)
        yield pairs
