"""The plan of the rivals' trainings can be read, and every rival can be searched as it says."""

import importlib
from pathlib import Path
from typing import Any

import pytest

from ssr_neuro.errors import BadInput
from ssr_neuro.model import config_from_dict
from ssr_neuro.search.space import searchable
from ssr_neuro.settings.source import sources_of


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "benchmarks")
    return importlib.import_module("train_rivals")


def test_every_rival_is_a_model_with_the_settings_that_the_plan_gives_it(script: Any) -> None:
    plan = script.read_plan(script.PLAN)
    assert len(plan.rivals) == 9
    for rival in plan.rivals:
        own = {n: v for n, v in rival.settings.items() if n not in ("source", "batch_size")}
        assert config_from_dict(rival.kind, {"items": 5, **own}).features == 64
        assert rival.settings.get("source") in (None, *sources_of(rival.kind))
        assert "lr" in searchable(rival.kind).keys() & plan.space.keys()


def test_one_rival_alone_and_its_hours(script: Any, capsys: pytest.CaptureFixture[str]) -> None:
    script.show(script.read_plan(script.PLAN, ["narm"]))
    assert capsys.readouterr().out.splitlines() == ["narm        1.8 h", "in all      1.8 h"]


def test_a_kind_that_is_not_planned(script: Any) -> None:
    with pytest.raises(BadInput, match=r"no rival fism in rivals\.toml; it has sasrec, lrurec"):
        script.read_plan(script.PLAN, ["fism"])
