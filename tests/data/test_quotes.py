"""Quotes in tables: around fields, and as part of the text."""

from pathlib import Path

import pytest

from ssr_neuro.data import Dataset, load
from ssr_neuro.errors import BadInput


def histories(dataset: Dataset) -> dict[str, list[str]]:
    ends = zip(dataset.user_ids, dataset.offsets, dataset.offsets[1:], strict=False)
    return {
        user: [dataset.item_ids[item - 1] for item in dataset.items[start:end]]
        for user, start, end in ends
    }


QUOTED = {
    "text behind quotes, by tabs": ('"Great" fan\ty\t"Re: ""Up"" again" live', '"Great" fan', "y"),
    "quotes beside text behind some": ('"bob"\ty\t"Heroes" (Live)', "bob", "y"),
    "spaces before quotes": ('"bob", "y, z", 5', "bob", "y, z"),
    "spaces before text behind quotes": ('bob, "y"z, 5', "bob", '"y"z'),
    "a separator and a quote inside": ('"bob, ""x""",y,"a, ""b"", c"', 'bob, "x"', "y"),
}


@pytest.mark.parametrize("kind", QUOTED)
def test_quotes_are_read_as_they_are_meant(kind: str, tmp_path: Path) -> None:
    row, user, item = QUOTED[kind]
    path = tmp_path / "a.csv"
    header = "user,item,title".replace(",", "\t" if "\t" in row else ",")
    path.write_text(f"{header}\n{row}\n")
    assert histories(load(path, core="none", time_column="none")) == {user: [item]}


def test_a_header_in_quotes_behind_spaces_is_known(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('"user_id", "item_id", "time"\n"ann", "y", 20\n"ann", "x", 10\n')
    assert histories(load(path, core="none")) == {"ann": ["x", "y"]}


def test_quoted_lines_by_tabs_stay_one_field(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    review = '"a ""good""\none, ""really"""'
    path.write_text(f'user\titem\treview\nann\tx\t{review}\nann\ty\t"Up" and on\n')
    assert histories(load(path, core="none", time_column="none")) == {"ann": ["x", "y"]}


@pytest.mark.parametrize(
    "text",
    [
        'user,item,review,time\nann,x,"good, cheap\nlight, small, and mine",1500000000\n',
        'user,item,time,review\nann,x,1500000000,"good\nand, well, it is, cheap"\n',
        'user,item,time,review\n1,7,1500000000,"good\nlight,small,cheap,mine"\n',
        'review,user,item,time\n"good,light,small,cheap\nand more, all of it, mine, ok",1,7,15\n',
    ],
)
def test_a_review_with_as_many_commas_as_the_table_is_one_field(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)
    assert load(path, core="none").n_interactions == 1


@pytest.mark.parametrize("rows", [1, 200])
def test_a_long_text_in_quotes_is_one_field(rows: int, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    review = '"' + "good, " * 40_000 + '"'
    path.write_text("user,item,review\n" + "ann,x,short\n" * (rows - 1) + f"ann,y,{review}\n")
    assert load(path, core="none", time_column="none").n_interactions == rows


def test_a_long_text_in_quotes_on_the_first_line_is_one_field(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f'ann,x,"{"good, " * 40_000}"\nann,y,short\n')
    dataset = load(path, core="none", user_column="1", item_column="2", time_column="none")
    assert histories(dataset) == {"ann": ["x", "y"]}


def test_a_carriage_return_between_fields_with_quotes_ends_in_no_traceback(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b'user,item\r,"title"\nann,x,"Up"\n')
    assert histories(load(path, core="none", time_column="none")) == {"ann": ["x"]}
    path.write_bytes(b'user,item,title\nann,x\r,"Up"\n')
    with pytest.raises(BadInput, match=r"line 2: .*the quotes are wrong \(new-line character seen"):
        load(path, core="none")


QUOTED_COLONS = {
    "in a title": ("user::item::title", 'ann::x::the "Up" one', {}),
    "without a header": (None, 'ann::x::5::the "Up" one', {"user_column": "1", "item_column": "2"}),
}


@pytest.mark.parametrize("kind", QUOTED_COLONS)
def test_between_double_colons_quotes_are_text(kind: str, tmp_path: Path) -> None:
    header, row, columns = QUOTED_COLONS[kind]
    path = tmp_path / "a.dat"
    path.write_text("".join(f"{line}\n" for line in (header, row) if line is not None))
    dataset = load(path, core="none", reader="table", time_column="none", **columns)
    assert histories(dataset) == {"ann": ["x"]}
