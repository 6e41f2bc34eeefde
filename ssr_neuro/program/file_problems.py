"""What is wrong in a `program.json`, in words: the place, and what it should hold."""

import reprlib
from typing import Any

from pydantic import ValidationError

TAGS = {"integer", "float", "kron", "dense", "sparse", "tuple[float, ...]"}
NEEDS = {
    "int_type": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "string_type": "a text",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "dataclass_type": "an object",
    "model_attributes_type": "an object",
}


def describe(error: ValidationError) -> str:
    """The first problem that pydantic found."""
    found: Any = error.errors()[0]
    *inside, last = found["loc"]
    what = found["type"]
    if what == "missing":
        return f"{_place(inside)}{last!r} is missing"
    if what in ("extra_forbidden", "unexpected_keyword_argument"):
        return f"{_place(inside)}{last!r} is not known"
    return f"{_place(found['loc'])}{reprlib.repr(found['input'])} {_problem(found)}"


def _problem(found: Any) -> str:
    what, more = found["type"], found.get("ctx", {})
    if what in NEEDS:
        return f"is not {NEEDS[what]}"
    match what:
        case "greater_than_equal":
            return f"is below {more['ge']}"
        case "less_than_equal":
            return f"is above {more['le']}"
        case "too_long":
            return f"has {more['actual_length']:,} parts; {more['max_length']:,} are read"
        case "literal_error":
            return f"is not {more['expected']}"
        case "union_tag_invalid":
            return f"is of kind {more['tag']!r}; there are {more['expected_tags']}"
        case "union_tag_not_found":
            return "has no 'kind'"
        case "value_error":
            return str(more["error"])
    return f"cannot be used ({found['msg']})"


def _place(names: Any) -> str:
    """("populations", 2, "shape") -> "populations[2].shape: "; empty for the whole file."""
    steps = [f"[{n}]" if isinstance(n, int) else f".{n}" for n in names if n not in TAGS]
    return f"{''.join(steps).removeprefix('.')}: " if steps else ""
