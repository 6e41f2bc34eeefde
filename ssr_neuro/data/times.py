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
CALENDAR_S = (-62_135_596_800, 253_402_300_799)  # from the year 1 to the end of 9999
SCIENTIFIC = r"^[+-]?\d+(?:\.(?<decimals>\d*))?[eE]\+?(?<exponent>\d+)$"


@dataclass(frozen=True)
class TimeUnit:
    """of_a_second: how many make one second."""

    name: str
    of_a_second: int


SECONDS = TimeUnit("seconds", 1)
UNITS = (SECONDS, TimeUnit("milliseconds", 1_000), TimeUnit("microseconds", 1_000_000))


def refuse_bad_times(
    rows: pl.DataFrame, place: str, column: str, layout: str, *, exact: bool
) -> None:
    """rows: `line`, `text`, `time`. Refuse what is no number, and what is no time of a user.

    exact: numbers in scientific notation have all digits, of which zeros at the end are left out.
    """
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
    if exact:
        return
    refuse(
        rows,
        _missing_digits() > 0,
        place,
        lambda row: (
            f"{column} {quote(row['text'])} is a time with its last digits rounded away, as "
            "spreadsheets write long numbers. Export the times again as whole numbers."
        ),
    )


def has_exact(rows: pl.DataFrame) -> bool:
    """Whether a time in scientific notation has all digits of its unit, as Java writes them.

    Spreadsheets write as many digits for every number, too few for a time.
    """
    return bool(rows.select((_missing_digits() <= 0).any()).item())


def _missing_digits() -> pl.Expr:
    """By how many decimals a clock time in scientific notation falls short of its unit, or null."""
    parts = pl.col("text").str.strip_chars().str.extract_groups(SCIENTIFIC)
    decimals = parts.struct["decimals"].fill_null("").str.len_chars().cast(pl.Int64)
    exponent = parts.struct["exponent"].cast(pl.Int64, strict=False)
    return pl.when(pl.col("time").abs() >= LEAST_CLOCK_S).then(exponent - decimals)


def refuse_beyond_calendar(rows: pl.DataFrame, place: str) -> None:
    """rows: `line`, and `time` in seconds. Raises BadInput for one that no calendar has."""
    refuse(
        rows,
        ~pl.col("time").is_between(*CALENDAR_S),
        place,
        lambda row: (
            f"the time, {row['time']:,.0f} seconds since 1970, lies outside of the years 1 to "
            "9999. Correct it, or remove the line."
        ),
    )


def in_seconds(rows: pl.DataFrame, place: str) -> tuple[pl.DataFrame, str]:
    """Rows with `time` in seconds, and the unit they came in; `line` says where one is wrong.

    The largest decides. Raises BadInput where some are clock times in a smaller unit than others.
    """
    size = rows["time"].abs()
    largest = float(str(size.max()))
    unit = next(unit for unit in UNITS if largest < LARGEST_S * unit.of_a_second)
    if unit is SECONDS:
        refuse_beyond_calendar(rows, place)
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
    seconds = rows.with_columns(pl.col("time") / unit.of_a_second)
    refuse_beyond_calendar(seconds, place)
    return seconds, unit.name
