"""What a function or a command reads is never replaced, and nothing else unasked."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import run
from search_studies import SMALL, SPACE, Notes, opened
from trained import saved_ssr

import ssr_neuro as sn
from ssr_neuro.library import recipe_places, seeds
from ssr_neuro.library.files_read import data_files
from ssr_neuro.library.search_result import SearchResult
from ssr_neuro.search.loop import search
from ssr_neuro.settings.recipe import Recipe, load_recipe

RECIPE = """\
about = "One stage."
data = "visits"
protocol = "ratio"
published = "only"
[stages.only]
model = "ssr"
features = 8
"""
TO_DATA = {"out": "visits.csv", "overwrite": True}
Printed = pytest.CaptureFixture[str]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a data set, a model, a recipe, a space and settings by name."""
    monkeypatch.chdir(tmp_path)
    rows = [(user, (user + step) % 9, step) for user in range(12) for step in range(8)]
    lines = ("user,item,time", *(f"{u},{i},{86400 * t}" for u, i, t in rows))
    for name in ("visits.csv", "m-seed-1.csv"):
        (tmp_path / name).write_text("\n".join(lines))
    (tmp_path / "log.pt.csv").write_text("step,seconds,loss,user,item\n0,0,0,a,b\n")
    (tmp_path / "mine.toml").write_text(RECIPE)
    (tmp_path / "space.toml").write_text("[lr]\nlow = 0.1\nhigh = 0.2\n")
    (tmp_path / "run.toml").write_text('data = "visits.csv"\nmax-steps = 1\n')
    saved_ssr(tmp_path).rename(tmp_path / "m-seed-0.pt")
    return tmp_path


def recommend(data: "str | sn.Dataset") -> None:
    sn.recommend_users(sn.recommender("m-seed-0.pt"), data, **TO_DATA)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("train --data visits.csv --out visits.csv", "visits.csv"),
        ("train --data visits.csv --write-config visits.csv", "visits.csv"),
        ("train --config run.toml --out visits.csv", "visits.csv"),
        ("train --config run.toml --out run.toml", "run.toml"),
        ("train --config run.toml --write-config run.toml", "run.toml"),
        ("train --data m-seed-1.csv --out m.csv --seeds 2", "m-seed-1.csv"),
        ("train --data generated --from m-seed-0.pt --out m.pt --seeds 2", "m-seed-0.pt"),
        ("train --data log.pt.csv --out log.pt --log csv --core none", "log.pt.csv"),
        ("train --data visits.csv --recipe mine.toml --out visits.csv", "visits.csv"),
        ("train --data visits.csv --recipe mine.toml --out mine.toml", "mine.toml"),
        ("train --recipe mine.toml --write-config mine.toml", "mine.toml"),
        ("train --data visits.csv --recipe mine.toml --write-config visits.csv", "visits.csv"),
        ("search --model ssr --data visits.csv --out visits.csv", "visits.csv"),
        ("search --model ssr --data visits.csv --space space.toml --out space.toml", "space.toml"),
        ("search --model ssr --data visits.csv --storage s.db --out s.db", "s.db"),
    ],
)
def test_a_command_replaces_nothing_that_it_reads(
    line: str, read: str, here: Path, capsys: Printed
) -> None:
    before = files(here)
    assert run("ssr", *line.split(), "--overwrite") == 2
    said = " ".join(capsys.readouterr().err.split())
    assert re.search(rf"{read} is read by this (run, which would replace it|command)", said)
    assert files(here) == before


@pytest.mark.parametrize(
    "call",
    [
        lambda: sn.train("visits.csv", out="visits.csv", overwrite=True),
        lambda: sn.train(sn.load_data("visits.csv"), out="visits.csv", overwrite=True),
        lambda: sn.train("visits.csv", start="m-seed-0.pt", out="m-seed-0.pt", overwrite=True),
        lambda: sn.train_seeds("m-seed-1.csv", seeds=[0, 1], out="m.csv", overwrite=True),
        lambda: sn.train_seeds(start="m-seed-0.pt", seeds=[0, 1], out="m.pt", overwrite=True),
        lambda: sn.train_recipe("mine.toml", "visits.csv", out="visits.csv", overwrite=True),
        lambda: sn.train_recipe("mine.toml", "visits.csv", out="mine.toml", overwrite=True),
        lambda: sn.search_settings("ssr", "visits.csv", out="visits.csv", overwrite=True),
        lambda: recommend("visits.csv"),
        lambda: recommend(sn.load_data("visits.csv", core="none")),
        lambda: sn.measure_models("m-seed-0.pt", data="visits.csv", **TO_DATA),
        lambda: sn.measure_models("m-seed-0.pt", data=sn.load_data("visits.csv"), **TO_DATA),
    ],
)
def test_a_function_replaces_nothing_that_it_reads(call: Callable[[], Any], here: Path) -> None:
    before = files(here)
    with pytest.raises(sn.BadInput, match=r"is read by this (run, which would replace it|command)"):
        call()
    assert files(here) == before


def test_the_state_of_an_interrupted_run_is_no_seed_of_its_own_start(here: Path) -> None:
    """It would be removed with what lies at the places of the seeds."""
    (here / "m-seed-1.pt.state").write_bytes(b"a run")
    with pytest.raises(sn.BadInput, match=r"m-seed-1\.pt\.state is read by this run"):
        sn.train_seeds(start="m-seed-1.pt.state", seeds=[0, 1], out="m.pt", overwrite=True)
    assert (here / "m-seed-1.pt.state").read_bytes() == b"a run"


def test_generated_data_have_no_file(here: Path) -> None:
    assert data_files("generated") == data_files(sn.load_data("generated")) == []
    assert (
        data_files(sn.load_data("visits.csv")) == data_files("visits.csv") == [Path("visits.csv")]
    )


def recipe(folder: Path) -> Recipe:
    return load_recipe(folder / "mine.toml")


def test_results_of_others_are_replaced_where_asked_alone(here: Path) -> None:
    out, known = here / "m.pt", recipe(here)
    for name in ("m-recipe.json", "m-seeds.json"):
        (here / name).write_text('{"my": "notes"}')
    with pytest.raises(
        sn.BadInput, match=r"m-recipe\.json exists and was not made by `ssr train --r"
    ):
        recipe_places.check_outputs(known, out, "generated", overwrite=False)
    with pytest.raises(
        sn.BadInput, match=r"m-seeds\.json exists and was not made by `ssr train --s"
    ):
        seeds.check_seed_outputs(out, [0, 1], [], overwrite=False)
    recipe_places.check_outputs(known, out, "generated", overwrite=True)
    seeds.check_seed_outputs(out, [0, 1], [], overwrite=True)


def test_a_recipe_knows_its_network_before_its_results_are_written(here: Path) -> None:
    """Where a run ended between the two, the same command goes on."""
    out, known = here / "m.pt", recipe(here)
    out.write_bytes(b"network")
    with pytest.raises(sn.BadInput, match=r"m\.pt exists; --overwrite replaces it"):
        recipe_places.check_outputs(known, out, "generated", overwrite=False)
    (here / "m-only.pt").write_bytes(b"network")
    recipe_places.check_outputs(known, out, "generated", overwrite=False)
    (here / "m-only.pt").write_bytes(b"of another training")
    with pytest.raises(sn.BadInput, match=r"m\.pt exists"):
        recipe_places.check_outputs(known, out, "generated", overwrite=False)


def test_the_best_of_a_search_replaces_no_finished_model_unasked(tmp_path: Path) -> None:
    study = opened(tmp_path)
    search(study, SMALL, SPACE, 1, Notes())
    out, data = tmp_path / "best.pt", tmp_path / "data.csv"
    found = SearchResult(study, SMALL, [data])
    out.write_bytes(b"mine")
    data.write_bytes(b"data")
    with pytest.raises(sn.BadInput, match=r"best\.pt exists; --overwrite replaces it"):
        found.train_best(out)
    with pytest.raises(sn.BadInput, match=r"data\.csv is read by this run"):
        found.train_best(data, overwrite=True)
    assert (out.read_bytes(), data.read_bytes()) == (b"mine", b"data")
    found.train_best(out, overwrite=True)
    assert sn.load(out).kind == "sasrec"


def test_the_command_of_a_search_reads_the_data_as_they_were_read(here: Path) -> None:
    """From a data set at hand, as from its file."""
    dataset = sn.load_data("visits.csv", core="none", ties="item")
    options = {"trials": 1, "max_steps": 2, "features": 8, "positions": 4, "device": "cpu"}
    found = sn.search_settings("sasrec", dataset, **options)
    said = " ".join(found.command())
    assert said.startswith(
        "ssr train --data visits.csv --core none --ties item --model sasrec --protocol ratio"
    )
    assert found.to_dict()["command"] == found.command()


def test_data_made_in_memory_have_no_command(tmp_path: Path) -> None:
    study = opened(tmp_path)
    search(study, SMALL, SPACE, 1, Notes())
    found = SearchResult(study, SMALL)
    with pytest.raises(sn.BadInput, match="circle was made in memory, and `ssr train` reads a fil"):
        found.command()
    assert "command" not in found.to_dict()
