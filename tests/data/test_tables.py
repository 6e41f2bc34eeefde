"""Tables with names of columns, or with columns by number: csv, tsv, quoted, indexed, reordered."""

from pathlib import Path
from typing import Any

import pytest

from ssr_neuro.data import Dataset, load, stats, stats_rows
from ssr_neuro.errors import BadInput, Note

ROWS = [("ann", "y", "20"), ("ann", "x", "10"), ("bob", "x", "86400"), ("bob", "y", "10")]
EXPECTED = {"ann": ["x", "y"], "bob": ["y", "x"]}


def histories(dataset: Dataset) -> dict[str, list[str]]:
    ends = zip(dataset.user_ids, dataset.offsets, dataset.offsets[1:], strict=False)
    return {
        user: [dataset.item_ids[item - 1] for item in dataset.items[start:end]]
        for user, start, end in ends
    }


def written(folder: Path, header: str, separator: str, form: str, name: str = "a.csv") -> Path:
    lines = [form.format(u=u, i=i, t=t, n=n) for n, (u, i, t) in enumerate(ROWS)]
    path = folder / name
    path.write_text("\n".join([header, *lines, ""]).replace("|", separator))
    return path


PUBLISHED = [
    ("user_id|parent_asin|rating|timestamp|history", "{u}|{i}|5.0|{t}|B1 B2"),
    ("user_id|item_id|time", "{u}|{i}|{t}"),
    ("|userId|movieId|rating|timestamp", "{n}|{u}|{i}|5|{t}"),
    ("timestamp|movieId|userId|rating", "{t}|{i}|{u}|5"),
    ("user_id|video_id|date|hourmin|time_ms|is_click", "{u}|{i}|20220408|1200|{t}|1"),
    ('"userId"|"movieId"|"timestamp"', '"{u}"|"{i}"|"{t}"'),
    ("User-ID|ISBN|Time", "{u}|{i}|{t}"),
    ("userID|artistID|tagID|timestamp", "{u}|{i}|7|{t}"),
]


@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize(("header", "form"), PUBLISHED)
def test_columns_are_found_by_name(header: str, form: str, separator: str, tmp_path: Path) -> None:
    for name in ("a.csv", "a.tsv", "a.txt", "a.data"):
        path = written(tmp_path, header, separator, form, name)
        assert histories(load(path, core="none")) == EXPECTED


def test_what_is_left_unread_and_what_chose_the_reader_is_shown(tmp_path: Path) -> None:
    path = written(tmp_path, "user_id|asin|rating|time", ",", "{u}|{i}|5|{t}")
    shown = dict(stats_rows(stats(load(path, core="none"))))
    assert shown["columns read"] == "user_id, asin, time"
    assert shown["columns unread"] == "rating"
    assert shown["reader chosen by"] == "names of columns in the first line"


def test_other_names_are_given_by_options(tmp_path: Path) -> None:
    path = written(tmp_path, "who|what|when", ",", "{u}|{i}|{t}")
    message = r"no user and item among the columns 'who', 'what', 'when'\. Name them with --user-"
    with pytest.raises(BadInput, match=message):
        load(path, core="none")
    dataset = load(path, core="none", user_column="who", item_column="what", time_column="when")
    assert histories(dataset) == EXPECTED
    assert ", reader table, columns who, what, when, filter none" in dataset.source
    with pytest.raises(BadInput, match=r"no column 'item' for --item-column; there are 'who', 'wh"):
        load(path, core="none", user_column="who", item_column="item")


def test_an_option_goes_before_a_known_name(tmp_path: Path) -> None:
    path = written(tmp_path, "user_id|asin|item|time", ",", "{u}|z|{i}|{t}")
    assert histories(load(path, core="none", item_column="item")) == EXPECTED
    assert load(path, core="none", item_column="asin").item_ids == ("z",)
    assert load(path, core="none", time_column="none").times_s is None
    with pytest.raises(BadInput, match=r"need a column each, and are item, item and time"):
        load(path, core="none", user_column="item", item_column="item")


@pytest.mark.parametrize("separator", [",", "\t", " ", "::"])
def test_a_table_without_a_header_by_number(separator: str, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("".join(f"{u}|12.5|{i}|{t}\n".replace("|", separator) for u, i, t in ROWS))
    numbers: dict[str, Any] = {"user_column": "1", "item_column": "3", "time_column": "4"}
    dataset = load(path, core="none", reader="table", **numbers)
    assert histories(dataset) == EXPECTED


def test_quoted_line_ends_and_separators_stay_inside_their_field(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('user,text,item\nann,plain,x\nbob,"one, ""two""\nand three",y\nann,,y\n')
    with pytest.warns(Note, match=r"no times were read: none of the columns left unread \(text\)"):
        assert histories(load(path, core="none")) == {"ann": ["x", "y"], "bob": ["y"]}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ('bob,"y"z', r"wrong \(.*\)\. A quote that opens a field .*: tr -d '\"' < OLD > NEW\. A "),
        ('bob,"y"z', r"line 3: 'bob,\"y\"z': the quotes are wrong"),
        ('bob,"y', r"line 3: .*: the quotes are wrong"),
        ('"bob","y","z"', r"line 3: 'bob,y,z' has 3 fields\. A table has a header"),
        ("bob,y,z", r"line 3: 'bob,y,z' has 3 fields"),
    ],
)
def test_broken_quotes_and_widths_are_refused_at_their_line(
    row: str, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"user,item\nann,x\n{row}\n")
    with pytest.raises(BadInput, match=message):
        load(path, core="none")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2010-10-19T23:55:27Z", "2010-10-19T23:55:28Z"),
        ("2016-03-09 02:32:54", "2016-03-09 02:32:55"),
        ("2016-03-09T02:32:54+02:00", "2016-03-09T03:32:55+03:00"),
        ("2016-03-09 02:32:54.5+0000", "2016-03-09 02:32:55.5+0000"),
        ("2016-03-09 02:32:54 UTC", "2016-03-09 02:32:55 UTC"),
        ("Tue Apr 03 18:00:09 +0000 2012", "Tue Apr 03 18:00:10 +0000 2012"),
        ("1333476009", "1333476010"),
    ],
)
def test_dates_in_the_forms_of_published_files(first: str, second: str, tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_text(f"user\titem\ttime\nann\ty\t{second}\nann\tx\t{first}\n")
    dataset = load(path, core="none")
    assert histories(dataset) == {"ann": ["x", "y"]}
    assert dataset.times_s is not None
    assert dataset.times_s[1] - dataset.times_s[0] == 1


def test_an_offset_is_taken_off(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("user,item,time\nann,x,2010-01-01T01:00:00+01:00\nann,y,2010-01-01T00:00:01Z\n")
    dataset = load(path, core="none")
    assert dataset.times_s is not None
    assert dataset.times_s.tolist() == [1_262_304_000, 1_262_304_001]


def test_a_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("user,item,item,time\nann,x,y,3\n")
    with pytest.raises(BadInput, match=r"line 1: 2 columns are named 'item'\. Rename them"):
        load(path, core="none")


def test_a_day_as_a_number_is_a_date(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("user,item,date\nann,x,20220331\nann,y,20220401\n")
    dataset = load(path, core="none")
    assert dataset.times_s is not None
    assert dataset.times_s[1] - dataset.times_s[0] == 86_400
    assert dataset.time_unit == "dates"


def test_a_date_unlike_the_others_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("user,item,date\na,x,2022-03-31\na,y,2022-04-01\na,z,31.3.2022\n")
    with pytest.raises(BadInput, match=r"line 4: date '31\.3\.2022' is not a date in the form of"):
        load(path, core="none")


def test_names_of_recbole_files(tmp_path: Path) -> None:
    path = tmp_path / "a.inter"
    path.write_text("session_id:token\titem_id:token\ttime:float\ns\ty\t2\ns\tx\t1\n")
    assert histories(load(path, core="none")) == {"s": ["x", "y"]}
    path.write_text("user_id:token\titem_id:token\twhen:float\ns\ty\t2\ns\tx\t1\n")
    with pytest.warns(Note, match=r"none of the columns left unread \(when\) is known as a time"):
        assert histories(load(path, core="none")) == {"s": ["y", "x"]}
    assert histories(load(path, core="none", time_column="when")) == {"s": ["x", "y"]}


@pytest.mark.parametrize("name", ["a.train.inter", "a.txt"])
def test_benchmark_files_of_recbole_are_refused_by_name(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(
        "user_id:token\titem_id_list:token_seq\titem_id:token\n0\t0 1 2\t3\n0\t0 1\t2\n"
    )
    with pytest.raises(
        BadInput, match=r"item_id_list:token_seq holds whole sequences: this is a b"
    ):
        load(path, core="none")
