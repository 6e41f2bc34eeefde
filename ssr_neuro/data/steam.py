"""Reader of Steam reviews: one Python literal a line."""

import ast
from collections.abc import Iterator

import polars as pl

from ssr_neuro.data.lines import quote, refuse, refuse_bad_ids
from ssr_neuro.errors import BadInput

LAYOUT = (
    "A line is a Python dictionary with 'username', 'product_id' and 'date' ('2017-12-31'), all "
    "of them texts."
)
KEYS = ("username", "product_id", "date")
SECONDS_A_DAY = 86_400.0


def read_steam(blocks: Iterator[pl.DataFrame], place: str) -> Iterator[pl.DataFrame]:
    """Rows of line, user, item and time in seconds: midnight of the review's day."""
    for rows in blocks:
        records = [_record(text, line, place) for line, text in rows.iter_rows()]
        schema = {"user": pl.String, "item": pl.String, "date": pl.String}
        parsed = pl.DataFrame(records, schema=schema, orient="row").with_columns(rows["line"])
        refuse_bad_ids(parsed, place, LAYOUT)
        day = pl.col("date").str.to_date("%Y-%m-%d", strict=False)
        refuse(
            parsed,
            day.is_null(),
            place,
            lambda row: f"{quote(row['date'])} is not a date. {LAYOUT}",
        )
        days = day.to_physical().cast(pl.Float64)
        yield parsed.select("line", "user", "item", time=days * SECONDS_A_DAY)


def _record(text: str, line: int, place: str) -> tuple[str, ...]:
    try:
        review = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise BadInput(
            f"{place}, line {line}: {quote(text)} is not a Python literal. {LAYOUT}"
        ) from error
    if not isinstance(review, dict):
        raise BadInput(f"{place}, line {line}: {quote(text)} is not a dictionary. {LAYOUT}")
    for key in KEYS:
        if not isinstance(review.get(key), str):
            raise BadInput(f"{place}, line {line}: no text under {key!r}. {LAYOUT}")
    return tuple(review[key] for key in KEYS)
