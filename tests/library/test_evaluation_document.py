"""A document of evaluations has every model under a name of its own."""

from dataclasses import replace
from pathlib import Path

import pytest
from command_line import run
from trained import DATASET, saved_ssr

import ssr_neuro as sn


def test_two_precisions_of_one_model_are_two_entries(tmp_path: Path) -> None:
    path = saved_ssr(tmp_path)
    compiled = [sn.compile(path, target="program", samples=4, weight_bits=b) for b in (8, 3)]
    found = sn.evaluate(compiled, DATASET)
    models = sn.evaluation_document(found, pairs=sn.compare_paired(found))["models"]
    names = ["model.pt, 8-bit integers", "model.pt, 3-bit integers"]
    assert list(models) == names
    assert models[names[1]]["paired"]["against"] == names[0]


def test_models_of_one_name_are_refused(tmp_path: Path) -> None:
    (found,) = sn.evaluate(sn.load(saved_ssr(tmp_path)), DATASET)
    with pytest.raises(sn.BadInput, match=r"model\.pt: models of the same name, of which the doc"):
        sn.evaluation_document([found, found])


def test_the_command_refuses_them_before_it_ranks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("m.pt", "other.pt"):
        (tmp_path / name).write_bytes(b"")
    names = (tmp_path / "m.pt", tmp_path / "other.pt", tmp_path / "m.pt")
    assert run("ssr", "evaluate", *names, "--data", "generated", "--json") == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "m.pt: models of the same name" in said
    assert "other.pt" not in said


def test_a_pair_of_a_model_that_is_left_out_is_refused(tmp_path: Path) -> None:
    (one,) = sn.evaluate(sn.load(saved_ssr(tmp_path)), DATASET)
    pairs = sn.compare_paired([one, replace(one, name="b")])
    with pytest.raises(sn.BadInput, match="a pair is of b, which is not among the evaluations"):
        sn.evaluation_document([one], pairs=pairs)


def test_what_is_no_evaluation_is_refused() -> None:
    for ask in (sn.evaluation_document, sn.compare_paired, sn.group_seeds):
        with pytest.raises(sn.BadInput, match="a str is no evaluation; give what ssr_neuro"):
            ask(["model.pt"])  # type: ignore[operator]
