"""Going on from a trained model: in float, with the integers of a chip, with fewer spikes."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from training_runs import CONFIG, DATA, SETTINGS, SPLIT, Killed, kill_at, trained, weights

from ssr_neuro import checkpoint
from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.evaluate import evaluate, model_scores
from ssr_neuro.settings.models.ssr_ann import SsrAnnConfig
from ssr_neuro.settings.training import TrainSettings
from ssr_neuro.training import TrainResult, record, train
from ssr_neuro.training.run import TrainingRun

GENTLE = replace(SETTINGS, lr=1e-3, table_lr=3e-3)


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    """A model that has learnt something."""
    path = tmp_path_factory.mktemp("start") / "m.pt"
    trained(path, replace(SETTINGS, max_steps=40, eval_every=40, lr=1e-2))
    return checkpoint.load(path)


def fine_tuned(
    start: Checkpoint, out: Path, settings: TrainSettings = GENTLE, **options: Any
) -> TrainResult:
    return train(DATA, SPLIT, "ssr", start.config, settings, out, start=start.state, **options)


def test_training_goes_on_from_the_weights_given(start: Checkpoint, tmp_path: Path) -> None:
    result = fine_tuned(start, tmp_path / "m.pt")
    first = evaluate(model_scores(start.model()), SPLIT.valid)
    assert (result.curve[0]["step"], result.curve[0]["ndcg@10"]) == (0, first.ndcg[10])
    assert result.valid["ndcg@10"] >= first.ndcg[10]
    found = checkpoint.load(tmp_path / "m.pt")
    assert found.config == start.config
    assert found.weight_bits is None
    assert len(found.training["start"]) == 64


def test_a_start_that_training_makes_worse_is_kept(start: Checkpoint, tmp_path: Path) -> None:
    wild = replace(SETTINGS, lr=10.0, table_lr=10.0)
    assert fine_tuned(start, tmp_path / "m.pt", wild).best_step == 0
    kept = weights(tmp_path / "m.pt")
    assert all(torch.equal(kept[name], tensor) for name, tensor in start.state.items())


def test_a_start_is_not_kept_where_a_penalty_is_asked_for(
    start: Checkpoint, tmp_path: Path
) -> None:
    wild = replace(SETTINGS, lr=10.0, table_lr=10.0, rate_penalty=1.0)
    result = fine_tuned(start, tmp_path / "m.pt", wild)
    assert result.curve[0]["step"] == 0
    assert result.curve[0]["ndcg@10"] > result.valid["ndcg@10"]
    assert result.best_step > 0


def test_training_for_a_chip_leaves_a_plain_folded_model(start: Checkpoint, tmp_path: Path) -> None:
    settings = replace(GENTLE, weight_bits=3)
    result = fine_tuned(start, tmp_path / "m.pt", settings)
    found = checkpoint.load(tmp_path / "m.pt")
    assert found.config == replace(start.config, normalised=False)
    assert (found.weight_bits, found.training["settings"]["weight_bits"]) == (3, 3)
    assert not [name for name in found.state if ".norm." in name]
    distinct = found.state["blocks.0.ffn_hidden.weight"].unique()
    assert 1 < len(distinct) <= 7
    assert evaluate(model_scores(found.model()), SPLIT.test).to_dict() == result.test


def test_training_for_a_chip_wins_back_what_rounding_cost(
    start: Checkpoint, tmp_path: Path
) -> None:
    settings = replace(SETTINGS, weight_bits=2, max_steps=60, eval_every=30, lr=3e-3, table_lr=3e-3)
    result = fine_tuned(start, tmp_path / "m.pt", settings)
    before, after = result.curve[0]["ndcg@10"], result.curve[-1]["ndcg@10"]
    whole = evaluate(model_scores(start.model()), SPLIT.valid).ndcg[10]
    assert before < 0.95 * whole
    assert whole - after < 0.5 * (whole - before)


def test_training_for_a_chip_resumes_to_the_same_bits(start: Checkpoint, tmp_path: Path) -> None:
    settings = replace(GENTLE, weight_bits=4)
    fine_tuned(start, tmp_path / "whole.pt", settings)
    with pytest.raises(Killed):
        fine_tuned(start, tmp_path / "killed.pt", settings, on_step=kill_at(8))
    again = fine_tuned(start, tmp_path / "killed.pt", settings, resume=True)
    assert [point["step"] for point in again.curve] == [0, 5, 10, 12]
    whole, resumed = weights(tmp_path / "whole.pt"), weights(tmp_path / "killed.pt")
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)


def test_a_run_from_another_model_is_not_resumed(start: Checkpoint, tmp_path: Path) -> None:
    with pytest.raises(Killed):
        fine_tuned(start, tmp_path / "m.pt", on_step=kill_at(6))
    with pytest.raises(
        BadInput,
        match=r"m\.pt\.state is of another training: "
        r"another start\. Give the same as then; --overwrite in place of --resume starts afresh",
    ):
        trained(tmp_path / "m.pt", GENTLE, resume=True)


def test_a_run_that_an_older_release_began_is_resumed(tmp_path: Path) -> None:
    with pytest.raises(Killed):
        trained(tmp_path / "m.pt", on_step=kill_at(6))
    state = checkpoint.read(tmp_path / "m.pt.state")
    for part, keys in {
        "settings": ("rate_penalty", "weight_bits"),
        "config": ("spectrum", "normalised"),
        "data": ("ties", "times_fingerprint"),
    }.items():
        for key in keys:
            del state["identity"][part][key]
    del state["identity"]["start"]
    checkpoint.write(tmp_path / "m.pt.state", state)
    assert trained(tmp_path / "m.pt", resume=True).steps == 12


def test_the_penalty_makes_a_network_fire_less(tmp_path: Path) -> None:
    rates = []
    for penalty in (0.0, 20.0):
        run = TrainingRun(SPLIT, "ssr", CONFIG, replace(SETTINGS, rate_penalty=penalty, lr=1e-2))
        losses = [run.step(0.0) for _ in range(20)]
        assert np.isfinite(losses).all()
        rates.append(run.rate)
    assert None not in rates
    assert rates[1] < 0.7 * rates[0]


def test_the_penalty_is_its_weight_times_the_share_of_operations() -> None:
    losses = []
    for penalty in (0.0, 1.0, 3.0):
        run = TrainingRun(SPLIT, "ssr", CONFIG, replace(SETTINGS, rate_penalty=penalty))
        losses.append(run.step(0.0))
    share = losses[1] - losses[0]
    assert 0 < share < 1
    assert losses[2] - losses[0] == pytest.approx(3 * share, rel=1e-4)


ANN = SsrAnnConfig(CONFIG.items, positions=4, features=16, blocks=1)


@pytest.mark.parametrize(
    ("kind", "config", "change", "message"),
    [
        ("ssr", CONFIG, {"weight_bits": 4}, "weight_bits needs a trained model to start from"),
        ("ssr-ann", ANN, {"weight_bits": 4}, "one of kind 'ssr-ann' has no spikes"),
        ("ssr-ann", ANN, {"rate_penalty": 1.0}, "a model of kind 'ssr-ann' has none"),
        ("ssr", CONFIG, {"negatives": 10**6}, "negatives is 1000000, and there are"),
    ],
)
def test_what_a_model_cannot_do_is_refused(
    tmp_path: Path, kind: str, config: Any, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        train(DATA, SPLIT, kind, config, replace(SETTINGS, **change), tmp_path / "m.pt")


def test_what_differs_between_two_trainings_is_named() -> None:
    before = {"kind": "ssr", "settings": {"max_steps": 20, "lr": 0.5}, "start": None, "data": {}}
    now = before | {"settings": {"max_steps": 30, "lr": 0.5}, "start": "3f", "data": None}
    found = record.list_differing(before, now, now)
    assert found == ["max_steps 20, now 30", "another start", "data {}, now None"]
    assert record.list_differing(before, now, ["kind"]) == []
