"""A wrong path is said by every command before anything heavy is imported."""

import subprocess
import sys
from pathlib import Path

import pytest
from command_line import run
from command_parameters import COMMANDS, checks_input, names_path, parameters

from ssr_neuro.cli.input_paths import ENDINGS

WRITTEN = ("out", "picture", "write_config")
HEAVY = ("torch", "numba", "polars", "nir", "optuna", "matplotlib", "spikingjelly")
# Every command that reads, with one path that is not there or is something else.
WRONG = [
    ("train --data gone.csv", "gone.csv: no such file; name a data set file, or 'generated'"),
    ("train --data folder", "folder is a folder; name a data set file"),
    ("train --data graph.nir", "graph.nir is a NIR graph, which ssr-compile takes; name a data"),
    ("train --from gone.pt", "gone.pt: no such file; name a model.pt of `ssr train`, or the OUT.s"),
    ("train --teacher gone.pt", "gone.pt: no such file; name a model.pt; `ssr train` makes one"),
    ("train --out model.pt", "model.pt exists; --overwrite replaces it"),
    ("search --model ssr --data gone.csv", "gone.csv: no such file"),
    ("search --model ssr --data generated --space gone.toml", "gone.toml: no such file; name a TO"),
    ("search --model ssr --data generated --out model.pt", "model.pt exists"),
    ("evaluate gone.pt --data generated", "gone.pt: no such file"),
    ("evaluate graph.nir --data generated", "graph.nir is a NIR graph, which ssr-compile takes; n"),
    ("evaluate folder --data generated", "folder holds no MANIFEST.json; name a model.pt"),
    ("simulate gone --inputs a.npz", "gone: no such folder; name a folder made by ssr-compile"),
    ("simulate folder --inputs a.npz", "folder holds no program.json; name a folder made by ssr-c"),
    ("simulate made --inputs gone.npz", "gone.npz: no such file; name an .npz"),
    ("simulate made --inputs a.npz --out a.npz", "a.npz is read by this command"),
    ("diff a.npz gone.npz", "gone.npz: no such file"),
    ("show model.pt", "model.pt is a file; name a folder made by ssr-compile"),
    ("show made --out a.svg", "a.svg exists; --overwrite replaces it"),
    ("verify gone", "gone: no such folder"),
    ("verify folder", "folder holds no MANIFEST.json; name a folder made by ssr-compile"),
    ("cost gone.pt", "gone.pt: no such file; name a model.pt, a folder made by ssr-compile, o"),
    ("cost model.pt --chip gone.toml", "gone.toml: no such file; there are a100"),
    ("measure gone.pt --out m.json", "gone.pt: no such file"),
    ("measure model.pt --out model.pt --overwrite", "model.pt is read by this command"),
    ("place gone --chip loihi1", "gone: no such file; name a folder made by ssr-compile, or a mod"),
    ("place made --chip loihi9", "no chip is named 'loihi9'; there are a100"),
    ("report gone", "gone: no such folder"),
    ("report sealed --baselines gone.pt", "gone.pt: no such file"),
    ("report sealed --measured gone.json", "gone.json: no such file; name a JSON file made by `s"),
    ("report sealed --sana-fe gone.json", "gone.json: no such file; name a sana_fe.json"),
    ("report sealed --data gone.csv", "gone.csv: no such file"),
    ("report sealed --out folder", "folder is not empty and has no valid MANIFEST.json"),
    ("compile gone.pt", "gone.pt: no such file; name a model.pt of `ssr train`, a .nir graph or"),
    ("compile folder", "folder is a folder; name a model.pt of `ssr train`, a .nir graph or a ."),
    ("compile table.csv", "table.csv is a table; name a model.pt"),
    ("compile graph.nir --inputs gone.npz", "gone.npz: no such file"),
    ("compile model.pt --data gone.csv", "gone.csv: no such file"),
    ("compile model.pt --chip gone.toml", "gone.toml: no such file; there are a100"),
    ("compile model.pt --out folder", "folder is not empty and has no valid MANIFEST.json"),
    ("data stats gone.csv", "gone.csv: no such file"),
    ("study noise gone.pt --data generated --out s", "gone.pt: no such file"),
    ("study lengths model.pt --data gone.csv --out s", "gone.csv: no such file"),
    ("study lengths model.pt --data generated --out folder", "folder is not empty and has no val"),
    ("study memory --data gone.csv --out s", "gone.csv: no such file"),
    ("study steps --data gone.csv --max-steps 2 --out s", "gone.csv: no such file"),
    ("study tau --data generated --max-steps 2 --out folder", "folder is not empty and has no va"),
    ("conformance --suite folder", "folder holds no suite.json; name a folder made by `python -m"),
    ("chips gone.toml", "gone.toml: no such file; there are a100"),
]
SCRIPT = (
    "import sys\nfrom ssr_neuro.cli import main\ncode = 0\n"
    "for line in sys.stdin.read().splitlines():\n"
    "    sys.argv = ['ssr', *line.split()]\n"
    "    try:\n        main()\n"
    "    except SystemExit as end:\n        assert end.code == 2, (line, end.code)\n"
    f"    heavy = sorted(set({HEAVY}) & set(sys.modules))\n"
    "    assert not heavy, (line, heavy)\n"
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files and folders that are something, so that one path of a command can be wrong alone."""
    for name in ("model.pt", "graph.nir", "table.csv", "a.npz", "a.svg"):
        (tmp_path / name).write_bytes(b"")
    for folder, file in (
        ("folder", "notes.txt"),
        ("made", "program.json"),
        ("sealed", "MANIFEST.json"),
    ):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / file).write_text("")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("command", "message"), WRONG, ids=[line for line, _ in WRONG])
def test_a_wrong_path_is_refused_by_name(
    command: str, message: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {p: p.read_bytes() for p in here.rglob("*") if p.is_file()}
    assert run("ssr", *command.split()) == 2
    assert message in capsys.readouterr().err
    assert {p: p.read_bytes() for p in here.rglob("*") if p.is_file()} == before


def test_a_wrong_path_is_said_before_anything_heavy_is_imported(here: Path) -> None:
    """One process for all: a module that any of them imports stays in sys.modules."""
    lines = "\n".join(line for line, _ in WRONG)
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT], input=lines, cwd=here, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr


def test_a_file_that_cannot_be_read_is_refused(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: Path(path).name != "table.csv")
    assert run("ssr", "data", "stats", "table.csv") == 2
    assert "table.csv: cannot be read (Permission denied); name a data" in capsys.readouterr().err


@pytest.mark.parametrize("ending", sorted(ENDINGS.keys() - {".pt"}))
def test_a_file_of_another_kind_is_no_model(
    ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"it{ending.upper()}"
    path.write_bytes(b"")
    assert run("ssr", "cost", path) == 2
    assert f"it{ending.upper()} is {ENDINGS[ending]}; name a model.pt" in capsys.readouterr().err


def read_paths() -> list[tuple[str, str]]:
    """Every parameter of a command that is a path, or `data`, and is not written to."""
    return [
        (command, name)
        for command in COMMANDS
        for name, hint in parameters(command).items()
        if (names_path(hint) or name == "data") and name not in WRITTEN
    ]


@pytest.mark.parametrize(("command", "parameter"), read_paths())
def test_every_path_that_a_command_reads_is_checked_as_it_is_called(
    command: str, parameter: str
) -> None:
    hint = parameters(command)[parameter]
    assert checks_input(hint), f"{command}: {parameter} lacks callback=check_paths(...)"


def test_a_search_says_what_it_would_write_and_writes_nothing(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(here.rglob("*"))
    line = "search --model ssr --data generated --out best.pt --dry-run"
    assert run("ssr", *line.split()) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("would write search.db\nwould write best.pt\n")
    assert sorted(here.rglob("*")) == before
