"""Data files: every form, plain, gzip and zip. What is read is read again by other means.

No thread of polars may run before the fork: these are tried in a process that read nothing yet.
"""

import csv
import gzip
import json
import random
import re
import warnings
import zipfile
from ast import literal_eval
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from fuzz import files, trees
from fuzz.forked import OtherMeaning
from fuzz.reader import RAW, WORDS, Reader
from ssr_neuro import data
from ssr_neuro.data import Dataset

ROWS = [(f"u{k % 4}", f"i{(k * 7) % 9}", 978_300_000 + 1000 * ((k * 5) % 17)) for k in range(24)]
ODD = (
    *WORDS,
    "\ufeff",
    "\r",
    '"',
    '""',
    '"a,b"',
    "\u2028",
    "user_id",
    "\x1b[2J",
    "x" * 300,
    "\t\t",
)
PLAIN = ("inter", "movielens-dat", "u-data", "movielens-csv", "amazon-csv-2014")
WORD = re.compile(r"(?:\S|[\x1c-\x1f])+")  # those four are no white space but to Python
TEXT_BEHIND = re.compile(r'(?:(?<=\t)|^)"(?!")(?:[^"\t]|"")*"[^"\t][^\t]*')
FIELDS = {"movielens-dat": "::", "movielens-csv": ",", "amazon-csv-2014": ",", "inter": "\t"}


def _good() -> dict[str, str]:
    """Name of a file -> its text: the same interactions in every form."""

    def lines(form: Callable[[str, str, int], str], head: str = "") -> str:
        return "\n".join([*([head] if head else []), *(form(*row) for row in ROWS), ""])

    return {
        "a.inter": lines(
            lambda u, i, t: f"{u}\t{i}\t{t}", "user_id:token\titem_id:token\ttimestamp:float"
        ),
        "ratings.dat": lines(lambda u, i, t: f"{u}::{i}::5::{t}"),
        "u.data": lines(lambda u, i, t: f"{u}\t{i}\t3\t{t}"),
        "ratings.csv": lines(lambda u, i, t: f"{u},{i},4,{t}", "userId,movieId,rating,timestamp"),
        "table.csv": lines(
            lambda u, i, t: f'"{u}","{i}",2023-01-{t % 28 + 1:02}', "user_id,item_id,date"
        ),
        "table.tsv": lines(lambda u, i, t: f"{u}\t{i}\t{t}", "user_id\titem_id\ttimestamp"),
        "amazon.csv": lines(lambda u, i, t: f"{u},B00000000{i[1:]},5.0,{t}"),
        "a.jsonl": lines(
            lambda u, i, t: json.dumps({"user_id": u, "parent_asin": i, "timestamp": t})
        ),
        "steam_reviews.json": lines(
            lambda u, i, t: repr({"username": u, "product_id": i, "date": "2017-12-31"})
        ),
        "sequences.txt": lines(lambda u, i, t: f"{u} {i} {i}x"),
    }


def _make(folder: Path) -> list[tuple[str, str]]:
    return list(_good().items())


def _packed(rng: random.Random, name: str, content: bytes, folder: Path) -> Path:
    """The content as a file: plain, .gz, or .zip, now and then with a second member."""
    how = rng.random()
    path = folder / name
    if how < 0.15:
        path = folder / f"{name}.gz"
        path.write_bytes(gzip.compress(content, 1))
    elif how < 0.3:
        path = folder / f"{name}.zip"
        with zipfile.ZipFile(path, "w", rng.choice(files.PACKINGS)) as archive:
            archive.writestr(name, content)
            if rng.random() < 0.2:
                archive.writestr(rng.choice(("b.csv", "../../x", "/etc/x", name)), b"1,2\n")
    else:
        path.write_bytes(content)
    if rng.random() < RAW:
        path.write_bytes(trees.flip_bytes(rng, path.read_bytes()))
    return path


def _attempt(rng: random.Random, good: Any, folder: Path) -> None:
    for old in folder.iterdir():
        old.unlink()
    name, text = rng.choice(good)
    content = files.mutate_text(rng, text, ODD).encode("utf-8", "surrogatepass")
    path = _packed(rng, name, content, folder)
    found = _load(path)
    if path.suffix not in (".gz", ".zip"):
        _check_packed(path, found)
        _check_rows(path, found)


def _load(path: Path) -> Dataset:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return data.load(path, core="none")


def _check_packed(path: Path, found: Dataset) -> None:
    """Packed, the same file holds the same interactions."""
    packed = path.with_name(f"{path.name}.gz")
    packed.write_bytes(gzip.compress(path.read_bytes(), 1))
    if _load(packed).fingerprint != found.fingerprint:
        raise OtherMeaning("packed it is another data set")


def _check_rows(path: Path, found: Dataset) -> None:
    """The pairs of user and item are those that a few lines of Python find."""
    reader = found.source.partition("reader ")[2].split(",")[0]
    pairs = sorted(_pairs(reader, path.read_bytes().decode("utf-8-sig"), found))
    users = [u for u, n in zip(found.user_ids, _lengths(found), strict=True) for _ in range(n)]
    items = [found.item_ids[k - 1] for k in found.items]
    if pairs != sorted(zip(users, items, strict=True)):
        raise OtherMeaning(f"{reader}: its pairs are others than those in the text")


def _lengths(found: Dataset) -> list[int]:
    return [b - a for a, b in zip(found.offsets, found.offsets[1:], strict=False)]


def _pairs(reader: str, text: str, found: Dataset) -> Iterator[tuple[str, str]]:
    lines = [line.rstrip("\r") for line in text.split("\n")]
    lines = [line for line in lines if line.strip()]
    assert found.columns is not None
    wanted = (found.columns.user, found.columns.item)
    if reader == "sequences":
        for line in lines:
            user, *items = WORD.findall(line)
            yield from ((user, item) for item in items)
    elif reader in ("json", "steam"):
        parse = json.loads if reader == "json" else literal_eval
        for record in map(parse, lines):
            user, item = (str(record[key]).strip() for key in wanted)
            yield user, item
    else:
        yield from _table(reader, lines, wanted)


def _table(reader: str, lines: list[str], wanted: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """Of a table: columns by the header, or by the order that the form has."""
    quoted = reader in ("table", "movielens-csv", "amazon-csv", "amazon-csv-2014")
    separator = FIELDS.get(reader) or max("\t,;|", key=lines[0].count)
    if reader == "u-data":
        rows = [WORD.findall(line) for line in lines]
    elif quoted and any('"' in line for line in lines):
        meant = (_as_csv(line, separator) for line in lines)
        rows = list(csv.reader((f"{line}\n" for line in meant), delimiter=separator))
    else:
        rows = [line.split(separator) for line in lines]
    if reader in ("inter", "table", "movielens-csv"):
        names = [name.partition(":")[0] if reader == "inter" else name for name in rows.pop(0)]
        at = [[name.strip() for name in names].index(name) for name in wanted]
    else:
        at = [1, 0] if reader == "amazon-csv" else [0, 1]
    yield from ((row[at[0]].strip(), row[at[1]].strip()) for row in rows)


def _as_csv(line: str, separator: str) -> str:
    """Spaces before a field in quotes go; by tabs, quotes with text behind them are part of it."""
    mark = re.escape(separator)
    line = re.sub(rf'(^|{mark}) +("[^"]+") *(?=$|{mark})', r"\1\2", line)
    if separator != "\t":
        return line
    return TEXT_BEHIND.sub(lambda field: '"' + field[0].replace('"', '""') + '"', line)


READERS = (Reader("data", _make, _attempt),)
