"""A model that reads times is used on the times that it was trained on, and on no others."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from ssr_neuro.checkpoint import Checkpoint, check_data, example_rows
from ssr_neuro.data import Dataset, split
from ssr_neuro.errors import BadInput, Note
from ssr_neuro.settings.models import config_type
from tests.support.training_runs import DATA, ITEMS

PATH = Path("model.pt")
TIMES = 1_500_000_000.0 + 60 * np.arange(DATA.n_interactions)
TIMED = replace(DATA, times_s=TIMES)


def saved(data: dict[str, Any], kind: str = "tim4rec", held: Dataset = TIMED) -> Checkpoint:
    config = config_type(kind)(items=ITEMS, positions=4)
    test = split(held, positions=4, timed=kind == "tim4rec").test
    inputs, targets = (torch.as_tensor(x) for x in test.batch(example_rows(len(test), 3)))
    training = {"data": data, "protocol": "ratio", "settings": {"seed": 3}}
    return Checkpoint(kind, config, {}, DATA.item_ids, inputs, targets, training)


RECORDED = TIMED.identity()
OLD = {name: RECORDED[name] for name in ("name", "source", "fingerprint")}
OTHERS = {
    "milliseconds": replace(DATA, times_s=TIMES * 1000),
    "ranks": replace(DATA, times_s=np.arange(DATA.n_interactions, dtype=np.float64)),
}


@pytest.mark.parametrize("data", [RECORDED, OLD], ids=["recorded", "older release"])
def test_the_same_times_are_accepted_and_others_refused(data: dict[str, Any]) -> None:
    check_data(saved(data), TIMED, PATH)
    for other in OTHERS.values():
        with pytest.raises(BadInput, match=r"model\.pt was trained on made here, and reads times"):
            check_data(saved(data), other, PATH)


def test_less_than_a_second_is_no_other_time() -> None:
    check_data(saved(RECORDED), replace(DATA, times_s=TIMES + 0.25), PATH)


def test_what_nothing_tells_is_said() -> None:
    old = saved(OLD)
    foreign = replace(old, inputs=old.inputs[:, 1:])  # examples of another shape
    with pytest.warns(Note, match=r"model\.pt reads times and does not record which"):
        check_data(foreign, TIMED, PATH)


def test_a_model_without_times_takes_any() -> None:
    for other in (DATA, TIMED, *OTHERS.values()):
        check_data(saved(OLD, "sasrec"), other, PATH)


def test_identity_names_ties_and_times() -> None:
    assert RECORDED["ties"] == "file"
    assert DATA.identity()["times_fingerprint"] is None
    prints = {one.identity()["times_fingerprint"] for one in (TIMED, *OTHERS.values())}
    assert len(prints) == 3
