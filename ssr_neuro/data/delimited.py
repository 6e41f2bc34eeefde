"""Readers of tables with one interaction a line: RecBole, MovieLens, Amazon, any with a header."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import polars as pl

from ssr_neuro.data.columns import ReadColumns, find_columns, known_columns
from ssr_neuro.data.fields import SPACES, cut_blocks, cut_line
from ssr_neuro.data.header import (
    NARROW,
    has_header,
    is_narrow,
    refuse_many_columns,
    refuse_name_as_time,
)
from ssr_neuro.data.lines import refuse
from ssr_neuro.data.parsed import Parsed, interactions
from ssr_neuro.data.time_text import TimeReader
from ssr_neuro.errors import BadInput
from ssr_neuro.files.names import quote
from ssr_neuro.settings.reading import WantedColumns

SEPARATORS = ("\t", ",", ";", "|", "::", SPACES)


@dataclass(frozen=True)
class DelimitedTable:
    """How a table is written. names is None where the first line has them.

    separator None: the one that fits the first line. types: names end in a type, as in RecBole.
    time_needed: a table without a column of times is refused.
    """

    separator: str | None
    names: tuple[str, ...] | None
    layout: str
    quotes: bool = False
    types: bool = False
    time_needed: bool = False

    def read(self, blocks: Iterator[pl.DataFrame], place: str, wanted: WantedColumns) -> Parsed:
        """Rows of line, user, item and, where there is one, time. Raises BadInput."""
        first = next(blocks)
        line, text = first.row(0)
        separator = self.separator or separator_of(text, wanted)
        names, header = self.names, None
        if names is None:
            names = cut_line(text, separator, quotes=self.quotes)
            refuse_many_columns(names, f"{place}, line {line}")
            if has_header(first, separator, wanted):
                first, header = first[1:], names
            else:
                refuse_name_as_time(names, wanted, f"{place}, line {line}")
                names = tuple(str(number) for number in range(1, len(names) + 1))
        columns = self._columns(names, wanted, f"{place}, line {line}", text)
        layout = self.layout
        if header is not None and is_narrow(header, first, separator):
            layout = f"{NARROW} {layout}"
        time = None
        if columns.time is not None:
            numbered = self.names is None and header is None
            time = TimeReader("column " * numbered + columns.time, layout)
        cut = cut_blocks(
            chain([first], blocks), separator, len(names), place, layout, quotes=self.quotes
        )
        raw: Iterator[pl.DataFrame]
        raw = (_selected(rows, names, columns, self.types) for rows in cut)
        if header is not None:
            raw = _without_headers(
                raw, dict(zip(_bare(names, self.types), header, strict=True)), columns, place
            )
        return Parsed(columns, interactions(raw, time, place, layout), time)

    def _columns(
        self, names: tuple[str, ...], wanted: WantedColumns, place: str, text: str
    ) -> ReadColumns:
        kinds = dict(_name_and_type(name) for name in names) if self.types else {}
        if lists := [name for name, kind in kinds.items() if kind == "token_seq"]:
            _refuse_cut_sequences(lists, place)
        layout = "" if self.separator is None else self.layout
        columns = find_columns(_bare(names, self.types), wanted, place, layout)
        for name in (columns.user, columns.item, columns.time):
            if (kind := kinds.get(name or "", "")).endswith("_seq"):
                raise BadInput(
                    f"{place}: {name}:{kind} holds a list in every line, and a user, an item and a "
                    "time are one value each. Write one interaction a line, or name another column."
                )
        if self.time_needed and columns.time is None and wanted.time is None:
            raise BadInput(
                f"{place}: no column of times in the header {quote(text)}. Where there are no "
                f"times, give --time-column none. {self.layout}"
            )
        return columns


def _selected(
    rows: pl.DataFrame, names: tuple[str, ...], columns: ReadColumns, types: bool
) -> pl.DataFrame:
    bare = _bare(names, types)
    wanted = {"user": columns.user, "item": columns.item, "text": columns.time}
    places = {key: str(bare.index(name)) for key, name in wanted.items() if name is not None}
    return rows.select("line", **{key: pl.col(place) for key, place in places.items()})


def _without_headers(
    tables: Iterator[pl.DataFrame], header: dict[str, str], columns: ReadColumns, place: str
) -> Iterator[pl.DataFrame]:
    """The tables. header: column -> as the first line has it. Refuses a line that repeats it."""
    user, item = header[columns.user], header[columns.item]
    for rows in tables:
        refuse(
            rows,
            (pl.col("user") == user) & (pl.col("item") == item),
            place,
            lambda row: (
                "the header stands here once more, as where files are put together. Remove it."
            ),
        )
        yield rows


def _bare(names: tuple[str, ...], types: bool) -> tuple[str, ...]:
    return tuple(_name_and_type(name)[0] for name in names) if types else names


def _name_and_type(name: str) -> tuple[str, str]:
    """RecBole writes the type behind the name: user_id:token."""
    bare, _, kind = name.partition(":")
    return bare.strip(), kind.strip()


def _refuse_cut_sequences(lists: list[str], place: str) -> None:
    items = [name for name in lists if name.endswith("_list")]
    if items:
        raise BadInput(
            f"{place}: {', '.join(items)}:token_seq holds whole sequences: this is a benchmark "
            "file of RecBole, cut into training, validation and test already. It is not read, as "
            "histories would be taken apart in the wrong order; give the .inter file with one "
            "interaction a line that it was made from."
        )


def separator_of(text: str, wanted: WantedColumns) -> str:
    """The separator that makes a header of this line, else the one that makes most fields."""
    cuts = {one: cut_line(text, one, quotes=True) for one in SEPARATORS if one != "::"}
    for separator, names in cuts.items():
        if known_columns(names) or (wanted.names and set(wanted.names) <= set(names)):
            return separator
    counts = {one: len(cut_line(text, one, quotes=True)) for one in SEPARATORS}
    # Spaces stand inside dates and titles as well: they separate where nothing else does.
    others = {one: count for one, count in counts.items() if one != SPACES}
    best = max(others, key=lambda one: others[one])
    return best if others[best] > 1 else SPACES


INTER = DelimitedTable(
    separator="\t",
    names=None,
    types=True,
    layout=(
        "An .inter file has a header such as 'user_id:token item_id:token timestamp:float' and "
        "as many fields in every line, separated by single tabs."
    ),
)
MOVIELENS_DAT = DelimitedTable(
    separator="::",
    names=("user", "item", "rating", "time"),
    layout="A line of ratings.dat reads 'user::item::rating::time', time in seconds.",
)
U_DATA = DelimitedTable(
    separator=SPACES,
    names=("user", "item", "rating", "time"),
    layout="A line of u.data reads 'user item rating time', separated by tabs or spaces.",
)
MOVIELENS_CSV = DelimitedTable(
    separator=",",
    names=None,
    quotes=True,
    time_needed=True,
    layout="ratings.csv has the header 'userId,movieId,rating,timestamp' and lines of 4 fields.",
)
AMAZON_2018 = DelimitedTable(
    separator=",",
    names=("item", "user", "rating", "timestamp"),
    quotes=True,
    layout="A line reads 'item,user,rating,timestamp' and there is no header.",
)
AMAZON_2014 = DelimitedTable(
    separator=",",
    names=("user", "item", "rating", "timestamp"),
    quotes=True,
    layout="A line reads 'user,item,rating,timestamp' and there is no header.",
)
TABLE = DelimitedTable(
    separator=None,
    names=None,
    quotes=True,
    layout=(
        "A table has a header with names such as user_id, item_id and timestamp, or --user-column, "
        "--item-column and --time-column say which columns, by name or number, and as many fields "
        "in every line."
    ),
)
