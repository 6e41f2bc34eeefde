import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from training_runs import (
    CONFIG,
    DATA,
    ITEMS,
    SETTINGS,
    SPLIT,
    Killed,
    circle,
    kill_at,
    trained,
    weights,
)

from ssr_neuro import checkpoint
from ssr_neuro.data import Split, split
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.evaluate import evaluate, model_scores
from ssr_neuro.evaluation.ranks import Ranks
from ssr_neuro.model.native import library
from ssr_neuro.settings.models.ssr import SsrConfig
from ssr_neuro.settings.models.ssr_ann import SsrAnnConfig
from ssr_neuro.settings.training import SELECT_BY
from ssr_neuro.training import train
from ssr_neuro.training.run import TrainingRun


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        ("ssr", CONFIG),
        ("ssr", replace(CONFIG, steps=1, features=32)),
        ("ssr-ann", SsrAnnConfig(ITEMS, positions=4, features=16, blocks=1)),
    ],
)
def test_a_simple_pattern_is_learnt(tmp_path: Path, kind: str, config: Any) -> None:
    losses: list[float] = []
    settings = replace(SETTINGS, max_steps=100, eval_every=100, lr=1e-2)
    result = train(
        DATA,
        SPLIT,
        kind,
        config,
        settings,
        tmp_path / "m.pt",
        on_step=lambda step, loss: losses.append(loss),
    )
    assert losses[0] == pytest.approx(np.log(ITEMS), abs=0.3)
    assert np.mean(losses[-5:]) < 0.3
    assert result.test["ndcg@10"] > 0.9


def test_a_killed_run_resumes_to_the_same_bits(tmp_path: Path) -> None:
    trained(tmp_path / "whole.pt")
    with pytest.raises(Killed):
        trained(tmp_path / "killed.pt", on_step=kill_at(8))
    assert not (tmp_path / "killed.pt").exists()
    resumed_from: list[int] = []
    again = trained(
        tmp_path / "killed.pt", resume=True, on_step=lambda step, _: resumed_from.append(step)
    )
    assert resumed_from[0] == 6  # the state was saved after step 5
    assert again.steps == 12
    whole, resumed = weights(tmp_path / "whole.pt"), weights(tmp_path / "killed.pt")
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)
    assert [point["step"] for point in again.curve] == [5, 10, 12]


def test_a_file_that_appears_during_a_training_is_kept(tmp_path: Path) -> None:
    """Where it may not be replaced: the training is kept, and goes on once there is room."""
    out = tmp_path / "m.pt"
    said = r"m\.pt exists; --overwrite .*; or make room .* its training is kept in .*m\.pt\.state"
    with pytest.raises(BadInput, match=said):
        trained(out, on_step=lambda step, _: out.write_text("mine"))
    assert out.read_text() == "mine"
    out.unlink()
    steps: list[int] = []
    assert trained(out, resume=True, on_step=lambda step, _: steps.append(step)).steps == 12
    assert steps == []
    with pytest.raises(Killed):
        trained(out, on_step=kill_at(8))
    trained(out, overwrite=True, on_step=lambda step, _: out.write_text("mine"))
    assert checkpoint.load(out).kind == "ssr"


def test_a_state_that_another_run_removed_is_saved_again(tmp_path: Path) -> None:
    """Two runs of one name: the first to end leaves its model, and the second loses nothing."""
    out = tmp_path / "m.pt"

    def other_run_ends(step: int, _: float) -> None:
        if step == 12:
            out.write_text("theirs")
            checkpoint.state_path(out).unlink(missing_ok=True)

    with pytest.raises(BadInput, match=r"its training is kept in .*m\.pt\.state"):
        trained(out, on_step=other_run_ends)
    out.unlink()
    steps: list[int] = []
    assert trained(out, resume=True, on_step=lambda step, _: steps.append(step)).steps == 12
    assert steps == []


def test_a_run_that_goes_on_under_other_kernels_names_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Killed):
        trained(tmp_path / "m.pt", on_step=kill_at(8))
    monkeypatch.setattr(library, "name", lambda: "elsewhere")
    trained(tmp_path / "m.pt", resume=True)
    named = checkpoint.load(tmp_path / "m.pt").training["kernels"]
    monkeypatch.undo()
    assert named == f"{library.name()}, then elsewhere"


def test_ctrl_c_ends_the_step_saves_the_state_and_says_how_to_go_on(tmp_path: Path) -> None:
    def press(step: int, loss: float) -> None:
        if step == 7:
            signal.raise_signal(signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt, match=r"stopped after step 7; .*m.pt.state.*resume"):
        trained(tmp_path / "m.pt", on_step=press)
    assert signal.getsignal(signal.SIGINT) is before
    steps: list[int] = []
    trained(tmp_path / "m.pt", resume=True, on_step=lambda step, _: steps.append(step))
    trained(tmp_path / "whole.pt")
    assert steps == [8, 9, 10, 11, 12]
    whole, resumed = weights(tmp_path / "whole.pt"), weights(tmp_path / "m.pt")
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)


def test_the_seed_decides_the_weights(tmp_path: Path) -> None:
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        trained(tmp_path / name, replace(SETTINGS, seed=seed))
    a, b, c = (weights(tmp_path / name)["table.weight"] for name in "abc")
    assert torch.equal(a, b)
    assert not torch.equal(a, c)


def test_the_model_file_holds_what_was_measured(tmp_path: Path) -> None:
    result = trained(tmp_path / "m.pt", progress=True)
    stored = checkpoint.load(tmp_path / "m.pt")
    assert evaluate(model_scores(stored.model()), SPLIT.test).to_dict() == result.test
    assert stored.training["test"] == result.test
    assert stored.training["kernels"] == library.name()
    valid = evaluate(model_scores(stored.model()), SPLIT.valid)
    assert max(point["ndcg@10"] for point in result.curve) == valid.ndcg[10]
    assert stored.training["best_step"] == result.best_step == result.valid["step"]
    assert stored.training["data"]["fingerprint"] == "circle"
    assert stored.training["settings"] == SETTINGS.to_dict()
    assert stored.item_ids == DATA.item_ids
    assert [file.name for file in tmp_path.iterdir()] == ["m.pt"]


def test_the_examples_are_test_sequences_of_many_users(tmp_path: Path) -> None:
    many = circle(users=100)
    parts = split(many, positions=4)
    train(many, parts, "ssr", CONFIG, SETTINGS, tmp_path / "m.pt")
    stored = checkpoint.load(tmp_path / "m.pt")
    assert stored.inputs.shape == (64, 4)
    inputs, targets = parts.test.batch(np.arange(len(parts.test)))
    known = {(*row, target) for row, target in zip(inputs.tolist(), targets.tolist(), strict=True)}
    examples = zip(stored.inputs.tolist(), stored.targets.tolist(), strict=True)
    assert {(*row, target) for row, target in examples} <= known


def test_patience_ends_a_run_that_gets_no_better(tmp_path: Path) -> None:
    settings = replace(SETTINGS, max_steps=500, eval_every=2, patience=3, lr=1e-9, table_lr=1e-9)
    result = trained(tmp_path / "m.pt", settings)
    assert result.steps < 500
    assert result.steps - result.best_step == 3 * 2


def test_minutes_end_a_run(tmp_path: Path) -> None:
    result = trained(tmp_path / "m.pt", replace(SETTINGS, max_steps=10**6, max_minutes=0.01))
    assert 0 < result.steps < 10**6
    assert result.seconds >= 0.6


def test_the_best_weights_are_kept_when_later_ones_are_worse() -> None:
    run = TrainingRun(SPLIT, "ssr", CONFIG, SETTINGS)
    run.validate()
    best = run.history.best_state["item_bias"].clone()
    run.core.get_parameter("item_bias").data += torch.arange(ITEMS + 1) * -100.0
    run.core.get_parameter("readout.weight").data.zero_()
    run.history.best = 1.0
    run.validate()
    assert torch.equal(run.history.best_state["item_bias"], best)
    assert run.history.worse_in_a_row == 1


def test_a_run_with_other_settings_is_not_resumed(tmp_path: Path) -> None:
    with pytest.raises(Killed):
        trained(tmp_path / "m.pt", on_step=kill_at(6))
    said = r"m\.pt\.state is of another training: lr 0\.003, now 0\.1\. Give the same as then"
    with pytest.raises(BadInput, match=said):
        trained(tmp_path / "m.pt", replace(SETTINGS, lr=0.1), resume=True)


def test_nothing_to_resume_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no run to resume: .*m.pt.state does not exist"):
        trained(tmp_path / "m.pt", resume=True)
    checkpoint.write(tmp_path / "m.pt.state", {"something": "else"})
    with pytest.raises(BadInput, match=r"m.pt.state: not the state of a training run"):
        trained(tmp_path / "m.pt", resume=True)


def test_a_diverging_run_says_so(tmp_path: Path) -> None:
    config = SsrAnnConfig(ITEMS, positions=4, features=16, blocks=1)
    wild = replace(SETTINGS, lr=100.0, weight_decay=1.0, max_steps=60)
    with pytest.raises(BadInput, match=r"the loss is (nan|inf) at step \d+; train with a lower lr"):
        train(DATA, SPLIT, "ssr-ann", config, wild, tmp_path / "m.pt")


@pytest.mark.parametrize(
    ("config", "parts", "message"),
    [
        (replace(CONFIG, items=13), SPLIT, "the config has 13 items, circle has 12"),
        (CONFIG, split(DATA, positions=6), "the config has 4 positions, the sequences have 6"),
        (
            CONFIG,
            replace(SPLIT, valid=SPLIT.valid.take(np.arange(0))),
            "circle has 0 validation sequences; at least 2 are needed",
        ),
        (
            CONFIG,
            replace(SPLIT, train=SPLIT.train.take(np.arange(1))),
            "circle has 1 training sequences; at least 2 are needed",
        ),
        (
            CONFIG,
            replace(SPLIT, test=SPLIT.test.take(np.arange(0))),
            "circle has no test sequences",
        ),
    ],
)
def test_data_and_config_that_do_not_fit_are_refused(
    tmp_path: Path, config: SsrConfig, parts: Split, message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        train(DATA, parts, "ssr", config, SETTINGS, tmp_path / "m.pt")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_place_for_a_model(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is a folder; name the file to write the model to"):
        trained(tmp_path)


WORKER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from training_runs import SETTINGS, trained
trained(Path(sys.argv[2]))
"""


def test_two_processes_train_one_model_on_shared_batches(tmp_path: Path) -> None:
    (tmp_path / "worker.py").write_text(WORKER)
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    command += [
        str(tmp_path / "worker.py"),
        str(Path(__file__).parents[1] / "support"),
        str(tmp_path / "m.pt"),
    ]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    stored = checkpoint.load(tmp_path / "m.pt")
    assert stored.training["processes"] == 2
    found = evaluate(model_scores(stored.model()), SPLIT.test)
    assert found.to_dict() == pytest.approx(stored.training["test"])


def test_a_batch_that_processes_cannot_share_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accelerate.Accelerator.num_processes", 5)
    with pytest.raises(BadInput, match="batch_size 16 cannot be shared evenly by 5 processes"):
        trained(tmp_path / "m.pt")


def test_weights_are_selected_by_the_figure_asked_for(tmp_path: Path) -> None:
    for key in SELECT_BY:
        result = trained(tmp_path / f"{key}.pt", replace(SETTINGS, select_by=key))
        best = max(point[key] for point in result.curve)
        assert result.valid[key] == best
        assert result.best_step == next(p["step"] for p in result.curve if p[key] == best)
    with pytest.raises(BadInput, match="select_by is 'loss'; it must be one of"):
        replace(SETTINGS, select_by="loss")


def test_figures_that_select_are_those_of_a_validation() -> None:
    ranked = Ranks(np.array([1.0, 3.0]), np.array([1.0, 2.0])).metrics().to_dict()
    assert set(SELECT_BY) <= ranked.keys()


def test_model_pt_has_both_columns_of_every_part(tmp_path: Path) -> None:
    trained(tmp_path / "model.pt")
    training = checkpoint.load(tmp_path / "model.pt").training
    for found in (training["valid"], training["test"], *training["curve"]):
        assert found["ndcg@10_window_left_out"] >= found["ndcg@10"]
        assert found["hr@10_window_left_out_error"] >= 0


def test_the_state_of_an_older_release_goes_on(tmp_path: Path) -> None:
    with pytest.raises(Killed):
        trained(tmp_path / "model.pt", on_step=kill_at(8))
    path = tmp_path / "model.pt.state"
    state = checkpoint.read(path)
    state["history"]["best_ndcg"] = state["history"].pop("best")
    del state["identity"]["settings"]["select_by"]
    checkpoint.write(path, state)
    again = trained(tmp_path / "model.pt", resume=True)
    whole = trained(tmp_path / "whole.pt")
    assert again.curve == whole.curve
    assert again.test == whole.test
