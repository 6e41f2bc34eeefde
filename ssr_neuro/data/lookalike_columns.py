"""Lines of text of one width, column by column: what no list of items has in one place."""

import re
from itertools import pairwise

from ssr_neuro.data.times import LEAST_CLOCK_S, NANOSECONDS
from ssr_neuro.files.names import quote

RATINGS = 12  # distinct values that a column of ratings may have: halves from 0.5 to 5, and more
LARGEST_RATING = 100
DATE = re.compile(
    r"\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d|\d{1,2}/\d{1,2}/\d{2,4}|(?<!\S)\d\d:\d\d(?!\S)"
    r"|(?<![\w.-])\d\d?[.-](?:\d\d?|[A-Z][a-z]{2})[.-](?:19|20)\d\d(?![\w.-])"
)
DATE_PARTS = tuple(map(re.compile, (r"(19|20)\d\d", r"0?[1-9]|1[0-2]", r"0?[1-9]|[12]\d|3[01]")))
DECIMAL = re.compile(r"[-+]?\d+\.\d+")
NUMBER = re.compile(r"[-+]?\d+(\.\d*)?")


def say_table(columns: list[tuple[str, ...]], separator: str) -> str | None:
    """What no list of items holds at the same place in every line."""
    for number, column in enumerate(columns, 1):
        # Users may have ids as long as times, but hardly in the range of our years.
        if all(map(is_clock if number > 1 else _is_recent, column)):
            return f"column {number} holds times, such as {column[0]}"
        if all(DATE.search(word) for word in column):
            return f"column {number} holds dates, such as {column[0]}"
        if all(DECIMAL.fullmatch(word) for word in column):
            return f"column {number} holds decimals, such as {column[0]}"
        if number > 1 and (fraction := _fraction_or_sign(column)):
            return f"column {number} holds numbers such as {fraction}"
        if separator == "\t" and any(" " in word for word in column):
            return f"column {number} holds words with spaces, such as {quote(column[0])}"
    return _say_together(columns)


def _say_together(columns: list[tuple[str, ...]]) -> str | None:
    if at := _date_parts(columns):
        return f"columns {at} to {at + 2} hold a year, a month and a day"
    if _has_ratings(columns):
        return f"column 3 holds ratings, such as {columns[2][0]}"
    if _has_counts(columns):
        return f"column 3 holds counts, such as {columns[2][0]}"
    if why := _third_is_no_item(columns):
        return f"column 3 holds {why}, such as {columns[2][0]}"
    if label := _constant(columns):
        return f"column {label} holds {columns[label - 1][0]} in all of them"
    return None


def _fraction_or_sign(column: tuple[str, ...]) -> str | None:
    """What no number of an item is, in a column of numbers: 3.5, or -1 among small ones."""
    if not all(NUMBER.fullmatch(word) for word in column):
        return None
    small = max(abs(float(word)) for word in column) <= LARGEST_RATING
    return next((word for word in column if "." in word or (small and word[0] == "-")), None)


def is_clock(word: str) -> bool:
    """Whether this is a time since 1970, no id: ids of items may be as long, but not in a row."""
    if not word.isdecimal() or word.startswith("0"):
        return False
    return LEAST_CLOCK_S <= float(word) < NANOSECONDS * 1e3


def _is_recent(word: str) -> bool:
    """Whether this is a time between 2001 and 2039, in seconds or milliseconds."""
    return is_clock(word) and any(1e9 <= float(word) / unit < 2.2e9 for unit in (1, 1_000))


def _date_parts(columns: list[tuple[str, ...]]) -> int | None:
    """The number of the first of three columns that hold a year, a month and a day."""
    for at in range(1, len(columns) - 2):
        parts = zip(DATE_PARTS, columns[at : at + 3], strict=True)
        if all(part.fullmatch(word) for part, column in parts for word in column):
            return at + 1
    return None


def _constant(columns: list[tuple[str, ...]]) -> int | None:
    """The number of a column with one small number, where users repeat: pairs with a label."""
    if len(columns) < 4 or not _repeat(columns[0]):
        return None
    return next((n for n, values in enumerate(columns, 1) if n > 2 and _is_label(values)), None)


def _repeat(users: tuple[str, ...]) -> bool:
    """Whether there are many lines, and each user has two on average."""
    return len(users) > 2 * RATINGS and 2 * len(set(users)) <= len(users)


def _is_label(values: tuple[str, ...]) -> bool:
    return len(set(values)) == 1 and len(values[0]) == 1 and values[0].isdecimal()


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


def _third_is_no_item(columns: list[tuple[str, ...]]) -> str | None:
    """What column 3 holds beside users that repeat and many items, where it is not items too."""
    items, values = map(set, columns[1:3])
    if len(columns) != 3 or not _repeat(columns[0]) or len(items) <= RATINGS:
        return None
    if 2 * len(values) <= len(items):
        return f"{len(values)} values, where column 2 has {len(items)}"
    if not all(word.isdecimal() for word in items | values):
        return None
    if max(map(int, items)) < min(map(int, values)) or max(map(int, values)) < min(map(int, items)):
        return "numbers of another size than column 2"
    return "numbers that ascend with each user, as times do" if _ascends(columns) else None


def _ascends(columns: list[tuple[str, ...]]) -> bool:
    """Whether column 3 never falls from one line of a user to the next, in many lines."""
    lines = list(zip(columns[0], map(int, columns[2]), strict=True))
    steps = [b - a for (user, a), (other, b) in pairwise(lines) if user == other]
    return len(steps) > RATINGS and min(steps) >= 0


def advise(columns: list[tuple[str, ...]]) -> str:
    """The reader and the options that read such a table."""
    if len(columns) == 4 and all(map(is_clock, columns[3])):
        return "If a line reads 'user item rating time', name --reader u-data."
    if len(columns) == 4 and _has_ratings(columns) and all(map(str.isdecimal, columns[3])):
        return (
            "If a line reads 'user item rating time', name --reader table --user-column 1 "
            "--item-column 2 --time-column 4; where there is no time, --time-column none."
        )
    if _third_is_no_item(columns) and all(map(str.isdecimal, columns[2])):
        return (
            "Name --reader table --user-column 1 --item-column 2, and --time-column 3 if column 3 "
            "holds times, else --time-column none."
        )
    times = [
        number
        for number, column in enumerate(columns, 1)
        if all(is_clock(word) or DATE.search(word) for word in column)
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
