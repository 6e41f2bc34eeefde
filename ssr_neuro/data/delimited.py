"""Readers of tables with one interaction a line: RecBole, MovieLens, Amazon."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from ssr_neuro.data.lines import quote, refuse, refuse_bad_ids
from ssr_neuro.data.times import refuse_bad_times
from ssr_neuro.errors import BadInput


@dataclass(frozen=True)
class Table:
    """How a table is written. `columns` is None where the first line names them."""

    separator: str
    columns: tuple[str, ...] | None
    user: str
    item: str
    time: str
    time_needed: bool
    layout: str

    def read(self, blocks: Iterator[pl.DataFrame], place: str) -> Iterator[pl.DataFrame]:
        """Rows of line, user, item and, where there is one, time in the file's unit."""
        columns = self.columns
        for rows in blocks:
            body = rows
            if columns is None:
                columns = self._header(rows, place)
                body = rows[1:]
            yield self._parse(body, columns, place)

    def _header(self, rows: pl.DataFrame, place: str) -> tuple[str, ...]:
        line, text = rows.row(0)
        # RecBole writes the type behind the name: user_id:token.
        names = tuple(field.split(":")[0].strip() for field in text.split(self.separator))
        needed = [self.user, self.item, *([self.time] if self.time_needed else [])]
        missing = [name for name in needed if name not in names]
        if missing:
            raise BadInput(
                f"{place}, line {line}: no column {', '.join(map(repr, missing))} in the header "
                f"{quote(text)}. {self.layout}"
            )
        return names

    def _parse(self, rows: pl.DataFrame, columns: tuple[str, ...], place: str) -> pl.DataFrame:
        width = len(columns)
        # One field more than there should be: it is filled where a line is too long.
        fields = pl.col("text").str.split_exact(self.separator, width)
        named = fields.struct.rename_fields([str(index) for index in range(width + 1)])
        split = rows.with_columns(fields=named).unnest("fields")
        wrong = pl.col(str(width - 1)).is_null() | pl.col(str(width)).is_not_null()
        refuse(split, wrong, place, self._width)
        user, item = str(columns.index(self.user)), str(columns.index(self.item))
        parsed = split.select("line", pl.col(user).alias("user"), pl.col(item).alias("item"))
        refuse_bad_ids(parsed, place, self.layout)
        if self.time not in columns:
            return parsed
        text = split[str(columns.index(self.time))]
        number = text.str.strip_chars().cast(pl.Float64, strict=False)
        timed = parsed.with_columns(text.alias("text"), number.alias("time"))
        refuse_bad_times(timed, place, self.time, self.layout)
        return timed.drop("text")

    def _width(self, row: dict[str, str]) -> str:
        text = row["text"]
        found = text.count(self.separator) + 1
        return f"{quote(text)} has {found} field{'s' * (found != 1)}. {self.layout}"


INTER = Table(
    separator="\t",
    columns=None,
    user="user_id",
    item="item_id",
    time="timestamp",
    time_needed=False,
    layout=(
        "An .inter file has a header such as 'user_id:token item_id:token timestamp:float' and "
        "as many fields in every line, separated by single tabs."
    ),
)
MOVIELENS_DAT = Table(
    separator="::",
    columns=("user", "item", "rating", "time"),
    user="user",
    item="item",
    time="time",
    time_needed=True,
    layout="A line of ratings.dat reads 'user::item::rating::time', time in seconds.",
)
MOVIELENS_CSV = Table(
    separator=",",
    columns=None,
    user="userId",
    item="movieId",
    time="timestamp",
    time_needed=True,
    layout="ratings.csv has the header 'userId,movieId,rating,timestamp' and lines of 4 fields.",
)
AMAZON_CSV = Table(
    separator=",",
    columns=("item", "user", "rating", "timestamp"),
    user="user",
    item="item",
    time="timestamp",
    time_needed=True,
    layout="A line reads 'item,user,rating,timestamp' and there is no header.",
)
