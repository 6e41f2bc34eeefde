"""Lines of a table cut into fields, with or without quotes."""

import csv
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from typing import Any

import polars as pl

from ssr_neuro.data.lines import refuse
from ssr_neuro.errors import BadInput
from ssr_neuro.files.names import quote
from ssr_neuro.files.quoted_lines import QuotedLines, unspaced

SPACES = " "  # stands for any run of spaces and tabs
BATCH = 100_000
QUOTES = (
    "A quote that opens a field must close it; where it is part of the text, write two. Where "
    "no field needs its quotes, take them all out: tr -d '\"' < OLD > NEW."
)


def cut_line(text: str, separator: str, *, quotes: bool) -> tuple[str, ...]:
    """The fields of one line, without spaces around them. A broken quote is kept as it is."""
    if separator == SPACES:
        return tuple(text.split())
    fields = text.split(separator)
    if quotes and len(separator) == 1 and '"' in text:
        # The csv module takes no carriage return between fields: it is kept as it is as well.
        with suppress(csv.Error):
            fields = next(csv.reader([unspaced(text, separator)], delimiter=separator))
    return tuple(field.strip() for field in fields)


def cut_blocks(
    blocks: Iterator[pl.DataFrame],
    separator: str,
    width: int,
    place: str,
    layout: str,
    *,
    quotes: bool,
) -> Iterator[pl.DataFrame]:
    """blocks of `line` and `text` -> `line`, and fields "0" to width - 1. Raises BadInput.

    From the first quote on, lines are read by the csv module, which knows quoted separators and
    line ends; without quotes by polars, which is faster. Separated by "::", no field has quotes.
    """
    for rows in blocks:
        if quotes and len(separator) == 1 and rows["text"].str.contains('"', literal=True).any():
            yield from _quoted(chain([rows], blocks), separator, width, place, layout)
            return
        yield _plain(rows, separator, width, place, layout)


def _plain(rows: pl.DataFrame, separator: str, width: int, place: str, layout: str) -> pl.DataFrame:
    runs = pl.col("text").str.strip_chars().str.replace_all(r"\s+", SPACES)
    cut = runs if separator == SPACES else pl.col("text")
    # One field more than there should be: it is filled where a line is too long.
    fields = cut.str.split_exact(separator, width)
    named = fields.struct.rename_fields([str(index) for index in range(width + 1)])
    split = rows.with_columns(fields=named).unnest("fields")
    wrong = pl.col(str(width - 1)).is_null() | pl.col(str(width)).is_not_null()

    def say(row: dict[str, Any]) -> str:
        text = row["text"]
        found = len(text.split()) if separator == SPACES else text.count(separator) + 1
        return _wrong_width(text, found, layout)

    refuse(split, wrong, place, say)
    return split.drop("text", str(width))


def _quoted(
    blocks: Iterator[pl.DataFrame], separator: str, width: int, place: str, layout: str
) -> Iterator[pl.DataFrame]:
    lines = (row for rows in blocks for row in rows.iter_rows())
    feed = QuotedLines(lines, separator, width)
    schema = {"line": pl.UInt32} | {str(index): pl.String for index in range(width)}
    batch: list[tuple[Any, ...]] = []
    try:
        for record in csv.reader(feed, delimiter=separator, strict=True):
            if len(record) != width:
                why = _wrong_width(separator.join(record), len(record), layout)
                raise BadInput(f"{place}, line {feed.line}: {why}")
            feed.end_record(record, place)
            batch.append((feed.line, *record))
            if len(batch) == BATCH:
                yield pl.DataFrame(batch, schema=schema, orient="row")
                batch = []
    except csv.Error as error:
        raise BadInput(
            f"{place}, line {feed.line}: {quote(feed.text)}: the quotes are wrong ({error}). "
            f"{QUOTES} {layout}"
        ) from error
    if batch:
        yield pl.DataFrame(batch, schema=schema, orient="row")


def _wrong_width(text: str, found: int, layout: str) -> str:
    inside = " and a carriage return inside" if "\r" in text else ""
    return f"{quote(text)} has {found} field{'s' * (found != 1)}{inside}. {layout}"
