"""What a study leaves: its numbers as JSON, its figure as SVG, and for spreadsheets a CSV."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from ssr_neuro import __version__
from ssr_neuro.data import Dataset
from ssr_neuro.files import json_document, output_folder
from ssr_neuro.files.names import spreadsheet_cell
from ssr_neuro.files.versions import versions_of

FORMAT = json_document.Format("ssr-neuro-study", 2, "`ssr study`")
PACKAGES = ("torch", "spikingjelly", "numpy")


def document(
    study: str,
    command: Sequence[str],
    dataset: Dataset,
    content: Mapping[str, Any],
    notes: Sequence[str],
) -> dict[str, Any]:
    """The numbers of a study with where they come from. No dates and no folders of a machine."""
    about = {
        **dataset.identity(),
        "users": dataset.n_users,
        "items": dataset.n_items,
        "interactions": dataset.n_interactions,
    }
    return wrap(study, command, {"data": about, **content, "notes": list(notes)})


def wrap(study: str, command: Sequence[str], content: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers of a study behind its name, the command and the versions that made them."""
    return FORMAT.wrap(
        {
            "study": study,
            "made_by": f"ssr-neuro {__version__}",
            "command": strip_folders(command),
            "versions": versions_of(PACKAGES),
            **content,
        }
    )


def strip_folders(command: Sequence[str]) -> list[str]:
    """The command with every path from the root of a disk cut down to its last name."""
    said = []
    for word in command:
        option, equals, value = word.partition("=")
        if word.startswith("-") and equals:
            said.append(f"{option}={_last_part(value)}")
        else:
            said.append(_last_part(word))
    return said


def write(
    out: Path,
    found: Mapping[str, Any],
    svg: str,
    rows: Sequence[Sequence[str]] = (),
    *,
    overwrite: bool = False,
    inputs: Iterable[Path] = (),
) -> tuple[Path, ...]:
    """A folder of the numbers, the figure, rows where there are any, and a manifest; the paths of
    all but the manifest.

    overwrite, inputs: as in `output_folder.check`, which raises BadInput.
    """
    contents = {"json": json_document.to_text(found), "svg": svg}
    if rows:
        contents["csv"] = _csv(rows)
    made = {"command": found["command"]}
    with output_folder.create(out, made, overwrite=overwrite, inputs=inputs) as fresh:
        for ending, content in contents.items():
            path = fresh / f"{found['study']}.{ending}"
            path.write_text(content, encoding="utf-8", newline="")
    return tuple(out / f"{found['study']}.{ending}" for ending in contents)


def _csv(rows: Sequence[Sequence[str]]) -> str:
    text = StringIO()
    cells = (map(spreadsheet_cell, row) for row in rows)
    csv.writer(text, lineterminator="\n").writerows(cells)
    return text.getvalue()


def _last_part(word: str) -> str:
    return Path(word).name if Path(word).is_absolute() else word
