"""Times as files write them: numbers, or dates in one of the forms in use."""

from dataclasses import dataclass

import polars as pl

from ssr_neuro.data.lines import quote, refuse
from ssr_neuro.data.times import refuse_bad_times

# %.f stands for a fraction that may be missing, %#z for an offset from UTC such as +02:00, or Z.
FORMATS = (
    "%Y%m%d",  # KuaiRand's date; as seconds it would be a day of 1970
    "%Y-%m-%d",  # Steam
    "%Y-%m-%d %H:%M:%S%.f",  # Yelp
    "%Y-%m-%dT%H:%M:%S%.f%#z",  # Gowalla
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f%#z",  # pandas
    "%Y-%m-%d %H:%M:%S%.f UTC",  # BigQuery
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M:%S%.f",
    "%Y/%m/%d",
    "%m %d, %Y",  # Amazon's reviewTime
    "%a %b %d %H:%M:%S %z %Y",  # Foursquare, Goodreads
)
DATES = "dates"


@dataclass
class TimeReader:
    """Reads one column, block after block; the first block tells how it is written.

    dates: the format, or "" for numbers; None before the first block.
    """

    column: str
    layout: str
    dates: str | None = None

    @property
    def unit(self) -> str | None:
        """DATES, or None for numbers, whose size tells their unit."""
        return DATES if self.dates else None

    def read(self, rows: pl.DataFrame, place: str) -> pl.DataFrame:
        """rows: `line` and `text`, the time as written -> `time`. Raises BadInput with the line."""
        text = rows["text"].str.strip_chars()
        if self.dates is None:
            self.dates = _format_of(text)
        if not self.dates:
            numbered = rows.with_columns(time=text.cast(pl.Float64, strict=False))
            refuse_bad_times(numbered, place, self.column, self.layout)
            return numbered.drop("text")
        dated = rows.with_columns(time=_seconds(text, self.dates))
        refuse(
            dated,
            pl.col("time").is_null(),
            place,
            lambda row: (
                f"{self.column} {quote(row['text'] or '')} is not a date like those above it, "
                f"{self.dates}. {self.layout}"
            ),
        )
        return dated.drop("text")


def _format_of(text: pl.Series) -> str:
    """The format of most of these times, "" for numbers."""
    for form in FORMATS:
        fits = _seconds(text, form).is_not_null()
        if form == "%Y%m%d":
            fits &= text.str.len_chars() == 8
        if 2 * int(fits.sum()) > text.len():
            return form
    return ""


def _seconds(text: pl.Series, form: str) -> pl.Series:
    if "%H" not in form:
        days = text.str.to_date(form, strict=False)
        return days.to_physical().cast(pl.Float64) * 86_400.0
    moments = text.str.to_datetime(form, strict=False, time_unit="us")
    return moments.to_physical().cast(pl.Float64) / 1e6
