"""TOML files, read within limits."""

import tomllib
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from ssr_neuro.files import gate
from ssr_neuro.files.limits import INTEGER_BITS, TABLE_BYTES, TABLE_VALUES
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
