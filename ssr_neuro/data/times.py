"""Times of interactions: the unit a file keeps them in, and what a model reads of them.

Since 1970 seconds have 9 or 10 digits, milliseconds 12 or 13, microseconds 15 or 16.
"""

from dataclasses import dataclass

import polars as pl

from ssr_neuro.data.lines import refuse
from ssr_neuro.files.names import quote

# Seconds of the year 5138, or milliseconds of 1973: no data set of people's choices has either.
LARGEST_S = 1e11
# Seconds before March 1973: no clock time of a recommender's log, but ranks, days or gaps.
LEAST_CLOCK_S = 1e8
NANOSECONDS = LARGEST_S * 1e6
SCIENTIFIC = r"^[+-]?\d+(?:\.(?<decimals>\d*))?[eE]\+?(?<exponent>\d+)$"


@dataclass(frozen=True)
class TimeUnit:
    """of_a_second: how many make one second."""

    name: str
    of_a_second: int


SECONDS = TimeUnit("seconds", 1)
UNITS = (SECONDS, TimeUnit("milliseconds", 1_000), TimeUnit("microseconds", 1_000_000))


def refuse_bad_times(rows: pl.DataFrame, place: str, column: str, layout: str) -> None:
    """rows: `line`, `text`, `time`. Refuse what is no number, and what is no time of a user."""
    refuse(
        rows,
        ~pl.col("time").is_finite().fill_null(False),
        place,
        lambda row: (
            f"{column} {quote(row['text'])} is not a number, nor a date such as "
            f"2016-03-09 02:32:54. {layout}"
        ),
    )
    refuse(
        rows,
        pl.col("time").abs() >= NANOSECONDS,
        place,
        lambda row: (
            f"{column} {quote(row['text'])} is too large for a time in seconds, milliseconds or "
            "microseconds since 1970. Nanoseconds are not read, as float64 would merge them: "
            "divide them by 1,000,000,000."
        ),
    )
    refuse(
        rows,
        _rounded(pl.col("text")) & (pl.col("time").abs() >= LEAST_CLOCK_S),
        place,
        lambda row: (
            f"{column} {quote(row['text'])} is a time with its last digits rounded away, as "
            "spreadsheets write long numbers. Export the times again as whole numbers."
        ),
    )


def _rounded(text: pl.Expr) -> pl.Expr:
    """Whether a number in scientific notation has fewer decimals than would reach its unit."""
    parts = text.str.strip_chars().str.extract_groups(SCIENTIFIC)
    decimals = parts.struct["decimals"].fill_null("").str.len_chars()
    exponent = parts.struct["exponent"].cast(pl.Int64, strict=False)
    return (decimals < exponent).fill_null(False)


def in_seconds(rows: pl.DataFrame, place: str) -> tuple[pl.DataFrame, str]:
    """Rows with `time` in seconds, and the unit they came in; `line` says where one is wrong.

    The largest decides. Raises BadInput where some are clock times in a smaller unit than others.
    """
    size = rows["time"].abs()
    largest = float(str(size.max()))
    unit = next(unit for unit in UNITS if largest < LARGEST_S * unit.of_a_second)
    if unit is SECONDS:
        return rows, unit.name
    # Milliseconds between 1970 and 1973 would be plausible seconds as well.
    other = (pl.col("time").abs() >= LEAST_CLOCK_S) & (
        pl.col("time").abs() < LEAST_CLOCK_S * unit.of_a_second
    )
    refuse(
        rows,
        other,
        place,
        lambda row: (
            f"time {row['time']:.0f} is in another unit than the largest, {largest:.0f}, which is "
            f"in {unit.name} since 1970. Write all times in one unit."
        ),
    )
    return rows.with_columns(pl.col("time") / unit.of_a_second), unit.name
