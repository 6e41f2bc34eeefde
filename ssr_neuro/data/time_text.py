"""Times as files write them: numbers, or dates in one of the forms in use."""

from dataclasses import dataclass

import polars as pl

from ssr_neuro.data.lines import refuse
from ssr_neuro.data.times import has_exact, refuse_bad_times, refuse_beyond_calendar
from ssr_neuro.files.names import quote

# Digits of a date that is written as one number, of its format.
COMPACT = {"%Y%m%d": 8, "%Y%m%d%H%M": 12, "%Y%m%d%H%M%S": 14}
# %.f stands for a fraction that may be missing, %#z for an offset from UTC such as +02:00, or Z.
FORMATS = (
    *COMPACT,  # KuaiRand's date; as numbers these would be days of 1970 and of the year 2600
    "%Y-%m-%d",  # Steam
    "%Y-%m-%d %H:%M:%S%.f",  # Yelp
    "%Y-%m-%dT%H:%M:%S%.f%#z",  # Gowalla
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%dT%H:%M%#z",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M:%S%.f%#z",  # pandas
    "%Y-%m-%d %H:%M:%S%.f UTC",  # BigQuery
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M:%S%.f",
    "%Y/%m/%d",
    "%m %d, %Y",  # Amazon's reviewTime
    "%a %b %d %H:%M:%S %z %Y",  # Foursquare, Goodreads
)
DATES = "dates"
YEAR_FIRST = r"^\d{4}\D"  # %Y alone takes the day of 04/08/17 for a year as well


@dataclass
class TimeReader:
    """Reads one column, block after block; the first block tells how it is written.

    dates: the format, or "" for numbers; None before the first block. exact: whether a time in
    scientific notation had all its digits so far.
    """

    column: str
    layout: str
    dates: str | None = None
    exact: bool = False

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
            self.exact = self.exact or has_exact(numbered)
            refuse_bad_times(numbered, place, self.column, self.layout, exact=self.exact)
            return numbered.drop("text")
        dated = rows.with_columns(time=_seconds(text, self.dates))
        refuse(
            dated,
            pl.col("time").is_null(),
            place,
            lambda row: (
                f"{self.column} {quote(row['text'] or '')} is not a date in the form of the "
                f"others, {self.dates}. {self.layout}"
            ),
        )
        refuse_beyond_calendar(dated, place)
        return dated.drop("text")


def _format_of(text: pl.Series) -> str:
    """The format that fits most of these times, "" where numbers are more."""
    numbers = int(text.cast(pl.Float64, strict=False).is_not_null().sum())
    best, most = "", 0
    for form in COMPACT if numbers == text.len() else FORMATS:
        fits = _seconds(text, form).is_not_null()
        if form in COMPACT:
            fits &= text.str.len_chars() == COMPACT[form]
        count = int(fits.sum())
        # A date that is one number is a number as well.
        if count > most and (count > numbers or (form in COMPACT and 2 * count > text.len())):
            best, most = form, count
    return best


def _seconds(text: pl.Series, form: str) -> pl.Series:
    """Null where the text is of another form."""
    if form.startswith("%Y") and form not in COMPACT:
        text = text.set(~text.str.contains(YEAR_FIRST), None)
    if "%H" not in form:
        days = text.str.to_date(form, strict=False)
        return days.to_physical().cast(pl.Float64) * 86_400.0
    moments = text.str.to_datetime(form, strict=False, time_unit="us")
    return moments.to_physical().cast(pl.Float64) / 1e6
