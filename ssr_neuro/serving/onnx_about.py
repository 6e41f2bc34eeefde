"""What stands beside the graphs of `ssr-compile --target onnx`: sizes, and the ids of items."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ssr_neuro.errors import BadInput
from ssr_neuro.files import item_ids, json_document
from ssr_neuro.files.checked import AtLeastOne
from ssr_neuro.serving.onnx_graph import REMEDY
from ssr_neuro.settings.limits import most_of


class OnnxAbout(BaseModel):
    """Of numbers.json, what serving reads; it also holds what was measured. positions: N."""

    model_config = ConfigDict(strict=True, frozen=True)
    kind: Annotated[str, Field(min_length=1)]
    items: AtLeastOne
    positions: Annotated[int, Field(ge=1, le=most_of("positions"))]


def read_about(path: Path) -> OnnxAbout:
    """Raises BadInput that names the file and every wrong key."""
    found = json_document.read_any(path, REMEDY)
    if not isinstance(found, dict):
        raise BadInput(f"{path}: holds a {type(found).__name__}, not what a model is; {REMEDY}")
    try:
        return OnnxAbout.model_validate(found)
    except ValidationError as error:
        said = "; ".join(json_document.describe(error))
        raise BadInput(f"{path}: {said}; {REMEDY}") from error


def read_ids(path: Path, items: int) -> list[str]:
    """The data's own ids of so many items. Raises BadInput."""
    found = json_document.read_any(path, REMEDY)
    if not isinstance(found, list):
        raise BadInput(f"{path}: holds a {type(found).__name__}, not a list of item ids; {REMEDY}")
    if problem := item_ids.find_problem(found, items):
        raise BadInput(f"{path}: {problem}; {REMEDY}")
    return found
