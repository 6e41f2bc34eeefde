"""States of interrupted runs that no training saved: neither resumed nor started from."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from training_runs import Killed, kill_at, trained

from ssr_neuro import checkpoint
from ssr_neuro.errors import BadInput
from ssr_neuro.training import record

State = dict[str, Any]
AFRESH = "--overwrite in place of --resume starts afresh"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> State:
    out = tmp_path_factory.mktemp("killed") / "m.pt"
    with pytest.raises(Killed):
        trained(out, on_step=kill_at(8))
    return checkpoint.read(checkpoint.state_path(out))


def without(*place: Any) -> Callable[[State], None]:
    def change(state: State) -> None:
        for key in place[:-1]:
            state = state[key]
        del state[place[-1]]

    return change


def put(value: Any, *place: Any) -> Callable[[State], None]:
    def change(state: State) -> None:
        for key in place[:-1]:
            state = state[key]
        state[place[-1]] = value

    return change


def stored(good: State, change: Callable[[State], None], folder: Path) -> Path:
    state = copy.deepcopy(good)
    change(state)
    path = folder / "m.pt.state"
    checkpoint.write(path, state)
    return path


WRONG = [
    (without("optimizer"), "optimizer is missing"),
    (put("x", "optimizer"), "optimizer is 'x': Input should be"),
    (put({"step": "x"}, "optimizer", "state", 0), r"optimizer\.state.*step is 'x': Input should"),
    (without("history"), "history is missing"),
    (put([1], "history"), r"history is \[1\]: Input should be"),
    (put(1, "history", "more"), r"history\.more is no key of this format"),
    (without("history", "step"), r"history\.step is missing"),
    (put(-5, "history", "step"), r"history\.step is -5: Input should be greater than or equal"),
    (put(10**10, "history", "step"), r"history\.step is 10000000000: Input should be less than"),
    (put("x", "history", "curve"), r"history\.curve is 'x': Input should be a valid list"),
    (without("model"), "model is missing"),
    (put([1], "model"), r"model is \[1\]: Input should be a valid dictionary"),
    (put("x", "model", "item_bias"), r"model\.item_bias is 'x': Input should be an instance of"),
    (put([1], "identity", "config"), r"identity\.config is \[1\]: Input should be a valid dict"),
    (put(None, "identity", "settings"), r"identity\.settings is None: Input should be a valid"),
    (put(["ssr"], "identity", "kind"), r"identity\.kind is \['ssr'\]: Input should be a valid s"),
    (without("identity", "protocol"), r"identity\.protocol is missing"),
    (put("x", "rate"), "rate is 'x': Input should be a valid number"),
]


@pytest.mark.parametrize(("change", "said"), WRONG)
def test_a_part_of_another_type_is_neither_resumed_nor_started_from(
    change: Callable[[State], None], said: str, good: State, tmp_path: Path
) -> None:
    path = stored(good, change, tmp_path)
    head = rf"m\.pt\.state: no training saves such a state: (.*; )?{said}"
    with pytest.raises(BadInput, match=f"{head}.*{AFRESH}"):
        trained(tmp_path / "m.pt", resume=True)
    with pytest.raises(BadInput, match=f"{head}.*name a model.pt, or the state of an interrupted"):
        record.load_interrupted(path)
    assert not (tmp_path / "m.pt").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (without("model", "item_bias"), "the weights item_bias do not fit the model of its config"),
        (put(torch.zeros(3, 3), "model", "item_bias"), "the weights item_bias do not fit"),
        (put({"x": torch.zeros(3)}, "history", "best_state"), "the weights .* do not fit the mod"),
        (
            lambda state: state["optimizer"]["state"][0].pop("exp_avg"),
            r"the optimizer keeps .* of parameter 0, which has the shape \(13,\)",
        ),
        (
            lambda state: state["optimizer"]["state"].update({99: {}}),
            r"the optimizer keeps moments of parameter 99, and the model has \d+",
        ),
    ],
)
def test_weights_and_moments_of_another_model_are_not_resumed(
    change: Callable[[State], None], said: str, good: State, tmp_path: Path
) -> None:
    stored(good, change, tmp_path)
    with pytest.raises(BadInput, match=rf"m\.pt\.state: {said}.*; {AFRESH}"):
        trained(tmp_path / "m.pt", resume=True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (without("model", "item_bias"), "the weights do not fit the config: .*item_bias"),
        (put(torch.full((13,), torch.nan), "model", "item_bias"), "some weights are not finite"),
        (put(7, "identity", "config", "more"), "SsrConfig has no more; it knows"),
    ],
)
def test_what_cannot_be_started_from_is_refused_with_the_name_of_the_file(
    change: Callable[[State], None], said: str, good: State, tmp_path: Path
) -> None:
    path = stored(good, change, tmp_path)
    with pytest.raises(BadInput, match=rf"(?s)m\.pt\.state: {said}"):
        record.load_interrupted(path)
