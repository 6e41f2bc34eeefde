"""The runner of the conformance suite: verdicts, crashes, hangs, and engines that are not there."""

import json
import os
import sys
from pathlib import Path

import numpy as np
import pytest
from conformance_engines_example import EXAMPLES
from nir_conformance import __main__ as command
from nir_conformance import engines
from nir_conformance.compare import judge, settle
from nir_conformance.report import document, matrix
from nir_conformance.run import EngineResult, Engines, Limits, probe_engine, run_engines
from nir_conformance.suite import FOLDER, INDEX, Suite, load

SUPPORT = Path(__file__).parents[1] / "support"
NAMES = ("lif", "threshold", "cuba", "if", "li", "lif_far_above", "cuba_bias")
WHOLE = load()
BY_NAME = {entry.name: entry for entry in WHOLE.entries}
SMALL = Suite(WHOLE.version, WHOLE.dt_s, WHOLE.readings, tuple(BY_NAME[n] for n in NAMES))
FOUND = Engines(EXAMPLES, paths=(SUPPORT,))


def run(*names: str, limit: float = 30.0) -> list[EngineResult]:
    return run_engines(SMALL, FOUND, names, Limits(graph=limit))


def statuses(result: EngineResult) -> dict[str, str]:
    return {name: verdict.status for name, verdict in result.verdicts.items()}


def test_verdicts_name_the_reading() -> None:
    told: list[tuple[str, int, int]] = []
    right, soft, late = run_engines(
        SMALL, FOUND, ("right", "soft", "late"), tell=lambda *said: told.append(said)
    )
    assert set(statuses(right).values()) == {"equal"}
    assert right.versions["nir"]
    assert right.versions["python"]
    verdict = soft.verdicts["lif_far_above"]
    assert (verdict.status, verdict.reading, verdict.late) == ("explained", "subtract", 0)
    golden = BY_NAME["lif_far_above"]
    plain, other = (golden.golden(name).outputs["output"] for name in ("nir", "subtract"))
    assert verdict.differ == int((plain != other).sum()) > 0
    assert statuses(soft)["threshold"] == "equal"
    assert {(v.reading, v.late) for v in late.verdicts.values()} == {("nir", 1)}
    assert told[-1] == ("late", len(NAMES), len(NAMES))


def test_a_crash_and_a_hang_are_results_and_the_rest_goes_on() -> None:
    (result,) = run("troubled", limit=3.0)
    assert statuses(result) == {
        "lif": "equal",
        "threshold": "crashed",
        "cuba": "crashed",
        "if": "refused",
        "li": "differs",
        "lif_far_above": "equal",
        "cuba_bias": "crashed",
    }
    assert result.verdicts["cuba"].words.startswith("ended by SIGSEGV")
    assert result.verdicts["if"].words == "NotImplementedError: IF is not known here"
    assert result.verdicts["li"].words == "gives the shape (3,) for (24, 2)"
    assert result.verdicts["threshold"].words == "gave no answer in 3 s"


def test_what_cannot_run_here_says_why() -> None:
    absent, unready = run("absent", "unready")
    assert (absent.absent, absent.verdicts) == ("no-such-package is not installed", {})
    assert unready.absent == "its licence is missing"
    assert probe_engine(FOUND, "right") == ""
    assert probe_engine(FOUND, "absent") == "no-such-package is not installed"
    nowhere = Engines({"gone": "no_such_module:ENGINE"})
    assert probe_engine(nowhere, "gone") == "no_such_module is not installed"


def test_an_engine_with_a_python_of_its_own_sees_nothing_of_ours(tmp_path: Path) -> None:
    """Its interpreter finds the suite's package, and not the folders of the caller."""
    seen = tmp_path / "seen"
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\necho "$PYTHONPATH" > {seen}\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    own = Engines(EXAMPLES, {"right": python}, (SUPPORT,))
    assert probe_engine(own, "right") == f"{EXAMPLES['right'].partition(':')[0]} is not installed"
    (place,) = seen.read_text().strip().split(os.pathsep)
    assert Path(place).name == "path"


def test_the_reading_that_explains_most_graphs_is_named() -> None:
    """On a graph that `subtract` and another explain alike, the one of the other graphs is said."""
    entries = [BY_NAME[name] for name in ("lif_far_above", "if_far_above")]
    given = {e.name: judge(e, e.golden("several").outputs) for e in entries}
    assert {v.reading for v in settle(given).values()} == {"several"}


def test_a_node_that_is_passed_over_is_found() -> None:
    entries = tuple(BY_NAME[name] for name in ("lif_far_above", "delay"))
    some = Suite(WHOLE.version, WHOLE.dt_s, WHOLE.readings, entries)
    (result,) = run_engines(some, FOUND, ["skips"])
    verdict = result.verdicts["delay"]
    assert (verdict.status, verdict.reading, verdict.without) == ("explained", "subtract", "Delay")
    assert result.as_json()["graphs"]["delay"]["without"] == "Delay"
    assert "subtract, no Delay" in "".join(matrix(some, [result]))


def test_silence_is_not_explained_by_lateness() -> None:
    entry = BY_NAME["lif"]
    verdict = judge(entry, {"output": np.zeros((24, 4))})
    assert verdict.status == "differs"
    assert judge(entry, {}).words == "gives no output 'output'"


def test_the_matrix_has_a_row_for_each_graph() -> None:
    results = run("right", "soft", "absent")
    lines = list(matrix(SMALL, results))
    assert lines[0].split() == ["graph", "right", "soft"]
    assert [line.split()[0] for line in lines[1 : 1 + len(NAMES)]] == list(NAMES)
    assert lines[1 + NAMES.index("lif_far_above")].split() == ["lif_far_above", "=", "subtract"]
    assert lines[-1] == "absent: not run, no-such-package is not installed"
    made = json.loads(json.dumps(document(SMALL, results)))
    assert made["engines"][1]["graphs"]["lif_far_above"]["reading"] == "subtract"
    assert made["engines"][2]["absent"]
    assert [graph["name"] for graph in made["graphs"]] == list(NAMES)


def test_every_engine_of_the_table_is_there_and_says_how_a_graph_gets_in() -> None:
    for name, place in engines.ENGINES.items():
        engine = engines.load(place)
        assert engine.about, name
        assert engine.packages, name


def call(*arguments: str) -> int:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["nir-conformance", *arguments])
        try:
            command.main()
        except SystemExit as end:
            return int(end.code or 0)
    return 0


def test_the_command_runs_without_the_project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    index = json.loads((FOLDER / INDEX).read_text())
    index["graphs"] = [graph for graph in index["graphs"] if graph["name"] in ("lif", "cuba")]
    (tmp_path / INDEX).write_text(json.dumps(index))
    for name in ("lif.nir", "lif.npz", "cuba.nir", "cuba.npz"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    out = tmp_path / "out.json"
    assert call("--with", "nir", "--suite", str(tmp_path), "--out", str(out)) == 0
    assert capsys.readouterr().out.splitlines()[1].split() == ["lif", "="]
    assert json.loads(out.read_text())["engines"][0]["name"] == "nir"
    assert call("--list") == 0
    assert "whole-subtract" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--with", "nest"), "no engine 'nest'; there are "),
        (("--suite", "/no/such/folder"), "/no/such/folder holds no suite.json"),
        (("--python", "nir"), "--python 'nir' is not NAME=PATH of an interpreter that is there"),
    ],
)
def test_the_command_says_what_is_wrong(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(*arguments) == 2
    assert capsys.readouterr().err.startswith(said)
