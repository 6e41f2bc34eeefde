"""Measured lists against those of the model: ties are allowed, another order is not."""

from dataclasses import fields, replace
from typing import Any

import pytest
import torch
from windows import lively, windows

from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.errors import Mismatch
from ssr_neuro.measure.agreement import ReferenceScores, check, lists, reference
from ssr_neuro.measure.contents import Precision
from ssr_neuro.measure.forms import FULL, MORE, MeasuredForm, forms_of
from ssr_neuro.measure.served import Served
from ssr_neuro.model import build, config_from_dict, kinds, model_type
from ssr_neuro.settings.models import config_type

INF = float("inf")
# Items 1 to 5: a spread of 1.414; items 2 and 4 are a tie but for 1e-4.
SCORES = torch.tensor([[-INF, 5.0, 4.0, 3.0, 4.0 - 1e-4, 1.0]], dtype=torch.float64)


def by_hand(scores: torch.Tensor, *, spikes: bool = False) -> ReferenceScores:
    return ReferenceScores("hand", scores, spikes)


def checked(*found: int, precision: Precision = "fp32", spikes: bool = False) -> Any:
    return check("m", torch.tensor([found]), by_hand(SCORES, spikes=spikes), precision)


def test_the_same_list_agrees() -> None:
    found = checked(1, 2, 4)
    assert (found.agreeing, found.same_list, found.mean_overlap, found.largest_gap) == (1, 1, 1, 0)


def test_items_that_tie_may_change_places() -> None:
    found = checked(1, 4, 2)
    assert (found.agreeing, found.same_list, found.mean_overlap) == (1, 0, 1)
    assert found.largest_gap == pytest.approx(1e-4 / float(SCORES[0, 1:].std(correction=0)))


def test_another_item_is_told_with_its_window_and_rank() -> None:
    said = (
        r"m: the top-3 lists are not the model's: 0\.0% of 1 agree with hand within 0\.001 "
        r"standard deviations of the scores, 100% must\. The worst is window 0, rank 3: item 3 "
        r"for 4, 0\.7\d+ apart\. It is not timed; measure with --precision fp32, or on an"
    )
    with pytest.raises(Mismatch, match=said):
        checked(1, 2, 3)


def test_the_right_items_in_the_wrong_order_are_a_mismatch() -> None:
    with pytest.raises(Mismatch, match="rank 1: item 4 for 1"):
        checked(4, 2, 1)


def test_the_pad_is_never_recommended() -> None:
    with pytest.raises(Mismatch, match="item 0 for 4, inf apart"):
        checked(1, 2, 0, spikes=True)


def test_half_precision_has_a_wider_tolerance() -> None:
    scores = SCORES.clone()
    scores[0, 3] = 3.95
    for precision, agrees in (("fp32", False), ("fp16", False), ("bf16", True)):
        try:
            found = check("m", torch.tensor([[1, 2, 3]]), by_hand(scores), precision)
        except Mismatch:
            assert not agrees
        else:
            assert agrees
            assert found.mean_overlap == pytest.approx(2 / 3)


def test_a_neuron_on_its_threshold_may_move_one_list_in_twenty() -> None:
    found, scores = torch.tensor([[1, 2, 4]]).repeat(20, 1), SCORES.repeat(20, 1)
    found[7] = torch.tensor([1, 2, 3])
    assert check("m", found, by_hand(scores, spikes=True), "fp32").agreeing == 0.95
    with pytest.raises(Mismatch, match=r"95\.0% of 20 agree .* 100% must\. .* window 7"):
        check("m", found, by_hand(scores), "fp32")
    found[8] = found[7]
    with pytest.raises(Mismatch, match=r"90\.0% of 20 agree .* 95% must"):
        check("m", found, by_hand(scores, spikes=True), "fp32")


def test_equal_scores_are_ties_of_everything() -> None:
    scores = torch.tensor([[-INF, 2.0, 2.0, 2.0]], dtype=torch.float64)
    assert check("m", torch.tensor([[3, 1]]), by_hand(scores), "fp32").agreeing == 1


def saved(kind: str, items: int = 30) -> Checkpoint:
    """A model and windows, with pads in some; one window has its last item alone."""
    more = {"blocks": 2} if kind == "gru4rec" else {}
    given = {"items": items, "positions": 8, "features": 8} | more
    names = {field.name for field in fields(config_type(kind))}
    config = config_from_dict(kind, {name: given[name] for name in names & given.keys()})
    shown = windows([8, 5, 1, 3, 8], positions=8) % (items + 1)
    shown[:, -1] = shown[:, -1].clamp(min=1)
    if model_type(kind).needs_times:
        times = 978_300_000 + 3600 * torch.arange(8).expand_as(shown)
        shown = torch.stack([shown, times], dim=-1)
    state = lively(build(kind, config), std=0.4).state_dict()
    return Checkpoint(kind, config, state, (), shown, shown[:, 0], {})


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize(("kind", "form"), [(k, form) for k in kinds() for form in forms_of(k)])
def test_every_form_of_every_model_recommends_what_it_does(
    kind: str, form: MeasuredForm, batch: int
) -> None:
    torch.manual_seed(0)
    one = saved(kind)
    served = Served(one.model(), form, torch.device("cpu"), "fp32")
    with served.mode():
        form.once(served.model)
        found = lists(served, one.inputs, batch)
    expected = replace(reference(one, one.inputs), spikes=False)  # here every list must agree
    agreement = check(kind, found, expected, "fp32")
    assert (agreement.agreeing, agreement.k) == (1.0, 10)


def test_the_reference_says_in_what_it_was_computed() -> None:
    assert {reference(saved(kind), saved(kind).inputs).how for kind in ("sasrec", "tim4rec")} == {
        "the same weights in float64 on the CPU, whole windows",
        "the same weights in float32 on the CPU, whole windows",
    }


def test_further_forms_are_of_models_there_are() -> None:
    assert set(MORE) <= set(kinds())


def test_a_model_with_spikes_is_known_for_one() -> None:
    assert reference(saved("ssr"), saved("ssr").inputs).spikes
    assert not reference(saved("sasrec"), saved("sasrec").inputs).spikes


def test_a_list_is_as_long_as_there_are_items() -> None:
    one = saved("sasrec", items=4)
    served = Served(one.model(), FULL, torch.device("cpu"), "fp32")
    with served.mode():
        assert lists(served, one.inputs, 2).shape == (5, 4)


def test_a_lru_of_one_position_starts_from_nothing() -> None:
    config = config_from_dict("lrurec", {"items": 12, "positions": 1, "features": 4})
    model, given = build("lrurec", config).eval(), torch.tensor([[3], [5]])
    served = Served(model, forms_of("lrurec")[1], torch.device("cpu"), "fp32")
    with served.mode():
        found = lists(served, given, 2)
        torch.testing.assert_close(found, model(given).topk(10).indices)
