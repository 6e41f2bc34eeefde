"""What a study leaves: `<study>.json` with its numbers, `<study>.svg` with its figure."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ssr_neuro import __version__
from ssr_neuro.data import Dataset
from ssr_neuro.files import json_document, output_folder
from ssr_neuro.files.versions import versions_of

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
        "versions": versions_of(PACKAGES),
        "data": {
            **dataset.identity(),
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


def write(
    out: Path,
    found: Mapping[str, Any],
    svg: str,
    *,
    overwrite: bool = False,
    inputs: Iterable[Path] = (),
) -> tuple[Path, Path]:
    """A folder of the numbers, the figure and a manifest; the paths of the first two.

    overwrite, inputs: as in `output_folder.check`, which raises BadInput.
    """
    names = tuple(f"{found['study']}.{ending}" for ending in ("json", "svg"))
    contents = (json_document.to_text(found), svg)
    made = {"command": found["command"]}
    with output_folder.create(out, made, overwrite=overwrite, inputs=inputs) as fresh:
        for name, content in zip(names, contents, strict=True):
            (fresh / name).write_text(content, encoding="utf-8", newline="")
    return out / names[0], out / names[1]


def _last(word: str) -> str:
    return Path(word).name if Path(word).is_absolute() else word
