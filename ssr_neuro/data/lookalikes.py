"""Text that looks like user sequences word by word, and is a table of something else.

Any words could be sequences, so these are read only where nothing speaks against it.
"""

import re

import polars as pl

from ssr_neuro.data.fields import SPACES, cut_line
from ssr_neuro.data.times import LEAST_CLOCK_S, NANOSECONDS
from ssr_neuro.errors import BadInput
from ssr_neuro.files.names import quote

LOOKED_AT = 1_000  # lines
LEAST_LINES = 3
RATINGS = 12  # distinct values that a column of ratings may have: halves from 0.5 to 5, and more
DATE = re.compile(r"\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d|\d{1,2}/\d{1,2}/\d{2,4}")
DECIMAL = re.compile(r"[-+]?\d+\.\d+")
RATING = re.compile(r"\d\d?(\.\d+)?")
TIMED_ITEM = re.compile(r"[^:|@]+[:|@]\d{9,16}")
PUNCTUATION = re.compile(r"[,;{}\[\]\"]")
COMMENTS = ("#", "%", "//")
FORCE = "If it does hold sequences, name --reader sequences."


def refuse_lookalikes(rows: pl.DataFrame, place: str) -> None:
    """rows: the first block. Raises BadInput that names what was seen and the reader to use."""
    lines = rows["text"].head(LOOKED_AT).to_list()
    _refuse_first_lines(lines, place)
    if why := _punctuated(lines):
        raise BadInput(
            f"{place}: {why}, so these are no user sequences. If it is a table, name --reader "
            f"table, with --user-column, --item-column and --time-column by number. {FORCE}"
        )
    if timed := _timed_items(lines):
        raise BadInput(
            f"{place}: {quote(timed)} has a time beside every item, which is not read: write one "
            f"interaction a line, user, item and time, and name --reader table. {FORCE}"
        )
    for separator in ("\t", SPACES):
        table = [cut_line(line, separator, quotes=False) for line in lines]
        width = len(table[0])
        if width < 3 or len(table) < LEAST_LINES or any(len(row) != width for row in table):
            continue
        columns = list(zip(*table, strict=True))
        if seen := _seen(columns, separator):
            raise BadInput(
                f"{place}: every line has {width} columns, and {seen}: this is a table with one "
                f"interaction a line, no user sequences. {_advice(columns, separator)} {FORCE}"
            )
    if lines[0].count("\t") and all(" " in line.strip().partition("\t")[0] for line in lines):
        raise BadInput(
            f"{place}: the users have spaces, such as {quote(lines[0])}, and would be cut there. "
            "Name --reader table with --user-column 1 --item-column 2, and with --time-column."
        )
    if dated := next((line for line in lines if DATE.search(line)), None):
        raise BadInput(
            f"{place}: {quote(dated)} holds a date or a time of day, so these are no user "
            f"sequences. Give the columns with --reader table, --user-column, --item-column and "
            f"--time-column. {FORCE}"
        )
    if mixed := _words_and_numbers(lines):
        raise BadInput(
            f"{place}: {quote(mixed)} holds words beside numbers, as most lines do, so these are "
            "no user sequences. Name --reader table, with --user-column, --item-column and "
            f"--time-column by number. {FORCE}"
        )


def _refuse_first_lines(lines: list[str], place: str) -> None:
    """Raise BadInput for a comment, or a header that names no known column."""
    marked = [line.lstrip().startswith(COMMENTS) for line in lines]  # names may begin so as well
    if marked[0] and 2 * sum(marked) <= len(lines):
        raise BadInput(f"{place}: {quote(lines[0])} is a comment. Remove such lines. {FORCE}")
    first, *others = (line.split() for line in lines)
    numeric = bool(others) and all(word.isdecimal() for words in others for word in words)
    if numeric and not any(character.isdigit() for word in first for character in word):
        raise BadInput(
            f"{place}: the first line, {quote(lines[0])}, reads like a header, as all others are "
            f"numbers. Remove it; of a table, name --reader table with --user-column, "
            f"--item-column and --time-column. {FORCE}"
        )


def is_rated_table(rows: pl.DataFrame) -> bool:
    """Whether the first block reads `user item rating time`, separated by tabs or spaces."""
    table = [cut_line(line, SPACES, quotes=False) for line in rows["text"].head(LOOKED_AT)]
    return all(
        len(row) == 4 and RATING.fullmatch(row[2]) is not None and _is_clock(row[3])
        for row in table
    )


def _punctuated(lines: list[str]) -> str | None:
    marked = [line for line in lines if PUNCTUATION.search(line)]
    if 2 * len(marked) <= len(lines):
        return None
    return f"{quote(marked[0])} has commas, quotes or brackets between its words"


def _words_and_numbers(lines: list[str]) -> str | None:
    """A line of numbers and words, where most lines are so: ids of one data set look alike."""
    found = []
    for line in lines:
        words = line.split()[1:]
        if any(word.isalpha() and len(word) > 1 for word in words) and any(
            word.isdecimal() for word in words
        ):
            found.append(line)
    return found[0] if len(lines) >= LEAST_LINES and 2 * len(found) > len(lines) else None


def _timed_items(lines: list[str]) -> str | None:
    """A line such as `user item time item time` or `user item:time`, where most lines are so."""
    found = [line for line in lines if _has_timed_items(line.split()[1:])]
    return found[0] if 2 * len(found) > len(lines) else None


def _has_timed_items(words: list[str]) -> bool:
    times, items = words[1::2], words[::2]
    if len(times) > 1 and len(times) == len(items) and all(map(_is_clock, times)):
        return not any(map(_is_clock, items))
    return bool(words) and all(TIMED_ITEM.fullmatch(word) for word in words)


def _seen(columns: list[tuple[str, ...]], separator: str) -> str | None:
    """What no list of items holds at the same place in every line."""
    for number, column in enumerate(columns, 1):
        # Users may have ids as long as times, but hardly in the range of our years.
        if all(map(_is_clock if number > 1 else _is_recent, column)):
            return f"column {number} holds times, such as {column[0]}"
        if all(DATE.search(word) for word in column):
            return f"column {number} holds dates, such as {column[0]}"
        if all(DECIMAL.fullmatch(word) for word in column):
            return f"column {number} holds decimals, such as {column[0]}"
        if separator == "\t" and any(" " in word for word in column):
            return f"column {number} holds words with spaces, such as {quote(column[0])}"
    if _has_ratings(columns):
        return f"column 3 holds ratings, such as {columns[2][0]}"
    if _has_counts(columns):
        return f"column 3 holds counts, such as {columns[2][0]}"
    return None


def _is_clock(word: str) -> bool:
    """Whether this is a time since 1970, no id: ids of items may be as long, but not in a row."""
    if not word.isdecimal() or word.startswith("0"):
        return False
    return LEAST_CLOCK_S <= float(word) < NANOSECONDS * 1e3


def _is_recent(word: str) -> bool:
    """Whether this is a time between 2001 and 2039, in seconds or milliseconds."""
    return _is_clock(word) and any(1e9 <= float(word) / unit < 2.2e9 for unit in (1, 1_000))


def _has_ratings(columns: list[tuple[str, ...]]) -> bool:
    """Whether column 3 has few small numbers, and column 2 others: items of one list would not."""
    items, values = set(columns[1]), set(columns[2])
    if len(columns[2]) <= 2 * RATINGS or not all(word.isdecimal() for word in values):
        return False
    largest = max(map(int, values))
    return len(values) <= RATINGS and (
        (len(items) > RATINGS and largest <= 10) or (len(columns) == 3 and largest <= 5)
    )


def _has_counts(columns: list[tuple[str, ...]]) -> bool:
    """Whether lines read `user item count`: users repeat, and column 3 has 1 and no items."""
    if len(columns) != 3 or len(set(columns[0])) == len(columns[0]):
        return False
    items, counts = set(columns[1]), set(columns[2])
    return "1" in counts and all(word.isdecimal() for word in counts) and not items & counts


def _advice(columns: list[tuple[str, ...]], separator: str) -> str:
    numeric = len(columns) == 4 and all(map(_is_clock, columns[3]))
    if numeric:
        return "If a line reads 'user item rating time', name --reader u-data."
    times = [
        number
        for number, column in enumerate(columns, 1)
        if all(_is_clock(word) or DATE.search(word) for word in column)
    ]
    time = times[0] if times else "none"
    user = next((n for n in range(1, len(columns) + 1) if n not in times), 1)
    item = _likely_item(columns, [user, *times])
    return (
        f"Name --reader table with the columns by number, such as --user-column {user} "
        f"--item-column {item} --time-column {time}."
    )


def _likely_item(columns: list[tuple[str, ...]], others: list[int]) -> int:
    """The column with most values that is none of these, and holds no decimals."""
    candidates = [
        (len(set(column)), -number)
        for number, column in enumerate(columns, 1)
        if number not in others and not all(map(DECIMAL.fullmatch, column))
    ]
    return -max(candidates)[1] if candidates else len(columns)
