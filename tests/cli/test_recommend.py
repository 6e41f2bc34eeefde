"""`ssr recommend` as a stranger types it."""

import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from command_line import run
from trained import DATASET, saved_ssr

import ssr_neuro as sn

IDS = DATASET.item_ids


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("made")
    sn.compile(saved_ssr(made), target="program", samples=4).save(made / "bundle")
    (made / "titles.csv").write_text(f"id,title\n{IDS[0]},\x1b[2JZero\n{IDS[1]},One\n")
    return made


def test_the_best_items_stand_with_titles_and_scores(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = sn.recommender(folder / "bundle")
    found = own.recommend([IDS[3], IDS[4]], len(IDS), hide_seen=True)
    words = ("--history", f"{IDS[3]}, {IDS[4]}", "--top", str(len(IDS)), "--hide-seen")
    words = (*words, "--titles", str(folder / "titles.csv"))
    assert run("ssr", "recommend", str(folder / "bundle"), *words) == 0
    shown = capsys.readouterr().out
    assert "next after the last 2 of 2 items" in shown
    lines = [line.split() for line in shown.splitlines()[2:] if line.strip()]
    assert [line[1] for line in lines] == [one.item for one in found]
    assert [int(line[-1].replace(",", "")) for line in lines] == [one.score for one in found]
    assert "\x1b" not in shown
    assert {line[1]: line[2] for line in lines if len(line) == 4} == {
        IDS[0]: "\ufffd[2JZero",
        IDS[1]: "One",
    }
    assert run("ssr", "recommend", str(folder / "bundle"), *words, "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert [(one["rank"], one["item"], one["score"]) for one in document["items"]] == [
        (rank, one.item, one.score) for rank, one in enumerate(found, 1)
    ]


def test_an_unknown_item_is_a_note(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("ssr", "recommend", str(folder / "model.pt"), "--history", f"{IDS[0]},nobody") == 0
    said = capsys.readouterr()
    assert "does not know 'nobody'" in said.err
    assert "next after the last 1 of 1 known items" in said.out


def test_all_users_of_a_data_set(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "top.parquet"
    words = ("recommend", str(folder / "bundle"), "--users", "generated", "--out", str(out))
    assert run("ssr", *words, "--top", "3", "--dry-run") == 0
    assert not out.exists()
    assert run("ssr", *words, "--top", "3", "--quiet") == 0
    table = pl.read_parquet(out)
    assert table.height == 3 * sn.load_data("generated", core="none").n_users
    assert table["score"].dtype == pl.Int64
    assert run("ssr", *words) == 2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "give either --history 10,20,30 for one user, or --users DATA with --out"),
        (("--history", ""), "the history is empty"),
        (("--history", "x"), "knows none of the items 'x'"),
        (("--history", "1", "--out", "a.csv"), "--out is for --users"),
        (("--history", "1", "--core", "none"), "--core has no meaning without --users"),
        (("--history", "1", "--times", "x"), "--times 'x': give whole seconds"),
        (("--history", "1", "--times", "5"), "reads no times; leave them out"),
        (("--users", "generated"), "--users needs --out"),
        (("--users", "generated", "--out", "a.txt"), "must end in .parquet, .csv, .jsonl"),
        (("--users", "generated", "--out", "a.csv", "--times", "1"), "--times is for --history"),
        (("--users", "gone.inter", "--out", "a.csv"), "gone.inter: no such file"),
        (("--history", "1", "--titles", "gone.csv"), "gone.csv: no such file"),
        (("--history", "1", "--simulator", "gone"), "no simulator 'gone'"),
    ],
)
def test_wrong_uses_are_said(
    words: tuple[str, ...], message: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("ssr", "recommend", str(folder / "bundle"), *words) == 2
    assert message in capsys.readouterr().err


def test_a_bundle_is_served_without_torch(folder: Path) -> None:
    script = (
        "import sys\nfrom ssr_neuro.cli import main\n"
        f"sys.argv = ['ssr', 'recommend', {str(folder / 'bundle')!r}, '--history', {IDS[0]!r}]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "heavy = {'torch', 'polars', 'nir', 'spikingjelly'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert "next after the last 1 of 1 items" in ended.stdout
