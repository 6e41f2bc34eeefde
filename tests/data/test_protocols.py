"""Windows and splits against slow definitions written from the protocols' words."""

from dataclasses import replace
from fractions import Fraction
from math import ceil
from pathlib import Path

import numpy as np
import pytest
from history_data import Histories, dataset_of, histories
from hypothesis import given
from hypothesis import strategies as st
from published_data import published_file

from ssr_neuro.data import PROTOCOLS, Dataset, Sequences, Split, generate, load, split
from ssr_neuro.errors import BadInput

Examples = list[tuple[list[int], int]]
ratios = st.sampled_from([0.07, 0.1, 0.2, 0.3, 0.5])


def slow_examples(history: list[int], targets: range, positions: int) -> Examples:
    padded = [0] * positions + history
    return [(padded[at : at + positions], history[at]) for at in targets]


def slow_ratio(length: int, test: float, valid: float) -> tuple[int, int]:
    """Where validation and test begin in a history of this length."""
    sequences = length - 1
    tests = ceil(sequences * Fraction(str(test)))
    valids = ceil((sequences - tests) * Fraction(str(valid)))
    if valids and valids == sequences - tests:
        valids -= 1
    return length - tests - valids, length - tests


def examples(part: Sequences) -> Examples:
    windows, targets = part.batch(np.arange(len(part)))
    return list(zip(windows.tolist(), targets.tolist(), strict=True))


@given(histories, st.integers(1, 6), ratios, ratios)
def test_ratio_matches_its_definition(
    histories: Histories, positions: int, test: float, valid: float
) -> None:
    made = split(dataset_of(histories), positions=positions, test_ratio=test, valid_ratio=valid)
    expected: list[Examples] = [[], [], []]
    for history in histories:
        from_valid, from_test = slow_ratio(len(history), test, valid)
        ranges = range(1, from_valid), range(max(1, from_valid), from_test)
        for part, targets in enumerate((*ranges, range(max(1, from_test), len(history)))):
            expected[part] += slow_examples(history, targets, positions)
    assert [examples(made.train), examples(made.valid), examples(made.test)] == expected


@given(histories, st.integers(1, 6))
def test_leave_one_out_matches_its_definition(histories: Histories, positions: int) -> None:
    made = split(dataset_of(histories), protocol="leave-one-out", positions=positions)
    long = [history for history in histories if len(history) >= 3]
    ends = {
        name: [slow_examples(history, range(at, at + 1), positions)[0] for history, at in pairs]
        for name, pairs in {
            "valid": [(history, len(history) - 2) for history in long],
            "test": [(history, len(history) - 1) for history in long],
        }.items()
    }
    train: Examples = []
    for history in histories:
        end = len(history) - 2 if len(history) >= 3 else len(history)
        train += slow_examples(history, range(1, end), positions)
    assert (examples(made.valid), examples(made.test)) == (ends["valid"], ends["test"])
    assert examples(made.train) == train


@pytest.mark.parametrize("protocol", PROTOCOLS)
@given(histories=histories)
def test_nothing_of_the_test_is_seen_in_training(histories: Histories, protocol: str) -> None:
    # Every interaction gets an item of its own, so that an item tells where it stood.
    flat = dataset_of(histories)
    items = np.arange(1, flat.n_interactions + 1, dtype=np.int32)
    marked = Dataset(**{**vars(flat), "items": items})
    made = split(marked, protocol=protocol, positions=4)
    parts = [made.train, made.valid, made.test]
    targets = [item for part in parts for item in part.targets.tolist()]
    assert len(set(targets)) == len(targets)
    windows, train_targets = made.train.batch(np.arange(len(made.train)))
    assert (windows.max(1) < train_targets).all()
    held_out = np.concatenate([made.valid.targets, made.test.targets])
    assert not np.isin(windows, held_out).any()
    assert all(test > valid for valid, test in same_user(made, flat))


def same_user(made: Split, dataset: Dataset) -> list[tuple[int, int]]:
    return [
        (int(valid), int(test))
        for valid, start in zip(made.valid.targets_at, made.valid.starts, strict=True)
        for test in made.test.targets_at[made.test.starts == start]
    ]


def test_every_sequence_belongs_to_one_part() -> None:
    dataset = generate(users=40)
    made = split(dataset)
    assert len(made.train) + len(made.valid) + len(made.test) == dataset.n_sequences


def test_windows_are_padded_on_the_left_and_any_rows_can_be_asked_for() -> None:
    part = split(dataset_of([[1, 2], [5, 6, 7, 8, 9]]), test_ratio=0.2, positions=3).train
    windows, targets = part.batch(np.array([1, 0, 0]))
    assert windows.tolist() == [[0, 5, 6], [0, 0, 5], [0, 0, 5]]
    assert targets.tolist() == [7, 6, 6]
    assert {str(windows.dtype), str(targets.dtype)} == {"int64"}
    assert examples(part.take(np.array([1]))) == [([0, 5, 6], 7)]


def test_an_empty_batch_keeps_its_shape() -> None:
    windows, targets = split(generate(users=9)).test.batch(np.array([], dtype=np.int64))
    assert (windows.shape, targets.shape) == ((0, 20), (0,))


def test_shares_are_rounded_up_exactly() -> None:
    # In floating point 0.07 * 100 is above 7.
    made = split(dataset_of([[1] * 101]), test_ratio=0.07, valid_ratio=0.0)
    assert (len(made.train), len(made.test)) == (93, 7)


def test_validation_can_be_left_out() -> None:
    made = split(generate(users=9), valid_ratio=0.0)
    assert len(made.valid) == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"protocol": "random"}, "unknown protocol 'random'; there are ratio, leave-one-out"),
        ({"positions": 0}, "positions is 0; a window holds at least 1 item"),
        ({"test_ratio": 1.0}, "test_ratio 1.0 and valid_ratio 0.1 must be below 1"),
        ({"valid_ratio": -0.1}, "test_ratio 0.2 and valid_ratio -0.1 must be below 1"),
        ({"test_ratio": float("nan")}, "test_ratio nan and valid_ratio 0.1"),
    ],
)
def test_bad_options_are_refused(options: dict[str, float | str], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        split(generate(users=9), **options)  # type: ignore[arg-type]


def test_too_short_histories_are_refused() -> None:
    message = "drawn: protocol ratio gives 0 training and 2 test sequences. Use data with longer"
    with pytest.raises(BadInput, match=message):
        split(dataset_of([[1, 2], [2, 3], [4]]))


def test_ml_1m_has_the_published_test_set() -> None:
    made = split(load(published_file("ml-1m.txt")))
    assert len(made.test) == 201_137
    assert len(made.train) + len(made.valid) == 993_571 - 201_137


def test_windows_with_times_hold_each_items_own_and_pads_the_oldest() -> None:
    items, times = np.array([5, 6, 7, 8, 9]), np.array([10.0, 20.4, 30.6, 100.0, 110.0])
    made = Dataset(
        "t", items, np.array([0, 3, 5]), tuple("abcdefghi"), ("u", "v"), times, "by hand", ""
    )
    part = split(made, protocol="leave-one-out", positions=3, timed=True)
    windows, targets = part.test.batch(np.arange(1))
    assert targets.tolist() == [7]
    assert windows.tolist() == [[[0, 10], [5, 10], [6, 20]]]
    later, targets = part.train.batch(np.arange(len(part.train)))
    assert targets.tolist() == [9]
    assert later.tolist() == [[[0, 100], [0, 100], [8, 100]]]


def test_windows_with_users_hold_the_number_of_their_own() -> None:
    dataset = dataset_of([[1, 2, 3, 4], [5, 4, 3], [1, 5, 2, 3, 4]])
    for part in (lambda made: made.train, lambda made: made.test):
        windows, _ = part(split(dataset, positions=3, users=True)).batch(np.arange(2))
        plain, _ = part(split(dataset, positions=3)).batch(np.arange(2))
        assert (windows[..., 0] == plain).all()
    test = split(dataset, positions=3, users=True).test
    windows, _ = test.batch(np.arange(len(test)))
    assert windows[..., 1].tolist() == [[user] * 3 for user in (1, 2, 3)]
    assert test.take(np.array([2])).batch(np.array([0]))[0][0, 0, 1] == 3


def test_times_that_are_not_there_are_missed_by_the_name_of_their_column(tmp_path: Path) -> None:
    made = replace(generate(users=9), times_s=None)
    with pytest.raises(BadInput, match=r"has no times, and this model reads them\. Give data with"):
        split(made, timed=True)
    path = tmp_path / "a.inter"
    path.write_text("user_id:token\titem_id:token\trating:float\n" + "u\ti\t5\n" * 4)
    message = (
        r"A column of times, such as timestamp, is missing: there are user_id, item_id, rating\. "
        r"Name yours with --time-column"
    )
    with pytest.raises(BadInput, match=message):
        split(load(path, core="none"), timed=True)
