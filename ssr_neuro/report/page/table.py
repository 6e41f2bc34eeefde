"""A table of the page as data: what each cell shows, what it sorts by, and where it comes from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ssr_neuro.charts import numbers


@dataclass(frozen=True)
class Cell:
    """value: what the column sorts by, None where nothing is known. ref: number of its source.

    path, written: place of the value in the JSON, and the function of `numbers` it is written by.
    colour: number of that of a kind of energy, shown before the words.
    """

    text: str
    value: float | str | None
    kind: str = ""
    ref: int | None = None
    path: str = ""
    written: str = ""
    small: str = ""
    colour: int | None = None


@dataclass(frozen=True)
class Column:
    """ref: number of a source. words: not numbers."""

    title: str
    ref: int | None = None
    words: bool = False


@dataclass(frozen=True)
class Table:
    """foot: a row of totals, which stays where it is when the rows are sorted.

    A number is from the source of its cell; where that names none of its row's first cell, else of
    its column, else of the table.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    foot: tuple[Cell, ...] = ()
    note: str = ""
    ref: int | None = None


def words(text: str, kind: str = "", *, ref: int | None = None, small: str = "") -> Cell:
    """A cell of words, sorted by them."""
    return Cell(text, text.lower(), kind, ref, small=small)


def number(
    value: float | None,
    written: Callable[[float | None], str] = numbers.count,
    *,
    kind: str = "",
    ref: int | None = None,
    path: str = "",
    small: str = "",
) -> Cell:
    """A cell of a number; where `path` says its place in the JSON it can be checked."""
    name = written.__name__ if path else ""
    return Cell(written(value), value, kind, ref, path, name, small)


def blank() -> Cell:
    """Nothing belongs here."""
    return Cell("", None)


def columns(*titles: str | tuple[str, int | None]) -> tuple[Column, ...]:
    """The first holds words, the others numbers; a pair brings the number of a source."""
    made = [(title, None) if isinstance(title, str) else title for title in titles]
    return tuple(Column(title, ref, words=not k) for k, (title, ref) in enumerate(made))


def column_unit(values: Sequence[float | None]) -> numbers.Unit:
    """The unit for a column of energies in pJ."""
    return numbers.energy_unit(max((v for v in values if v is not None), default=0.0))
