"""Every command in a block of a page is taken by the real command, beside small files.

What has --dry-run is run with it: options, values and paths are read and checked, and nothing is
trained or compiled. All else is run. The blocks of the tutorial and of extend.md that show output
are followed word for word elsewhere.
"""

import shlex
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import nir
import numpy as np
import pytest
from command_line import run
from docs_pages import DOCS, ROOT, fences
from nir_graphs import ends, graph, lif
from report_inputs_example import baseline
from trained import saved_ssr

import ssr_neuro as sn
from ssr_neuro import checkpoint

PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
SHOWN = ("", "sh", "text")  # kinds of blocks whose lines are commands
LAVA = "--simulator lava_cpu"  # run by other tests
OF_ITS_DATA = "ssr evaluate"  # which the small model was not trained on
DRY = ("ssr-compile", "ssr train", "ssr report", "ssr study", "ssr measure", "ssr search")
RUNS_FRAMEWORKS = "ssr conformance"  # minutes, in interpreters of other frameworks
CATALOGUE = ("858", "1221", "318", "10", "20", "30")  # items that pages name
BUNDLES = ("bundle", "build/ssr-ml-1m", "build/bundle", "build/demo-program", "build/model")
EMPTY = ("net/model.net", "build/sana-fe/sana_fe.json", "build/gpu/measured.json")
RATED = "".join(f"{u}::{i}::4::{978300000 + i}\n" for u in range(1, 7) for i in range(1, 7))
USERS = range(6)  # each with the same six items, enough for every filter
TABLES = {
    "movies.csv": ("id,title", "858,The Godfather"),
    "visits.csv": ("guest,place,seen", *(f"g{u},p{i},{100 * u + i}" for u in USERS for i in USERS)),
    "loc-gowalla_totalCheckins.txt": tuple(
        f"{u}\t2010-10-19T23:5{i}:27Z\t30.2\t-97.7\t{i}" for u in USERS for i in USERS
    ),
    "ml-100k.inter": (
        "user_id:token\titem_id:token\trating:float\ttimestamp:float",
        *(f"{u}\t{i}\t3\t{88125 + i}" for u in USERS for i in USERS),
    ),
}
RATINGS = (
    "ratings.dat",
    "u.data",
    "ml-1m.txt",
    "ml-100k.inter",
    "ml-1m-time.inter.gz",
)


def shown_commands(page: Path) -> list[str]:
    """Lines of a page's blocks that call `ssr` or `ssr-compile`, continued lines joined."""
    blocks = (f for f in fences(page.read_text(encoding="utf-8")) if f.info in SHOWN)
    lines = [line for block in blocks for line in block.text.replace("\\\n", " ").splitlines()]
    mine = [line for line in lines if line.split(" ")[0] in ("ssr", "ssr-compile")]
    return [line for line in mine if not line.startswith(RUNS_FRAMEWORKS)]


CALLS = sorted({(page.stem, line) for page in PAGES for line in shown_commands(page)})


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small files under the names that pages use."""
    folder = tmp_path_factory.mktemp("files")
    saved_ssr(folder)
    saved = checkpoint.load(folder / "model.pt")
    ids = (*saved.item_ids[: -len(CATALOGUE)], *CATALOGUE)
    checkpoint.save(folder / "model.pt", replace(saved, item_ids=ids))
    for name in sorted(names_ending(".pt")):
        make_model(folder, name)
    compiled = sn.compile(folder / "model.pt", target="program", samples=2)
    compiled.save(folder / BUNDLES[0])
    for bundle in BUNDLES[1:]:
        shutil.copytree(folder / BUNDLES[0], folder / bundle)
    nir.write(folder / "graph.nir", graph("x>a>y", a=lif((3,)), **ends((3,))))
    np.savez(folder / "spikes.npz", inputs=np.ones((1, 4, 3), np.uint8))
    for name, lines in TABLES.items():
        (folder / name).write_text("".join(f"{line}\n" for line in lines))
    for name in (*RATINGS, *EMPTY, *names_ending(".json"), *names_ending(".gz")):
        touch(folder / name)
    touch(folder / "net" / "golden.npz")
    with zipfile.ZipFile(folder / "ml-1m.zip", "w") as packed:
        packed.writestr("ml-1m/ratings.dat", RATED)
    write_chip(folder / "my-chip.toml")
    return folder


def names_ending(suffix: str) -> set[str]:
    """Files that the commands of the pages name."""
    return {
        word
        for _, line in CALLS
        for word in shlex.split(line, comments=True)
        if word.endswith(suffix)
    }


def make_model(folder: Path, name: str) -> None:
    """A model of the kind that the file's name begins with, else an SSR."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    kind = next((k for k in ("ssr-ann", "lrurec", "sasrec") if path.stem.startswith(k)), None)
    if kind is not None:
        baseline(path.parent, kind, path.stem)
    elif path != folder / "model.pt":
        shutil.copy(folder / "model.pt", path)


def touch(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def write_chip(path: Path) -> None:
    """The file that add-a-chip.md shows."""
    page = (DOCS / "how-to" / "add-a-chip.md").read_text(encoding="utf-8")
    (diff,) = (fence for fence in fences(page) if fence.info == "diff")
    path.write_text("".join(f"{line[1:]}\n" for line in diff.lines))


@pytest.mark.parametrize(("page", "line"), CALLS)
def test_a_command_of_a_page_is_taken(
    page: str,
    line: str,
    files: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(files)
    ends_with = run(*words_to_run(line))
    if line.startswith(OF_ITS_DATA):
        assert "was trained on generated" in capsys.readouterr().err
    else:
        assert ends_with == 0, f"{page}: {line}"


def words_to_run(line: str) -> list[str]:
    """The command as a page has it, without Lava, and dry and out of the way where it writes."""
    words = shlex.split(line.replace(LAVA, ""), comments=True)
    if not " ".join(words[:2]).startswith(DRY) and "--users" not in words:
        return words
    out = Path(words[words.index("--out") + 1]).name if "--out" in words else "model.pt"
    return [*words, "--dry-run", "--out", f"fresh/{out}"]


def test_a_command_with_a_wrong_option_or_value_would_be_found(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files)
    for wrong in ("--target program --boil", "--target pogram", "--samples few"):
        assert run("ssr-compile", "model.pt", *wrong.split(), "--dry-run") == 2


def test_commands_are_found_in_the_pages_that_show_them() -> None:
    pages = {page for page, _ in CALLS}
    assert {"README", "report", "bundle", "run-in-c", "training-diary", "first-bundle"} <= pages
    assert {line.split(" ")[0] for _, line in CALLS} == {"ssr", "ssr-compile"}
