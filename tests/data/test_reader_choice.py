"""Nothing is read as something else: tables in text, forms of Amazon, JSON and literals, zips."""

import zipfile
from pathlib import Path

import pytest

from ssr_neuro.data import load
from ssr_neuro.errors import BadInput, Note

USERS = [f"A{k:09d}" for k in range(12)]
ITEMS = [f"B{k:09d}" for k in range(8)]
PAIRS = [(u, i) for u in range(12) for i in range(8)]


def file_of(folder: Path, name: str, lines: list[str]) -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n")
    return path


def test_amazon_forms_are_told_apart_by_their_item_numbers(tmp_path: Path) -> None:
    of_2018 = [f"{ITEMS[i]},{USERS[u]},5.0,{1500000000 + u}" for u, i in PAIRS]
    of_2014 = [f"{USERS[u]},{ITEMS[i]},5.0,{1500000000 + u}" for u, i in PAIRS]
    for lines in (of_2018, of_2014):
        dataset = load(file_of(tmp_path, "ratings_X.csv", lines), core="none")
        assert set(dataset.user_ids) == set(USERS)
        assert set(dataset.item_ids) == set(ITEMS)
    unclear = [f"{u},{i},5.0,{1500000000 + u}" for u, i in PAIRS]
    path = file_of(tmp_path, "ratings.csv", unclear)
    with pytest.raises(BadInput, match=r"neither column stands out .* Name --reader amazon-csv wh"):
        load(path, core="none")
    assert load(path, core="none", reader="amazon-csv-2014").n_users == 12
    assert load(path, core="none", reader="amazon-csv").n_users == 8


def test_numbers_of_ten_digits_are_books_only_with_their_check_digit(tmp_path: Path) -> None:
    users = ["1000000001,55,4,1500000000", "1000000001,56,4,1500000001", "1000000007,55,3,15000000"]
    path = file_of(tmp_path, "ratings.csv", users)
    with pytest.raises(BadInput, match=r"neither column stands out as Amazon's item numbers"):
        load(path, core="none")
    books = ["0439893577,ann,5.0,1500000000", "043965548X,ann,5.0,1500000001"]
    assert load(file_of(tmp_path, "Books.csv", books), core="none").user_ids == ("ann",)


RECORDS = {
    "Amazon 2014": '{{"reviewerID": "{u}", "asin": "{i}", "unixReviewTime": 15000000{t}}}',
    "Amazon 2018": '{{"overall": 5.0, "verified": true, "reviewTime": "09 1, 2016", '
    '"reviewerID": "{u}", "asin": "{i}", "style": {{"a": "b"}}, "unixReviewTime": 15000000{t}}}',
    "Amazon 2023": '{{"rating": 5.0, "images": [], "asin": "z", "parent_asin": "{i}", '
    '"user_id": "{u}", "timestamp": 15000000{t}000}}',
    "Yelp": '{{"review_id": "r", "user_id": "{u}", "business_id": "{i}", '
    '"date": "2017-07-14 02:40:{t}"}}',
    "Steam": '{{"username": "{u}", "product_id": "{i}", "date": "2017-07-{t}"}}',
}


@pytest.mark.parametrize("kind", RECORDS)
@pytest.mark.parametrize("name", ["reviews.json", "reviews.jsonl", "reviews"])
def test_json_lines_by_their_names(kind: str, name: str, tmp_path: Path) -> None:
    rows = [("ann", "y", 20), ("ann", "x", 10), ("bob", "x", 20), ("bob", "y", 11)]
    lines = [RECORDS[kind].format(u=u, i=i, t=t) for u, i, t in rows]
    dataset = load(file_of(tmp_path, name, lines), core="none")
    assert [dataset.item_ids[k - 1] for k in dataset.items] == ["x", "y", "y", "x"]
    assert dataset.user_ids == ("ann", "bob")
    assert dataset.times_s is not None
    assert dataset.times_s.max() - dataset.times_s.min() == (864_000 if kind == "Steam" else 10)
    assert dataset.chosen_by == "a JSON object in the first line"
    assert ", reader json, " in dataset.source


def test_python_literals_are_told_from_json(tmp_path: Path) -> None:
    line = "{{'username': u'{u}', 'product_id': 'x', 'early_access': False, 'date': '2017-07-14'}}"
    path = file_of(tmp_path, "steam_reviews.json", [line.format(u=u) for u in "ab"])
    dataset = load(path, core="none")
    assert dataset.chosen_by == "a line that begins with { and is no JSON"
    assert dataset.user_ids == ("a", "b")


def test_steams_users_are_known_by_name_though_some_have_an_id(tmp_path: Path) -> None:
    lines = [
        "{'username': 'ann', 'user_id': '76561197970982479', 'product_id': 'x'}",
        "{'username': 'bob', 'product_id': 'x', 'date': '2017-07-14'}",
    ]
    path = file_of(tmp_path, "steam_reviews.json", lines)
    with pytest.raises(BadInput, match=r"line 1: no text or number under 'date', but 'None'"):
        load(path, core="none")
    assert load(path, core="none", time_column="none").user_ids == ("ann", "bob")


def test_zips_of_grouplens(tmp_path: Path) -> None:
    rated = "".join(f"{u}\t{i}\t5\t{880000000 + i}\n" for u, i in PAIRS)
    members = {
        "ml-100k/u.data": rated,
        "ml-100k/u1.base": rated,
        "ml-100k/ua.test": rated,
        "ml-100k/u.item": "1|Toy Story\n",
        "ml-100k/README": "about",
    }
    path = tmp_path / "ml-100k.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    assert load(path, core="none").n_interactions == len(PAIRS)
    for name in ("u1.base", "ua.test", "anything"):
        plain = file_of(tmp_path, name, rated.splitlines())
        assert load(plain, core="none", duplicates="first").n_users == 12


def test_carriage_returns_alone_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.inter"
    path.write_bytes(b"user_id:token\titem_id:token\r1\t2\r3\t4\r")
    with pytest.raises(BadInput, match=r"a\.inter: line ends are missing\. Its lines end in a car"):
        load(path)
    mixed = tmp_path / "a.txt"
    mixed.write_bytes(b"1 2 3\n4 5\r6 7\n")
    with pytest.raises(BadInput, match=r"line 2: '4 5\\r6 7' has a carriage return inside"):
        load(mixed, core="none")


def test_utf_16_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("1 2 3\n".encode("utf-16-le"))
    with pytest.raises(BadInput, match=r"line 1: a zero byte, so this is no UTF-8 text"):
        load(path)


def test_spaces_around_ids_are_no_part_of_them(tmp_path: Path) -> None:
    path = tmp_path / "a.inter"
    path.write_text("user_id:token\titem_id:token\n1\t a\n1 \tb\n\xa01\tc \n")
    dataset = load(path, core="none")
    assert (dataset.user_ids, dataset.item_ids) == (("1",), ("a", "b", "c"))


def test_ids_with_and_without_a_decimal_point_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("user,item\n1.0,7\n1,8\n2.0,9\n")
    with pytest.warns(Note, match=r"1 user ids come with and without a decimal point, such as '1"):
        load(path, core="none")


def test_ids_are_named_where_nothing_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("user,item\n" + "1.0,7\n1,7\n" * 4)
    with pytest.raises(BadInput, match=r"none of 8 inter.* 1 user ids come with and without a dec"):
        load(path, duplicates="first")


def test_a_filter_that_leaves_few_users_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    lines = [f"u{k} a b c d e" for k in range(5)] + [f"v{k} a" for k in range(9)]
    path.write_text("\n".join(lines))
    with pytest.warns(Note, match=r"the filter 5-core leaves 5 of 14 users\. If that is unexpecte"):
        load(path)
