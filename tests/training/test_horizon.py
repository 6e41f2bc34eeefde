"""Training on the items after the next one as well: what they are, what they weigh, who may."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.functional import log_softmax
from training_runs import CONFIG, DATA, SETTINGS, SPLIT

from ssr_neuro import checkpoint
from ssr_neuro.data import split
from ssr_neuro.errors import BadInput
from ssr_neuro.model import config_from_dict
from ssr_neuro.model.parts.linear_cross_entropy import linear_cross_entropy
from ssr_neuro.training import train
from ssr_neuro.training.batches import _OnDevice, batches
from ssr_neuro.training.run import TrainingRun

AHEAD = replace(SETTINGS, horizon=3)


def test_later_items_follow_one_another_in_the_training_part_alone() -> None:
    rows = np.arange(len(SPLIT.train))
    later = SPLIT.train.later(rows, 3)
    np.testing.assert_array_equal(later[:, 0], SPLIT.train.targets)
    known = {
        (s, t): DATA.items[t]
        for s, t in zip(SPLIT.train.starts, SPLIT.train.targets_at, strict=True)
    }
    for row in rows:
        start, at = SPLIT.train.starts[row], SPLIT.train.targets_at[row]
        assert list(later[row]) == [known.get((start, at + k), 0) for k in range(3)]
    assert (later == 0).any()


def test_the_last_training_item_of_a_user_is_followed_by_nothing() -> None:
    kept = split(DATA, positions=4, protocol="leave-one-out").train
    last = np.flatnonzero(np.diff(kept.starts, append=-1))
    np.testing.assert_array_equal(kept.later(last, 4)[:, 1:], 0)


def test_the_kth_weighs_1_over_k_and_what_is_missing_nothing() -> None:
    torch.manual_seed(0)
    hidden, table, bias = torch.randn(3, 4), torch.randn(6, 4), torch.zeros(6)
    bias[0] = -torch.inf
    logs = log_softmax(hidden @ table.T + bias, 1)
    targets = torch.tensor([[1, 2, 3], [4, 5, 0], [5, 0, 0]])
    by_hand = (
        -(
            (logs[0, 1] * 6 + logs[0, 2] * 3 + logs[0, 3] * 2) / 11
            + (logs[1, 4] * 2 + logs[1, 5]) / 3
            + logs[2, 5]
        )
        / 3
    )
    torch.testing.assert_close(linear_cross_entropy(hidden, table, bias, targets), by_hand)


def test_gradients_are_those_of_the_weighted_sum() -> None:
    torch.manual_seed(1)
    leaves = [torch.randn(5, 4), torch.randn(7, 4), torch.randn(7)]
    hidden, table, bias = (x.double().requires_grad_() for x in leaves)
    targets = torch.tensor([[1, 2], [3, 3], [4, 0], [6, 1], [2, 5]])
    weights = torch.tensor([[2, 1], [2, 1], [3, 0], [2, 1], [2, 1]]).double() / 3
    logs = log_softmax(hidden @ table.T + bias, 1)
    expected = -(weights * logs.gather(1, targets)).sum() / 5
    ours = linear_cross_entropy(hidden, table, bias, targets)
    torch.testing.assert_close(ours, expected)
    for mine, theirs in zip(
        torch.autograd.grad(ours, (hidden, table, bias)),
        torch.autograd.grad(expected, (hidden, table, bias)),
        strict=True,
    ):
        torch.testing.assert_close(mine, theirs)


def test_batches_have_them_on_every_device() -> None:
    rows = np.array([0, 5, len(SPLIT.train) - 1])
    windows, targets = batches(SPLIT.train, torch.device("cpu"), 3)(rows)
    on_device = _OnDevice(SPLIT.train, torch.device("cpu"), 3)(rows)
    assert torch.equal(windows, on_device[0])
    assert torch.equal(targets, on_device[1])
    np.testing.assert_array_equal(targets.numpy(), SPLIT.train.later(rows, 3))


def test_a_horizon_of_one_takes_the_steps_of_old(tmp_path: Path) -> None:
    for name, settings in (("one", SETTINGS), ("three", AHEAD)):
        train(DATA, SPLIT, "ssr", CONFIG, settings, tmp_path / f"{name}.pt")
    one, three = (checkpoint.load(tmp_path / f"{n}.pt").state for n in ("one", "three"))
    assert not torch.equal(one["table.weight"], three["table.weight"])
    again = TrainingRun(SPLIT, "ssr", CONFIG, replace(SETTINGS, horizon=1))
    first = TrainingRun(SPLIT, "ssr", CONFIG, SETTINGS)
    assert again.step(0.0) == first.step(0.0)


@pytest.mark.parametrize(
    ("kind", "changed", "message"),
    [
        ("ssr", {"horizon": 2, "negatives": 5}, "horizon above 1 and negatives do not go together"),
        ("sasrec", {"horizon": 2}, "horizon is 2, and SASRec does not learn one window at a time"),
        ("ssr", {"horizon": 0}, "horizon is 0; it must be a whole number of at least 1"),
    ],
)
def test_a_horizon_without_a_meaning_is_refused(
    kind: str, changed: dict[str, int], message: str
) -> None:
    config = config_from_dict(kind, {"items": 12, "positions": 4})
    with pytest.raises(BadInput, match=message):
        TrainingRun(SPLIT, kind, config, replace(SETTINGS, **changed))


def test_sequences_that_know_nothing_later_are_refused() -> None:
    class Bare:
        def __len__(self) -> int:
            return 3

        def batch(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            return np.ones((3, 4), np.int64), np.ones(3, np.int64)

    with pytest.raises(BadInput, match="horizon is 2, and these sequences do not know what comes"):
        batches(Bare(), torch.device("cpu"), 2)
