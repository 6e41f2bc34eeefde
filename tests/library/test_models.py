"""What a trained model says of itself, by the library and by `ssr models FILE`."""

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from trained import saved_ssr

import ssr_neuro as sn
from ssr_neuro.cli import main
from ssr_neuro.errors import BadInput
from ssr_neuro.files.hashes import sha256_of_file

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


def test_a_model_is_found_again_after_the_process_has_changed_its_folder(
    lrurec: sn.Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other").mkdir()
    shutil.copy(lrurec.path, tmp_path / "m.pt")
    monkeypatch.chdir(tmp_path)
    loaded, expected = sn.load("m.pt"), sn.cost("m.pt")
    assert (loaded.path, loaded.find_file()) == (Path("m.pt"), Path("m.pt"))
    monkeypatch.chdir("other")
    assert sn.cost(loaded) == expected
    assert loaded.find_file() == tmp_path / "m.pt"


def test_a_bundle_is_found_again_after_the_process_has_changed_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path)
    sn.compile(saved_ssr(tmp_path), target="program", samples=2).save("bundle")
    opened = sn.open_bundle("bundle")
    assert opened.find_folder() == Path("bundle")
    monkeypatch.chdir("other")
    assert sn.verify(opened.save("copy")).comparisons
    assert sn.build_report(opened).reports[0].model.name == "model.pt"


def test_a_model_whose_file_has_changed_is_not_read_again(lrurec: sn.Model, tmp_path: Path) -> None:
    path = tmp_path / "m.pt"
    shutil.copy(lrurec.path, path)
    loaded = sn.load(path)
    sn.train(out=path, model="lrurec", overwrite=True, **FEW | {"features": 16})
    said = r"m\.pt has changed since the model was loaded; load it again"
    for reads in (sn.cost, lambda one: sn.measure_models(one, device="cpu"), find_in_export):
        with pytest.raises(BadInput, match=said):
            reads(loaded)
    path.unlink()
    with pytest.raises(BadInput, match=r"m\.pt: cannot be read \(No such file or directory\)"):
        sn.cost(loaded)


def find_in_export(model: sn.Model) -> None:
    sn.export(model, model.path.with_name("exported"), target="onnx")


def test_a_bundle_names_the_file_that_its_model_was_loaded_from(tmp_path: Path) -> None:
    path = saved_ssr(tmp_path)
    loaded, expected = sn.load(path), sha256_of_file(path)
    saved_ssr(tmp_path, features=16)
    found = sn.compile(loaded, target="program", samples=2)
    assert found.provenance["model_sha256"] == expected
