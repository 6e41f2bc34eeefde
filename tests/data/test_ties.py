"""Ties of time: counted, ordered as asked, and warned of where their order is a pattern."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssr_neuro.data import Dataset, count_ties, load, stats, stats_rows
from ssr_neuro.errors import BadInput, Note

HEADER = "user_id:token\titem_id:token\ttimestamp:float\n"


def written(folder: Path, rows: list[tuple[str, str, int]], name: str = "a.inter") -> Path:
    path = folder / name
    path.write_text(HEADER + "".join(f"{u}\t{i}\t{t}\n" for u, i, t in rows))
    return path


def history(dataset: Dataset) -> list[str]:
    return [dataset.item_ids[item - 1] for item in dataset.items]


# Two stretches of one second each; item 10 comes after 9 as a number, before it as a word.
ROWS = [("u", "9", 5), ("u", "10", 5), ("u", "3", 5), ("u", "7", 4), ("u", "8", 4)]


def test_orders_by_hand(tmp_path: Path) -> None:
    path = written(tmp_path, ROWS)
    assert history(load(path, core="none")) == ["7", "8", "9", "10", "3"]
    assert history(load(path, core="none", ties="file")) == ["7", "8", "9", "10", "3"]
    by_item = load(path, core="none", ties="item")
    assert history(by_item) == ["7", "8", "3", "9", "10"]
    assert (by_item.ties, by_item.source[-11:]) == ("item", ", ties item")
    words = written(tmp_path, [("u", item, 5) for item in ("b", "10", "9")], "words.inter")
    assert history(load(words, core="none", ties="item")) == ["10", "9", "b"]


@pytest.mark.parametrize(
    "ascending",
    [["2.0", "9.0", "10.0"], ["9", "10", str(10**20), str(10**20 + 1)], ["-10.5", "-9", "3."]],
)
def test_numbers_that_are_no_integers_of_64_bits_ascend_as_numbers(
    ascending: list[str], tmp_path: Path
) -> None:
    path = written(tmp_path, [("u", item, 5) for item in reversed(ascending)])
    assert history(load(path, core="none", ties="item")) == ascending


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 30), st.integers(0, 3)), min_size=1))
def test_every_order_keeps_the_items_of_each_second(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, int, int]]
) -> None:
    path = written(tmp_path_factory.mktemp("t"), [(f"u{u}", str(i), t) for u, i, t in rows])
    for ties in ("file", "item", "shuffle"):
        found = load(path, core="none", ties=ties)
        assert found.times_s is not None
        named = [
            (found.user_ids[user], int(found.item_ids[item - 1]), time)
            for user, (start, end) in enumerate(
                zip(found.offsets[:-1], found.offsets[1:], strict=True)
            )
            for item, time in zip(found.items[start:end], found.times_s[start:end], strict=True)
        ]
        assert sorted(named) == sorted((f"u{u}", i, t) for u, i, t in rows)
        assert all(a[2] <= b[2] for a, b in pairwise(named) if a[0] == b[0])


def test_shuffle_is_the_same_in_every_run_and_no_pattern(tmp_path: Path) -> None:
    rows = [(f"u{k // 20}", str(k % 20), 1) for k in range(4000)]
    path = written(tmp_path, rows)
    with pytest.warns(Note, match=r"a: 100% of the ties stand in ascending order of item num"):
        load(path, core="none")
    first, again = (load(path, core="none", ties="shuffle") for _ in range(2))
    assert first.fingerprint == again.fingerprint
    share = count_ties(first).ascending_share
    assert share == pytest.approx(0.5, abs=0.05)
    assert not first.notes


def test_counts_of_a_literal(tmp_path: Path) -> None:
    rows = [*ROWS, ("u", "3", 5), ("v", "1", 5), ("v", "2", 6)]
    found = count_ties(load(written(tmp_path, rows), core="none"))
    # 7 8 | 9 10 3 3: the pairs 7-8, 9-10, 10-3 and 3-3 tie; 8-9 and 1-2 do not.
    assert (found.neighbours, found.tied) == (6, 4)
    assert (found.ascending, found.descending, found.observed) == (2, 1, "mixed")


def test_descending_ties_are_named(tmp_path: Path) -> None:
    path = written(tmp_path, [("u", str(90 - k), 1) for k in range(12)])
    with pytest.warns(Note, match=r"100% of the ties stand in descending order of item numbers"):
        assert count_ties(load(path, core="none")).observed == "descending item"


def test_without_times_what_can_be_said_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("".join(f"u{k} 1 2 3 4 2\n" for k in range(40)))
    with pytest.warns(Note, match=r"without times: 75% of the neighbours ascend in item number"):
        dataset = load(path, core="none")
    found = stats(dataset)
    assert (found.times, found.ties.tied, found.ties.observed) == (None, None, "unknown")
    shown = dict(stats_rows(found))
    assert shown["times"] == "none read; the order is that of the file"
    assert shown["neighbours"] == "160, 75.0% ascend in item number; ties not known"


def test_an_order_of_ties_needs_times(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("ann x y\n")
    with pytest.raises(BadInput, match=r"--ties item needs times, and a has none: which inter"):
        load(path, core="none", ties="item")
    with pytest.raises(BadInput, match=r"unknown order of ties 'time'; there are file, item, shu"):
        load(path, ties="time")
