"""Whether the first line of a table has the names of its columns, or is an interaction itself."""

import re

import polars as pl

from ssr_neuro.data.columns import known_columns, place_of
from ssr_neuro.data.fields import cut_line
from ssr_neuro.data.lookalike_columns import DATE
from ssr_neuro.data.notes import NO_VALUE
from ssr_neuro.data.times import LEAST_CLOCK_S
from ssr_neuro.errors import BadInput
from ssr_neuro.files.limits import COLUMNS
from ssr_neuro.files.names import is_number, quote
from ssr_neuro.settings.reading import WantedColumns

LOOKED_AT = 100  # lines
NARROW = (
    "The header names fewer columns than the lines have. Name the others there, or remove it by "
    "tail -n +2 OLD > NEW and give --user-column, --item-column and --time-column by number."
)
TYPED = re.compile(r".*:(token|float)(_seq)?")  # a name as RecBole writes it


def has_header(rows: pl.DataFrame, separator: str, wanted: WantedColumns) -> bool:
    """rows: the first block. Without a header columns must be asked for by number."""
    first, *others = (
        cut_line(text, separator, quotes=True) for text in rows["text"].head(LOOKED_AT)
    )
    if not wanted.are_numbers or known_columns(first) or any(map(TYPED.fullmatch, first)):
        return True
    if not others:
        return False
    columns = [tuple(column) for column in zip(*others, strict=False)]
    if first == tuple(str(number) for number in range(len(first))):
        return _counts_columns(columns)
    return not any(map(_is_value, first)) and _names_values(first, columns, wanted)


def refuse_name_as_time(fields: tuple[str, ...], wanted: WantedColumns, place: str) -> None:
    """Raise BadInput where a line that is taken for an interaction has a word as its time."""
    for number, text in enumerate(fields, 1):
        if str(number) == wanted.time and not any(character.isdigit() for character in text):
            raise BadInput(
                f"{place}: column {number}, that of times, holds {quote(text)}. If this line has "
                "the names of the columns, give these in place of numbers: --user-column, "
                "--item-column and --time-column."
            )


def is_narrow(header: tuple[str, ...], rows: pl.DataFrame, separator: str) -> bool:
    """Whether every one of the next lines has more fields than the header has names."""
    lines = rows["text"].head(LOOKED_AT)
    widths = [len(cut_line(text, separator, quotes=True)) for text in lines]
    return bool(widths) and min(widths) > len(header)


def refuse_many_columns(names: tuple[str, ...], place: str) -> None:
    """Raise BadInput where a table has more than COLUMNS."""
    if len(names) > COLUMNS:
        raise BadInput(
            f"{place}: has {len(names):,} columns, at most {COLUMNS:,} are read. Leave out those "
            "that hold no user, item or time, as made by: cut -d, -f1-3 OLD > NEW"
        )


def _counts_columns(columns: list[tuple[str, ...]]) -> bool:
    """Whether 0, 1, 2 ... in the first line are the names that pandas gives, by what is below."""

    def is_small(value: str) -> bool:
        return value.isdecimal() and float(value) < LEAST_CLOCK_S

    return any(not any(map(is_small, column)) for column in columns)


def _names_values(
    first: tuple[str, ...], columns: list[tuple[str, ...]], wanted: WantedColumns
) -> bool:
    """Whether words stand over users and items that are numbers, or one over any such column."""
    valued = [all(map(_is_value, column)) for column in columns]
    given = [name for name in (wanted.user, wanted.item) if name is not None]
    at = [place_of(name, len(valued)) for name in given]
    return all(place is not None and valued[place] for place in at) or any(
        map(lambda word, numbers: numbers and _is_name(word), first, valued)
    )


def _is_value(word: str) -> bool:
    return is_number(word) or DATE.search(word) is not None


def _is_name(word: str) -> bool:
    """Whether this may name a column, and is no id and no missing value."""
    letters = any(map(str.isalpha, word)) and not any(map(str.isdigit, word))
    return letters and word.lower() not in NO_VALUE
