"""A data set that is read already takes no options of reading, wherever it is given."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from trained import DATASET, saved_ssr

import ssr_neuro as sn


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> sn.Model:
    return sn.load(saved_ssr(tmp_path_factory.mktemp("model")))


def test_a_data_set_is_returned_as_it_is() -> None:
    assert sn.load_data(DATASET) is DATASET
    assert sn.load_data(DATASET, core=None, ties=None) is DATASET


CALLS: dict[str, Callable[..., Any]] = {
    "load_data": lambda _model, out, **reading: sn.load_data(DATASET, **reading),
    "evaluate": lambda model, out, **reading: sn.evaluate(model, DATASET, **reading),
    "recommend_users": lambda model, out, **reading: sn.recommend_users(
        sn.recommender(model), DATASET, out / "top.csv", **reading
    ),
    "measure_models": lambda model, out, **reading: sn.measure_models(
        model, device="cpu", data=DATASET, **reading
    ),
    "study_noise": lambda model, out, **reading: sn.study_noise(model.path, DATASET, **reading),
    "train_recipe": lambda _model, out, **reading: sn.train_recipe(
        "ml-1m", DATASET, out=out / "m.pt", **reading
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_options_of_reading_are_refused_with_a_data_set(
    model: sn.Model, tmp_path: Path, name: str
) -> None:
    with pytest.raises(sn.BadInput, match=r"^--core has no meaning with a Dataset, which is read"):
        CALLS[name](model, tmp_path, core="none")
    for value in (1, None):
        with pytest.raises(sn.BadInput, match=r"^no option partt; there are core, duplicates"):
            CALLS[name](model, tmp_path, partt=value)
    assert list(tmp_path.iterdir()) == []


def test_training_and_compiling_refuse_them_by_name(model: sn.Model, tmp_path: Path) -> None:
    out = tmp_path / "new.pt"
    message = r"^--core, --ties have no meaning with a Dataset, which is read already"
    with pytest.raises(sn.BadInput, match=message):
        sn.train(DATASET, out=out, max_steps=1, core="bogus", ties="item")
    with pytest.raises(sn.BadInput, match=message):
        sn.compile(model, target="program", data=DATASET, core="none", ties="item")
    assert not out.exists()
