"""Paths that a command reads, checked as it is called: nothing heavy is imported for it.

A wrong path is said at once; what the file holds is checked by whoever reads it.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ssr_neuro.errors import BadInput
from ssr_neuro.files.names import is_text
from ssr_neuro.settings.reading import GENERATED

# What a file is, by its ending, and what reads it.
ENDINGS = {
    ".csv": "a table",
    ".dat": "a table",
    ".html": "a page",
    ".inter": "a data set, which --data takes",
    ".md": "a text",
    ".net": "a network of lava-dl, which ssr-compile takes",
    ".nir": "a NIR graph, which ssr-compile takes",
    ".npz": "an archive of arrays",
    ".onnx": "a model in ONNX",
    ".pt": "a trained model",
    ".py": "a Python program",
    ".svg": "a picture",
    ".toml": "a TOML file",
    ".yaml": "a YAML file",
}


@dataclass(frozen=True)
class InputPath:
    """What a path may be. advice: what to do where it is something else.

    own: endings of such files among ENDINGS. others: endings that are let through, too. holds: the
    file that a folder must hold, None where the path must be a file. file: whether a file will do
    where `holds` names that of a folder.
    """

    advice: str
    own: tuple[str, ...] = ()
    holds: str | None = None
    file: bool = True

    def check(self, path: Path) -> None:
        """Raises BadInput where there is no such thing at `path`."""
        if not is_text(str(path)):
            raise BadInput(f"{path}: its name is not UTF-8; rename it")
        if not path.exists():
            raise BadInput(f"{path}: no such {'file' if self.file else 'folder'}; {self.advice}")
        if path.is_dir():
            self._check_folder(path)
        else:
            self._check_file(path)
        if not os.access(path, os.R_OK):
            raise BadInput(f"{path}: cannot be read (Permission denied); {self.advice}")

    def _check_folder(self, path: Path) -> None:
        if self.holds is None:
            raise BadInput(f"{path} is a folder; {self.advice}")
        if not (path / self.holds).is_file():
            raise BadInput(f"{path} holds no {self.holds}; {self.advice}")

    def _check_file(self, path: Path) -> None:
        if not self.file:
            raise BadInput(f"{path} is a file; {self.advice}")
        ending = path.suffix.lower()
        if ending in ENDINGS and ending not in self.own:
            raise BadInput(f"{path} is {ENDINGS[ending]}; {self.advice}")


MODEL = InputPath("name a model.pt; `ssr train` makes one", (".pt",))
START = InputPath(
    "name a model.pt of `ssr train`, or the OUT.state of a run that was interrupted", (".pt",)
)
SOURCE = InputPath(
    "name a model.pt of `ssr train`, a .nir graph or a .net file. `ssr verify`, `ssr simulate` and "
    "`ssr place` read folders of ssr-compile",
    (".pt", ".nir", ".net"),
)
GRAPH = InputPath("name a .nir graph; `nir.write` makes one", (".nir",))
BUNDLE = InputPath("name a folder made by ssr-compile", holds="MANIFEST.json", file=False)
PROGRAM = InputPath("name a folder made by ssr-compile", holds="program.json", file=False)
PLACEABLE = InputPath(
    "name a folder made by ssr-compile, or a model.pt", (".pt",), holds="program.json"
)
PRICEABLE = InputPath(
    "name a model.pt, a folder made by ssr-compile, or its report.json",
    (".pt",),
    holds="report.json",
)
RECOMMENDS = InputPath(
    "name a model.pt, or a folder made by ssr-compile", (".pt", ".onnx"), holds="MANIFEST.json"
)
TITLES = InputPath("name a table with a header, such as id,title", (".csv", ".dat"))
JUDGED = InputPath(
    "name a model.pt, or a folder made by ssr-compile", (".pt",), holds="MANIFEST.json"
)
PACKED = InputPath("name a folder of `PackedItems.save`", holds="items.json", file=False)
DATA = InputPath(f"name a data set file, or {GENERATED!r}", (".csv", ".dat", ".inter"))
ARRAYS = InputPath("name an .npz; numpy.savez(FILE, NAME=array) writes one", (".npz",))
GRAPH_INPUTS = InputPath(
    "name an .npz; numpy.savez(FILE, NAME=array) writes one; or an .h5 of nir.write_data",
    (".npz", ".h5", ".hdf5"),
)
MEASURED = InputPath("name a JSON file made by `ssr measure`")
SANA_FE = InputPath("name a sana_fe.json made by `ssr-compile --target sana-fe`")
GATES = InputPath("name a gates.json made by `ssr-compile --target rtl --liberty`")
TOML = InputPath("name a TOML file", (".toml",))
SUITE = InputPath(
    "name a folder made by `python -m nir_conformance.build`", holds="suite.json", file=False
)
EVALUATED = InputPath("name a file that `ssr evaluate --json` printed")


def check_paths(kind: InputPath) -> Callable[[Any], Any]:
    """A callback of typer for a path, several, or none; "generated" is no path where data go."""

    def check(value: Any) -> Any:
        for one in [value] if isinstance(value, str | Path) else value or ():
            if not (kind is DATA and one == GENERATED):
                kind.check(Path(one))
        return value

    return check


def check_chip(value: str | None) -> str | None:
    """A callback of typer: the chip is there, and its file says nothing impossible."""
    if value is not None:
        from ssr_neuro.chip import load_chip

        load_chip(value)
    return value
