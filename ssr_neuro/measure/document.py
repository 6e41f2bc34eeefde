"""A measurement as a JSON file: written whole or not at all, read back with every key checked."""

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from ssr_neuro.files import json_document, output_file
from ssr_neuro.measure.contents import Measurements

FORMAT = json_document.Format("ssr-neuro-measurement", 1, "`ssr measure`")
_ADAPTER = TypeAdapter(Measurements)


def to_dict(found: Measurements) -> dict[str, Any]:
    """The measurement as plain data, with format and version in front."""
    return FORMAT.wrap(asdict(found))


def write(
    path: Path, found: Measurements, *, overwrite: bool = False, inputs: Iterable[Path] = ()
) -> None:
    """Raises BadInput where the file must not or cannot be written; see `output_file.check`."""
    text = json_document.to_text(to_dict(found))
    output_file.write(path, text, overwrite=overwrite, inputs=inputs)


def read(path: Path) -> Measurements:
    """What `ssr measure` wrote. Raises BadInput, which names the file and every wrong key."""
    return FORMAT.load(path, _ADAPTER)
