"""`ssr study sweep`: every combination is trained once, judged by validation, and gone on with."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from trained import DATASET
from typer.testing import CliRunner, Result

from ssr_neuro.cli import app
from ssr_neuro.cli.study.grid import read_settings
from ssr_neuro.errors import BadInput
from ssr_neuro.library.study_grid import plan, study_sweep
from ssr_neuro.study.grid import combine

SIZE = {"positions": 8, "features": 8, "batch_size": 16}


def asked(**settings: Any) -> dict[str, Any]:
    return {**SIZE, **settings}


def test_values_of_several_settings_make_every_combination() -> None:
    assert combine({"a": [1, 2], "b": ["x", "y"]}) == [
        {"a": 1, "b": "x"},
        {"a": 1, "b": "y"},
        {"a": 2, "b": "x"},
        {"a": 2, "b": "y"},
    ]


def test_text_is_read_as_the_fields_take_it() -> None:
    found = read_settings("lrurec", ["dropout=0.1,0.5", "max_grad_norm=none,5", "blocks=1"])
    assert found == {"dropout": [0.1, 0.5], "max_grad_norm": [None, 5.0], "blocks": 1}


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["dropout"], "--set dropout: no value; write --set KEY=A,B,C"),
        (["dropout=0.1,0.2", "dropout=0.3"], "--set dropout is given twice"),
        (["dropout=0.1,high"], "--set dropout=high: dropout is 'high'; it must be a finite"),
        (["width=1,2"], "--set width: neither lrurec nor training knows it"),
    ],
)
def test_text_that_is_no_setting_is_refused(texts: list[str], message: str) -> None:
    with pytest.raises(BadInput) as error:
        read_settings("lrurec", texts)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"dropout": 0.1}, "no setting varies: give one several values"),
        ({"dropout": [0.1, 0.1]}, "--set dropout=0.1,0.1: name at least one value, each once"),
        ({"max_steps": [1, 2]}, "--set max_steps: give --max-steps"),
        ({"refit": True, "dropout": [0.1, 0.2]}, "judged by the validation sequences"),
        ({"dropout": [0.1, 1.5]}, "--set dropout is 1.5"),
    ],
)
def test_what_cannot_be_swept_is_refused_before_data_are_read(
    settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(BadInput) as error:
        plan(settings, 4, "lrurec", (0,), None, None)
    assert message in str(error.value)


def test_every_combination_is_trained_once_and_judged_by_validation(tmp_path: Path) -> None:
    settings = asked(dropout=[0.0, 0.5], ffn_ratio=[1, 2])
    said: list[str] = []
    found = study_sweep(
        DATASET, tmp_path / "t", 3, settings, model="lrurec", seeds=(0, 1), say=said.append
    )
    points = found.content["points"]
    assert [point["values"] for point in points] == [
        {"dropout": d, "ffn_ratio": f} for d in (0.0, 0.5) for f in (1, 2)
    ]
    assert len(said) == len(list((tmp_path / "t").glob("*.pt"))) == 8
    for point in points:
        each = [run["valid"]["ndcg@10"] for run in point["runs"]]
        assert point["valid"]["ndcg@10"] == pytest.approx(sum(each) / 2)
        assert "test" not in point["runs"][0]
    best = max(points, key=lambda point: point["valid"]["ndcg@10"])
    assert found.content["best"] == best["values"]
    again: list[str] = []
    same = study_sweep(
        DATASET, tmp_path / "t", 3, settings, model="lrurec", seeds=(0, 1), say=again.append
    )
    assert same.content == found.content
    assert all(line.endswith("trained already") for line in again)


def sweep(out: Path, *options: object) -> Result:
    arguments = (
        "study",
        "sweep",
        "--data",
        "generated",
        "--out",
        out,
        "--model",
        "fism",
        "--max-steps",
        2,
        "--set",
        "features=4,8",
        "--set",
        "batch_size=16",
        *options,
    )
    return CliRunner().invoke(app, [*map(str, arguments)])


def test_the_command_leaves_numbers_a_table_and_a_figure(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert sweep(out, "--dry-run").exit_code == 0
    assert not out.exists()
    done = sweep(out)
    assert done.exit_code == 0, done.output
    document = json.loads((out / "sweep.json").read_text())
    assert document["varied"] == {"features": [4, 8]}
    assert document["fixed"] == {"batch_size": 16}
    rows = list(csv.DictReader((out / "sweep.csv").open()))
    assert [row["features"] for row in rows] == ["4", "8"]
    for row, point in zip(rows, document["points"], strict=True):
        assert float(row["valid_ndcg@10"]) == point["valid"]["ndcg@10"]
    assert "features" in (out / "sweep.svg").read_text()
    assert (tmp_path / "out-trainings" / "sweep" / "features-4-seed-0.pt").exists()
    assert isinstance(sweep(out).exception, BadInput)
