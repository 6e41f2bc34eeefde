"""Tables whose figures were printed once and are kept in a results file, with what printed them.

A file `results/FILE.json` with "tables" has, for each, the command, the day, columns (key, head,
format of numbers) and rows by the columns' keys. A row may take its figures from another place:
"figures_of" is a file and a key. A page names such a table `FILE:TABLE`.
"""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from model_figures import markdown_table
from number_regions import RESULTS, read_result

FIGURES_OF = "figures_of"


def recorded_table(file: str, name: str) -> str:
    """The table of that name in results/FILE.json."""
    table = read_result(file)["tables"][name]
    columns = table["columns"]
    rows = [with_figures(row, columns) for row in table["rows"]]
    heads = [column["head"] for column in columns]
    return markdown_table(heads, [[_cell(row, column) for column in columns] for row in rows])


def with_figures(row: Mapping[str, Any], columns: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The row with the figures that it takes from elsewhere, where it does."""
    if FIGURES_OF not in row:
        return row
    file, key = row[FIGURES_OF].split()
    found: Any = read_result(file)
    for step in key.split("."):
        found = found[int(step)] if isinstance(found, list) else found[step]
    keys = [column["key"] for column in columns]
    return {**{k: v for k, v in found.items() if k in keys and k not in row}, **row}


def _cell(row: Mapping[str, Any], column: Mapping[str, Any]) -> str:
    """A number in the column's format, words as they are, nothing where there is no value."""
    value = row.get(column["key"])
    if isinstance(value, int | float):
        return format(value, column.get("format", row.get("format", "")))
    return "" if value is None else str(value)


def recorded_files() -> dict[str, list[str]]:
    """Name of each results file with tables -> the names of its tables."""
    found = {}
    for path in sorted(RESULTS.glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(document, dict) and isinstance(document.get("tables"), dict):
            found[path.stem] = list(document["tables"])
    return found


TABLES: dict[str, Callable[[], str]] = {
    f"{file}:{name}": partial(recorded_table, file, name)
    for file, names in recorded_files().items()
    for name in names
}
