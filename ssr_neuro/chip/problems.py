"""What a chip file gets wrong, in words: table, key, and what is allowed there."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from ssr_neuro.chip.chip import Chip, Kind
from ssr_neuro.chip.figures import Sourced
from ssr_neuro.chip.units import DIMENSION, SIZES

# How many names lead to a figure; two in an ordinary table.
DEPTH = {"workloads": 3, "alternatives": 4}


def place(names: tuple[int | str, ...]) -> str:
    """("limits", "delay", "unit") -> "[limits] delay.unit"; a key of the top stands alone."""
    depth = min(DEPTH.get(str(names[0]), 2), len(names)) if len(names) > 1 else 1
    table, rest = names[: depth - 1], ".".join(map(str, names[depth - 1 :]))
    return f"[{'.'.join(map(str, table))}] {rest}" if table else rest


def describe(error: ValidationError) -> Iterator[str]:
    """One sentence for each thing pydantic found."""
    for found in error.errors():
        names = found["loc"]
        where = f"{place(names)}: " if names else ""
        match found["type"]:
            case "extra_forbidden":
                yield f"{where}{_superfluous(names)}"
            case "missing":
                inside = f"{place(names[:-1])}: " if names[:-1] else ""
                yield f"{inside}no {names[-1]}; {_needed(names)}"
            case "literal_error":
                yield f"{where}{found['input']!r} is unknown; it is one of {_options(found)}"
            case "value_error":
                yield f"{where}{found['ctx']['error']}"
            case "string_too_short":
                yield f"{where}is empty; say what it is"
            case "model_type" | "dict_type":
                yield f"{where}must be a table, not {found['input']!r}"
            case _:
                yield f"{where}{found['input']!r} will not do: {found['msg']}"


def _superfluous(names: tuple[int | str, ...]) -> str:
    model = _model(names[:-1])
    if issubclass(model, Sourced):
        return "a figure of this table has no such key; leave it out"
    known = list(model.model_fields)
    what = "table" if len(names) == 1 else "figure"
    near = "".join(f"did you mean {k}? " for k in get_close_matches(str(names[-1]), known, 1))
    return f"there is no such {what}; {near}known are {', '.join(known)}"


def _options(found: Any) -> str:
    """Without `unknown`, which is for figures that have no value."""
    options = str(found["ctx"]["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
    return ", ".join(option for option in options if option != "unknown")


def _needed(names: tuple[int | str, ...]) -> str:
    """What may stand where a key is missing."""
    if names[-1] == "unit":
        base = _model(names[:-2]).model_fields[str(names[-2])].default.unit
        return f"write one of {', '.join(SIZES[DIMENSION[base]])}"
    if names[-1] == "kind":
        return f"write one of {', '.join(get_args(Kind))}"
    return "it needs one"


def _model(names: tuple[int | str, ...]) -> type[BaseModel]:
    """The model whose keys stand at that place."""
    model: type[BaseModel] = Chip
    left = iter(names)
    for name in left:
        annotation: Any = model.model_fields[str(name)].annotation
        if get_origin(annotation) is dict:
            model = get_args(annotation)[1]
            next(left, None)
        else:
            model = annotation
    return model
