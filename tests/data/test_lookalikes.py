"""Tables in text, which would be read as sequences word by word, and sequences that are none."""

from pathlib import Path

import pytest

from ssr_neuro.data import load
from ssr_neuro.errors import BadInput

PAIRS = [(u, i) for u in range(12) for i in range(8)]


def file_of(folder: Path, name: str, lines: list[str]) -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n")
    return path


FOURSQUARE = "{u}\tv{i}\tcat\tBar\t40.7\t-74.0\tTue Apr 03 18:00:09 +0000 2012"
TABLES = {
    "gowalla": (
        "{u}\t2010-10-19T23:55:2{i}Z\t30.23\t-97.79\t{i}",
        "--item-column 5 --time-column 2",
    ),
    "foursquare": (FOURSQUARE, "--time-column 7"),
    "rated and timed, by spaces": ("{u} {i} 5 150000{i}{u:03d}", "name --reader u-data"),
    "rated and timed, by tabs": ("{u}\t{i}\t5.0\t150000{i}{u:03d}", "name --reader u-data"),
    "timed in milliseconds": ("{u} {i} 150000{i}{u:03d}000", "--item-column 2 --time-column 3"),
    "rated": ("{u} {i} 4", "column 3 holds ratings"),
    "decimals": ("{u} {i} 4.5", "column 3 holds decimals"),
    "dates in lines of any width": ("{u} {i} seen 2010-10-19 {pad}", "a date or a time of day"),
    "a time beside every item": (
        "{u} {i} 150000{i}{u:03d} 7 1500010000{late}",
        "a time beside every",
    ),
    "times joined to items": ("{u} {i}:150000{i}{u:03d} 7:1500010000{tail}", "a time beside every"),
    "times first": ("150000{i}{u:03d} {u} {i}", "--user-column 2 --item-column 3 --time-column 1"),
    "words": ("{u} {i} rated by someone{pad}", "holds words beside numbers"),
    "commas": ("{u}, {i}, 4", "has commas, quotes or brackets"),
    "lists within fields": ("{u}\t{i}\t1\t7\x028\x02{u}", r"has '\\x02' among its words"),
    "arrows": ("{u} -> {i} {u}{pad}", "has '->' among its words, so these are no"),
    "single quotes": ("'{u}' '{i}' '{u}'", "among its words"),
    "words in brackets": ("{u} ({i}) ({u})", r"has '\(0\)' among its words"),
    "shares": ("{u} {i} {u}0%", "has '0%' among its words"),
    "dates by dots": ("{u} {i} 0{i}.08.2017{pad}", "a date or a time of day"),
    "dates by names of months": ("{u} {i} 0{i}-Aug-2017", "column 3 holds dates, such as 00-Aug"),
    "times of day": ("{u} {i} 1{i}:3{i}", "column 3 holds dates, such as 10:30"),
    "dates in three columns": ("{u} {i}7 201{i} 08 04", "columns 3 to 5 hold a year, a month and"),
    "labels": (
        "{u} {i} 1 0",
        "column 3 holds 1 in all of them: .* --item-column 2 --time-column n",
    ),
}


@pytest.mark.parametrize("kind", TABLES)
def test_tables_in_text_are_refused_with_the_reader_to_use(kind: str, tmp_path: Path) -> None:
    form, advice = TABLES[kind]
    lines = [
        form.format(u=u, i=i, pad="x " * u, tail=" 9:1500020000" * i, late=" 9 1500020000" * i)
        for u, i in PAIRS
    ]
    with pytest.raises(BadInput, match=advice) as refused:
        load(file_of(tmp_path, "a.txt", lines), core="none")
    assert "name --reader sequences" in str(refused.value)


def test_what_the_refusal_of_ratings_names_reads_them(tmp_path: Path) -> None:
    form = TABLES["rated and timed, by spaces"][0]
    path = file_of(tmp_path, "a.txt", [form.format(u=u, i=i) for u, i in PAIRS])
    dataset = load(path, core="none", reader="u-data")
    assert (dataset.n_users, dataset.n_items, dataset.n_interactions) == (12, 8, 96)
    assert dataset.times_s is not None


FORMS = [
    "{u} {i}",
    "{u} {i} 100 200",
    "u{u} i{i} j{i}",
    "{u} 12{i} 7{u} 3{i}9",
    "{u} 05000000{i} 54",
]


RATED = {
    "FilmTrust": ("1 1 2\n1 2 4\n1 3 3.5\n", r"every line has 3 columns, and column 3 holds numb"),
    "FilmTrust by tabs": ("1\t1\t2\n1\t2\t4\n1\t3\t3.5\n", r"such as 3\.5: this is a table"),
    "with a missing one as -1": ("1 10 5\n1 20 7\n2 30 -1\n", r"column 3 holds numbers such as -1"),
    "joined to items": ("u1 293:4 105:5\nu2 293:5 7:1 9:2\nu3 1:2\n", r"a number behind every ite"),
    "joined as weights": ("u1 7:0.5\nu2 7:0.25\n", r"has a number behind every item, such as"),
    "up to 100": (
        "".join(f"{u} {100 + 8 * u + i} {5 * (i % 4) + 20}\n" for u, i in PAIRS),
        r"column 3 holds 4 values, where column 2 has 96, such as 20: this is a table",
    ),
    "with a small time": (
        "".join(
            f"{u} {100 + (7 * u + i) % 90} {5000 + (41 * u + 29 * i) % 97}\n" for u, i in PAIRS
        ),
        r"of another size than column 2, .* --item-column 2, and --time-column 3 if column 3 ho",
    ),
    "with a time since the user's first": (
        "".join(f"{u} {(7 * u + 3 * i) % 90} {i * (u + 9)}\n" for u, i in PAIRS),
        r"column 3 holds numbers that ascend with each user, as times do, such as 0",
    ),
    "with a rating and a small time": (
        "".join(f"{u} {100 + 8 * u + i} {i % 5} {5000 + (41 * u + i) % 997}\n" for u, i in PAIRS),
        r"column 3 holds ratings.*--reader table --user-column 1 --item-column 2 --time-column 4;",
    ),
}


@pytest.mark.parametrize("kind", RATED)
def test_ratings_and_small_times_in_text_are_no_items(kind: str, tmp_path: Path) -> None:
    text, message = RATED[kind]
    with pytest.raises(BadInput, match=message):
        load(file_of(tmp_path, "a.txt", text.splitlines()), core="none")


def test_records_over_several_lines_are_no_sequences(tmp_path: Path) -> None:
    keys = ("product/productId", "review/userId", "review/time")
    lines = [f"{key}: {u}{i}" for u, i in PAIRS for key in keys]
    message = r"'product/productId: 00' begins with the name of a value, as the lines of a record"
    with pytest.raises(BadInput, match=message):
        load(file_of(tmp_path, "a.txt", lines), core="none")


@pytest.mark.filterwarnings("ignore::ssr_neuro.errors.Note")
def test_counts_over_pairs_are_no_user(tmp_path: Path) -> None:
    pairs = [f"{u} {i}" for u, i in PAIRS]
    message = r"the first line, '12 8 96', reads like counts of users, items and pairs, .* Remove i"
    with pytest.raises(BadInput, match=message):
        load(file_of(tmp_path, "a.txt", ["12 8 96", *pairs]), core="none")
    dataset = load(file_of(tmp_path, "a.txt", ["12 8 95", *pairs]), core="none")
    assert dataset.n_interactions == len(PAIRS) + 2


MORE_SEQUENCES = {
    "users behind a colon": [f"{u}: {u} {i}" for u, i in PAIRS],
    "titles with marks": [f"{u} Heat_(1995) {i}-Don't-Look-100%-Up" for u, i in PAIRS],
    "items like dates": [f"u{u} 12-34-5678 x12:3{i}" for u, i in PAIRS],
    "items with a kind": [f"u{u} film:{u} film:{u + i}" for u, i in PAIRS],
    "users that repeat": [
        f"{u} {(37 * u + 11 * i) % 89} {(53 * u + 7 * i) % 83}" for u, i in PAIRS
    ],
    "large numbers with a sign": [f"{u} {u - 6}{i}123456 {5 - i}{u}654321" for u, i in PAIRS],
}


@pytest.mark.filterwarnings("ignore::ssr_neuro.errors.Note")
@pytest.mark.parametrize("kind", MORE_SEQUENCES)
def test_items_of_any_look_are_read(kind: str, tmp_path: Path) -> None:
    path = file_of(tmp_path, "a.txt", MORE_SEQUENCES[kind])
    assert load(path, core="none").n_interactions == 2 * len(PAIRS)


@pytest.mark.filterwarnings("ignore::ssr_neuro.errors.Note")
@pytest.mark.parametrize("form", FORMS)
def test_sequences_of_one_length_are_read(form: str, tmp_path: Path) -> None:
    lines = [form.format(u=u, i=i) for u, i in PAIRS]
    words = len(form.split()) - 1
    dataset = load(file_of(tmp_path, "a.txt", lines), core="none")
    assert dataset.n_interactions == words * len(PAIRS)
