"""Which reader fits a file, by its name and first lines, and what told so."""

import re
from dataclasses import dataclass
from pathlib import PurePath

import polars as pl

from ssr_neuro.data.columns import known_columns
from ssr_neuro.data.delimited import separator_of
from ssr_neuro.data.fields import cut_line
from ssr_neuro.data.lookalikes import is_rated_table, refuse_lookalikes
from ssr_neuro.data.readers import READERS
from ssr_neuro.data.records import is_json, is_literal
from ssr_neuro.errors import BadInput
from ssr_neuro.files.names import is_number, quote
from ssr_neuro.settings.reading import WantedColumns

U_DATA_NAMES = re.compile(r"u\.data|u[1-5ab]\.(base|test)")
ASIN, ISBN = r"^B[0-9A-Z]{9}$", r"^[0-9]{9}[0-9X]$"  # Amazon numbers books by their ISBN
MOST = 0.9  # of the values of a column have the shape of an ASIN
JSON_ARRAY = re.compile(r"\[\s*(\{|$)")
NETFLIX_ITEM = re.compile(r"\d+:")
FROM_NETFLIX = (
    'Write one interaction a line: awk -F, \'/:/ {split($0, at, ":"); next} '
    '{print $1 "," at[1] "," $3}\' OLD > NEW.csv, and name --user-column 1 --item-column 2 '
    "--time-column 3."
)
COLUMN_OPTIONS = (
    "with --user-column, --item-column and --time-column (none, where there is no time), by number "
    "where the first line has no names."
)
NAME_COLUMNS = f"Name them {COLUMN_OPTIONS}"


@dataclass(frozen=True)
class ReaderChoice:
    """reader: its name in READERS. why: what chose it."""

    reader: str
    why: str


def choose_reader(name: str, rows: pl.DataFrame, wanted: WantedColumns, place: str) -> ReaderChoice:
    """name: of the file; rows: its first block. Raises BadInput if no reader fits."""
    suffix = PurePath(name).suffix.lower()
    if suffix == ".inter":
        return ReaderChoice("inter", "the ending .inter")
    first = rows["text"][0]
    chosen = _by_content(first, wanted, place) or _by_name(name, rows)
    if chosen is not None:
        return chosen
    if suffix == ".csv":
        return _amazon(rows, place)
    if suffix == ".txt":
        refuse_lookalikes(rows, place)
        return ReaderChoice("sequences", "the ending .txt, and no sign of a table")
    if is_rated_table(rows):
        return ReaderChoice("u-data", "four columns, the third of ratings, the last of times")
    raise BadInput(
        f"{place}: neither the name nor the first line tells how to read it: {quote(first)}. Name "
        f"--reader; there are {', '.join(READERS)}. Of a table, name the columns "
        f"{COLUMN_OPTIONS}"
    )


def _by_content(first: str, wanted: WantedColumns, place: str) -> ReaderChoice | None:
    if NETFLIX_ITEM.fullmatch(first.strip()):
        raise BadInput(
            f"{place}, line 1: {quote(first)} names an item for the lines below it, as the files "
            f"of the Netflix Prize do. {FROM_NETFLIX}"
        )
    start = first.lstrip()
    if start.startswith("{"):
        return _records(first, place)
    if ":token" in first and "\t" in first:
        return ReaderChoice("inter", "types such as :token in the first line")
    if JSON_ARRAY.match(start):
        raise BadInput(
            f"{place} is one JSON array. Give one object a line, as made by: jq -c '.[]' OLD > NEW"
        )
    if wanted.given:
        return ReaderChoice("table", "columns that were named")
    if first.startswith("userId,movieId"):
        return ReaderChoice("movielens-csv", "the header of MovieLens")
    names = cut_line(first, separator_of(first, wanted), quotes=True)
    if known_columns(names):
        return ReaderChoice("table", "names of columns in the first line")
    if first.count("::") == 3:
        return ReaderChoice("movielens-dat", "fields separated by ::")
    return None


def _records(first: str, place: str) -> ReaderChoice:
    if is_json(first):
        return ReaderChoice("json", "a JSON object in the first line")
    if not is_literal(first):
        raise BadInput(
            f"{place}, line 1: {quote(first)} is not JSON, and is not a Python literal. Give one "
            "whole object a line; objects over several lines are put into one each by: "
            "jq -c . OLD > NEW"
        )
    return ReaderChoice("steam", "a line that begins with { and is no JSON")


def _by_name(name: str, rows: pl.DataFrame) -> ReaderChoice | None:
    suffix = PurePath(name).suffix.lower()
    if U_DATA_NAMES.fullmatch(name):
        return ReaderChoice("u-data", f"the name {name} of MovieLens 100K")
    if suffix == ".dat" and "::" in rows["text"][0]:
        return ReaderChoice("movielens-dat", "the ending .dat")
    if suffix in (".json", ".jsonl"):
        return ReaderChoice("json" if suffix == ".jsonl" else "steam", f"the ending {suffix}")
    return None


def _amazon(rows: pl.DataFrame, place: str) -> ReaderChoice:
    """Amazon's two forms without a header, told apart by which column holds ASINs.

    Raises BadInput where neither or both do, or where the lines are no Amazon ratings.
    """
    fields = cut_line(rows["text"][0], ",", quotes=True)
    if len(fields) != 4 or not is_number(fields[3]):
        raise BadInput(
            f"{place}: no user and item among the columns {', '.join(map(quote, fields[:20]))}. "
            f"{NAME_COLUMNS}"
        )
    cut = rows["text"].str.split(",")
    item_first, user_first = (_asins(cut.list.get(at, null_on_oob=True)) for at in (0, 1))
    if item_first == user_first:
        raise BadInput(
            f"{place}: {quote(rows['text'][0])} has no header, and neither column stands out as "
            "Amazon's item numbers. Name --reader amazon-csv where a line reads 'item,user,rating,"
            "time' (2018), --reader amazon-csv-2014 where it reads 'user,item,rating,time', or "
            "--reader table with --user-column 1 --item-column 2 --time-column 4."
        )
    if item_first:
        return ReaderChoice("amazon-csv", "item numbers in the first column (Amazon 2018)")
    return ReaderChoice("amazon-csv-2014", "item numbers in the second column (Amazon 2014)")


def _asins(column: pl.Series) -> bool:
    values = column.str.strip_chars(' "').unique()
    books = values.filter(values.str.contains(ISBN))
    count = int(values.str.contains(ASIN).sum()) + sum(map(_is_isbn, books))
    return count >= MOST * len(values)


def _is_isbn(number: str) -> bool:
    """Whether the last digit is right, which one in eleven other numbers has by chance."""
    digits = [10 if digit == "X" else int(digit) for digit in number]
    return (
        sum(weight * digit for weight, digit in zip(range(10, 0, -1), digits, strict=True)) % 11
        == 0
    )
