"""One user, item by item."""

import numpy as np

from ssr_neuro.errors import BadInput
from ssr_neuro.serving.recommender import Recommended, Recommender, check_top, without
from ssr_neuro.serving.times import check_second


class Session:
    """What one user had so far.

    LRURec keeps a state, so that it reads all items and one more costs the same however many came
    before; every other model reads its window, the last N items, anew.
    """

    def __init__(self, recommender: Recommender) -> None:
        self._recommender = recommender
        self._steps = recommender.ranker.steps()
        self._numbers: list[int] = []
        self._times: list[int] = []

    def __repr__(self) -> str:
        return f"<Session of {self._recommender!r}, history of {len(self._numbers):,}>"

    @property
    def history(self) -> tuple[str, ...]:
        """Ids of the items so far, oldest first."""
        ids = self._recommender.item_ids
        return tuple(ids[number - 1] for number in self._numbers)

    def add(self, item: object, time_s: int | None = None) -> None:
        """The user's next item, by the data's own id.

        An item that the model does not know is left out with a `Note`. time_s: whole seconds, for
        a model that reads times. Raises BadInput where it is missing, not wanted, or another value;
        the session is then as it was.
        """
        wanted = self._recommender.ranker.needs_times
        if wanted == (time_s is None):
            what = "reads times; give time_s" if wanted else "reads no times; leave time_s out"
            raise BadInput(f"{self._recommender.name} ({self._recommender.kind}) {what}")
        second = None if time_s is None else check_second(time_s)
        number = int(self._recommender.catalogue.look_up([item])[0])
        if number == 0:
            self._recommender.note_unknown((str(item),))
            return
        if self._steps is not None:
            self._steps.read(number, second)
        self._numbers.append(number)
        self._times += [] if second is None else [second]

    def recommend(self, top: int = 10, *, hide_seen: bool = False) -> tuple[Recommended, ...]:
        """As `Recommender.recommend` of the items so far. Raises BadInput where there are none."""
        check_top(top)
        if not self._numbers:
            raise BadInput("the session has no items yet; add one that the model knows")
        own = self._recommender
        numbers = np.array(self._numbers, np.int64)
        if self._steps is None:
            times = [np.array(self._times, np.int64)] if self._times else None
            (found,) = own.rank([numbers], top, times, hide_seen=hide_seen)
            return own.named(*found)
        seen = np.unique(numbers) - 1 if hide_seen else None
        k = top + (0 if seen is None else len(seen))
        best = self._steps.top(min(k, len(own.catalogue)))
        return own.named(*without(best.rows[0], best.scores[0], seen, top))
