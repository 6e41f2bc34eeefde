"""Blocks of numbered lines, and refusing the first bad one by its number."""

import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, BinaryIO

import polars as pl

from ssr_neuro.data.other_formats import refuse_other_format
from ssr_neuro.errors import BadInput
from ssr_neuro.files.limits import LINE_BYTES, spell_bytes
from ssr_neuro.files.names import quote

BLOCK_BYTES = 1 << 22
ID_CHARS = 256
NEWLINE = b"\n"
OTHER_LINE_ENDS = re.compile(r"[\r\v\x85\u2028\u2029]")
UNSEEN = "\ufeff\u200b\u2060"  # marks of files that were put together, and of web pages


def blocks(stream: BinaryIO, place: str, block_bytes: int = BLOCK_BYTES) -> Iterator[pl.DataFrame]:
    """Tables of `line` (from 1) and `text`, without blank lines; none for an empty file.

    Raises BadInput for a file of another format, at the line where bytes are not UTF-8, and where
    there are no line ends.
    """
    line = 1
    while chunk := stream.read(block_bytes):
        if line == 1:
            refuse_other_format(chunk, place)
        data = chunk + stream.readline(LINE_BYTES)  # a block ends where a line ends
        _refuse_long_lines(data, line, place)
        if not data.strip():  # millions of line ends, as a small packed file may hold, cost nothing
            line += data.count(NEWLINE)
            continue
        text = _decode(data, line, place)
        if line == 1:
            _refuse_other_line_ends(text, place)
        texts = pl.Series("text", [text]).str.split("\n").explode()
        rows = texts.str.strip_chars_end("\r").to_frame().with_row_index("line", line)
        line += data.count(b"\n")
        rows = rows.filter(pl.col("text").str.strip_chars() != "")
        if not rows.is_empty():
            yield rows


def refuse(
    rows: pl.DataFrame, bad: pl.Expr, place: str, say: Callable[[dict[str, Any]], str]
) -> None:
    """Raise BadInput for the first row where `bad` holds; `say` words it from that row."""
    first = rows.filter(bad).head(1)
    if not first.is_empty():
        row = first.row(0, named=True)
        raise BadInput(f"{place}, line {row['line']}: {say(row)}")


def clean_ids(rows: pl.DataFrame, place: str, layout: str) -> pl.DataFrame:
    """`user` and `item` without spaces and unseen marks around them.

    Refuses an empty one, and one too long.
    """
    ids = pl.col("user", "item").str.strip_chars().str.strip_chars(UNSEEN)
    clean = rows.with_columns(ids.str.strip_chars())
    for column in ("user", "item"):
        size = pl.col(column).str.len_chars()
        found = clean.select("line", length=size, id=column)
        refuse(
            found,
            (pl.col("length") == 0).fill_null(True),
            place,
            partial(_empty_id, column, layout),
        )
        refuse(found, pl.col("length") > ID_CHARS, place, partial(_long_id, column, layout))
    return clean


def _empty_id(column: str, layout: str, row: dict[str, Any]) -> str:
    return f"the {column} is empty. {layout}"


def _long_id(column: str, layout: str, row: dict[str, Any]) -> str:
    return (
        f"the {column} id has {row['length']} characters, at most {ID_CHARS} are read: "
        f"{quote(row['id'])}. {layout}"
    )


def _refuse_other_line_ends(text: str, place: str) -> None:
    """text: the first block. Raises BadInput where its lines end in anything but a line feed."""
    inner = text.strip()
    found = None if "\n" in inner else OTHER_LINE_ENDS.search(inner)
    if found is None:
        return
    if found.group() == "\r":
        anew = "tr '\\r' '\\n' < OLD > NEW"
        how = f"a carriage return alone, as on old Macs; write it anew with: {anew}"
    else:
        how = f"{found.group()!r} alone; write a line feed (\\n) in place of each"
    raise BadInput(f"{place}: line ends are missing. Its lines end in {how}")


def _refuse_long_lines(data: bytes, line: int, place: str) -> None:
    """Only the last line of a block can be cut: the others are shorter than the block."""
    last = data.rfind(b"\n", 0, len(data) - 1)
    if len(data) - last > LINE_BYTES and not data.endswith(b"\n"):
        raise BadInput(
            f"{place}, line {line + data.count(NEWLINE)}: has more than {spell_bytes(LINE_BYTES)}; "
            "give a file with one interaction, record or user a line, and a line feed behind each"
        )


def _decode(data: bytes, line: int, place: str) -> str:
    if b"\0" in data:
        bad = line + data.count(b"\n", 0, data.index(b"\0"))
        raise BadInput(
            f"{place}, line {bad}: a zero byte, so this is no UTF-8 text. Unpack an archive; "
            "save text in UTF-16 as UTF-8."
        )
    try:
        return (data.removeprefix(BOM_UTF8) if line == 1 else data).decode()
    except UnicodeDecodeError as error:
        bad = line + data.count(b"\n", 0, error.start)
        raise BadInput(
            f"{place}, line {bad}: the bytes are not UTF-8 text. Save the file as UTF-8, or give "
            f"the packed file with its own ending (.gz, .bz2, .xz, .zip)."
        ) from error
