"""Bounds of what JSON and TOML hold: how deep it is nested, and how large its whole numbers are."""

from collections.abc import Iterable
from typing import Any

from ssr_neuro.files.limits import DEPTH
from ssr_neuro.files.names import is_text

Place = tuple[Any, ...]  # () or (place of what it stands in, key)


def check_values(document: Any, bits: int) -> None:
    """Raises ValueError, which names the place, at values nested deeper than DEPTH, at a whole
    number of more than `bits` bits, and at halves of characters, which no file can hold; what else
    a value must be is for the schema of the file."""
    level: list[tuple[Place, Any]] = [((), document)]
    for _ in range(DEPTH):
        level = [part for place, value in level for part in _inside(place, value, bits)]
        if not level:
            return
    raise ValueError(f"nested deeper than {DEPTH} levels at {_spell(level[0][0])}")


def _inside(place: Place, value: Any, bits: int) -> Iterable[tuple[Place, Any]]:
    if isinstance(value, dict):
        if odd := [key for key in value if not is_text(key)]:
            raise ValueError(f"{_spell(place)} has the key {odd[0]!r}, which is no text")
        return [((place, key), inner) for key, inner in value.items()]
    if isinstance(value, str) and not is_text(value):
        raise ValueError(f"{_spell(place)} is {value!r}, which is no text")
    if isinstance(value, list):
        return [((place, index), inner) for index, inner in enumerate(value)]
    if isinstance(value, int) and value.bit_length() > bits:
        raise ValueError(
            f"{_spell(place)} is a number of {value.bit_length():,} bits; a whole number has at "
            f"most {bits:,}"
        )
    return ()


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
