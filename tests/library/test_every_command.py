"""What a command does, a function of the library does: the same files, values and errors."""

import inspect
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import run
from trained import saved_ssr

import ssr_neuro as sn
from ssr_neuro.program.spikes_file import write_trace

Folder = pytest.TempPathFactory
# Each command, and the public names that reach what it does.
REACHED = {
    "compile": ("compile", "export", "lower_program"),
    "check": ("check",),
    "conformance": ("conformance",),
    "chips": ("chip_names", "load_chip"),
    "cost": ("cost",),
    "data": ("load_data",),
    "diff": ("read_trace", "compare", "comparison_document"),
    "doctor": ("installation",),
    "evaluate": ("evaluate",),
    "measure": ("measure_models",),
    "models": ("model_kinds",),
    "place": ("place",),
    "recommend": ("recommender", "recommend_users"),
    "report": ("build_report",),
    "search": ("search_settings",),
    "show": ("show",),
    "simulate": ("simulate",),
    "study": tuple(
        f"study_{name}"
        for name in (
            "anytime",
            "item_table",
            "lengths",
            "memory",
            "noise",
            "ranks",
            "steps",
            "sweep",
            "tau",
            "time",
        )
    ),
    "train": ("train", "train_recipe", "train_seeds"),
    "verify": ("verify",),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: Folder) -> Path:
    """model.pt, and its bundle."""
    made = tmp_path_factory.mktemp("made")
    sn.compile(saved_ssr(made), target="program", samples=4).save(made / "bundle")
    return made


def test_every_command_has_its_function() -> None:
    import typer

    from ssr_neuro.cli import app

    command = typer.main.get_command(app)
    commands = getattr(command, "commands", {})
    left = set(commands) - set(REACHED)
    assert not left, f"no function of the library for {sorted(left)}"
    assert {name for names in REACHED.values() for name in names} <= set(dir(sn))


def test_simulate_writes_what_the_command_writes(folder: Path, tmp_path: Path) -> None:
    compiled = sn.open_bundle(folder / "bundle")
    np.savez(tmp_path / "in.npz", **compiled.proof.trace.inputs)
    found = sn.simulate(folder / "bundle", tmp_path / "in.npz", simulator="fast", membranes=True)
    assert found.spikes_fired == sum(int(s.sum()) for s in compiled.proof.trace.spikes.values()) > 0
    assert found.check_against("reference").mismatches == 0
    saved = found.save(tmp_path / "ours")
    asked = ("simulate", folder / "bundle", "--inputs", tmp_path / "in.npz", "--simulator", "fast")
    theirs = tmp_path / "theirs.npz"
    assert run("ssr", *map(str, asked), "--membranes", "--out", str(theirs)) == 0
    assert sn.compare(sn.read_trace(saved), sn.read_trace(theirs), ("a", "b")).equal
    assert sn.simulate(compiled, compiled.proof.trace.inputs).trace.samples == 4
    with pytest.raises(sn.BadInput, match=r"ours\.npz exists; --overwrite replaces it"):
        found.save(tmp_path / "ours")
    with pytest.raises(sn.BadInput, match="a int holds no program"):
        sn.simulate(7, {})  # type: ignore[arg-type]


def test_diff_verify_and_doctor_print_what_the_library_says(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trace = sn.open_bundle(folder / "bundle").proof.trace
    other = {name: spikes.copy() for name, spikes in trace.spikes.items()}
    name, spikes = next(iter(other.items()))
    at = (1, 0, *(0 for _ in spikes.shape[2:]))
    spikes[at] ^= 1
    paths = [tmp_path / "a.npz", tmp_path / "b.npz"]
    write_trace(paths[0], trace)
    write_trace(paths[1], replace(trace, spikes=other))

    def printed(*words: object, code: int = 0) -> dict[str, Any]:
        capsys.readouterr()
        assert run("ssr", *map(str, words), "--json") == code
        return dict(json.loads(capsys.readouterr().out))

    equal, names = printed("diff", paths[0], paths[0]), (str(paths[0]), str(paths[1]))
    assert (equal["format"], equal["version"]) == ("ssr-neuro-comparison", 1)
    assert (equal["equal"], equal["first"]) == (True, None)
    found = sn.compare(sn.read_trace(paths[0]), sn.read_trace(paths[1]), names)
    parted = printed("diff", *paths, code=4)
    assert parted == json.loads(json.dumps(sn.comparison_document(found)))
    assert (parted["first"]["node"], parted["first"]["sample"], parted["mismatches"]) == (
        name,
        1,
        1,
    )
    verified = printed("verify", folder / "bundle")
    assert verified == json.loads(json.dumps(sn.verify(folder / "bundle").to_dict()))
    assert (verified["format"], verified["version"]) == ("ssr-neuro-verification", 1)
    assert verified["comparisons"][0]["mismatches"] == 0
    doctor = printed("doctor")
    assert doctor == json.loads(json.dumps(sn.installation().to_dict()))
    assert {one["package"] for one in doctor["environments"]} == {"Lava", "lava-dl"}
    assert {one["name"]: one["version"] for one in doctor["packages"]}["numpy"] == np.__version__


def test_a_program_that_is_not_lowered_is_shown_and_not_run(folder: Path) -> None:
    early = sn.lower_program(folder / "model.pt", stop_after="fold")
    shown = sn.show(early)
    assert not shown.is_planned
    assert {node["layer"] for node in shown.to_dict()["nodes"]} >= {0, 1}
    with pytest.raises(sn.BadInput, match="this holds a program that cannot be run"):
        sn.simulate(early, {})


def test_show_is_the_table_and_the_picture_of_the_command(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = sn.show(sn.open_bundle(folder / "bundle"))
    assert run("ssr", "show", str(folder / "bundle"), "--json", "--out", str(tmp_path / "a")) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads(json.dumps(found.to_dict())) | {"picture": str(tmp_path / "a.svg")}
    assert (tmp_path / "a.svg").read_text(encoding="utf-8") == found.svg()
    assert found.save(tmp_path / "b.svg").read_bytes() == (tmp_path / "a.svg").read_bytes()


def test_a_report_is_values_and_a_page(folder: Path, tmp_path: Path) -> None:
    values = sn.build_report(folder / "bundle")
    opened = sn.build_report([sn.open_bundle(folder / "bundle")], tmp_path / "report")
    assert opened.reports[0].counts == values.reports[0].counts
    assert (tmp_path / "report" / "report.html").read_text(encoding="utf-8").startswith("<!doctype")
    with pytest.raises(sn.BadInput, match="--overwrite replaces it"):
        sn.build_report(folder / "bundle", tmp_path / "report")
    with pytest.raises(sn.BadInput, match="is in memory alone; save it"):
        sn.build_report(sn.compile(folder / "model.pt", target="program", samples=4))
    with pytest.raises(sn.BadInput, match="--samples has no meaning without --data"):
        sn.build_report(folder / "bundle", samples=3)


def test_measurements_are_values_and_a_file(folder: Path, tmp_path: Path) -> None:
    model, told = sn.load(folder / "model.pt"), list[str]()
    found = sn.measure_models(
        model, tmp_path / "m.json", device="cpu", batches=[2], seconds=0.05, say=told.append
    )
    assert found.skipped is None
    assert {entry.batch for entry in found.runs} == {2}
    assert told
    written = json.loads((tmp_path / "m.json").read_text(encoding="utf-8"))
    assert written["runs"][0]["windows_per_s"] == found.runs[0].windows_per_s
    with pytest.raises(sn.BadInput, match="--seconds 0: it must be above 0"):
        sn.measure_models(model, seconds=0)


def test_a_search_finds_settings_and_trains_the_best(tmp_path: Path) -> None:
    found = sn.search_settings(
        "ssr",
        "generated",
        trials=1,
        max_steps=2,
        storage=str(tmp_path / "s.log"),
        features=8,
        blocks=1,
        batch_size=32,
        out=tmp_path / "best.pt",
    )
    assert found.count_ends() == {"COMPLETE": 1}
    assert found.values == found.best.params
    assert found.trained is not None
    assert sn.load(tmp_path / "best.pt").config.features == 8
    document = found.to_dict()
    assert document["command"][:4] == ["ssr", "train", "--data", "generated"]
    assert document["command"][-1] == document["out"] == str(tmp_path / "best.pt")
    with pytest.raises(sn.BadInput, match="--set max_minutes: every trial trains from random"):
        sn.search_settings("ssr", "generated", max_minutes=1.0)


@pytest.mark.parametrize("study", ["anytime", "noise", "lengths", "memory"])
def test_a_study_is_the_one_of_the_command(study: str, folder: Path, tmp_path: Path) -> None:
    model, data = folder / "model.pt", sn.load_data("generated")
    run_study = {
        "anytime": lambda: sn.study_anytime(model, data, sequences=99),
        "noise": lambda: sn.study_noise(model, data, levels=[0, 20], sequences=99),
        "lengths": lambda: sn.study_lengths(sn.load(model), data, sequences=99),
        "memory": lambda: sn.study_memory(data, model, features=[8], sequences=99),
    }
    options = {
        "anytime": [],
        "noise": ["--levels", "0,20"],
        "lengths": [],
        "memory": ["--features", "8"],
    }
    found = run_study[study]()
    out = tmp_path / "out"
    asked = ["ssr", "study", study, str(model), "--data", "generated", "--out", str(out)]
    assert run(*asked, "--sequences", "99", *options.get(study, [])) == 0
    theirs = json.loads((out / f"{study}.json").read_text(encoding="utf-8"))
    assert found.to_dict() | {"command": theirs["command"]} == theirs
    assert found.svg == (out / f"{study}.svg").read_text(encoding="utf-8")
    assert len(found.rows[0]) == len(found.heads)


def test_a_sweep_trains_in_its_folder_and_goes_on(tmp_path: Path) -> None:
    told = list[str]()
    shape = {"features": 8, "blocks": 1, "batch_size": 32, "values": [0.5, 0.9]}
    first = sn.study_tau("generated", tmp_path / "tau", 2, **shape)  # type: ignore[arg-type]
    again = sn.study_tau("generated", tmp_path / "tau", 2, say=told.append, **shape)  # type: ignore[arg-type]
    assert first.to_dict() == again.to_dict()
    assert [line.partition(": ")[2] for line in told] == ["trained already"] * 2
    assert [path.name for path in again.save(tmp_path / "out")] == ["tau.json", "tau.svg"]


@pytest.mark.parametrize(
    ("levels", "message"),
    [([5, 10], "--levels '5,10': give percentages that rise from 0"), ([0], "--levels '0'")],
)
def test_levels_that_cannot_be_compared_are_refused(levels: list[float], message: str) -> None:
    with pytest.raises(sn.BadInput, match=message):
        sn.study_noise("gone.pt", "generated", levels=levels)


def test_a_sweep_takes_every_option_of_its_command(tmp_path: Path) -> None:
    import typer

    from ssr_neuro.cli.study.command import study_app
    from ssr_neuro.library.study_sweep import SweepOptions

    commands = getattr(typer.main.get_command(study_app), "commands", {})
    written = {"out", "overwrite", "dry_run", "json", "help"}
    for name in ("steps", "tau"):
        function = inspect.signature(getattr(sn, f"study_{name}"))
        taken = function.parameters.keys() | SweepOptions.__annotations__.keys()
        offered = {option.name: option.default for option in commands[name].params}
        assert offered.keys() - written <= taken
        for shape in function.parameters.keys() & {"positions", "time_steps"}:
            assert function.parameters[shape].default == offered[shape]
    with pytest.raises(sn.BadInput, match="no option banana; a sweep has core, duplicates"):
        sn.study_steps("generated", tmp_path, 2, banana=1)  # type: ignore[call-arg]
    columns = {"user_column": "gone", "values": [1]}
    with pytest.raises(sn.BadInput, match="gone"):
        sn.study_steps(_table(tmp_path), tmp_path, 2, **columns)  # type: ignore[arg-type]


def _table(folder: Path) -> Path:
    path = folder / "table.csv"
    path.write_text("who,what,when\n1,2,3\n1,4,5\n")
    return path
