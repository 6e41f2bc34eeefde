"""`ssr study time`: cost by length, of one inference and of a history that grows."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ssr_neuro.cli import app
from ssr_neuro.costs import cost
from ssr_neuro.errors import BadInput
from ssr_neuro.library.study_time import study_time
from ssr_neuro.model import config_from_dict
from ssr_neuro.study.time_by_length import cumulative

SMALL = {"items": 30, "features": 8, "blocks": 1}


def test_a_growing_history_sums_the_cost_of_every_item() -> None:
    assert cumulative([2, 4], [10.0, 30.0]) == [20.0, 70.0]
    assert cumulative([3], [5.0]) == [15.0]


def test_operations_are_those_of_the_counted_model_and_incremental_ones_stay() -> None:
    found = study_time(["lrurec"], lengths=(4, 8), **SMALL)
    points = {(p["form"], p["length"]): p for p in found.content["points"]}
    assert set(points) == {(form, n) for form in ("full", "incremental") for n in (4, 8)}
    assert points["full", 8]["multiply_adds"] > 1.5 * points["full", 4]["multiply_adds"]
    assert points["incremental", 8]["multiply_adds"] == points["incremental", 4]["multiply_adds"]
    config = config_from_dict("lrurec", {**SMALL, "positions": 8})
    counted = sum(part.ops.macs for part in cost("lrurec", config, "incremental").parts)
    assert points["incremental", 8]["multiply_adds"] == pytest.approx(counted, rel=0.1)
    growing = {one["form"]: one["multiply_adds"] for one in found.content["growing_history"]}
    step = points["incremental", 8]["multiply_adds"]
    assert growing["incremental"] == [4 * step, 8 * step]
    assert points["full", 4]["measured_s"] is None


def test_what_is_measured_is_drawn(tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = (
        "study",
        "time",
        "sasrec",
        "tim4rec",
        "--lengths",
        "4,8",
        "--items",
        "30",
        "--features",
        "8",
        "--blocks",
        "1",
        "--device",
        "cpu",
        "--seconds",
        "0.01",
        "--out",
        str(out),
    )
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    points = json.loads((out / "time.json").read_text())["points"]
    assert [(p["kind"], p["length"]) for p in points] == [
        ("sasrec", 4),
        ("sasrec", 8),
        ("tim4rec", 4),
        ("tim4rec", 8),
    ]
    assert all(0 < p["measured_s"] < 60 for p in points)
    assert "One batch: time, measured" in (out / "time.svg").read_text()


@pytest.mark.parametrize(
    ("models", "lengths", "message"),
    [
        (["lrurec"], (8, 4), "--lengths '8,4': give numbers of items that rise"),
        (["lrurec", "lrurec"], (4,), "each once"),
        (["lrurce"], (4,), "no model 'lrurce'"),
    ],
)
def test_what_has_no_time_by_length_is_refused(
    models: list[str], lengths: tuple[int, ...], message: str
) -> None:
    with pytest.raises(BadInput) as error:
        study_time(models, lengths=lengths, **SMALL)
    assert message in str(error.value)


def test_the_figure_names_models_and_the_lengths_that_were_run() -> None:
    drawn = study_time(["lrurec"], lengths=(5, 7), **SMALL).svg
    words = set(re.findall(r">([^<>]+)</text>", drawn))
    assert {"LRURec, full", "LRURec, incremental", "5", "7", "milliseconds"} <= words
    assert any("roofline of NVIDIA GeForce RTX 3090" in one for one in words)
