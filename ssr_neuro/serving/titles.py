"""Titles of items from a table with a header: `id,title`, or as published data sets name them."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from ssr_neuro.errors import BadInput
from ssr_neuro.files import gate
from ssr_neuro.files.quoted_lines import QuotedLines, unspaced
from ssr_neuro.settings.column_names import ITEMS, plain

SEPARATORS = ("\t", ",", ";", "|")
IDS = ("id", *ITEMS)
TITLES = tuple(
    """
    title name itemtitle itemname movietitle moviename producttitle productname tracktitle
    trackname songtitle songname artistname booktitle gamename appname
    """.split()
)
KIND, REMEDY = "a table of titles", "write `id,title` and below it a line for each item"
FIELD_CHARS = 1 << 17
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def read_titles(path: Path) -> dict[str, str]:
    """Title by item id; of an id that comes twice the first. UTF-8, separated as the header is.

    A title is one line, and characters that do not print, such as those that steer a terminal, are
    replaced. A field may stand in quotes, but for tables of RecBole, whose header names types.
    Raises BadInput with file and line.
    """
    return _titles(path, gate.read_lines(path, KIND, REMEDY))


def _titles(path: Path, stream: Iterator[str]) -> dict[str, str]:
    first = next(stream, "").rstrip("\r\n")
    separator = max(SEPARATORS, key=first.count)
    try:
        header = next(csv.reader([unspaced(first, separator)], delimiter=separator), [])
    except csv.Error as error:
        raise BadInput(f"{path}, line 1: {error}; {REMEDY}") from error
    _refuse_long_fields(header, f"{path}, line 1")
    names = [plain(name.partition(":")[0]) for name in header]  # RecBole writes name:type
    at = _column(path, header, names, IDS, "id")
    title_at = _column(path, header, names, TITLES, "title")
    # RecBole quotes nothing: a quote is part of the text there.
    quoted = not any(":" in name for name in header)
    numbered = ((number, text.rstrip("\r\n")) for number, text in enumerate(stream, 2))
    lines = QuotedLines(numbered, separator, len(header), quotes=quoted)
    found: dict[str, str] = {}
    try:
        for row in csv.reader(
            lines,
            delimiter=separator,
            quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
            strict=True,
        ):
            lines.end_record(row, str(path))
            _refuse_long_fields(row, f"{path}, line {lines.line}")
            if not row:
                continue
            if len(row) <= max(at, title_at):
                raise BadInput(
                    f"{path}, line {lines.line}: {len(row)} fields, and the header has "
                    f"{len(header)}"
                )
            found.setdefault(row[at].strip(), clean(row[title_at]))
    except csv.Error as error:
        raise BadInput(
            f"{path}, line {lines.first_line}: {error}; {REMEDY}. A quote that opens a field must "
            "close it; where it is part of the text, write two"
        ) from error
    return found


def _column(
    path: Path, header: Sequence[str], names: Sequence[str], known: Sequence[str], what: str
) -> int:
    for name in known:
        if name in names:
            return names.index(name)
    raise BadInput(
        f"{path}: no column of {what}s in the header {', '.join(map(repr, header))}; "
        f"call one {what}"
    )


def _refuse_long_fields(fields: list[str], place: str) -> None:
    """What is so long is no title: a table with line ends of another kind, or of other data."""
    if max(map(len, fields), default=0) > FIELD_CHARS:
        raise BadInput(f"{place}: field larger than {FIELD_CHARS:,} characters; {REMEDY}")


def clean(text: str) -> str:
    """One line of characters that print."""
    line = " ".join(text.split())
    return "".join(c if c.isprintable() else REPLACEMENT for c in line)
