"""`ssr evaluate --part` and `--together`, against the models' scores taken by hand."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from command_line import run
from trained import DATASET, saved_ssr

import ssr_neuro as sn
from ssr_neuro import checkpoint, data
from ssr_neuro.evaluation.metrics import metrics
from ssr_neuro.evaluation.ranks import ranks

PARTS = data.split(DATASET)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two SSRs that know different things."""
    first, second = tmp_path_factory.mktemp("a"), tmp_path_factory.mktemp("b")
    return saved_ssr(first), saved_ssr(second, features=16)


def found(capsys: pytest.CaptureFixture[str], *words: Any) -> Any:
    capsys.readouterr()
    asked = ("--data", "generated", "--device", "cpu", "--json")
    assert run("ssr", "evaluate", *words, *asked) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["format"], document["version"]) == ("ssr-neuro-evaluation", 1)
    return document["models"]


def refused(capsys: pytest.CaptureFixture[str], *words: Any) -> str:
    capsys.readouterr()
    assert run("ssr", "evaluate", *words, "--data", "generated") == 2
    return " ".join(capsys.readouterr().err.split())


def test_together_is_the_mean_of_the_scores_on_the_part_asked_for(
    models: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    inputs, targets = PARTS.valid.batch(np.arange(len(PARTS.valid)))
    with torch.no_grad():
        each = [checkpoint.load(path).model()(torch.as_tensor(inputs)) for path in models]
    first, second = (metrics(ranks(scores.numpy(), targets)) for scores in each)
    both = metrics(ranks((each[0] + each[1]).numpy(), targets))
    assert len({first.ndcg[10], second.ndcg[10], both.ndcg[10]}) == 3
    shown = found(capsys, *models, "--part", "validation", "--together")
    assert list(shown) == [*map(str, models), "together"]
    for wanted, got in zip((first, second, both), shown.values(), strict=True):
        assert got["sequences"] == len(PARTS.valid)
        assert got["ndcg@10"] == pytest.approx(wanted.ndcg[10], abs=1e-4)
    assert (shown["together"]["kind"], shown["together"]["part"]) == ("ssr and ssr", "validation")


def test_the_test_set_judges_where_nothing_else_is_asked_for(
    models: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    (shown,) = found(capsys, models[0]).values()
    assert (shown["part"], shown["sequences"]) == ("test", len(PARTS.test))
    assert len(PARTS.test) != len(PARTS.valid)


def test_a_folder_of_ssr_compile_ranks_by_its_integers(
    models: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    compiled = sn.compile(models[0], target="program", samples=4)
    bundle = compiled.save(tmp_path / "bundle")
    (wanted,) = sn.evaluate(compiled, "generated")
    shown = found(capsys, models[0], bundle, "--paired")
    assert list(shown) == [str(models[0]), str(bundle)]
    integers = shown[str(bundle)]
    for column in ("ndcg@10", "ndcg@10_window_left_out"):
        assert integers[column] == wanted.metrics.to_dict()[column]
    assert integers["paired"]["against"] == str(models[0])
    assert "choose by its model.pt" in refused(capsys, bundle, "--part", "validation")
    (tmp_path / "empty").mkdir()
    assert "holds no MANIFEST.json" in refused(capsys, tmp_path / "empty")


def test_what_cannot_be_judged_or_ranked_together_is_refused(
    models: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "'train' is not one of" in refused(capsys, models[0], "--part", "train")
    assert "--together needs two models or more; " in refused(capsys, models[0], "--together")
    short = tmp_path / "short.pt"
    small = ("--features", "8", "--blocks", "1", "--max-steps", "1", "--eval-every", "1")
    assert run("ssr", "train", "--refit", "--positions", "8", "--out", short, *small) == 0
    said = refused(capsys, models[0], short, "--together")
    assert "reads ratio, N = 20, without times; " in said
    assert said.endswith("short.pt reads ratio, N = 8, without times")
    assert "with --refit and knows the validation items; judge it by the test set" in refused(
        capsys, short, "--part", "validation"
    )
