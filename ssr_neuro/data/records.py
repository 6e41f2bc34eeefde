"""Readers of one record a line: JSON, or Python literals as in the Steam reviews."""

import ast
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

import polars as pl

from ssr_neuro.data.columns import ReadColumns, find_columns
from ssr_neuro.data.parsed import Parsed, interactions
from ssr_neuro.data.time_text import TimeReader
from ssr_neuro.errors import BadInput
from ssr_neuro.files.limits import LITERAL_BYTES, spell_bytes
from ssr_neuro.files.names import is_text, quote
from ssr_neuro.settings.column_names import TIMES, plain
from ssr_neuro.settings.reading import WantedColumns

JSON_LAYOUT = (
    "A line is a JSON object with a user, an item and a time, such as 'user_id', 'parent_asin' and "
    "'timestamp' of Amazon, or 'user_id', 'business_id' and 'date' of Yelp."
)
LITERAL_LAYOUT = (
    "A line is a Python dictionary with a user, an item and a time, such as 'username', "
    "'product_id' and 'date' ('2017-12-31') of Steam."
)
STEAM = {"username", "product_id"}
LOOKED_AT = 100  # records
NOT_LITERAL = (ValueError, SyntaxError, TypeError, MemoryError, RecursionError)


def read_json(blocks: Iterator[pl.DataFrame], place: str, wanted: WantedColumns) -> Parsed:
    """JSON lines of Amazon, Yelp, Steam and the like. Raises BadInput with the line."""
    return _read(blocks, place, wanted, _json_object, JSON_LAYOUT)


def read_literals(blocks: Iterator[pl.DataFrame], place: str, wanted: WantedColumns) -> Parsed:
    """Python literals, as Steam's reviews are published. Raises BadInput with the line."""
    return _read(blocks, place, wanted, _literal, LITERAL_LAYOUT)


def is_json(text: str) -> bool:
    """Whether this line is JSON."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def is_literal(text: str) -> bool:
    """Whether this line is a Python literal, or too long for one to be told."""
    try:
        return len(text) > LITERAL_BYTES or bool(ast.literal_eval(text.strip()))
    except NOT_LITERAL:
        return False


def _json_object(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{quote(text)} is not JSON. {JSON_LAYOUT}") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(found := dict(pairs)) < len(pairs):
        raise BadInput("a key stands twice in one object. Leave one of them.")
    return found


def _literal(text: str) -> Any:
    if len(text) > LITERAL_BYTES:
        raise BadInput(
            f"{quote(text)} has more than {spell_bytes(LITERAL_BYTES)}, the most that is read of "
            f"a Python literal. {LITERAL_LAYOUT}"
        )
    try:
        return ast.literal_eval(text.strip())
    except NOT_LITERAL as error:
        raise BadInput(f"{quote(text)} is not a Python literal. {LITERAL_LAYOUT}") from error


def _read(
    blocks: Iterator[pl.DataFrame],
    place: str,
    wanted: WantedColumns,
    parse: Callable[[str], Any],
    layout: str,
) -> Parsed:
    first = next(blocks)
    names = _names(first, place, parse)
    if wanted.user is None and STEAM <= set(names):
        # Steam's reviews have a user_id only here and there.
        wanted = replace(wanted, user="username")
    columns = find_columns(names, wanted, f"{place}, line {first['line'][0]}")
    time = None if columns.time is None else TimeReader(columns.time, layout)

    known = set(TIMES) if columns.time is None and wanted.time is None else set[str]()

    def tables() -> Iterator[pl.DataFrame]:
        for rows in chain([first], blocks):
            yield _selected(rows, columns, place, parse, known)

    return Parsed(columns, interactions(tables(), time, place, layout), time)


def _names(rows: pl.DataFrame, place: str, parse: Callable[[str], Any]) -> tuple[str, ...]:
    """The names of the first records, in order: a record may lack some of them."""
    found: dict[str, None] = {}
    for line, text in rows.head(LOOKED_AT).iter_rows():
        found |= dict.fromkeys(map(str, _record(text, parse, f"{place}, line {line}")))
    return tuple(found)


def _selected(
    rows: pl.DataFrame,
    columns: ReadColumns,
    place: str,
    parse: Callable[[str], Any],
    times: set[str],
) -> pl.DataFrame:
    """times: names of times, of which a record may have none."""
    keys = {"user": columns.user, "item": columns.item, "text": columns.time}
    wanted = {column: key for column, key in keys.items() if key is not None}
    found = []
    for line, text in rows.iter_rows():
        where = f"{place}, line {line}"
        record = _record(text, parse, where)
        if times:
            _refuse_late_time(record, times, where)
        found.append((line, *(_value(record, key, where) for key in wanted.values())))
    schema = {"line": pl.UInt32} | dict.fromkeys(wanted, pl.String)
    return pl.DataFrame(found, schema=schema, orient="row")


def _refuse_late_time(record: dict[Any, Any], times: set[str], where: str) -> None:
    if late := next((key for key in record if plain(str(key)) in times), None):
        raise BadInput(
            f"{where}: {late!r} looks like a time, and the first {LOOKED_AT} records have none. "
            "Leave out the records without one, or give --time-column none."
        )


def _record(text: str, parse: Callable[[str], Any], where: str) -> dict[Any, Any]:
    try:
        record = parse(text)
    except BadInput as error:
        raise BadInput(f"{where}: {error}") from error
    if not isinstance(record, dict):
        raise BadInput(f"{where}: {quote(text)} is not an object with names and values.")
    return record


def _value(record: dict[Any, Any], key: str, where: str) -> str:
    value = record.get(key)
    # A bool is an int to Python, and no id and no time; half of a character is no text.
    odd = isinstance(value, bool) or not isinstance(value, str | int | float)
    odd = odd or (isinstance(value, float) and not math.isfinite(value))
    if odd or (isinstance(value, str) and not is_text(value)):
        raise BadInput(
            f"{where}: no text or number under {key!r}, but {quote(repr(value))}. Leave such "
            "records out, or name another key with --user-column, --item-column or --time-column."
        )
    return str(value)
