"""A measurement as a JSON file: written whole or not at all, read back with every key checked."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ssr_neuro.errors import BadInput
from ssr_neuro.measure.contents import Measurements

FORMAT = "ssr-neuro-measurement"
VERSION = 1
_ADAPTER = TypeAdapter(Measurements)


def to_dict(found: Measurements) -> dict[str, Any]:
    """The measurement as plain data, with format and version in front."""
    return {"format": FORMAT, "version": VERSION, **asdict(found)}


def write(path: Path, found: Measurements) -> None:
    """Replace the file at `path`. Raises BadInput where it cannot be written."""
    text = json.dumps(to_dict(found), indent=1, ensure_ascii=False, allow_nan=False)
    partial = path.with_name(f"{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(f"{text}\n", encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from error


def check_place(path: Path) -> None:
    """Raises BadInput where `write` could not write to `path`, before anything is measured."""
    parent = next(p for p in path.absolute().parents if p.exists())
    if path.is_dir():
        raise _unwritable(path, "it is a folder")
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise _unwritable(path, f"{parent} is no folder one can write to")


def read(path: Path) -> Measurements:
    """What `ssr measure` wrote. Raises BadInput, which names the file and every wrong key."""
    try:
        text = path.read_text(encoding="utf-8")
        content = json.loads(text)
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror or error})") from error
    except ValueError as error:
        raise BadInput(f"{path}: is no JSON ({error}); name a file made by ssr measure") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise BadInput(f"{path}: is no {FORMAT}; name a file made by ssr measure")
    if content.get("version") != VERSION:
        raise BadInput(
            f"{path}: version {content.get('version')!r} of the format; this release reads "
            f"{VERSION}. Measure again, or use the release that wrote it"
        )
    del content["format"], content["version"]
    try:
        return _ADAPTER.validate_json(json.dumps(content))
    except ValidationError as error:
        raise BadInput(f"{path}: {'; '.join(_told(error))}. Measure again") from error


def _told(error: ValidationError) -> Iterator[str]:
    """One sentence for each thing pydantic found: runs[0].latency.p5_s, and what is wrong."""
    for found in error.errors():
        where = _place(found["loc"])
        match found["type"]:
            case "unexpected_keyword_argument" | "extra_forbidden":
                yield f"{where} is no key of this format"
            case "missing" | "missing_argument":
                yield f"{where} is missing"
            case "value_error":
                yield f"{where or 'the file'} {found['ctx']['error']}"
            case _:
                yield f"{where} is {found['input']!r}: {found['msg']}"


def _place(names: tuple[int | str, ...]) -> str:
    """("runs", 0, "batch") -> "runs[0].batch"."""
    told = "".join(f"[{name}]" if isinstance(name, int) else f".{name}" for name in names)
    return told.removeprefix(".")


def _unwritable(path: Path, why: str) -> BadInput:
    return BadInput(f"{path}: cannot be written ({why}); name another file with --out")
