"""Evaluation protocols: which sequences train, which validate, which test."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from ssr_neuro.data.dataset import Dataset
from ssr_neuro.data.loading import check_name
from ssr_neuro.data.sequences import Sequences
from ssr_neuro.errors import BadInput
from ssr_neuro.program.arrays import IntArray


@dataclass(frozen=True)
class Split:
    """Within a user's history: training targets, then validation's, then the test's.

    windows: how the training sequences were cut, "every" or "apart".
    """

    train: Sequences
    valid: Sequences
    test: Sequences
    protocol: str
    windows: str = "every"


def split(
    dataset: Dataset,
    *,
    protocol: str = "ratio",
    positions: int = 20,
    test_ratio: float = 0.2,
    valid_ratio: float = 0.1,
    timed: bool = False,
    users: bool = False,
    windows: str = "every",
    refit: bool = False,
) -> Split:
    """Every item with a history before it is the target of one sequence of <= `positions` items.

    ratio (SSR, section 5.1): of a user's sequences the last `test_ratio` test and of the rest the
    last `valid_ratio` validate, both rounded up, but of this rest at least one stays for training;
    the test may leave none, as of the one sequence of a user of two items.
    leave-one-out (LRURec, TiM4Rec): the last item tests, the one before validates; a user of two
    items only trains. The ratios are then unused. timed: windows with the time of each item. users:
    windows with the number of their user. windows: "every" item that trains is the target of a
    sequence; "apart", for a model that learns
    the item after every position: windows that follow one another from the newest item back (as in
    LRURec's program), so that each training item is to be predicted once. Validation and test are
    the same in both. refit: validation sequences train as well, and none is left to validate; the
    test is the same. Raises BadInput.
    """
    check_name("protocol", protocol, PROTOCOLS)
    check_name("windows", windows, WINDOWS)
    if positions < 1:
        raise BadInput(f"positions is {positions}; a window holds at least 1 item.")
    if not (0 < test_ratio < 1 and 0 <= valid_ratio < 1):
        raise BadInput(
            f"test_ratio {test_ratio} and valid_ratio {valid_ratio} must be below 1, and the "
            f"first above 0, the second not below."
        )
    times_s = _times(dataset) if timed else None
    lengths = np.diff(dataset.offsets)
    valid_from, test_from = PROTOCOLS[protocol](lengths, test_ratio, valid_ratio)
    valid_from = test_from if refit else valid_from
    first = np.repeat(dataset.offsets[:-1], lengths)
    user_of = np.repeat(np.arange(1, dataset.n_users + 1), lengths)
    position = np.arange(dataset.n_interactions) - first
    part = (position >= np.repeat(valid_from, lengths)).astype(np.int8)
    part += position >= np.repeat(test_from, lengths)

    def sequences(wanted: int, stride: int = 1) -> Sequences:
        back = np.repeat(valid_from, lengths) - 1 - position
        targets_at = np.flatnonzero((part == wanted) & (position > 0) & (back % stride == 0))
        own = user_of[targets_at] if users else None
        return Sequences(dataset.items, first[targets_at], targets_at, positions, times_s, own)

    train = sequences(0, WINDOWS[windows](positions))
    made = Split(train, sequences(1), sequences(2), protocol, windows)
    if not (len(made.train) and len(made.test)):
        raise BadInput(
            f"{dataset.name}: protocol {protocol} gives {len(made.train)} training and "
            f"{len(made.test)} test sequences. Use data with longer histories."
        )
    return made


def _times(dataset: Dataset) -> npt.NDArray[np.int64]:
    seconds = dataset.whole_seconds
    if seconds is None:
        raise BadInput(
            f"{dataset.name} ({dataset.source}) has no times, and this model reads them. "
            f"{_missing_times(dataset)}; or take a model that needs none."
        )
    return seconds


def _missing_times(dataset: Dataset) -> str:
    columns = dataset.columns
    if columns is None or not columns.named:
        return "Give data with a time for every interaction"
    there = f"there are {', '.join(columns.names)}"
    return (
        f"A column of times, such as timestamp, is missing: {there}. Name yours with --time-column"
    )


def _ratio(lengths: IntArray, test: float, valid: float) -> tuple[IntArray, IntArray]:
    sequences = np.maximum(lengths - 1, 0)
    tested = _share(sequences, test)
    rest = sequences - tested
    validated = np.minimum(_share(rest, valid), np.maximum(rest - 1, 0))
    return lengths - tested - validated, lengths - tested


def _leave_one_out(lengths: IntArray, test: float, valid: float) -> tuple[IntArray, IntArray]:
    split_user = lengths >= 3
    return lengths - 2 * split_user, lengths - split_user


def _share(counts: IntArray, ratio: float) -> IntArray:
    # In integers: 0.07 * 100 in floating point exceeds 7, and rounding up would make it 8.
    exact = Fraction(str(ratio)).limit_denominator(1_000_000)
    return -(-counts * exact.numerator // exact.denominator)


# positions -> items from one training target back to the one before
WINDOWS: dict[str, Callable[[int], int]] = {
    "every": lambda positions: 1,
    "apart": lambda positions: positions,
}
PROTOCOLS: dict[str, Callable[[IntArray, float, float], tuple[IntArray, IntArray]]] = {
    "ratio": _ratio,
    "leave-one-out": _leave_one_out,
}
