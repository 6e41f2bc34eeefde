"""`--space FILE.toml`: a table for each field, `low` and `high` with `log` or `step`, or `choices`.

It says all that is searched: fields without a table keep their value.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ssr_neuro.errors import BadInput
from ssr_neuro.files import toml_document
from ssr_neuro.search.space import Between, Choices, Dimension, Space, searchable_field
from ssr_neuro.settings.fields import Field

RANGE = ("low", "high", "log", "step")
HOW = "give low and high, with log or step if wanted, or choices"


def read(path: Path, kind: str) -> Space:
    """The space of a TOML file, for a kind of model. Raises BadInput that names file and table."""
    tables = toml_document.read(path)
    if not tables:
        raise BadInput(f"{path}: names nothing to search; write [lr] and below it low and high")
    try:
        return {name: _dimension(searchable_field(kind, name), t) for name, t in tables.items()}
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from None


def _dimension(field: Field, table: Any) -> Dimension:
    if not isinstance(table, dict):
        raise BadInput(f"{field.name} is {table!r}; write [{field.name}] and below it {HOW}")
    if unknown := sorted(table.keys() - {*RANGE, "choices"}):
        raise BadInput(f"[{field.name}] has {', '.join(unknown)}; {HOW}")
    if "choices" in table:
        if len(table) > 1:
            raise BadInput(f"[{field.name}] is a range and a list; {HOW}")
        return _choices(field, table["choices"])
    if not {"low", "high"} <= table.keys():
        raise BadInput(f"[{field.name}] is neither a range nor a list; {HOW}")
    return _read_range(field, table)


def _choices(field: Field, values: Any) -> Choices:
    if not isinstance(values, list) or len(values) < 2:
        raise BadInput(f"[{field.name}] choices is {values!r}; it must be a list of 2 or more")
    checked = tuple(_check_value(field, "choices", value) for value in values)
    if len(set(checked)) < len(checked):
        raise BadInput(f"[{field.name}] choices has a value twice; write each once")
    return Choices(checked)


def _read_range(field: Field, table: Mapping[str, Any]) -> Between:
    if field.type not in (int, float):
        raise BadInput(f"[{field.name}] is no number; give choices")
    low, high = (_check_value(field, end, table[end]) for end in ("low", "high"))
    log, step = table.get("log", False), table.get("step")
    if low is None or high is None or not low < high:
        raise BadInput(f"[{field.name}] low {low} must be below high {high}")
    if not isinstance(log, bool):
        raise BadInput(f"[{field.name}] log is {log!r}; it must be true or false")
    if log and low <= 0:
        raise BadInput(f"[{field.name}] low is {low}; with log it must be above 0")
    if step is not None:
        step = _check_value(field, "step", step)
        if log or not 0 < step <= high - low:
            raise BadInput(
                f"[{field.name}] step is {step}; it must be above 0, at most high - low, "
                "and without log"
            )
    return Between(low, high, log, step)


def _check_value(field: Field, key: str, value: Any) -> Any:
    try:
        return field.checked(value)
    except BadInput as error:
        raise BadInput(f"[{field.name}] {key}: {error}") from None
