"""Every user of a data set, into files of three kinds."""

import csv
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from trained import DATASET, saved_ssr

import ssr_neuro as sn
from ssr_neuro.data import load
from ssr_neuro.serving import answers_file, users

IDS = DATASET.item_ids


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> sn.Recommender:
    return sn.recommender(saved_ssr(tmp_path_factory.mktemp("model")))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """ann and =bob had items that the model knows, and ann one that it does not; eve had none."""
    path = tmp_path / "log.inter"
    rows = [("ann", IDS[0], 3), ("ann", "gone", 2), ("ann", IDS[5], 1), ("eve", "gone", 1)]
    rows += [("=bob", IDS[2], 9), ("=bob", IDS[2], 10)]
    text = "".join(f"{user}\t{item}\t{time}\n" for user, item, time in rows)
    path.write_text(f"user_id:token\titem_id:token\ttimestamp:float\n{text}")
    return path


EXPECTED = {"ann": [IDS[5], IDS[0]], "=bob": [IDS[2], IDS[2]]}


@pytest.mark.parametrize("hide_seen", [False, True])
def test_every_user_gets_what_the_history_alone_gets(
    own: sn.Recommender, data: Path, tmp_path: Path, hide_seen: bool
) -> None:
    with pytest.warns(UserWarning, match="items of 2 of 6 interactions.*1 users had no other"):
        done = sn.recommend_users(
            own, data, tmp_path / "top.jsonl", top=4, hide_seen=hide_seen, titles={IDS[7]: "Seven"}
        )
    assert (done.users, done.left_out, done.unknown) == (2, 1, 2)
    lines = [json.loads(line) for line in done.path.read_text().splitlines()]
    assert [line["user"] for line in lines] == list(EXPECTED)
    for line in lines:
        expected = own.recommend(EXPECTED[line["user"]], 4, hide_seen=hide_seen)
        assert line["items"] == [
            {"item": o.item, "score": o.score, "title": "Seven" if o.item == IDS[7] else ""}
            for o in expected
        ]


def test_titles_are_found_by_ids_that_are_whole_numbers(
    own: sn.Recommender, tmp_path: Path
) -> None:
    numbered = sn.Recommender("numbered", own.ranker, list(map(str, range(1, len(IDS) + 1))))
    data, out = tmp_path / "log.inter", tmp_path / "top.jsonl"
    data.write_text("user_id:token\titem_id:token\ttimestamp:float\nann\t2\t1\nann\t3\t2\n")
    sn.recommend_users(numbered, data, out, top=len(IDS), titles={7: "Seven"})
    items = json.loads(out.read_text())["items"]
    assert [row["title"] for row in items if row["item"] == "7"] == ["Seven"]
    with pytest.raises(sn.BadInput, match="a str holds no titles; give a mapping from item id"):
        sn.recommend_users(numbered, data, out, titles="t.csv")  # type: ignore[arg-type]


@pytest.mark.filterwarnings("ignore:.*does not know")
def test_the_three_kinds_of_file_hold_the_same(
    own: sn.Recommender, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers_file, "ROWS_AT_ONCE", 3)  # several parts
    paths = [tmp_path / f"top[10].{kind}" for kind in ("parquet", "csv", "jsonl")]
    for path in paths:
        sn.recommend_users(own, data, path, top=5)
    assert sorted(tmp_path.iterdir()) == sorted([data, *paths])  # no part is left behind
    table = pl.read_parquet(paths[0], glob=False)
    assert table.schema == {
        "user": pl.String,
        "rank": pl.Int32,
        "item": pl.String,
        "score": pl.Float32,
    }
    lines = [json.loads(line) for line in paths[2].read_text().splitlines()]
    flat = [
        (line["user"], rank, one["item"], np.float32(one["score"]))
        for line in lines
        for rank, one in enumerate(line["items"], 1)
    ]
    assert table.rows() == flat
    with paths[1].open(newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0] == ["user", "rank", "item", "score"]
    assert [(u.lstrip("'"), int(r), i, np.float32(s)) for u, r, i, s in rows[1:]] == flat
    assert {row[0] for row in rows[1:]} == {"ann", "'=bob"}


def test_users_are_the_same_however_many_are_ranked_at_once(
    own: sn.Recommender, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = users.histories_of(own, load("generated"))

    def answers() -> list[tuple[str, list[int]]]:
        few = users.Histories(found.user_ids[:20], found.numbers, found.offsets[:21], None, 0, 0)
        ranked = users.rank_users(own, few, 5, hide_seen=True)
        return [(one.user_id, one.rows.tolist()) for one in ranked]

    whole = answers()
    monkeypatch.setattr(users, "AT_ONCE", 7)
    assert answers() == whole
    assert len(whole) == 20


def test_what_cannot_be_written_is_refused_and_nothing_is_left(
    own: sn.Recommender, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(sn.BadInput, match=r"must end in \.parquet, \.csv, \.jsonl"):
        sn.recommend_users(own, data, tmp_path / "top.txt")
    (tmp_path / "top.csv").write_text("mine")
    with pytest.raises(sn.BadInput, match=r"top\.csv exists; --overwrite replaces it"):
        sn.recommend_users(own, data, tmp_path / "top.csv")
    other = tmp_path / "other.inter"
    other.write_text("user_id:token\titem_id:token\nann\tx\nann\ty\n")
    with pytest.raises(sn.BadInput, match=r"knows none of the items of other\.inter.*'x', 'y'"):
        sn.recommend_users(own, other, tmp_path / "top.parquet")

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(own, "rank", stop)
    with pytest.raises(KeyboardInterrupt):
        sn.recommend_users(own, "generated", tmp_path / "top.parquet")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["log.inter", "other.inter", "top.csv"]
