"""The same answers however users and items are divided among the workers of a Dask cluster."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import run
from hidden_packages import run_without
from trained import DATASET, saved_ssr

import ssr_neuro as sn
from ssr_neuro.library import dask_engine
from ssr_neuro.ranking import PackedItems, Top
from ssr_neuro.serving import users

IDS = DATASET.item_ids
needs_dask = pytest.mark.skipif(
    find_spec("distributed") is None, reason='needs Dask: pip install "ssr-neuro[dask]"'
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """model.pt, its bundle, and a small data set."""
    made = tmp_path_factory.mktemp("made")
    sn.compile(saved_ssr(made), target="program", samples=4).save(made / "bundle")
    rng = np.random.default_rng(0)
    rows = [f"u{user}\t{IDS[rng.integers(len(IDS))]}\n" for user in range(40) for _ in range(5)]
    (made / "log.inter").write_text("user_id:token\titem_id:token\n" + "".join(rows))
    return made


@contextmanager
def cluster_in_this_process(options: sn.DaskOptions) -> Iterator[Any]:
    """As `dask_engine.connect`, its workers as threads: quick, and over the same scheduler."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=options.workers, processes=False, threads_per_worker=1, dashboard_address=None
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client


@needs_dask
@pytest.mark.parametrize("name", ["bundle", "model.pt"])
def test_answers_are_the_same_with_any_number_of_workers_and_shards(
    name: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_engine, "connect", cluster_in_this_process)
    monkeypatch.setattr(users, "AT_ONCE", 7)
    monkeypatch.setattr(dask_engine, "AT_ONCE", 7)
    own = sn.recommender(folder / name)

    def answers(dask: sn.DaskOptions | None) -> list[Any]:
        out = tmp_path / "top.jsonl"
        sn.recommend_users(
            own, folder / "log.inter", out, top=4, hide_seen=True, overwrite=True, dask=dask
        )
        return [json.loads(line) for line in out.read_text().splitlines()]

    here = answers(None)
    assert [line["user"] for line in here] == [f"u{number}" for number in range(40)]
    for workers, shards in ((1, 1), (2, 1), (4, 1), (2, 3)):
        if shards > 1 and name == "model.pt":
            with pytest.raises(sn.BadInput, match="is no bundle, and --shards divides the items"):
                answers(sn.DaskOptions(workers, shards=shards))
        else:
            assert answers(sn.DaskOptions(workers, shards=shards)) == here


@needs_dask
def test_processes_on_this_machine_give_the_same(folder: Path, tmp_path: Path) -> None:
    words = ("recommend", folder / "bundle", "--users", folder / "log.inter", "--top", "3")
    places = [tmp_path / "here.csv", tmp_path / "dask.csv"]
    assert run("ssr", *map(str, words), "--out", str(places[0])) == 0
    more = ("--engine", "dask", "--workers", "1", "--out", str(places[1]))
    assert run("ssr", *map(str, words), *more) == 0
    assert places[0].read_bytes() == places[1].read_bytes()


@needs_dask
def test_a_script_without_the_guard_of_processes_is_told_of_it(
    folder: Path, tmp_path: Path
) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import ssr_neuro as sn\n"
        f"own = sn.recommender({str(folder / 'bundle')!r})\n"
        "sn.recommend_users(own, 'generated', 'a.csv', dask=sn.DaskOptions(workers=1))\n"
    )
    ended = subprocess.run([sys.executable, script], cwd=tmp_path, capture_output=True, text=True)
    assert re.search(
        r"BackendFailed: Dask's workers did not start .* below `if __name__", ended.stderr
    )
    assert not (tmp_path / "a.csv").exists()


def test_shards_join_to_the_best_of_all_items_with_ties_in_their_order() -> None:
    rng = np.random.default_rng(3)
    codes = rng.integers(0, 2, (133, 1, 4), dtype=np.uint8)  # 16 codes, so most scores tie
    items = PackedItems.of(codes, np.zeros(133, np.int64))
    readouts = rng.integers(-2, 3, (6, 1, 4))
    for count in (1, 2, 3, 9):  # of 5 blocks, so that some shards are empty
        parts = []
        for number in range(count):
            part, before = items.shard(number, count)
            found = part.top(readouts, 20)
            parts.append(Top(found.rows + before, found.scores))
        joined = dask_engine._join(parts, [None] * 6, 20)
        whole = items.top(readouts, 20)
        np.testing.assert_array_equal([rows for rows, _ in joined], whole.rows)
        np.testing.assert_array_equal([scores for _, scores in joined], whole.scores)


def test_another_file_at_a_workers_path_is_refused(folder: Path, tmp_path: Path) -> None:
    copied = sn.open_bundle(folder / "bundle").save(tmp_path / "copy")
    place = sn.recommender(copied).place
    assert place is not None
    (copied / "MANIFEST.json").write_text("{}")
    with pytest.raises(sn.BadInput, match=r"a worker finds no .*copy, or another"):
        dask_engine._open(place)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--workers", "2"), "--workers has no meaning without --engine dask"),
        (("--engine", "dask", "--workers", "2", "--scheduler", "x:1"), "give one"),
    ],
)
def test_wrong_uses_are_said(
    words: tuple[str, ...], message: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ("recommend", str(folder / "bundle"), "--users", "generated", "--out", "a.csv")
    assert run("ssr", *given, *words) == 2
    assert message in capsys.readouterr().err


@needs_dask
def test_a_scheduler_that_does_not_answer_is_said(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_engine, "WAIT_S", 0.2)
    with pytest.raises(
        sn.BackendFailed, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"
    ):
        sn.recommend_users(
            sn.recommender(folder / "bundle"),
            "generated",
            tmp_path / "a.csv",
            dask=sn.DaskOptions(scheduler="tcp://127.0.0.1:9"),
        )
    assert list(tmp_path.iterdir()) == []


def test_without_dask_the_line_that_brings_it_is_said(folder: Path, tmp_path: Path) -> None:
    given = ("recommend", str(folder / "bundle"), "--users", "generated", "--engine", "dask")
    ended = run_without(["distributed"], *given, "--out", str(tmp_path / "a.csv"))
    assert ended.returncode == 5
    assert ended.stderr.splitlines()[-1] == (
        "BackendFailed --engine dask needs distributed, which is not installed; "
        'pip install "ssr-neuro[dask]"'
    )
