"""A recipe trains its stages once, goes on where it stopped, and writes down what came of it."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from command_line import run

import ssr_neuro as sn
from ssr_neuro import checkpoint
from ssr_neuro.library.recipes import what_ended
from ssr_neuro.settings.recipe import load_recipe, recipe_names
from ssr_neuro.study import trial

RECIPE = """\
about = "A teacher and two students."
data = "generated"
protocol = "ratio"
published = "student"
[stages.teacher]
model = "ssr-ann"
features = 8
blocks = 1
max_steps = 2
eval_every = 1
batch_size = 16
device = "cpu"
[stages.young]
model = "ssr"
features = 8
blocks = 1
max_steps = 2
eval_every = 1
batch_size = 16
device = "cpu"
[stages.student]
from = "young"
teachers = ["teacher"]
seeds = 2
max_steps = 2
eval_every = 1
batch_size = 16
device = "cpu"
"""
NAMES = [
    "m-teacher.pt",
    "m-young.pt",
    "m-student-seed-0.pt",
    "m-student-seed-1.pt",
    "m.pt",
    "m-recipe.json",
]
Printed = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recipe")
    (folder / "mine.toml").write_text(RECIPE)
    assert train(folder) == 0
    return folder


def train(folder: Path, *more: str) -> int:
    places = ("--recipe", folder / "mine.toml", "--out", folder / "m.pt")
    return run("ssr", "train", "--data", "generated", *places, *more)


def test_every_stage_is_trained_as_the_recipe_says(trained: Path) -> None:
    assert sorted(path.name for path in trained.iterdir()) == sorted([*NAMES, "mine.toml"])
    teacher, young, first, second = (checkpoint.load(trained / name) for name in NAMES[:4])
    assert [one.training["settings"]["seed"] for one in (first, second)] == [0, 1]
    assert first.training["start"] == second.training["start"] is not None
    assert first.training["teacher"] is not None
    assert [bool(one.training["test"]) for one in (teacher, young, first)] == [False, False, True]


def test_the_results_have_the_recipe_and_every_training(trained: Path) -> None:
    document = json.loads((trained / "m-recipe.json").read_text())
    assert document["text"] == RECIPE
    digests = {one["model"]: one["sha256"] for one in document["trainings"]}
    assert digests == {n: sha256((trained / n).read_bytes()).hexdigest() for n in NAMES[:4]}
    assert (trained / "m.pt").read_bytes() == (trained / "m-student-seed-0.pt").read_bytes()
    tests = [checkpoint.load(trained / n).training["test"]["ndcg@10"] for n in NAMES[2:4]]
    spread = document["over_seeds"]["test"]["ndcg@10"]
    assert spread["mean"] == pytest.approx(sum(tests) / 2)
    assert {one["ended_by"] for one in document["trainings"]} == {"its 2 steps"}


def test_the_same_command_goes_on(trained: Path, capsys: Printed) -> None:
    kept = {name: (trained / name).read_bytes() for name in NAMES}
    (trained / NAMES[3]).unlink()  # as after an interruption
    assert train(trained) == 0
    assert {name: (trained / name).read_bytes() for name in NAMES[:3]} == {
        name: kept[name] for name in NAMES[:3]
    }
    again = checkpoint.load(trained / NAMES[3]).training["test"]
    assert again == json.loads(kept["m-recipe.json"])["trainings"][3]["test"]
    assert "Recipe mine" in capsys.readouterr().out


def test_a_network_of_an_older_release_is_found_again(trained: Path, tmp_path: Path) -> None:
    for name in ("mine.toml", *NAMES[:4]):
        (tmp_path / name).write_bytes((trained / name).read_bytes())
    teacher = checkpoint.load(tmp_path / NAMES[0])
    del teacher.training["data"]["ties"]  # which older releases did not record
    checkpoint.save(tmp_path / NAMES[0], teacher)
    assert train(tmp_path) == 0
    assert "ties" not in checkpoint.load(tmp_path / NAMES[0]).training["data"]


def test_a_file_that_appears_before_the_network_is_published_is_kept(
    trained: Path, tmp_path: Path
) -> None:
    for name in NAMES[:4]:
        (tmp_path / name).write_bytes((trained / name).read_bytes())
    out = tmp_path / "m.pt"
    with pytest.raises(sn.BadInput, match=r"m\.pt exists; --overwrite replaces it"):
        sn.train_recipe(
            trained / "mine.toml", "generated", out=out, on_stage=lambda *_: out.write_text("mine")
        )
    assert out.read_text() == "mine"
    out.write_bytes((tmp_path / NAMES[2]).read_bytes())  # as where a run ended before its results
    assert sn.train_recipe(trained / "mine.toml", "generated", out=out).kind == "ssr"
    assert (tmp_path / "m-recipe.json").exists()


def test_another_recipe_does_not_replace_the_network(trained: Path, capsys: Printed) -> None:
    (trained / "other.toml").write_text(RECIPE.replace("max_steps = 2", "max_steps = 1"))
    kept = (trained / "m.pt").read_bytes()
    places = ("--recipe", trained / "other.toml", "--out", trained / "m.pt")
    assert run("ssr", "train", "--data", "generated", *places) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "m.pt exists and was made by the recipe mine; move it away to keep the stages" in said
    assert (trained / "m.pt").read_bytes() == kept
    (trained / "other.toml").unlink()


def test_a_recipe_that_was_changed_keeps_its_stages(trained: Path, tmp_path: Path) -> None:
    for name in NAMES:
        (tmp_path / name).write_bytes((trained / name).read_bytes())
    recipe, out = tmp_path / "mine.toml", tmp_path / "m.pt"
    recipe.write_text(RECIPE.replace("A teacher and two", "One teacher, two"))
    said = (
        r"m\.pt exists and was made by another version of this recipe; move it away to keep the "
        "stages that are trained, or name another with --out; --overwrite removes them and trains"
    )
    with pytest.raises(sn.BadInput, match=said):
        sn.train_recipe(recipe, "generated", out=out)
    out.rename(tmp_path / "before.pt")
    before = [(tmp_path / name).stat().st_mtime_ns for name in NAMES[:4]]
    assert sn.train_recipe(recipe, "generated", out=out).kind == "ssr"
    assert [(tmp_path / name).stat().st_mtime_ns for name in NAMES[:4]] == before


def test_a_recipe_that_was_to_overwrite_goes_on_without_it(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in NAMES:
        (tmp_path / name).write_bytes((trained / name).read_bytes())
    recipe, out, real = tmp_path / "mine.toml", tmp_path / "m.pt", trial.train
    recipe.write_text(RECIPE.replace("A teacher and two", "One teacher, two"))

    def stopped(*args: Any, **options: Any) -> Any:
        if args[5].name == "m-young.pt":
            raise KeyboardInterrupt
        return real(*args, **options)

    with monkeypatch.context() as patch:
        patch.setattr(trial, "train", stopped)
        said = r"stopped while training m-young\.pt; the same command without --overwrite resumes"
        with pytest.raises(KeyboardInterrupt, match=said):
            sn.train_recipe(recipe, "generated", out=out, overwrite=True)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["m-teacher.pt", "mine.toml"]
    kept = (tmp_path / "m-teacher.pt").read_bytes()
    assert sn.train_recipe(recipe, "generated", out=out).kind == "ssr"
    assert (tmp_path / "m-teacher.pt").read_bytes() == kept


def test_a_fault_of_a_later_stage_removes_nothing(trained: Path, tmp_path: Path) -> None:
    for name in NAMES:
        (tmp_path / name).write_bytes((trained / name).read_bytes())
    recipe = tmp_path / "mine.toml"
    recipe.write_text(RECIPE.replace("seeds = 2", "seeds = 2\nrate_penaltie = 1.0"))
    with pytest.raises(sn.BadInput, match="recipe mine, stage student: --set rate_penaltie"):
        sn.train_recipe(recipe, "generated", out=tmp_path / "m.pt", overwrite=True)
    assert all((tmp_path / name).exists() for name in NAMES)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--features", "4"), "--features: a recipe sets the whole training"),
        (
            ("--resume",),
            "--resume: a recipe sets the whole training, and the same command resumes it",
        ),
    ],
)
def test_options_of_one_training_are_refused(
    trained: Path, capsys: Printed, more: tuple[str, ...], said: str
) -> None:
    assert train(trained, *more) == 2
    assert said in " ".join(capsys.readouterr().err.split())


def test_data_are_asked_for_in_words(capsys: Printed) -> None:
    assert run("ssr", "train", "--recipe", "ml-1m") == 2
    assert "--recipe ml-1m needs --data: MovieLens-1M" in " ".join(capsys.readouterr().err.split())


def test_a_recipe_can_be_copied_and_its_files_foretold(
    trained: Path, tmp_path: Path, capsys: Printed
) -> None:
    copy = tmp_path / "copy.toml"
    assert train(trained, "--write-config", str(copy)) == 0
    assert copy.read_text() == RECIPE
    capsys.readouterr()
    places = ("--recipe", copy, "--data", "generated", "--out", tmp_path / "m.pt")
    assert run("ssr", "train", *places, "--dry-run", "--json") == 0
    would = json.loads(capsys.readouterr().out)["would_write"]
    assert [Path(one["path"]).name for one in would] == NAMES
    assert [path.name for path in tmp_path.iterdir()] == ["copy.toml"]


def test_a_stage_that_does_not_fit_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(RECIPE.replace("blocks = 1", "blocks = 1\nrate_penaltie = 1.0", 1))
    with pytest.raises(sn.BadInput, match="recipe bad, stage teacher: --set rate_penaltie"):
        sn.train_recipe(path, "generated", out=tmp_path / "m.pt")


@pytest.mark.parametrize("name", recipe_names())
def test_every_recipe_of_the_package_begins(name: str, tmp_path: Path) -> None:
    known = load_recipe(name)
    brief = {"max_steps": 2, "eval_every": 2, "features": 8, "batch_size": 16, "device": "cpu"}
    stages = tuple(
        replace(one, seeds=1, settings={**one.settings, **brief}) for one in known.stages
    )
    rows = [(user, (user + 3 * k) % 60, k // 2) for user in range(60) for k in range(9)]
    data = tmp_path / "visits.csv"
    data.write_text("user,item,time\n" + "".join(f"{u},{i},{day * 86400}\n" for u, i, day in rows))
    model = sn.train_recipe(replace(known, stages=stages), data, out=tmp_path / f"{name}.pt")
    document = json.loads((tmp_path / f"{name}-recipe.json").read_text())
    assert [one["ended_by"] for one in document["trainings"]] == ["its 2 steps"] * len(stages)
    assert document["protocol"] == model.training["protocol"] == known.protocol
    ties = known.reading["ties"]
    assert ("ties " in document["data"]["source"]) == (ties != "file")
    assert ties == "file" or f"ties {ties}" in document["data"]["source"]


def test_what_ended_a_training() -> None:
    settings = {"patience": 2, "refit": False, "max_steps": 9, "max_minutes": None, "epochs": None}
    run = {"settings": settings, "steps": 9, "best_step": 9, "curve": []}
    assert what_ended(run) == "its 9 steps"
    worse = [{"step": 2}, {"step": 4}, {"step": 6}]
    found = what_ended(run | {"steps": 6, "best_step": 2, "curve": worse})
    assert found == "2 validations without a better one"
