"""What ranks all items for windows of a history: a bundle's integers, or a model's scores."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from simulators.native.network import threads
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.item_table import top
from ssr_neuro.program.arrays import IntArray, Ints
from ssr_neuro.program.ir import IntegerProgram
from ssr_neuro.program.simulator import Simulator
from ssr_neuro.ranking import PackedItems, Top

AT_ONCE = 64  # windows of a thread
SCORES_AT_ONCE = 1 << 24  # of all windows that a model scores together: bounds the memory


def best_of(scores: npt.NDArray[np.float32], k: int) -> Top:
    """Of a model's scores (samples, V + 1), the pad's first. Raises BadInput at NaN or infinity.

    No model hides an item behind -inf but the pad, whose scores are left out.
    """
    found: npt.NDArray[Any] = scores[:, 1:]
    if not np.isfinite(found).all():
        odd = found[~np.isfinite(found)][0]
        raise BadInput(
            f"a score is {odd}, no finite number; the model's weights diverged, train it again"
        )
    rows = top(found, k)
    return Top(rows.astype(np.int64), np.take_along_axis(found, rows, axis=1))


def in_parts(windows: Ints, at_once: int, top_of: Callable[[Ints], Top]) -> Top:
    """The best of all windows, `at_once` of them at a time; of at least one window."""
    parts = [top_of(windows[at : at + at_once]) for at in range(0, len(windows), at_once)]
    if len(parts) == 1:
        return parts[0]
    rows, scores = ([getattr(part, name) for part in parts] for name in ("rows", "scores"))
    return Top(np.concatenate(rows), np.concatenate(scores))


class Steps(Protocol):
    """One user's items, read one at a time."""

    def read(self, item: int, time_s: int | None) -> None:
        """The user's next item, from 1; its time for a model that needs times."""
        ...

    def top(self, k: int) -> Top:
        """The best k items after those read, for one sample. At least one was read."""
        ...


class Ranker(Protocol):
    """positions: N of the windows it was trained on. integers: whether its scores are whole."""

    @property
    def kind(self) -> str: ...
    @property
    def positions(self) -> int: ...
    @property
    def needs_times(self) -> bool: ...
    @property
    def integers(self) -> bool: ...

    def top(self, windows: Ints, k: int) -> Top:
        """The best k items for windows (samples, N), or (samples, N, 2) with times.

        There is at least one sample. Of equal scores the lower item is better. Raises BadInput
        where a score is no finite number.
        """
        ...

    def steps(self) -> Steps | None:
        """A user without items, where the model can go on from what it keeps; else None."""
        ...


@dataclass(frozen=True, eq=False)
class IntegerRanker:
    """A compiled network and its items. simulator: one of the registry."""

    program: IntegerProgram
    items: PackedItems
    simulator: Simulator
    kind: str = "ssr"
    needs_times: bool = False
    integers: bool = True

    @property
    def positions(self) -> int:
        """N: the input shows N rows of codes and N / T more."""
        rows, steps = self.program.inputs[0].shape[0], self.program.steps
        return int(rows * steps // (steps + 1))

    def top(self, windows: Ints, k: int) -> Top:
        """A part at a time, so that spikes and readouts of one stay in the processor's caches."""
        return in_parts(
            windows, AT_ONCE * threads(), lambda part: self.items.top(self.readouts(part), k)
        )

    def readouts(self, windows: Ints) -> IntArray:
        """What the network says of windows (samples, N): int64 (samples, T, D)."""
        inputs = {self.program.inputs[0].name: self.items.stimulus(windows)}
        alone = getattr(self.simulator, "readouts", None)  # a simulator may keep no trace
        found = (
            alone(self.program, inputs)
            if alone
            else self.simulator.run(self.program, inputs).readouts
        )
        (readouts,) = found.values()
        whole: IntArray = readouts
        return whole

    def steps(self) -> Steps | None:
        return None
