"""Filters, duplicates, numbering and the fingerprint."""

from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from published_data import published_file

from ssr_neuro.data import load
from ssr_neuro.data.filters import CORES, DUPLICATES

Pairs = list[tuple[int, int]]
pairs = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=90)


# sha256 of int32 1 2 2 1, int64 0 2 4, and the text [["2", "3"], ["1", "4"]], computed by hand.
FIXED = "d77469f74e789a04a5260df27ea74be331b0aff3cf37a8168e887fb7fed6fe48"


def table(rows: Pairs) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"user": pl.UInt32, "item": pl.UInt32}, orient="row")


def without_rare(rows: Pairs, side: int) -> Pairs:
    counts = Counter(row[side] for row in rows)
    return [row for row in rows if counts[row[side]] >= 5]


def slow_core(rows: Pairs) -> Pairs:
    fewer = without_rare(without_rare(rows, 0), 1)
    return rows if fewer == rows else slow_core(fewer)


@given(pairs)
def test_5_core_is_the_largest_part_where_nobody_is_rare(rows: Pairs) -> None:
    assert CORES["5-core"](table(rows)).rows() == slow_core(rows)


@given(pairs)
def test_5_once_drops_items_then_users(rows: Pairs) -> None:
    expected = without_rare(without_rare(rows, 1), 0)
    assert CORES["5-once"](table(rows)).rows() == expected


def test_5_once_may_leave_what_5_core_does_not() -> None:
    full = [(user, item) for user in range(5) for item in range(5)]
    # Item 6 has five interactions, until user 8 goes for want of others.
    rows = [*full, *[(user, 6) for user in (0, 1, 2, 3, 8)]]
    assert CORES["5-once"](table(rows)).rows() == rows[:-1]
    assert CORES["5-core"](table(rows)).rows() == full


@given(pairs)
def test_duplicates_by_name(rows: Pairs) -> None:
    kept = {how: DUPLICATES[how](table(rows)).rows() for how in DUPLICATES}
    assert kept["keep"] == rows
    assert kept["first"] == list(dict.fromkeys(rows))
    following = [row for at, row in enumerate(rows) if not at or row != rows[at - 1]]
    assert kept["immediate"] == following
    assert kept["last"] == list(dict.fromkeys(rows[::-1]))[::-1]


def test_duplicates_follow_time_not_file_order(tmp_path: Path) -> None:
    path = tmp_path / "ratings.dat"
    path.write_text("u::a::5::30\nu::b::5::20\nu::a::5::10\n")
    for how, times_s in [("first", [10, 20]), ("last", [20, 30])]:
        dataset = load(path, core="none", duplicates=how)
        assert dataset.times_s is not None
        assert dataset.times_s.tolist() == times_s


def test_duplicates_go_before_the_filter_counts(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    lines = [f"{user} a b c d e" for user in range(5)]
    path.write_text("\n".join([*lines, "again a a a a a"]))
    assert load(path).n_users == 6
    assert load(path, duplicates="first").n_users == 5


def test_numbers_run_from_1_without_gaps_in_order_of_appearance(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("rare z\n" + "".join(f"u{k} e d c b a\n" for k in range(5)))
    dataset = load(path)
    assert dataset.item_ids == ("e", "d", "c", "b", "a")
    assert dataset.user_ids == ("u0", "u1", "u2", "u3", "u4")
    assert dataset.items.tolist() == [1, 2, 3, 4, 5] * 5
    assert dataset.offsets.tolist() == [0, 5, 10, 15, 20, 25]
    assert (str(dataset.items.dtype), str(dataset.offsets.dtype)) == ("int32", "int64")


def test_fingerprint_is_fixed_and_sees_content_and_names(tmp_path: Path) -> None:
    def print_of(text: str) -> str:
        path = tmp_path / "a.txt"
        path.write_text(text)
        return load(path, core="none").fingerprint

    assert print_of("1 2 3\n4 3 2\n") == FIXED
    others = ["1 2 3\n4 2 3\n", "1 2 3 3\n4 2\n", "1 2 3\n5 3 2\n", "1 2 4\n4 4 2\n"]
    assert len({FIXED, *map(print_of, others)}) == 5


def test_lrurecs_video_file_has_the_counts_of_its_paper() -> None:
    path = published_file("lrurec-video.txt.gz")
    for duplicates in ("keep", "immediate"):
        found = load(path, core="none", duplicates=duplicates)
        assert (found.n_users, found.n_items) == (31_013, 23_715)


@pytest.mark.parametrize("name", ["ml-1m.txt", "beauty.txt"])
@pytest.mark.parametrize("core", CORES)
def test_published_counts(name: str, core: str) -> None:
    found = load(published_file(name), core=core)
    expected = {
        "ml-1m.txt": (6040, 3416, 999_611, 993_571),
        "beauty.txt": (22_363, 12_101, 198_502, 176_139),
    }[name]
    assert (found.n_users, found.n_items, found.n_interactions, found.n_sequences) == expected
