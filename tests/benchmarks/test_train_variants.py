"""The plan of the variants can be read, and each is a network and a training that there are."""

import importlib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from ssr_neuro.errors import BadInput
from ssr_neuro.model import config_from_dict
from ssr_neuro.settings.training import TrainSettings

OF_TRAINING = {field.name for field in fields(TrainSettings)}


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "benchmarks")
    return importlib.import_module("train_variants")


def test_each_differs_from_the_first_in_one_thing(script: Any) -> None:
    first, *others = script.read_variants(script.PLAN)
    for one in others:
        settings = {n: v for n, v in one.settings.items() if n not in ("model", "protocol")}
        TrainSettings(**{n: v for n, v in settings.items() if n in OF_TRAINING})
        config_from_dict(
            "ssr", {"items": 9} | {n: v for n, v in settings.items() if n not in OF_TRAINING}
        )
        changed = {n for n in settings if settings[n] != first.settings.get(n)}
        if one.teacher:
            assert len(changed | ({"teacher"} if one.teacher != first.teacher else set())) <= 2
        assert all((script.HERE / t).exists() for t in one.teacher if t != script.TEACHER)


def test_what_is_finished_is_collected_in_the_order_of_the_plan(
    script: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    variants = script.read_variants(script.PLAN)
    for name in ("pruned", "plain"):
        document = script.FORMAT.wrap({"name": name, "about": f"the {name} one"})
        (tmp_path / f"{name}.json").write_text(script.json_document.to_text(document))
    script.collect(variants, tmp_path, tmp_path / "result.json")
    found = script.json_document.read(tmp_path / "result.json", "this test")
    assert [row["name"] for row in found["variants"]] == ["plain", "pruned"]
    assert capsys.readouterr().out == f"result.json: 2 of {len(variants)} variants\n"


def test_a_folder_without_a_finished_variant_leaves_the_results_as_they_are(
    script: Any, tmp_path: Path
) -> None:
    result, empty = tmp_path / "result.json", tmp_path / "empty"
    result.write_text("earlier")
    with pytest.raises(BadInput, match=r"empty holds no variant .* result\.json stays as it is; "):
        script.collect(script.read_variants(script.PLAN), empty, result)
    assert result.read_text() == "earlier"
