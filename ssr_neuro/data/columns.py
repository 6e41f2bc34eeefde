"""Which columns of a table, or keys of a record, are the user, the item and the time."""

from collections.abc import Sequence
from dataclasses import dataclass

from ssr_neuro.errors import BadInput
from ssr_neuro.files.names import quote
from ssr_neuro.settings.column_names import ITEMS, TIMES, USERS, plain
from ssr_neuro.settings.reading import NO_TIME, WantedColumns

MOST_DIGITS = 9  # of the number of a column; Python reads no number of thousands of digits
KNOWN = {"user": USERS, "item": ITEMS, "time": TIMES}


@dataclass(frozen=True)
class ReadColumns:
    """What was read, and what was left unread, by the names in the file.

    named: whether the file has columns at all; text of sequences has not.
    """

    user: str
    item: str
    time: str | None
    unread: tuple[str, ...] = ()
    named: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """Of all columns; none where the file has no columns."""
        return (*self._read, *self.unread) if self.named else ()

    @property
    def described(self) -> str:
        return ", ".join(self._read)

    @property
    def _read(self) -> tuple[str, ...]:
        return tuple(name for name in (self.user, self.item, self.time) if name is not None)


def known_columns(names: Sequence[str]) -> bool:
    """Whether these are a header: a user and an item are among them."""
    plains = {plain(name) for name in names}
    return not plains.isdisjoint(USERS) and not plains.isdisjoint(ITEMS)


def find_columns(
    names: Sequence[str], wanted: WantedColumns, place: str, layout: str = ""
) -> ReadColumns:
    """Raises BadInput where a column is missing: which, what there is, and the option for it."""
    user = _find(names, "user", wanted.user, place)
    item = _find(names, "item", wanted.item, place)
    time = None if wanted.time == NO_TIME else _find(names, "time", wanted.time, place)
    if user is None or item is None:
        what = "users" if user is None else "items"
        option = "--user-column" if user is None else "--item-column"
        known = "user_id, reviewerID or username" if user is None else "item_id, asin or movieId"
        raise BadInput(
            f"{place}: no column of {what} among {_listed(names)}. Known are names such as "
            f"{known}; name yours with {option}. {layout}".rstrip()
        )
    for name in (user, item, time):
        if names.count(name) > 1:
            raise BadInput(f"{place}: {names.count(name)} columns are named {name!r}. Rename them.")
    if len({user, item, time}) < 3:
        raise BadInput(
            f"{place}: user, item and time need a column each, and are {user}, {item} and {time}."
        )
    return ReadColumns(user, item, time, tuple(n for n in names if n not in (user, item, time)))


def _find(names: Sequence[str], what: str, wanted: str | None, place: str) -> str | None:
    if wanted is None:
        by_plain = {plain(name): name for name in reversed(names)}
        return next((by_plain[name] for name in KNOWN[what] if name in by_plain), None)
    if wanted in names and not wanted.isdecimal():  # a number is a place, whatever the names are
        return wanted
    if (at := place_of(wanted, len(names))) is not None:
        return names[at]
    counted = " Numbers count them from 1." if wanted.isdecimal() else ""
    raise BadInput(
        f"{place}: no column {quote(wanted)} for --{what}-column; there are {_listed(names)}."
        f"{counted}"
    )


def place_of(wanted: str, columns: int) -> int | None:
    """The index of a column that is given by its number from 1; None where there is no such."""
    if not wanted.isdecimal() or len(wanted) > MOST_DIGITS:
        return None
    return int(wanted) - 1 if 1 <= int(wanted) <= columns else None


def _listed(names: Sequence[str]) -> str:
    return ", ".join(quote(name) for name in names[:20]) + (", ..." if len(names) > 20 else "")
