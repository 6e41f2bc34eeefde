"""Nobody loses a file: every command and exporter, and whatever lies where it would write.

The tables are complete: a command that is new, or a new option that names a place, fails a test
until it stands in one of them.
"""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import nir
import pytest
from command_line import run
from command_parameters import COMMANDS, parameters, writes
from handed_over import GRAPHS, compiled, hand_over
from report_example import example_report
from trained import saved_ssr

from ssr_neuro import registry
from ssr_neuro.files import manifest
from ssr_neuro.report.document import write

# Commands that write a folder, without its option; each exporter is one.
FOLDERS = {
    **{
        f"compile --target {target}": f"compile model.pt --target {target}"
        for target in registry.all_targets()
    },
    "compile a graph": "compile graph.nir --inputs a.npz --target program",
    "compile --stop-after": "compile model.pt --stop-after fold",
    "report": "report sealed",
    "study sweep": "study sweep --data generated --max-steps 2 --set lr=0.1,0.2",
    "study noise": "study noise model.pt --data generated",
    "study lengths": "study lengths model.pt --data generated",
    "study steps": "study steps --data generated --max-steps 2",
    "study tau": "study tau --data generated --max-steps 2",
    "study memory": "study memory --data generated",
    "study ranks": "study ranks a.json b.json",
    "study time": "study time lrurec --lengths 5,10",
    "study anytime": "study anytime model.pt --data generated",
    "study item-table": "study item-table model.pt --data generated",
}
# Commands that write a file, with the option that names it, and the ending of the file.
FILES = {
    "train": ("train --data generated", "--out", ".pt"),
    "train settings": ("train --data generated", "--write-config", ".toml"),
    "search": ("search --model ssr --data generated --storage new.db", "--out", ".pt"),
    "recommend": ("recommend model.pt --users generated", "--out", ".csv"),
    "simulate": ("simulate made --inputs a.npz", "--out", ".npz"),
    "show": ("show made", "--out", ".svg"),
    "measure": ("measure model.pt", "--out", ".json"),
    "conformance": ("conformance --with nir", "--out", ".json"),
    "conformance picture": ("conformance --with nir", "--picture", ".svg"),
}
# Places that are resumed, or lie beside another; each has a test of its own below.
BESIDE = {("ssr search", "storage"), ("ssr train", "log")}
# Commands that write nothing, and how each is run on real inputs.
NOTHING = {
    "ssr models": "models ssr",
    "ssr evaluate": "evaluate model.pt --data generated",
    "ssr diff": "diff bundle/golden/spikes.npz bundle/golden/spikes.npz",
    "ssr verify": "verify bundle",
    "ssr check": "check graph.nir",
    "ssr chips": "chips loihi1",
    "ssr cost": "cost report.json",
    "ssr place": "place bundle --chip loihi1",
    "ssr doctor": "doctor",
    "ssr data stats": "data stats generated",
}
Printed = pytest.CaptureFixture[str]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder with inputs by name, a stranger's folder, and a bundle with a manifest."""
    for name in ("model.pt", "graph.nir", "a.npz", "a.json", "b.json"):
        (tmp_path / name).write_bytes(b"")
    for folder, file in (("made", "program.json"), ("strange", "notes.txt")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / file).write_text("mine")
    for folder in ("sealed", "old", "extra"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "weights.npz").write_bytes(b"weights")
        manifest.write(tmp_path / folder, {"command": ["ssr-compile", "model.pt"]})
    (tmp_path / "extra" / "notes.txt").write_text("mine")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def contents(folder: Path) -> dict[str, bytes | None]:
    """Every file and folder below, with what it holds."""
    return {str(p): p.read_bytes() if p.is_file() else None for p in folder.rglob("*")}


@pytest.fixture
def refuse(here: Path, capsys: Printed) -> Callable[[str], str]:
    """Run a command that must end with 2 and leave all as it is; what it says."""

    def run_and_look(line: str) -> str:
        before = contents(here)
        assert run("ssr", *line.split()) == 2
        assert contents(here) == before
        return " ".join(capsys.readouterr().err.split())

    return run_and_look


@pytest.fixture
def plan(here: Path, capsys: Printed) -> Callable[[str], dict[str, bool]]:
    """Run a command with --dry-run, which writes nothing: path -> whether that is replaced."""

    def run_and_look(line: str) -> dict[str, bool]:
        before = contents(here)
        asked = [*line.split(), "--dry-run"]
        assert run("ssr", *asked) == 0
        *shown, last = capsys.readouterr().out.splitlines()
        assert last == "dry run: nothing was run or written"
        assert run("ssr", *asked, "--json") == 0
        said = json.loads(capsys.readouterr().out)
        assert said["dry_run"] is True
        planned = {one["path"]: one["replaces"] for one in said["would_write"]}
        verbs = {True: "would replace", False: "would write"}
        assert shown == [f"{verbs[replaces]} {path}" for path, replaces in planned.items()]
        assert contents(here) == before
        return planned

    return run_and_look


def command_of(line: str) -> str:
    """ "study noise model.pt ..." -> "study noise"."""
    words = line.split()
    return " ".join(words[:2]) if words[0] in ("study", "data") else words[0]


def test_every_command_and_every_place_is_in_a_table() -> None:
    """Options of a place: paths that are not read, as they have no callback; and a few texts."""
    folders = {(f"ssr {command_of(line)}", "out") for line in FOLDERS.values()}
    files = {
        (f"ssr {command_of(line)}", option.removeprefix("--").replace("-", "_"))
        for line, option, _ in FILES.values()
    }
    listed = folders | files | BESIDE
    found = {(command, name) for command in COMMANDS for name in writes(command)}
    assert found == listed
    assert NOTHING.keys() == COMMANDS.keys() - {command for command, _ in listed}


@pytest.mark.parametrize("command", sorted(COMMANDS.keys() - NOTHING.keys()))
def test_what_writes_takes_overwrite_and_a_dry_run(command: str) -> None:
    assert {"overwrite", "dry_run"} <= parameters(command).keys()


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model, a graph and a bundle that can be read."""
    folder = tmp_path_factory.mktemp("real")
    saved_ssr(folder)
    write(example_report(), folder)
    nir.write(folder / "graph.nir", GRAPHS["delay"])
    hand_over(compiled("delay"), folder / "bundle")
    return folder


@pytest.mark.parametrize("command", NOTHING)
def test_a_command_without_a_place_writes_nothing(
    command: str, real: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not {"out", "overwrite", "dry_run"} & parameters(command).keys()
    monkeypatch.chdir(real)
    before = contents(real)
    assert run("ssr", *NOTHING[command].split()) == 0
    assert capsys.readouterr().out
    assert contents(real) == before


@pytest.mark.parametrize("line", FOLDERS.values(), ids=FOLDERS)
def test_a_folder_is_replaced_by_its_owner_alone(
    line: str, refuse: Callable[[str], str], plan: Callable[[str], dict[str, bool]]
) -> None:
    for overwrite in ("", " --overwrite"):
        said = refuse(f"{line} --out strange{overwrite}")
        assert "strange is not empty and has no valid MANIFEST.json" in said
        assert "it holds notes.txt" in said
        said = refuse(f"{line} --out extra{overwrite}")
        assert "extra holds other files than those that were made" in said
        assert "notes.txt (not listed)" in said
        assert "is a file; name a folder with --out" in refuse(f"{line} --out a.npz{overwrite}")
        assert "the current folder" in refuse(f"{line} --out .{overwrite}")
        refuse(f"{line} --out strange{overwrite} --dry-run")
    assert "old exists, made by `ssr-compile`; --overwrite" in refuse(f"{line} --out old")
    assert "old exists, made by `ssr-compile`; --overwrite" in refuse(f"{line} --out old --dry-run")
    assert plan(f"{line} --out old --overwrite")["old"]
    assert plan(f"{line} --out new")["new"] is False


@pytest.mark.parametrize(("line", "option", "ending"), FILES.values(), ids=FILES)
def test_a_file_is_replaced_where_that_was_asked_for(
    line: str,
    option: str,
    ending: str,
    here: Path,
    refuse: Callable[[str], str],
    plan: Callable[[str], dict[str, bool]],
) -> None:
    (here / f"mine{ending}").write_text("mine")
    (here / f"folder{ending}").mkdir()
    for dry in ("", " --dry-run"):
        assert "exists; --overwrite replaces it" in refuse(f"{line} {option} mine{ending}{dry}")
        for overwrite in ("", " --overwrite"):
            said = refuse(f"{line} {option} folder{ending}{overwrite}{dry}")
            assert f"is a folder; name a file with {option}" in said
    for nameless in (".", "/"):
        said = refuse(f"{line} {option} {nameless}")
        assert (f"{nameless} is a folder; name a file" in said) or ("its name must end in" in said)
    if option == "--write-config":
        return
    assert plan(f"{line} {option} mine{ending} --overwrite")[f"mine{ending}"]
    assert plan(f"{line} {option} new{ending}")[f"new{ending}"] is False


@pytest.mark.parametrize("line", ["show .", "simulate . --inputs ../a.npz", "report ."])
def test_nothing_goes_into_a_bundle_unless_out_says_so(
    line: str, here: Path, refuse: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "old" / "program.json").write_text("{}")
    monkeypatch.chdir(here / "old")
    said = refuse(line)
    assert "the current folder is in the bundle" in said
    assert "name a place with --out" in said


def test_a_search_resumes_its_own_storage_and_no_other_file(
    here: Path, refuse: Callable[[str], str]
) -> None:
    line = "search --model ssr --data generated --storage"
    (here / "notes.db").write_text("mine")
    (here / "notes.log").write_text("mine")
    with sqlite3.connect(here / "shop.db") as database:
        database.execute("CREATE TABLE orders (id INTEGER)")
    for dry in ("", " --dry-run"):
        assert "file is not a database" in refuse(f"{line} notes.db{dry}")
        assert "notes.log: cannot keep a study (" in refuse(f"{line} notes.log{dry}")
        assert "it has no table 'studies'" in refuse(f"{line} shop.db{dry}")
        assert "--storage strange is a folder" in refuse(f"{line} strange{dry}")


def test_the_log_of_a_training_replaces_nothing_of_a_stranger(
    here: Path, refuse: Callable[[str], str]
) -> None:
    (here / "new.pt.csv").write_text("item,price\n1,2\n")
    line = "train --data generated --out new.pt --log csv"
    assert "new.pt.csv exists; --overwrite replaces it" in refuse(line)
    assert "new.pt.csv is no log of a training" in refuse(f"{line} --overwrite")


def test_the_results_of_several_seeds_replace_nothing_of_a_stranger(
    here: Path, refuse: Callable[[str], str], capsys: Printed
) -> None:
    (here / "new-seeds.json").write_text('{"my": "notes"}')
    line = "train --data generated --out new.pt --seeds 2"
    for dry in ("", " --dry-run"):
        said = refuse(f"{line}{dry}")
        assert "new-seeds.json exists and was not made by `ssr train --seeds`; --overwrite" in said
    assert run("ssr", *line.split(), "--overwrite", "--dry-run") == 0
    assert "would replace new-seeds.json" in capsys.readouterr().out
