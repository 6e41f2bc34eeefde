"""A student learns its teacher's probabilities; a teacher that saw the answers is refused."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from trained import saved_ssr
from training_runs import CONFIG, DATA, SETTINGS, SPLIT, Killed, kill_at, trained

from ssr_neuro import checkpoint
from ssr_neuro.cli import main
from ssr_neuro.data import split
from ssr_neuro.errors import BadInput
from ssr_neuro.model import build, config_from_dict
from ssr_neuro.model.parts.taught_loss import TAUGHT_LOSSES, head_tail_loss
from ssr_neuro.settings.models.ssr import SsrConfig
from ssr_neuro.settings.models.ssr_ann import SsrAnnConfig
from ssr_neuro.training import Teacher, teacher_of, train
from ssr_neuro.training.run import TrainingRun
from ssr_neuro.training.teacher import Lesson, check_student

ANN = SsrAnnConfig(items=CONFIG.items, positions=4, features=16, blocks=1)
ITEMS = torch.tensor([[0, 0, 1, 2], [5, 6, 7, 8]])
TARGETS = torch.tensor([3, 9])


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SSR-ANN that has learnt to walk round the circle."""
    out = tmp_path_factory.mktemp("teacher") / "ann.pt"
    settings = replace(SETTINGS, max_steps=150, lr=1e-2, patience=None)
    train(DATA, SPLIT, "ssr-ann", ANN, settings, out)
    return out


@pytest.fixture(scope="module")
def another(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SSR-ANN of other weights, that knows less."""
    out = tmp_path_factory.mktemp("teacher") / "other.pt"
    train(DATA, SPLIT, "ssr-ann", ANN, replace(SETTINGS, seed=1), out)
    return out


def found(*paths: Path, kind: str = "ssr", config: Any = CONFIG, **others: Any) -> Teacher:
    return teacher_of(paths, DATA, kind, config, **{"protocol": "ratio"} | others)


def test_what_is_learnt_is_the_teacher_s_softmax_mixed_with_the_next_item(teacher: Path) -> None:
    model = checkpoint.load(teacher).model()
    with torch.no_grad():
        scores = model(ITEMS)[:, 1:]
    softmax = (scores - scores.logsumexp(1, keepdim=True)).exp()
    for share in (0.0, 0.25, 1.0):
        lesson = Lesson(found(teacher), replace(SETTINGS, teacher_share=share), torch.device("cpu"))
        wanted = share * softmax
        wanted[[0, 1], TARGETS - 1] += 1 - share
        torch.testing.assert_close(lesson(ITEMS, TARGETS), wanted)


def test_several_teachers_say_the_geometric_mean_of_what_each_says(
    teacher: Path, another: Path
) -> None:
    each = [Lesson(found(path), SETTINGS, torch.device("cpu")) for path in (teacher, another)]
    first, second = (lesson(ITEMS, TARGETS).double() for lesson in each)
    assert (first - second).abs().max() > 0.1
    wanted = (first * second).sqrt()
    both = Lesson(found(teacher, another), SETTINGS, torch.device("cpu"))(ITEMS, TARGETS)
    torch.testing.assert_close(
        both.double(), wanted / wanted.sum(1, keepdim=True), rtol=1e-5, atol=1e-7
    )


def test_a_teacher_can_hide_the_items_of_the_window(teacher: Path) -> None:
    plain = Lesson(found(teacher), SETTINGS, torch.device("cpu"))(ITEMS, TARGETS)
    settings = replace(SETTINGS, teacher_hides="window")
    hidden = Lesson(found(teacher), settings, torch.device("cpu"))(ITEMS, TARGETS)
    seen = torch.zeros_like(plain)
    seen[0, [0, 1]] = 1
    seen[1, [4, 5, 6, 7]] = 1
    assert (plain > 0).all()
    wanted = plain * (1 - seen)
    torch.testing.assert_close(hidden, wanted / wanted.sum(1, keepdim=True))


def test_the_loss_of_certain_probabilities_is_that_of_the_item() -> None:
    model = build("ssr", CONFIG).eval()
    certain = torch.nn.functional.one_hot(TARGETS - 1, CONFIG.items).float()
    torch.testing.assert_close(model(ITEMS, certain), model(ITEMS, TARGETS))
    mixed = (certain + certain.flip(0)) / 2
    both = (model(ITEMS, TARGETS) + model(ITEMS, TARGETS.flip(0))) / 2
    torch.testing.assert_close(model(ITEMS, mixed), both)


@pytest.mark.parametrize("kind", ["ssr", "ssr-ann"])
def test_a_run_takes_the_loss_that_was_asked_for(kind: str, teacher: Path) -> None:
    settings = replace(SETTINGS, teacher_loss="head-tail")
    config = CONFIG if kind == "ssr" else ANN
    run = TrainingRun(SPLIT, kind, config, settings, None, found(teacher))
    wanted = torch.full((2, CONFIG.items), 1 / CONFIG.items)
    model = run.model.eval()
    scores = model.scores(ITEMS)[:, 1:]
    torch.testing.assert_close(model.taught_loss(ITEMS, wanted), head_tail_loss(scores, wanted))


@pytest.mark.parametrize("kind", ["ssr", "ssr-ann"])
@pytest.mark.parametrize("loss", ["forward", "head-tail"])
def test_a_student_that_hides_the_window_learns_from_the_other_items_alone(
    kind: str, loss: str, teacher: Path
) -> None:
    hiding = {"teacher_hides": "window", "student_hides": "window"}
    settings = replace(SETTINGS, teacher_loss=loss, **hiding)
    config = CONFIG if kind == "ssr" else ANN
    run = TrainingRun(SPLIT, kind, config, settings, None, found(teacher))
    assert run.lesson is not None
    model, wanted = run.core.eval(), run.lesson(ITEMS, TARGETS)
    scores = model.scores(ITEMS)[:, 1:]
    losses = []
    for row, window in enumerate(({0, 1}, {4, 5, 6, 7})):  # columns of the items of ITEMS
        others = [column for column in range(CONFIG.items) if column not in window]
        losses.append(TAUGHT_LOSSES[loss](scores[[row]][:, others], wanted[[row]][:, others]))
    torch.testing.assert_close(model.taught_loss(ITEMS, wanted), sum(losses) / 2)


def test_a_student_comes_closer_to_its_teacher_and_the_teacher_stays(teacher: Path) -> None:
    run = TrainingRun(SPLIT, "ssr", CONFIG, SETTINGS, None, found(teacher))
    items, targets = (torch.as_tensor(x) for x in SPLIT.train.batch(np.arange(64)))
    wanted = run.lesson(items, targets) if run.lesson else None
    before = float(run.core(items, wanted).detach())
    for _ in range(60):
        run.step(0.5)
    assert float(run.core(items, wanted).detach()) < 0.9 * before
    assert run.lesson is not None
    torch.testing.assert_close(run.lesson(items, targets), wanted, rtol=0, atol=0)


def test_a_model_says_who_taught_it_and_resumes_with_the_same_alone(
    teacher: Path, tmp_path: Path
) -> None:
    whole, parts = tmp_path / "whole.pt", tmp_path / "parts.pt"
    trained(whole, teacher=found(teacher))
    with pytest.raises(Killed):
        trained(parts, teacher=found(teacher), on_step=kill_at(7))
    with pytest.raises(BadInput, match="is of another training: another teacher"):
        trained(parts, resume=True)
    trained(parts, teacher=found(teacher), resume=True)
    first, second = checkpoint.load(whole), checkpoint.load(parts)
    assert all(torch.equal(x, second.state[name]) for name, x in first.state.items())
    (about,) = first.training["teacher"]
    assert (about["kind"], about["steps"], about["targets"]) == ("ssr-ann", 150, "last position")
    assert checkpoint.load(teacher).training["teacher"] is None


def test_a_run_of_several_teachers_resumes_with_all_of_them(
    teacher: Path, another: Path, tmp_path: Path
) -> None:
    out = tmp_path / "taught.pt"
    with pytest.raises(Killed):
        trained(out, teacher=found(teacher, another), on_step=kill_at(7))
    with pytest.raises(BadInput, match="is of another training: another teacher"):
        trained(out, teacher=found(teacher), resume=True)
    trained(out, teacher=found(teacher, another), resume=True)
    assert [one["steps"] for one in checkpoint.load(out).training["teacher"]] == [150, 12]


def test_a_run_from_when_there_was_one_teacher_at_most_resumes(
    teacher: Path, tmp_path: Path
) -> None:
    out = tmp_path / "taught.pt"
    with pytest.raises(Killed):
        trained(out, teacher=found(teacher), on_step=kill_at(7))
    state_path = out.with_name("taught.pt.state")
    state = checkpoint.read(state_path)
    (state["identity"]["teacher"],) = state["identity"]["teacher"]
    checkpoint.write(state_path, state)
    trained(out, teacher=found(teacher), resume=True)
    assert [one["kind"] for one in checkpoint.load(out).training["teacher"]] == ["ssr-ann"]


def test_a_teacher_that_knows_the_answers_is_refused(teacher: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="protocol 'ratio', and may know the test items of 'leave-"):
        found(teacher, protocol="leave-one-out")
    out = tmp_path / "refit.pt"
    parts = split(DATA, positions=4, refit=True)
    train(DATA, parts, "ssr-ann", ANN, replace(SETTINGS, refit=True), out)
    with pytest.raises(BadInput, match="with --refit and knows the validation items; choose an"):
        found(out)
    assert found(out, refit=True).about()[0]["kind"] == "ssr-ann"


def test_a_teacher_that_went_on_from_trained_weights_says_so(teacher: Path, tmp_path: Path) -> None:
    out, start = tmp_path / "longer.pt", checkpoint.load(teacher).state
    train(DATA, SPLIT, "ssr-ann", ANN, SETTINGS, out, start=start)
    assert [one["continued"] for one in found(teacher, out).about()] == [False, True]


def test_a_teacher_of_other_sequences_is_refused(teacher: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="reads 4 positions, the model to train 8; train with --pos"):
        found(teacher, config=SsrConfig(items=12, positions=8))
    with pytest.raises(BadInput, match="ssr-ann and a tim4rec only one reads the time of every"):
        found(teacher, kind="tim4rec")
    with pytest.raises(BadInput, match="made here holds other interactions"):
        found(teacher, saved_ssr(tmp_path))


@pytest.mark.parametrize(
    ("kind", "change", "said"),
    [
        ("ssr", {"horizon": 2}, "horizon is 2, and a teacher rates all items as the next; leave"),
        ("ssr", {"negatives": 3}, "negatives is 3, and a teacher rates all items as the next"),
        ("ssr", {"teacher_hides": "window"}, "a window of 12 positions can hold all 12 items; le"),
        ("ssr", {"student_hides": "window"}, "student_hides is window, and the teacher gives the"),
        ("lrurec", {}, "by the scores of all items, and LRURec does not"),
    ],
)
def test_students_that_learn_otherwise_are_refused(
    teacher: Path, kind: str, change: dict[str, Any], said: str
) -> None:
    positions = 12 if "teacher_hides" in change else 4
    model = build(kind, config_from_dict(kind, {"items": 12, "positions": positions}))
    with pytest.raises(BadInput, match=said):
        check_student(model, replace(SETTINGS, **change), found(teacher))


def test_a_share_is_between_0_and_1_and_of_a_teacher() -> None:
    with pytest.raises(BadInput, match=r"teacher_share is 0\.5, and there is no teacher; give one"):
        TrainingRun(SPLIT, "ssr", CONFIG, replace(SETTINGS, teacher_share=0.5))
    with pytest.raises(BadInput, match=r"teacher_share is 1\.5; it must be between 0 and 1"):
        replace(SETTINGS, teacher_share=1.5)


def test_hidden_items_are_a_teacher_s_and_the_window_s() -> None:
    with pytest.raises(BadInput, match="teacher_hides is window, and there is no teacher; give"):
        TrainingRun(SPLIT, "ssr", CONFIG, replace(SETTINGS, teacher_hides="window"))
    with pytest.raises(BadInput, match="teacher_hides is 'all'; it must be 'window', or None"):
        replace(SETTINGS, teacher_hides="all")
    with pytest.raises(BadInput, match="student_hides is window, and there is no teacher; give"):
        TrainingRun(SPLIT, "ssr", CONFIG, replace(SETTINGS, student_hides="window"))
    with pytest.raises(BadInput, match="student_hides is 'all'; it must be 'window', or None"):
        replace(SETTINGS, student_hides="all")
    with pytest.raises(BadInput, match="teacher_loss is head-tail, and there is no teacher; give"):
        TrainingRun(SPLIT, "ssr", CONFIG, replace(SETTINGS, teacher_loss="head-tail"))


def test_the_command_teaches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start, out = saved_ssr(tmp_path), tmp_path / "student.pt"
    few = ["--features", "8", "--blocks", "1", "--max-steps", "2", "--batch-size", "16"]
    asked = ["train", "--teacher", str(start), "--teacher", str(start), "--out", str(out), *few]
    chosen = ["--set", "encoder_skip=true", "--set", "teacher_hides=window"]
    monkeypatch.setattr(sys, "argv", ["ssr", *asked, *chosen])
    with pytest.raises(SystemExit) as end:
        main()
    assert int(end.value.code or 0) == 0
    saved = checkpoint.load(out)
    assert [one["kind"] for one in saved.training["teacher"]] == ["ssr", "ssr"]
    assert saved.config.encoder_skip
    assert saved.training["settings"]["teacher_hides"] == "window"
