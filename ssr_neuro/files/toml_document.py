"""TOML files, read within limits, and written."""

import json
import tomllib
from collections.abc import Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from ssr_neuro.errors import BadInput
from ssr_neuro.files import gate
from ssr_neuro.files.limits import INTEGER_BITS, TABLE_BYTES, TABLE_VALUES
from ssr_neuro.files.names import is_text
from ssr_neuro.files.plain_data import check_amount, check_keys, check_values

KIND, REMEDY = "TOML", "correct the file"


def read(file: Path | Traversable, remedy: str = REMEDY) -> dict[str, Any]:
    """Whatever TOML the file holds. Raises BadInput that names the file where it is none."""
    return read_with_text(file, remedy)[1]


def read_with_text(file: Path | Traversable, remedy: str = REMEDY) -> tuple[str, dict[str, Any]]:
    """As `read`, with the text itself."""
    if isinstance(file, Path):
        text = gate.read_text(file, TABLE_BYTES, KIND, remedy)
    else:  # of an installed package, maybe inside an archive
        with gate.reading(file, KIND, remedy):
            text = file.read_text(encoding="utf-8")
    with gate.reading(file, KIND, remedy):
        check_amount(text, ",[{=.", TABLE_VALUES)
        check_keys(text)
        document = tomllib.loads(text)
        check_values(document, INTEGER_BITS)
    return text, document


def to_text(values: Mapping[str, Any]) -> str:
    """A line for each value: bools, numbers, texts, paths, and lists of them.

    Raises BadInput where a text is not Unicode, as the name of a file may be.
    """
    return "".join(f"{name} = {_spell(name, value)}\n" for name, value in values.items())


def _spell(name: str, value: Any) -> str:
    """A string of JSON is one of TOML, but for the character of the delete key."""
    text = json.dumps(value, default=str, ensure_ascii=False).replace("\x7f", "\\u007f")
    if not is_text(text):
        raise BadInput(
            f"{name} is {str(value)!r}, which no UTF-8 can say, and so no TOML; rename it"
        )
    return text
