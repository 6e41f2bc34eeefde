"""Each reader on a few lines, plain and packed, and which reader is chosen."""

import gzip
import io
import zipfile
from pathlib import Path

import polars as pl
import pytest

from ssr_neuro.data import READERS, Dataset, load
from ssr_neuro.data.lines import blocks
from ssr_neuro.data.reader_choice import choose_reader
from ssr_neuro.settings.reading import WantedColumns

X, Y = "B00000000X", "B00000000Y"  # as Amazon numbers items
# The same four interactions, out of time order: ann takes x, then y; bob takes y, then x.
FILES = {
    "inter": (
        "small.inter",
        "rating:float\ttimestamp:float\titem_id:token\tuser_id:token\n"
        "5\t20\ty\tann\n5\t10\tx\tann\n3\t86400.5\tx\tbob\n3\t1e1\ty\tbob\n",
    ),
    "sequences": ("small.txt", "ann x y\nbob\ty  x \n"),
    "movielens-dat": (
        "ratings.dat",
        "ann::y::5::20\nann::x::5::10\nbob::x::3::86400\nbob::y::3::10\n",
    ),
    "movielens-csv": (
        "ratings.csv",
        "userId,movieId,rating,timestamp\nann,y,5,20\nann,x,5,10\nbob,x,3,86400\nbob,y,3,10\n",
    ),
    "table": (
        "small.csv",
        '"","user_id","title","item_id","timestamp"\n'
        '1,ann,"One, two","y",20\n2,ann,"a ""b""\nc",x,10\n3,bob,,x,86400\n4,bob,,y,10\n',
    ),
    "u-data": ("u.data", "ann\ty\t5\t20\nann\tx\t5\t10\nbob\tx\t3\t86400\nbob\ty\t3\t10\n"),
    "amazon-csv": (
        "Toys.csv",
        f"{Y},ann,5.0,20\n{X},ann,5.0,10\n{X},bob,3.0,86400\n{Y},bob,3.0,10\n",
    ),
    "amazon-csv-2014": (
        "Toys.csv",
        f"ann,{Y},5.0,20\nann,{X},5.0,10\nbob,{X},3.0,86400\nbob,{Y},3.0,10\n",
    ),
    "json": (
        "reviews.json",
        '{"user_id": "ann", "asin": "z", "parent_asin": "y", "timestamp": 20}\n'
        '{"user_id": "ann", "asin": "z", "parent_asin": "x", "timestamp": 10}\n'
        '{"user_id": "bob", "parent_asin": "x", "timestamp": 86400}\n'
        '{"user_id": "bob", "parent_asin": "y", "timestamp": 10}\n',
    ),
    "steam": (
        "steam_reviews.json",
        "{u'username': u'ann', u'product_id': u'y', u'date': u'2017-03-02', 'hours': 3.5}\n"
        "{'username': 'ann', 'product_id': 'x', 'date': '2017-03-01', 'early': False}\n"
        "{'username': 'bob', 'product_id': 'x', 'date': '1970-01-02'}\n"
        "{'username': 'bob', 'product_id': 'y', 'date': '1970-01-01'}\n",
    ),
}


def histories(dataset: Dataset) -> dict[str, list[str]]:
    ends = zip(dataset.user_ids, dataset.offsets, dataset.offsets[1:], strict=False)
    short = {X: "x", Y: "y"}
    named = [short.get(item, item) for item in dataset.item_ids]
    return {
        user: [named[item - 1] for item in dataset.items[start:end]] for user, start, end in ends
    }


def test_every_reader_has_a_sample() -> None:
    assert set(FILES) == set(READERS)


@pytest.mark.parametrize("packed", ["plain", "gz", "zip"])
@pytest.mark.parametrize("reader", FILES)
def test_reader_is_chosen_and_orders_by_time(reader: str, packed: str, tmp_path: Path) -> None:
    name, text = FILES[reader]
    path = tmp_path / name
    if packed == "plain":
        path.write_text(text)
    elif packed == "gz":
        path = tmp_path / f"{name}.gz"
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path = tmp_path / "archive.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"folder/{name}", text)
    dataset = load(path, core="none")
    assert histories(dataset) == {"ann": ["x", "y"], "bob": ["y", "x"]}
    assert f"{path.name}, reader {reader}, filter none" in dataset.source
    assert dataset.name == ("archive" if packed == "zip" else Path(name).stem)


@pytest.mark.parametrize("reader", FILES)
def test_reader_can_be_forced_on_a_file_of_any_name(reader: str, tmp_path: Path) -> None:
    path = tmp_path / "data.bin"
    path.write_text(FILES[reader][1])
    assert histories(load(path, core="none", reader=reader))["bob"] == ["y", "x"]


@pytest.mark.parametrize("reader", ["inter", "movielens-dat", "movielens-csv", "steam", "json"])
def test_telling_content_suffices_without_a_known_name(reader: str) -> None:
    first_line = {
        "inter": "user_id:token\titem_id:token",
        "movielens-dat": "1::2::3::4",
        "movielens-csv": "userId,movieId,rating,timestamp",
        "steam": "{'username': 'ann'}",
        "json": '{"username": "ann"}',
    }[reader]
    rows = pl.DataFrame({"line": [1], "text": [first_line]})
    for name in ("data", "data.txt"):
        assert choose_reader(name, rows, WantedColumns(), name).reader == reader


def test_seconds_come_with_the_items(tmp_path: Path) -> None:
    expected_of: dict[str, list[float]] = {"inter": [10, 20, 10, 86400.5], "steam": [0, 86400]}
    for reader, expected in expected_of.items():
        path = tmp_path / FILES[reader][0]
        path.write_text(FILES[reader][1])
        times_s = load(path, core="none").times_s
        assert times_s is not None
        assert times_s.tolist()[-len(expected) :] == expected


def test_without_a_time_column_file_order_holds(tmp_path: Path) -> None:
    path = tmp_path / "a.inter"
    path.write_text("item_id:token\tuser_id:token\nb\t1\nc\t2\na\t1\n")
    dataset = load(path, core="none")
    assert histories(dataset) == {"1": ["b", "a"], "2": ["c"]}
    assert dataset.times_s is None


def test_equal_times_keep_file_order(tmp_path: Path) -> None:
    path = tmp_path / "ratings.dat"
    path.write_text("".join(f"u{k % 3}::i{k}::1::{k // 10_000}\n" for k in range(60_000)))
    found = histories(load(path, core="none"))
    assert found["u1"] == [f"i{k}" for k in range(1, 60_000, 3)]


def test_line_ends_marks_and_blank_lines_do_not_reach_the_ids(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbfann x y\r\n\r\n  \nbob y x")
    assert histories(load(path, core="none")) == {"ann": ["x", "y"], "bob": ["y", "x"]}


def test_a_user_on_several_lines_is_one_user(tmp_path: Path) -> None:
    path = tmp_path / "pairs.txt"
    path.write_text("1 a\n2 a\n1 b\n")
    assert histories(load(path, core="none")) == {"1": ["a", "b"], "2": ["a"]}


def test_numerically_huge_ids_work_as_they_are(tmp_path: Path) -> None:
    huge = str(2**200)
    path = tmp_path / "a.txt"
    path.write_text(f"{huge} {huge} 007 7\n")
    assert histories(load(path, core="none")) == {huge: [huge, "007", "7"]}


def test_zip_prefers_the_file_known_to_hold_interactions(tmp_path: Path) -> None:
    path = tmp_path / "ml.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("ml/movies.dat", "1::Toy Story\n")
        archive.writestr("ml/ratings.dat", FILES["movielens-dat"][1])
        archive.writestr("__MACOSX/ml/._ratings.dat", "x")
        archive.writestr("ml/README", "about")
    assert load(path, core="none").n_users == 2


@pytest.mark.parametrize("block_bytes", [1, 7, 1 << 20])
def test_lines_are_whole_and_numbered_however_they_are_cut(
    block_bytes: int, tmp_path: Path
) -> None:
    path = tmp_path / "a"
    path.write_text("één a\n\ntwo b\nthree c")
    with path.open("rb") as stream:
        rows = [row for table in blocks(stream, "a", block_bytes) for row in table.iter_rows()]
    assert rows == [(1, "één a"), (3, "two b"), (4, "three c")]


def test_header_is_read_once_across_blocks() -> None:
    text = FILES["inter"][1].encode()
    tables = READERS["inter"](blocks(io.BytesIO(text), "a", 1), "a", WantedColumns()).tables
    assert [row for table in tables for row in table["user"]] == ["ann", "ann", "bob", "bob"]


def test_progress_goes_to_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    path = tmp_path / "shown.txt"
    path.write_text("ann x y\n")
    load(path, core="none", progress=True)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "reading shown.txt" in shown.err
    load(path, core="none")
    assert capsys.readouterr().err == ""


def test_reading_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "a.txt.gz"
    path.write_bytes(gzip.compress(b"ann x y\n"))
    load(path, core="none")
    assert [found.name for found in tmp_path.iterdir()] == ["a.txt.gz"]
