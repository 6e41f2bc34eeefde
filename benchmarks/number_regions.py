"""Regions of a page that a result file fills: `<!-- numbers: NAME --> ... <!-- end -->`.

NAME is a table of `number_tables.TABLES`, or three words: FILE KEY FORMAT. FILE is
`results/FILE.json`, KEY the path of one value in it, with dots between its steps, and FORMAT a
format specification of Python (`.4f`, `,.0f`, `.1%`), `uJ` for an energy stored in pJ, `J` for
one stored in J, `GB` for a size stored in bytes, or `minutes` for a time stored in seconds.
"""

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ssr_neuro.errors import BadInput

RESULTS = Path(__file__).parent / "results"
REGION = re.compile(r"(<!-- numbers: (.+?) -->)(.*?)(<!-- end -->)", re.DOTALL)
OPENING = re.compile(r"<!-- numbers: ")


def fill_regions(page: str, tables: Mapping[str, Callable[[], str]]) -> str:
    """The page with what the results give in every region.

    Raises BadInput for a region without an end, and for a name that is no table and no value.
    """
    if len(OPENING.findall(page)) != len(REGION.findall(page)):
        raise BadInput("a region of numbers has no <!-- end -->; close it")

    def filled(region: re.Match[str]) -> str:
        opening, name, _, end = region.groups()
        return f"{opening}{region_text(name, tables)}{end}"

    return REGION.sub(filled, page)


def region_text(name: str, tables: Mapping[str, Callable[[], str]]) -> str:
    """What stands in the region of that name: a table between empty lines, or one value."""
    if name in tables:
        return f"\n\n{tables[name]().strip()}\n\n"
    words = name.split()
    if len(words) != 3:
        raise BadInput(f"{name!r} is no table; there are {', '.join(sorted(tables))}")
    file, key, form = words
    return format_value(result_value(file, key), form)


@cache
def read_result(file: str) -> Any:
    """The document in results/FILE.json."""
    path = RESULTS / f"{file}.json"
    if not path.exists():
        raise BadInput(f"{path.name}: no such result")
    return json.loads(path.read_text(encoding="utf-8"))


def result_value(file: str, key: str) -> float:
    """The number at that path; a step into a list is its index."""
    found = read_result(file)
    for step in key.split("."):
        try:
            found = found[int(step)] if isinstance(found, list) else found[step]
        except (KeyError, IndexError, ValueError, TypeError) as error:
            raise BadInput(f"{file}.json has no {key!r}: nothing at {step!r}") from error
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise BadInput(f"{file}.json: {key!r} is no number")
    return found


def format_value(value: float, form: str) -> str:
    """The number as a page shows it."""
    if form == "uJ":
        return energy_text(value)
    if form == "J":
        return energy_text(value * 1e12)
    if form == "GB":
        return f"{value / 1e9:.1f} GB"
    if form == "minutes":
        return f"{value / 60:.0f} minutes"
    try:
        return format(value, form)
    except ValueError as error:
        raise BadInput(f"{form!r} is no format of a number") from error


def energy_text(pj: float) -> str:
    """An energy in pJ as nJ or µJ, with three or four digits."""
    if pj < 1e6:
        return f"{pj / 1e3:.1f} nJ"
    return f"{pj / 1e6:.2f} µJ" if pj < 1e7 else f"{pj / 1e6:.1f} µJ"
