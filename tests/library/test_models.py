"""What a trained model says of itself, by the library and by `ssr models FILE`."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

import ssr_neuro as sn
from ssr_neuro.cli import main
from ssr_neuro.errors import BadInput

FEW = {"features": 8, "max_steps": 1, "batch_size": 16, "device": "cpu"}


@pytest.fixture(scope="module")
def lrurec(tmp_path_factory: pytest.TempPathFactory) -> sn.Model:
    out = tmp_path_factory.mktemp("models") / "lrurec.pt"
    return sn.train(out=out, model="lrurec", source="program", **FEW)


def run(*words: object) -> int:
    """The exit code of `ssr` with these words."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["ssr", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
    return int(ended.value.code or 0)


def test_mean_radii_are_those_of_the_weights(lrurec: sn.Model) -> None:
    nu = [lrurec.checkpoint.state[f"blocks.{k}.recurrence.nu_log"].numpy() for k in range(2)]
    expected = [np.exp(-np.exp(log)).mean() for log in nu]
    np.testing.assert_allclose(lrurec.mean_radii(), expected, rtol=1e-6)


def test_a_model_of_another_kind_has_none(tmp_path: Path) -> None:
    made = sn.train(out=tmp_path / "mf.pt", model="mf", **FEW)
    with pytest.raises(BadInput, match=r"mf.pt is of kind mf; \|lambda\| is a state's of lrurec"):
        made.mean_radii()
    assert made.source is None
    assert "mean |lambda|" not in made.describe()


def test_models_shows_a_file(lrurec: sn.Model, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("models", lrurec.path, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["model"], found["source"]) == ("lrurec", "program")
    assert found["config"] == lrurec.config.to_dict()
    assert found["training"]["weight_decay"] == 0.01
    assert found["mean |lambda|"] == lrurec.mean_radii()
    assert run("models", lrurec.path) == 0
    said = capsys.readouterr().out
    assert f"{lrurec.mean_radii()[0]:.4f}, {lrurec.mean_radii()[1]:.4f}" in said
    assert "source" in said
    test = lrurec.training["test"]
    for key in ("ndcg@10", "ndcg@10_window_left_out"):
        assert f"{test[key]:.4f} ± {test[f'{key}_error']:.4f}" in said
    assert run("models", lrurec.path.with_name("none.pt")) == 2
    assert "no such file" in capsys.readouterr().err
