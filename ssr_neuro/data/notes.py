"""What is worth knowing about a file that could be read, or None."""

import time

import numpy as np
import polars as pl

from ssr_neuro.data.columns import KNOWN, ReadColumns
from ssr_neuro.data.dataset import Dataset, FloatArray
from ssr_neuro.data.interactions import Interactions
from ssr_neuro.data.time_span import time_span
from ssr_neuro.data.times import LEAST_CLOCK_S
from ssr_neuro.settings.column_names import plain
from ssr_neuro.settings.reading import WantedColumns

# How databases and programs write that there is no value, in small letters.
NO_VALUE = tuple(r"null (null) nan none na n/a #n/a <na> nat nil undefined \n".split())
AHEAD_S = 86_400.0  # of the present: a time of day may be that of another time zone
YEARS = (1900, 2100)  # of dates that are written as one number
FEW = 0.1  # of the times, which are no clock times though the others are
# Columns that name the same users or items; the better one is read.
SAME = ({"parentasin", "asin"}, {"userid", "username"})
KINDS = tuple(
    """
    click isclick clicked isread label event eventtype behaviortype action actiontype
    """.split()
)
PARTS_OF_TIME = ("timeframe", "hourmin", "hour", "time", "timems", "date")
KEPT_SHARE = 0.5  # of the users; a filter that leaves fewer is named


def times_note(columns: ReadColumns | None) -> str | None:
    """No times were read, though there were columns that could be some."""
    if columns is None or columns.time is not None or not columns.unread:
        return None
    return (
        f"no times were read: none of the columns left unread ({', '.join(columns.unread)}) is "
        "known as a time, so the order of the file is taken for that of time. If one is, name it "
        "with --time-column"
    )


def choice_note(columns: ReadColumns | None, wanted: WantedColumns) -> str | None:
    """Another column is known by its name as one of users or items, and was not named."""
    if columns is None or not columns.named:
        return None
    kinds = (("user", columns.user, wanted.user), ("item", columns.item, wanted.item))
    for what, read, named in kinds:
        others = [name for name in columns.unread if plain(name) in KNOWN[what]]
        others = [name for name in others if {plain(name), plain(read)} not in SAME]
        if others and named is None and plain(read) in KNOWN[what]:
            return (
                f"the {what}s are read from {read}, and {', '.join(others)} is left unread, which "
                f"may hold them as well. If so, name it with --{what}-column"
            )
    return None


def events_note(columns: ReadColumns | None) -> str | None:
    """Columns that tell kinds of interactions apart, some of which may be none."""
    unread = () if columns is None or not columns.named else columns.unread
    if found := [name for name in unread if plain(name) in KINDS]:
        return (
            f"every line is read as an interaction, whatever its {', '.join(found)} says. Remove "
            "lines that are no interactions, such as items that were shown but not chosen"
        )
    return None


def id_note(user_ids: pl.Series, item_ids: pl.Series) -> str | None:
    """Ids such as "1.0" beside "1": one user or item to their author, two to a program.

    And ids such as "1.23457E+15", which are one to a program.
    """
    notes = (_id_note("user", user_ids), _id_note("item", item_ids))
    return ". ".join(note for note in notes if note is not None) or None


def _id_note(what: str, ids: pl.Series) -> str | None:
    if len(rounded := ids.filter(ids.str.contains(r"^\d\.\d+[eE]\+\d+$"))):
        return (
            f"{len(rounded):,} {what} ids are numbers with their last digits rounded away, as "
            f"spreadsheets write long ones, such as {rounded[0]!r}, so that several may have "
            "become one. Export them again as text"
        )
    cut = ids.filter(ids.str.contains(r"^-?\d+\.0+$")).str.replace(r"\.0+$", "")
    both = cut.filter(cut.is_in(ids.to_list()))
    if len(both):
        return (
            f"{len(both):,} {what} ids come with and without a decimal point, such as "
            f"'{both[0]}.0' and '{both[0]}', and are read as two {what}s each. Write them alike"
        )
    return None


def missing_note(found: Interactions) -> str | None:
    """Ids such as NULL: nobody's name, but all such interactions would be one user's, or item's."""
    for what, ids in (("user", found.user_ids), ("item", found.item_ids)):
        codes = np.flatnonzero(ids.str.to_lowercase().is_in(NO_VALUE).to_numpy())
        if len(codes):
            rows = int(found.rows[what].is_in(codes.tolist()).sum())
            return (
                f"{rows:,} interactions have {ids[int(codes[0])]!r} as their {what}, as programs "
                f"write a missing value, and are read as those of one {what}. Remove them if the "
                f"{what} is not known"
            )
    return None


def repeats_note(found: Interactions) -> str | None:
    """Repeated lines; without times they may be real second interactions, and nothing is said."""
    if not found.timed:
        return None
    repeated = found.rows.height - found.rows.n_unique()
    if not repeated:
        return None
    return (
        f"{repeated:,} of {found.rows.height:,} interactions repeat another with the same user, "
        "item and time, as in a file with a line for each tag, or one put together twice. "
        "--duplicates first keeps the first of each user and item"
    )


def clock_note(dataset: Dataset) -> str | None:
    """Times that can hardly be what they say: long before the others, or in the future."""
    span, times = time_span(dataset), dataset.times_s
    if span is None or times is None or span.kind != "clock":
        return None
    early = times[times < LEAST_CLOCK_S]
    if 0 < len(early) < FEW * len(times):
        return (
            f"{len(early):,} times lie before 1973, such as {early[0]:.10g}, though the others do "
            "not. A missing time is often written as 0 or -1, and comes first in its user's "
            "history here; leave such interactions out if so"
        )
    if span.last_s >= time.time() + AHEAD_S or span.last_s < 0:
        return f"times run from {span.described}: look at the unit, and at how they were written"
    return None


def day_first_note(dataset: Dataset) -> str | None:
    """Numbers such as 4082017, by which days of one month come before those of the next."""
    times = dataset.times_s
    if times is None or (np.mod(times, 1) != 0).any():
        return None
    parts = times // 1_000_000, times // 10_000 % 100
    if not _all_between(times % 10_000, *YEARS) or not all(
        _all_between(part, 1, 31) for part in parts
    ):
        return None
    if any(_all_between(part, 1, 12) for part in parts):
        return (
            f"times such as {times[0]:08.0f} look like dates with the year last, and are put in "
            "order as the numbers they are. Write them with the year first, such as 2017-08-04"
        )
    return None


def _all_between(values: FloatArray, least: int, most: int) -> bool:
    return bool(((values >= least) & (values <= most)).all())


def partial_time_note(dataset: Dataset) -> str | None:
    """A date without the time of day, or numbers too small for a clock, beside the other part."""
    span, columns = time_span(dataset), dataset.columns
    if span is None or columns is None or not (span.whole_days or span.kind == "unknown"):
        return None
    parts = [name for name in columns.unread if plain(name) in PARTS_OF_TIME]
    if not parts:
        return None
    return (
        f"of the time only {columns.time} is read, and {', '.join(parts)} is left unread, which "
        "may hold the rest of it, such as the time of day. If so, write both into one column, such "
        "as 2016-03-09 02:32:54, and name it with --time-column"
    )


def filter_note(dataset: Dataset, users: int, core: str) -> str | None:
    """users: how many there were before the filter."""
    if dataset.n_users >= KEPT_SHARE * users:
        return None
    return (
        f"the filter {core} leaves {dataset.n_users:,} of {users:,} users. If that is unexpected, "
        "look at how users and items are written, or take --core none"
    )
