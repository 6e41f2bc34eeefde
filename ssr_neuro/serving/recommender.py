"""A user's history in, the best items out, by the data's own item ids."""

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ssr_neuro.errors import BadInput, Note, is_whole
from ssr_neuro.files.names import quote
from ssr_neuro.program.arrays import Ints
from ssr_neuro.serving.catalogue import Catalogue
from ssr_neuro.serving.place import Place
from ssr_neuro.serving.ranker import Ranker
from ssr_neuro.serving.times import list_seconds
from ssr_neuro.serving.windows import windows_of

if TYPE_CHECKING:
    from ssr_neuro.serving.session import Session

SHOWN = 5  # unknown ids in one message


@dataclass(frozen=True)
class Recommended:
    """item: the data's own id. score: a whole number of a bundle, else the model's float."""

    item: str
    score: int | float


@dataclass(frozen=True, eq=False)
class Known:
    """What a model knows of a history. numbers (n,), from 1; times (n,) in seconds, or None."""

    numbers: Ints
    times: Ints | None
    unknown: tuple[str, ...]


class Recommender:
    """Ranks all items for histories. name: of the model or bundle."""

    def __init__(self, name: str, ranker: Ranker, item_ids: Sequence[str]) -> None:
        self.name, self.ranker, self.catalogue = name, ranker, Catalogue(item_ids)
        self.place: Place | None = None  # of the files it was read from

    def __repr__(self) -> str:
        return f"<Recommender {self.name}: {self.kind}, {len(self.catalogue):,} items>"

    @property
    def kind(self) -> str:
        """ssr, sasrec, lrurec ..."""
        return self.ranker.kind

    @property
    def positions(self) -> int:
        """N: how many of the last items of a history are read."""
        return self.ranker.positions

    @property
    def item_ids(self) -> Sequence[str]:
        """The data's own ids of all items, in the model's order."""
        return self.catalogue.ids

    def recommend(
        self,
        history: Iterable[object],
        top: int = 10,
        *,
        hide_seen: bool = False,
        times: Iterable[int] | None = None,
    ) -> tuple[Recommended, ...]:
        """The `top` items that rank first after a history, best first; all where there are fewer.

        history: ids of the data, oldest first; as in training the last N are read. Ids that the
        model does not know are left out with a `Note`. hide_seen: without all items of the
        history. times: whole seconds of the items, for a model that reads times. Raises BadInput
        where the history is a text, no known item is left, `top` is below 1, or times are missing,
        not wanted, or no whole seconds.
        """
        check_top(top)
        known = self.known(history, times)
        seconds = None if known.times is None else [known.times]
        (found,) = self.rank([known.numbers], top, seconds, hide_seen=hide_seen)
        return self.named(*found)

    def session(
        self, history: Iterable[object] = (), times: Iterable[int] | None = None
    ) -> "Session":
        """One user, who takes one item more at a time. Raises BadInput as `recommend`."""
        from ssr_neuro.serving.session import Session

        session = Session(self)
        items = list_items(history)
        seconds = [None] * len(items) if times is None else list_seconds(times, len(items))
        for item, time_s in zip(items, seconds, strict=True):
            session.add(item, time_s)
        return session

    def known(self, history: Iterable[object], times: Iterable[int] | None = None) -> Known:
        """The items of a history that the model knows, with a `Note` of others. Raises BadInput."""
        items = [str(item) for item in list_items(history)]
        if not items:
            raise BadInput("the history is empty; give at least one item that the user had")
        seconds = self._check_times(len(items), times)
        numbers = self.catalogue.look_up(items)
        unknown = tuple(item for item, number in zip(items, numbers, strict=True) if not number)
        if len(unknown) == len(items):
            raise BadInput(
                f"{self.name} knows none of the items {some(unknown)}; give ids of the data it was "
                f"trained on, such as {', '.join(self.item_ids[:3])}"
            )
        if unknown:
            self.note_unknown(unknown)
        here = numbers > 0
        return Known(numbers[here], None if seconds is None else seconds[here], unknown)

    def rank(
        self,
        histories: Sequence[Ints],
        top: int,
        times: Sequence[Ints] | None = None,
        *,
        hide_seen: bool = False,
    ) -> list[tuple[Ints, npt.NDArray[np.number]]]:
        """Rows, from 0, and scores of the best items for known item numbers of each history."""
        if not histories:
            return []
        seen = [np.unique(history) - 1 if hide_seen else None for history in histories]
        k = top + max((len(own) for own in seen if own is not None), default=0)
        windows = windows_of(histories, self.positions, times)
        found = self.ranker.top(windows, min(k, len(self.catalogue)))
        return [
            without(rows, scores, own, top)
            for rows, scores, own in zip(found.rows, found.scores, seen, strict=True)
        ]

    def _check_times(self, count: int, times: Iterable[int] | None) -> Ints | None:
        if not self.ranker.needs_times:
            if times is not None:
                raise BadInput(f"{self.name} ({self.kind}) reads no times; leave them out")
            return None
        if times is None:
            raise BadInput(
                f"{self.name} ({self.kind}) reads times; give the seconds of each item as well"
            )
        return np.array(list_seconds(times, count), np.int64)

    def note_unknown(self, items: Sequence[str]) -> None:
        """Say which items are left out."""
        text = f"{self.name} does not know {some(items)}, which the history is read without."
        warnings.warn(text, Note, stacklevel=4)

    def named(self, rows: Ints, scores: npt.NDArray[np.number]) -> tuple[Recommended, ...]:
        """With the data's ids."""
        return tuple(
            Recommended(self.item_ids[row], score)
            for row, score in zip(rows.tolist(), plain_numbers(scores), strict=True)
        )


def without(
    rows: Ints, scores: npt.NDArray[np.number], seen: Ints | None, top: int
) -> tuple[Ints, npt.NDArray[np.number]]:
    """The best `top` of ranked rows (k,) that are not among `seen`, a sorted array or None."""
    if seen is not None:
        kept = ~np.isin(rows, seen)
        rows, scores = rows[kept], scores[kept]
    return rows[:top], scores[:top]


def plain_numbers(scores: npt.NDArray[np.number]) -> list[int] | list[float]:
    """Python's own numbers; a float32 by the shortest text that stands for it."""
    if scores.dtype.kind in "iu":
        whole: list[int] = scores.tolist()
        return whole
    return [float(text) for text in scores.astype(str)]


def list_items(history: Iterable[object]) -> list[object]:
    """Raises BadInput for what is no list, such as a text, whose characters are no items."""
    if isinstance(history, str | bytes):
        raise BadInput(
            f"the history is a text, {quote(str(history))}; give a list of items, such as "
            "['10', '20', '30']"
        )
    try:
        return list(history)
    except TypeError as error:
        raise BadInput(
            f"the history is {history!r}; give a list of items, such as ['10', '20', '30']"
        ) from error


def check_top(top: int) -> None:
    """Raises BadInput where that is no number of items."""
    if not is_whole(top) or top < 1:
        raise BadInput(f"--top is {top!r}; ask for a whole number of items, at least 1")


def some(ids: Sequence[str]) -> str:
    """A few ids, and how many more there are."""
    more = len(ids) - SHOWN
    return ", ".join(map(repr, ids[:SHOWN])) + (f" and {more:,} more" if more > 0 else "")
