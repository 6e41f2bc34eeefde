"""What a study leaves: `<study>.json` with its numbers, `<study>.svg` with its figure."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ssr_neuro import __version__
from ssr_neuro.data import Dataset
from ssr_neuro.errors import BadInput

FORMAT = 1
PACKAGES = ("torch", "spikingjelly", "numpy")


def document(
    study: str,
    command: Sequence[str],
    dataset: Dataset,
    content: Mapping[str, Any],
    notes: Sequence[str],
) -> dict[str, Any]:
    """The numbers of a study with where they come from. No dates and no folders of a machine."""
    return {
        "format": FORMAT,
        "study": study,
        "made_by": f"ssr-neuro {__version__}",
        "command": without_folders(command),
        "versions": {"python": platform.python_version(), **{p: version(p) for p in PACKAGES}},
        "data": {
            "name": dataset.name,
            "source": dataset.source,
            "fingerprint": dataset.fingerprint,
            "users": dataset.n_users,
            "items": dataset.n_items,
            "interactions": dataset.n_interactions,
        },
        **content,
        "notes": list(notes),
    }


def without_folders(command: Sequence[str]) -> list[str]:
    """The command with every path from the root of a disk cut down to its last name."""
    said = []
    for word in command:
        option, equals, value = word.partition("=")
        if word.startswith("-") and equals:
            said.append(f"{option}={_last(value)}")
        else:
            said.append(_last(word))
    return said


def check_place(out: Path) -> None:
    """Raises BadInput where the folder of a study could not be made or written to."""
    if out.exists() and not out.is_dir():
        raise BadInput(f"{out} is a file; name a folder with --out")
    parent = next(p for p in (out.absolute(), *out.absolute().parents) if p.exists())
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise BadInput(
            f"{out} cannot be written: {parent} is no folder one can write to; name another with "
            "--out"
        )


def write(out: Path, found: Mapping[str, Any], svg: str) -> tuple[Path, Path]:
    """Both files, each whole or not at all; those of an earlier study of that name give way."""
    numbers, figure = (out / f"{found['study']}.{ending}" for ending in ("json", "svg"))
    text = json.dumps(found, indent=1, ensure_ascii=False, allow_nan=False)
    for path, content in ((numbers, f"{text}\n"), (figure, svg)):
        partial = path.with_name(f"{path.name}.partial")
        try:
            out.mkdir(parents=True, exist_ok=True)
            partial.write_text(content, encoding="utf-8")
            partial.replace(path)
        except OSError as error:
            raise BadInput(
                f"{path}: cannot be written ({error.strerror}); name another folder with --out"
            ) from error
    return numbers, figure


def _last(word: str) -> str:
    return Path(word).name if Path(word).is_absolute() else word
