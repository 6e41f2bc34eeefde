"""From a name or a TOML file to a Chip. Nothing in the file is run."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from pydantic import ValidationError

from ssr_neuro import entry_points
from ssr_neuro.chip.chip import Chip
from ssr_neuro.chip.document import Document, resolve
from ssr_neuro.chip.problems import describe
from ssr_neuro.entry_points import Plugin
from ssr_neuro.errors import BadInput, check_type
from ssr_neuro.files import toml_document

GROUP = "ssr_neuro.chips"
# The files of `hw_targets/`.
CHIPS = (
    "a100",
    "akida1000",
    "darwin3",
    "generic-45nm",
    "h200",
    "loihi1",
    "loihi2",
    "odin",
    "openram-sky130",
    "rtx3090",
    "speck",
    "spinnaker2",
    "truenorth",
)


def chip_names() -> list[str]:
    """The chips that come with the project, and those of other installed packages."""
    return list(entry_points.names(GROUP, CHIPS))


def load_chip(name_or_path: str | Path | Chip) -> Chip:
    """The chip of that name, or the one in that TOML file; a `Chip` is returned as it is.

    Raises BadInput with the file and every table and key that cannot be used.
    """
    if isinstance(name_or_path, Chip):
        return name_or_path
    wanted = "its name, the path of a .toml file, or a Chip"
    check_type(name_or_path, (str, Path), "is no chip", wanted)
    name, path = str(name_or_path), Path(name_or_path)
    if plugin := entry_points.find(GROUP, name, CHIPS):
        return _of_plugin(plugin)
    if name in CHIPS:
        return _read(files("hw_targets") / f"{name}.toml")
    if path.suffix == ".toml" and path.is_file():
        return _read(path)
    wrong = f"{path}: no such file" if path.suffix == ".toml" else f"no chip is named {name!r}"
    known = entry_points.listing(GROUP, CHIPS)
    raise BadInput(f"{wrong}; there are {known}. Name one of them or the path of a .toml file")


def _of_plugin(plugin: Plugin) -> Chip:
    """The chip in the TOML file that an entry point names, as a path or as a function of none."""
    found = plugin.load()
    file = found() if callable(found) else found
    if not isinstance(file, Path | Traversable):
        raise plugin.broken(f"it gives {file!r}, not the path of a TOML file")
    chip = _read(file)
    if chip.name != plugin.name:
        raise plugin.broken(f"{file} calls its chip {chip.name!r}")
    return chip


def _read(file: Path | Traversable) -> Chip:
    document: Document = toml_document.read(file)
    problems = list(resolve(document))
    chip = None
    try:
        chip = Chip.model_validate(document)
    except ValidationError as error:
        problems += describe(error)
    if problems or chip is None:
        listed = problems[0] if len(problems) == 1 else "".join(f"\n  {p}" for p in problems)
        raise BadInput(f"{file}: {listed}\ndocs/how-to/add-a-chip.md shows how a chip is written")
    return chip
