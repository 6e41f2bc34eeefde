"""Sweeps over T and tau: one budget, nothing trained twice, no other settings' results."""

from dataclasses import replace
from pathlib import Path

import pytest
from trained import DATASET

from ssr_neuro.errors import BadInput
from ssr_neuro.study import sweep, trial
from ssr_neuro.study.sweep import STEPS, TAU, SweepPlan, equal_budget, run, summary
from ssr_neuro.study.sweep_figure import figure

SETTINGS = equal_budget(4, 2, batch_size=32)
SHAPE = {"positions": 24, "features": 8, "blocks": 1}
PLAN = SweepPlan(STEPS, "ssr", SHAPE, "ratio", SETTINGS, (1, 4), (0,))


def told(said: str) -> None:
    """Progress that nobody reads."""


def test_every_value_is_trained_for_the_same_steps_and_kept(tmp_path: Path) -> None:
    said: list[str] = []
    points = run(PLAN, DATASET, tmp_path, said.append)
    assert [point["T"] for point in points] == [1, 4]
    assert [r["steps"] for point in points for r in point["runs"]] == [4, 4]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["T-1-seed-0.pt", "T-4-seed-0.pt"]
    assert run(PLAN, DATASET, tmp_path, said.append) == points
    assert [word for word in said if word.endswith("trained already")] == said[2:]
    assert ">T, time steps of a spike train</text>" in figure(STEPS, "", points, ())


def test_a_sweep_grows_by_values_without_training_the_old_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(PLAN, DATASET, tmp_path, told)
    trained: list[Path] = []
    real = trial.train

    def spy(*args: object, **options: object) -> object:
        trained.append(Path(str(args[5])))
        return real(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(trial, "train", spy)
    run(replace(PLAN, values=(1, 2, 4)), DATASET, tmp_path, told)
    assert [path.name for path in trained] == ["T-2-seed-0.pt"]


def test_a_result_of_other_settings_is_refused(tmp_path: Path) -> None:
    run(PLAN, DATASET, tmp_path, told)
    longer = replace(PLAN, settings=equal_budget(6, 2, batch_size=32))
    with pytest.raises(BadInput, match=r"T-1-seed-0\.pt is of another training:.*max_steps 4, now"):
        run(longer, DATASET, tmp_path, told)
    wider = replace(PLAN, shape=SHAPE | {"features": 16})
    with pytest.raises(BadInput, match="features 8, now 16"):
        run(wider, DATASET, tmp_path, told)
    with pytest.raises(BadInput, match="protocol ratio, now leave-one-out"):
        run(replace(PLAN, protocol="leave-one-out"), DATASET, tmp_path, told)


def test_an_interrupted_training_goes_on_to_the_same_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run(PLAN, DATASET, tmp_path / "whole", told)
    real = trial.train

    def stopped(*args: object, **options: object) -> object:
        def stop(step: int, loss: float) -> None:
            if step == 3:
                raise KeyboardInterrupt

        return real(*args, on_step=stop, **options)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(trial, "train", stopped)
        with pytest.raises(KeyboardInterrupt, match=r"T-1-seed-0\.pt; the same command resumes it"):
            run(PLAN, DATASET, tmp_path / "cut", told)
    state = tmp_path / "cut" / "T-1-seed-0.pt.state"
    assert state.exists()
    longer = replace(PLAN, settings=equal_budget(6, 2, batch_size=32))
    with pytest.raises(BadInput, match=r"\.pt\.state is of another training"):
        run(longer, DATASET, tmp_path / "cut", told)
    assert run(PLAN, DATASET, tmp_path / "cut", told) == whole
    assert not state.exists()


def test_tau_is_the_inverse_of_the_time_constant(tmp_path: Path) -> None:
    plan = SweepPlan(TAU, "ssr", SHAPE, "ratio", SETTINGS, (0.25, 0.5), (0,))
    trials = plan.trials(DATASET, tmp_path)
    assert [found.config.tau_steps for _, _, found in trials] == [4.0, 2.0]
    assert [found.path.name for _, _, found in trials] == [
        "tau-0.25-seed-0.pt",
        "tau-0.5-seed-0.pt",
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"values": (1.5,)}, "--values 1.5: T is a whole number of at least 1"),
        ({"swept": TAU, "values": (1.0,)}, "--values 1: tau is above 0 and below 1"),
        ({"values": (1, 1)}, "--values '1,1': name at least one, each once"),
        ({"seeds": ()}, "--seeds '': name at least one, each once"),
        ({"kind": "sasrec"}, "model 'sasrec' has no T to vary; choose one with spikes"),
        ({"values": (5,)}, r"it must be divisible by --time-steps \(5\)"),
    ],
)
def test_what_cannot_be_swept_is_refused_before_any_training(
    change: dict[str, object], message: str, tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match=message):
        run(replace(PLAN, **change), DATASET, tmp_path, told)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_a_budget_ends_by_its_steps_alone() -> None:
    settings = equal_budget(500, None)
    assert (settings.max_steps, settings.patience, settings.eval_every) == (500, None, 50)
    assert settings.epochs >= 500
    with pytest.raises(BadInput, match="--max-steps 0: a training takes at least 1 step"):
        equal_budget(0, None)


def test_several_trainings_are_summed_up_by_mean_and_standard_error() -> None:
    runs = [{f"{m}": v, f"{m}_error": 9.0} for v in (0.1, 0.3) for m in ("x",)]
    full = [{key: r["x"] for m in sweep.METRICS for key in (m, f"{m}_error")} for r in runs]
    found = summary(full)
    assert found["hr@10"] == pytest.approx(0.2)
    assert found["hr@10_error"] == pytest.approx(0.1)
    assert summary(full[:1])["hr@10_error"] == 0.1
