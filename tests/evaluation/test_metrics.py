from dataclasses import dataclass
from math import log2, sqrt

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.evaluate import evaluate, model_scores
from ssr_neuro.evaluation.metrics import CUTOFFS, metrics
from ssr_neuro.evaluation.ranks import Floats, ranks
from ssr_neuro.model import build
from ssr_neuro.program.arrays import IntArray
from ssr_neuro.settings.models.ssr import SsrConfig


@dataclass
class Toy:
    """Sequences whose inputs and targets are given."""

    inputs: IntArray
    targets: IntArray

    def __len__(self) -> int:
        return len(self.targets)

    def batch(self, rows: IntArray) -> tuple[IntArray, IntArray]:
        return self.inputs[rows], self.targets[rows]


def toy(count: int, items: int = 9, positions: int = 4) -> Toy:
    rng = np.random.default_rng(0)
    return Toy(rng.integers(1, items + 1, (count, positions)), rng.integers(1, items + 1, count))


def test_ranks_count_better_items_and_half_of_the_ties() -> None:
    scores = np.array([[9.0, 1, 3, 2, 5], [9, 4, 4, 4, 4], [9, 1, 2, 2, 3], [9, 0, 0, 0, 1]])
    np.testing.assert_array_equal(ranks(scores, np.array([3, 2, 3, 4])), [3, 2.5, 2.5, 1])


def test_the_pad_is_never_a_candidate() -> None:
    scores = np.array([[np.inf, 1, 2], [-np.inf, 1, 2], [np.nan, 1, 2]])
    np.testing.assert_array_equal(ranks(scores, np.array([2, 2, 2])), [1, 1, 1])


def test_metrics_of_a_case_worked_by_hand() -> None:
    found = metrics(np.array([1.0, 3.0, 10.0, 21.0]))
    assert found.sequences == 4
    assert found.hr == {5: 0.5, 10: 0.75, 20: 0.75}
    assert found.mrr[5] == pytest.approx((1 + 1 / 3) / 4)
    assert found.mrr[10] == pytest.approx((1 + 1 / 3 + 1 / 10) / 4)
    assert found.ndcg[5] == pytest.approx((1 + 1 / 2) / 4)
    assert found.ndcg[20] == pytest.approx((1 + 1 / 2 + 1 / log2(11)) / 4)


def test_the_error_of_a_hit_rate_is_the_binomial_one() -> None:
    found = metrics(np.array([1.0, 2.0, 3.0, 100.0]))
    assert found.hr_error[10] == pytest.approx(sqrt(0.75 * 0.25 / 4))


def test_metrics_as_plain_data() -> None:
    plain = metrics(np.array([1.0, 7.0])).to_dict()
    assert plain["sequences"] == 2
    assert (plain["hr@5"], plain["hr@10"], plain["hr@10_error"]) == (0.5, 1.0, 0.0)
    assert len(plain) == 1 + 3 * 3 * 2


@given(st.integers(2, 12), st.integers(0, 10_000))
def test_ranks_are_the_mean_over_all_orders_of_ties(items: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.integers(-2, 3, (3, items + 1)).astype(float)
    targets = rng.integers(1, items + 1, 3)
    for row, target, rank in zip(scores, targets, ranks(scores, targets), strict=True):
        best_first = sorted(row[1:], reverse=True)
        places = [place for place, score in enumerate(best_first, 1) if score == row[target]]
        assert rank == sum(places) / len(places)


def test_equal_scores_hit_no_more_than_chance() -> None:
    found = evaluate(lambda inputs: np.zeros((len(inputs), 101)), toy(50, items=100))
    assert all(found.hr[k] == found.ndcg[k] == 0 for k in CUTOFFS)


def test_an_untrained_model_does_not_find_the_targets() -> None:
    torch.manual_seed(0)
    model = build("ssr", SsrConfig(items=100, positions=4, features=8, blocks=1))
    torch.nn.init.zeros_(model.get_parameter("readout.weight"))
    found = evaluate(model_scores(model), toy(50, items=100))
    assert found.hr[10] == 0


def test_a_scorer_that_knows_the_targets_is_perfect_in_any_batch_size() -> None:
    sequences = toy(23)
    answers = dict(zip(map(bytes, sequences.inputs), sequences.targets, strict=True))

    def knows(inputs: IntArray) -> Floats:
        return np.eye(10)[[answers[bytes(row)] for row in inputs]]

    for batch_size in (1, 7, 23, 100):
        found = evaluate(knows, sequences, batch_size, progress=batch_size == 7)
        assert found.sequences == 23
        assert found.hr[5] == found.mrr[20] == found.ndcg[10] == 1


def test_a_model_is_judged_in_eval_mode_and_left_as_it_was() -> None:
    torch.manual_seed(0)
    model = build("ssr", SsrConfig(items=9, positions=4, features=8, blocks=1)).train()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    first = evaluate(model_scores(model), toy(9), 9)
    assert evaluate(model_scores(model), toy(9), 2) == first
    assert model.training
    assert all(torch.equal(tensor, before[n]) for n, tensor in model.state_dict().items())


def test_nan_scores_name_the_batch() -> None:
    def broken(inputs: IntArray) -> Floats:
        return np.full((len(inputs), 10), 1.0 if len(inputs) == 4 else np.nan)

    with pytest.raises(BadInput, match="batch 2, sequences 8 to 9: scores hold NaN; the model has"):
        evaluate(broken, toy(10), batch_size=4)


def test_targets_without_a_score_are_refused() -> None:
    for target in (0, 4):
        with pytest.raises(BadInput, match=f"target {target} has no score; .* items 1 to 3"):
            ranks(np.zeros((2, 4)), np.array([1, target]))
    with pytest.raises(BadInput, match="1 rows of scores for 2 targets; give one each"):
        ranks(np.zeros((1, 4)), np.array([1, 2]))


def test_nothing_to_evaluate_is_an_error() -> None:
    with pytest.raises(BadInput, match="there are no sequences to evaluate"):
        evaluate(lambda inputs: np.zeros((0, 3)), toy(0))
