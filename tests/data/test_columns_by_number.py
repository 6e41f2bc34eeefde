"""Columns given by number: which first line is a header, and which is an interaction."""

from pathlib import Path
from typing import Any

import pytest

from ssr_neuro.data import Dataset, load
from ssr_neuro.errors import BadInput


def histories(dataset: Dataset) -> dict[str, list[str]]:
    ends = zip(dataset.user_ids, dataset.offsets, dataset.offsets[1:], strict=False)
    return {
        user: [dataset.item_ids[item - 1] for item in dataset.items[start:end]]
        for user, start, end in ends
    }


@pytest.mark.parametrize(
    "row",
    [
        "2,1,4,1500000200",  # the numbers of the columns stand among the values
        "1,2,4,1500000200",
        "4,1,2,1500000200",
    ],
)
def test_a_number_is_a_place_whatever_the_first_line_holds(row: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{row}\n9,8,5,1500000100\n")
    user, item, *_ = row.split(",")
    dataset = load(path, core="none", user_column="1", item_column="2", time_column="4")
    assert histories(dataset) == {user: [item], "9": ["8"]}
    assert dataset.columns is not None
    assert dataset.columns.described == "1, 2, 4"


def test_a_header_of_numbers_is_none_of_the_interactions(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("0,1,2,3\n7,1,5,1500000200\n7,3,4,1500000100\n")
    dataset = load(path, core="none", user_column="1", item_column="2", time_column="4")
    assert histories(dataset) == {"7": ["3", "1"]}
    with pytest.raises(BadInput, match=r"no column '0' .* '0', '1', '2', '3'\. Numbers count the"):
        load(path, core="none", user_column="0", item_column="1", time_column="3")
    path.write_text("0,1\n2,0\n")  # users and items that begin with 0
    untimed = load(path, core="none", user_column="1", item_column="2")
    assert histories(untimed) == {"0": ["1"], "2": ["0"]}


def test_a_number_stands_beside_a_name_and_a_known_header(tmp_path: Path) -> None:
    rows = "ann,z,y,20\nann,z,x,10\nbob,z,x,30\n"
    path = tmp_path / "a.csv"
    path.write_text(f"user_id,1,asin,time\n{rows}")
    assert histories(load(path, core="none", user_column="1")) == {"ann": ["x", "y"], "bob": ["x"]}
    numbers: dict[str, Any] = {"user_column": "1", "item_column": "3", "time_column": "4"}
    assert histories(load(path, core="none", **numbers)) == {"ann": ["x", "y"], "bob": ["x"]}
    path.write_text(f"guest,1,place,when\n{rows}".replace(",", ";"))
    mixed: dict[str, Any] = {"user_column": "guest", "item_column": "3", "time_column": "when"}
    assert histories(load(path, core="none", **mixed)) == {"ann": ["x", "y"], "bob": ["x"]}


HEADED = [
    "Gast,Ort,Zeit\nann,p1,1500000000\nbob,p1,1500000060\n",
    "guest,place,seen\nann,p1,2017-07-14\n",
]


@pytest.mark.parametrize("text", HEADED)
def test_words_over_times_are_a_header_though_columns_are_numbered(
    text: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)
    numbers: dict[str, Any] = {"user_column": "1", "item_column": "2"}
    for more in ({}, {"time_column": "3"}, {"time_column": "none"}):
        dataset = load(path, core="none", **numbers, **more)
        assert (dataset.user_ids[0], dataset.item_ids) == ("ann", ("p1",))


def test_a_first_line_that_only_lacks_a_value_is_an_interaction(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for rating in ("NULL", "", "nan"):
        path.write_text(f"ann,p1,{rating}\nbob,p2,5\ncat,p1,4\n")
        dataset = load(path, core="none", user_column="1", item_column="2")
        assert dataset.user_ids == ("ann", "bob", "cat")


def test_a_word_as_the_first_time_may_be_a_header(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("guest,place,seen\nann,p1,1500000000\nbob,p1,soon\n")
    with pytest.raises(
        BadInput,
        match=r"line 1: column 3, that of times, holds 'seen'\. If this line has the",
    ):
        load(path, core="none", user_column="1", item_column="2", time_column="3")


def test_types_of_recbole_are_a_header_though_columns_are_numbered(tmp_path: Path) -> None:
    path = tmp_path / "a.inter"
    path.write_text("guest:token\tplace:token\nann\tp1\nbob\tp2\n")
    dataset = load(path, core="none", user_column="1", item_column="2")
    assert dataset.user_ids == ("ann", "bob")


def test_a_number_of_thousands_of_digits_is_no_column(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for text in ("user,item\n1,2\n", "ann,park\nbob,zoo\n"):
        path.write_text(text)
        with pytest.raises(BadInput, match=r"no column '9{37}\.\.\.' for --user-column; there are"):
            load(path, core="none", user_column="9" * 5_000, item_column="2")


def test_a_bad_time_of_a_numbered_column_names_the_column(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("ann,park,08/04/2017\n")
    with pytest.raises(BadInput, match=r"line 1: column 3 '08/04/2017' is not a number, nor a dat"):
        load(path, core="none", user_column="1", item_column="2", time_column="3")
