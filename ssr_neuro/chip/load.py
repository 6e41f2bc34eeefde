"""From a name or a TOML file to a Chip. Nothing in the file is run."""

import tomllib
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from pydantic import ValidationError

from ssr_neuro.chip.chip import Chip
from ssr_neuro.chip.document import Document, resolved
from ssr_neuro.chip.problems import told
from ssr_neuro.errors import BadInput


def chip_names() -> list[str]:
    """The chips that come with the project, sorted."""
    return sorted(
        entry.name.removesuffix(".toml")
        for entry in files("hw_targets").iterdir()
        if entry.name.endswith(".toml")
    )


def load_chip(name_or_path: str | Path) -> Chip:
    """The chip of that name, or the one in that TOML file.

    Raises BadInput with the file and every table and key that cannot be used.
    """
    known = chip_names()
    if str(name_or_path) in known:
        return _read(files("hw_targets") / f"{name_or_path}.toml")
    path = Path(name_or_path)
    if path.suffix == ".toml" and path.is_file():
        return _read(path)
    wrong = (
        f"{path}: no such file"
        if path.suffix == ".toml"
        else f"no chip is named {str(name_or_path)!r}"
    )
    raise BadInput(
        f"{wrong}; there are {', '.join(known)}. Name one of them or the path of a .toml file"
    )


def _read(file: Path | Traversable) -> Chip:
    try:
        document: Document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"{file}: cannot be read as TOML ({error}); correct the file") from error
    problems = list(resolved(document))
    chip = None
    try:
        chip = Chip.model_validate(document)
    except ValidationError as error:
        problems += told(error)
    if problems or chip is None:
        listed = problems[0] if len(problems) == 1 else "".join(f"\n  {p}" for p in problems)
        raise BadInput(f"{file}: {listed}\ndocs/how-to/add-a-chip.md shows how a chip is written")
    return chip
