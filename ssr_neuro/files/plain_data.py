"""Bounds of what JSON and TOML hold: how much, how deep it is nested, how large its numbers are."""

import re
from collections.abc import Iterable
from typing import Any

from ssr_neuro.files.limits import DEPTH
from ssr_neuro.files.names import is_text

Place = tuple[Any, ...]  # () or (place of what it stands in, key)


# A dotted key (a.b.c) is a table in a table for every dot, and tomllib takes the square of them.
PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
DOTTED = re.compile(rf"(?:\.[ \t]*+{PART}[ \t]*+){{{DEPTH}}}", re.ASCII)


def check_amount(text: str, signs: str, most: int) -> None:
    """Raises ValueError where the text holds more of the signs that begin values than `most`.

    To be asked before a parser, whose values take fifty times the memory of their text.
    """
    if (found := sum(map(text.count, signs))) > most:
        raise ValueError(f"it holds about {found:,} values; {most:,} are read")


def check_keys(text: str) -> None:
    """Raises ValueError at a dotted key of more than DEPTH parts, with its line."""
    if found := DOTTED.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise ValueError(f"line {line}: a key of more than {DEPTH} parts is nested too deep")


def check_values(document: Any, bits: int) -> None:
    """Raises ValueError, which names the place, at values nested deeper than DEPTH, at a whole
    number of more than `bits` bits, and at halves of characters, which no file can hold; what else
    a value must be is for the schema of the file."""
    _check_value((), document, bits)
    level: list[tuple[Place, Any]] = [((), document)]  # what holds other values
    for _ in range(DEPTH - 1):
        level = [part for place, value in level for part in _inside(place, value, bits)]
        if not level:
            return
    for place, value in level:
        for key in _keys(value):
            raise ValueError(f"nested deeper than {DEPTH} levels at {_spell((place, key))}")


def _keys(value: Any) -> Iterable[Any]:
    return (
        value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    )


def _inside(place: Place, value: Any, bits: int) -> list[tuple[Place, Any]]:
    """What stands in a value and holds others itself; the rest is checked."""
    held = []
    for key in _keys(value):
        inner = value[key]
        if type(inner) is int and -(1 << 31) < inner < 1 << 31:  # most of them
            continue
        _check_value((place, key), inner, bits)
        if isinstance(inner, dict | list):
            held.append(((place, key), inner))
    return held


def _check_value(place: Place, value: Any, bits: int) -> None:
    if isinstance(value, dict):
        if odd := [key for key in value if not is_text(key)]:
            raise ValueError(f"{_spell(place)} has the key {odd[0]!r}, which is no text")
    elif isinstance(value, str):
        if not is_text(value):
            raise ValueError(f"{_spell(place)} is {value!r}, which is no text")
    elif isinstance(value, int) and value.bit_length() > bits:
        raise ValueError(
            f"{_spell(place)} is a number of {value.bit_length():,} bits; a whole number has at "
            f"most {bits:,}"
        )


def _spell(place: Place) -> str:
    """(((), "runs"), 0) -> runs[0]."""
    keys = []
    while place:
        place, key = place
        keys.append(f"[{key}]" if isinstance(key, int) else f".{key}")
    return "".join(reversed(keys)).removeprefix(".") or "the file"


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these pairs. Raises ValueError where a key stands twice: which one counts?"""
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise ValueError(f"the key {key!r} stands twice in one object")
            seen.add(key)
    return found
