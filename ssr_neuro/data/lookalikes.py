"""Text that looks like user sequences word by word, and is a table of something else.

Any words could be sequences, so these are read only where nothing speaks against it.
"""

import re

import polars as pl

from ssr_neuro.data.fields import SPACES, cut_line
from ssr_neuro.data.lookalike_columns import DATE, advise, is_clock, say_table
from ssr_neuro.errors import BadInput
from ssr_neuro.files.names import quote

LOOKED_AT = 1_000  # lines
LEAST_LINES = 3
RATING = re.compile(r"\d\d?(\.\d+)?")
TIMED_ITEM = re.compile(r"[^:|@]+[:|@]\d{9,16}")
RATED_ITEM = re.compile(r"([^:|@]+)[:|@](-?\d{1,3}(?:\.\d+)?)")
PUNCTUATION = re.compile(r"[,;{}\[\]\"]")
# What stands in no id: control characters, a word of marks alone or within them, a percentage.
MARKS = re.compile(
    r"[\x00-\x08\x0e-\x1f]|(?<!\S)(?:'\S*'|\(\S*\)|[!-/:-@\[-`{-~]+)(?!\S)|\d%(?!\S)"
)
KEY = re.compile(r"[^\d\s]+:")  # in front of each value of a record over several lines
COMMENTS = ("#", "%", "//")
FORCE = "If it does hold sequences, name --reader sequences."


def refuse_lookalikes(rows: pl.DataFrame, place: str) -> None:
    """rows: the first block. Raises BadInput that names what was seen and the reader to use."""
    lines = rows["text"].head(LOOKED_AT).to_list()
    _refuse_first_lines(lines, place)
    _refuse_marks(lines, place)
    if timed := _timed_items(lines):
        raise BadInput(
            f"{place}: {quote(timed)} has a time beside every item, which is not read: write one "
            f"interaction a line, user, item and time, and name --reader table. {FORCE}"
        )
    if rated := _rated_items(lines):
        raise BadInput(
            f"{place}: {quote(rated)} has a number behind every item, such as a rating or a count, "
            "which is not read and would be part of the item: write one interaction a line, user, "
            f"item and number, and name --reader table. {FORCE}"
        )
    for separator in ("\t", SPACES):
        table = [cut_line(line, separator, quotes=False) for line in lines]
        width = len(table[0])
        if width < 3 or len(table) < LEAST_LINES or any(len(row) != width for row in table):
            continue
        columns = list(zip(*table, strict=True))
        if seen := say_table(columns, separator):
            raise BadInput(
                f"{place}: every line has {width} columns, and {seen}: this is a table with one "
                f"interaction a line, no user sequences. {advise(columns)} {FORCE}"
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
    """Raise BadInput for a comment, a header that names no known column, and counts."""
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
    if numeric and _are_counts(first, others):
        raise BadInput(
            f"{place}: the first line, {quote(lines[0])}, reads like counts of users, items and "
            f"pairs, as the others hold one pair each. Remove it. {FORCE}"
        )


def _refuse_marks(lines: list[str], place: str) -> None:
    """Raise BadInput where most lines have marks that are no part of an id."""
    if why := _punctuated(lines):
        raise BadInput(
            f"{place}: {why}, so these are no user sequences. If it is a table, name --reader "
            f"table, with --user-column, --item-column and --time-column by number. {FORCE}"
        )
    if keyed := _keyed(lines):
        raise BadInput(
            f"{place}: {quote(keyed)} begins with the name of a value, as the lines of a record "
            f"do: write one interaction a line, and name --reader table. {FORCE}"
        )


def _are_counts(first: list[str], pairs: list[list[str]]) -> bool:
    """Whether three numbers stand over pairs, of which they could be the counts."""
    if len(first) != 3 or not all(map(str.isdecimal, first)) or any(len(p) != 2 for p in pairs):
        return False
    users, items = ({pair[at] for pair in pairs} for at in (0, 1))
    least = (len(users), len(items), len(pairs))
    repeated = len(users) < len(pairs) >= LEAST_LINES
    return repeated and all(int(n) >= at_least for n, at_least in zip(first, least, strict=True))


def is_rated_table(rows: pl.DataFrame) -> bool:
    """Whether the first block reads `user item rating time`, separated by tabs or spaces."""
    table = [cut_line(line, SPACES, quotes=False) for line in rows["text"].head(LOOKED_AT)]
    return all(
        len(row) == 4 and RATING.fullmatch(row[2]) is not None and is_clock(row[3]) for row in table
    )


def _punctuated(lines: list[str]) -> str | None:
    marked = [line for line in lines if PUNCTUATION.search(line)]
    if 2 * len(marked) > len(lines):
        return f"{quote(marked[0])} has commas, quotes or brackets between its words"
    odd = [(line, found.group()) for line in lines if (found := MARKS.search(line))]
    if 2 * len(odd) > len(lines):
        line, mark = odd[0]
        return f"{quote(line)} has {quote(mark)} among its words"
    return None


def _keyed(lines: list[str]) -> str | None:
    """A line such as `review/time: 1303862400`, where most lines are so and few names come."""
    found = [line for line in lines if KEY.fullmatch(line.split()[0])]
    names = {line.split()[0] for line in found}
    return found[0] if 2 * len(found) > len(lines) and 2 * len(names) <= len(found) else None


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
    if len(times) > 1 and len(times) == len(items) and all(map(is_clock, times)):
        return not any(map(is_clock, items))
    return bool(words) and all(TIMED_ITEM.fullmatch(word) for word in words)


def _rated_items(lines: list[str]) -> str | None:
    """A line such as `user item:rating item:rating`, where most are so and numbers are fewer."""
    cut = [[RATED_ITEM.fullmatch(word) for word in line.split()[1:]] for line in lines]
    found = [line for line, words in zip(lines, cut, strict=True) if words and all(words)]
    pairs = [word.groups() for words in cut for word in words if word is not None]
    items, numbers = ({pair[part] for pair in pairs} for part in (0, 1))
    fewer = len(numbers) < len(items) or any("." in number for number in numbers)
    return found[0] if fewer and 2 * len(found) > len(lines) else None
