"""How results are handed over and gone on with: whole files, of one model and one machine each."""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module


def test_a_run_that_ends_while_it_writes_leaves_the_earlier_results(
    module: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, write_result = tmp_path / "found.json", module("result_output").write_result
    write_result({"rows": 1}, out)
    assert out.read_text() == '{\n "rows": 1\n}\n'

    def half(path: Path, text: str, **_: str) -> None:
        path.write_bytes(text.encode()[:5])
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_text", half)
    with pytest.raises(KeyboardInterrupt):
        write_result({"rows": 2}, out)
    assert json.loads(out.read_text()) == {"rows": 1}


def test_scripts_that_go_on_with_a_file_write_it_whole() -> None:
    reads, whole = "json.loads(given.out.read_text(", "from result_output import"
    texts = {path.name: path.read_text("utf-8") for path in BENCHMARKS.glob("*.py")}
    going_on = {name for name, text in texts.items() if reads in text}
    assert len(going_on) == 5
    assert {name for name in going_on if whole not in texts[name]} == set()


IDENTITY = {
    "trained": {"data": {"name": "ml-1m"}, "steps": 5},
    "config": {"features": 64, "spectrum": "full"},
    "trained_for_bits": None,
    "sequences": 50,
}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"sequences": 7}, "sequences differ"),
        ({"config": {"features": 999}}, "config differ"),
        ({"config": {"features": 64, "unheard": 1}}, "config differ"),
        ({"trained": {"data": {"name": "beauty"}, "steps": 5}}, "trained differ"),
    ],
)
def test_results_of_another_model_or_other_sequences_are_not_gone_on_with(
    module: Any, tmp_path: Path, change: dict[str, Any], named: str
) -> None:
    script, out = module("whole_test_set"), tmp_path / "found.json"
    out.write_text(json.dumps(IDENTITY | change | {"integer": {"8": {}}}))
    before = out.read_bytes()
    with pytest.raises(SystemExit, match=f"{named} from those of this model.* --out"):
        script.gone_on_with(out, IDENTITY)
    assert out.read_bytes() == before


def test_results_of_an_older_release_are_gone_on_with(module: Any, tmp_path: Path) -> None:
    script, out = module("whole_test_set"), tmp_path / "found.json"
    older = IDENTITY | {"config": {"features": 64}, "integer": {"8": {"hr@10": 0.5}}}
    out.write_text(json.dumps(older))
    assert script.gone_on_with(out, IDENTITY) == older


def test_times_of_another_machine_or_version_do_not_stand_beside_those_of_this_one(
    module: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")  # which the script sets for good
    earlier_rows, out = module("result_output").earlier_rows, tmp_path / "found.json"
    here = {"machine": "Xeon", "versions": {"numba": "0.2"}}
    assert earlier_rows(out, here, "models") == earlier_rows(None, here, "models") == []
    out.write_text(json.dumps({**here, "models": [{"model": "a.pt"}]}))
    earlier = earlier_rows(out, here, "models")
    assert module("engine_speed").with_earlier(earlier, [{"model": "b.pt"}]) == [
        {"model": "a.pt"},
        {"model": "b.pt"},
    ]
    told = (
        r"times of something else \(machine EPYC, here Xeon\); name another file with --out, or "
        "remove it to measure all of it again"
    )
    out.write_text(json.dumps({**here, "machine": "EPYC", "models": []}))
    with pytest.raises(SystemExit, match=told):
        earlier_rows(out, here, "models")


@pytest.mark.parametrize(("name", "value"), [("machine", "Xeon"), ("beside", "two trainings")])
def test_sizes_of_another_machine_or_load_keep_their_file_as_it_is(
    module: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    script, out = module("compile_growth"), tmp_path / "growth.json"
    monkeypatch.setattr(script, "cpu_name", lambda: "EPYC")
    monkeypatch.setattr(script, "sizes", lambda: [script.PAPER])
    monkeypatch.setattr(script, "measured", lambda size: {**vars(size), "cpu_s": 1.0})
    monkeypatch.setattr(sys, "argv", ["compile_growth.py", "--out", str(out)])
    script.main()
    written = json.loads(out.read_text())
    assert [row["cpu_s"] for row in written["sizes"]] == [1.0]
    out.write_text(json.dumps(written | {name: value}))
    before = out.read_bytes()
    monkeypatch.setattr(script, "sizes", lambda: [script.PAPER, script.LARGE])
    with pytest.raises(SystemExit, match=f"times of something else .{name} {value}, here "):
        script.main()
    assert out.read_bytes() == before
