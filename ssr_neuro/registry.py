"""Simulators and exporters found by listing their folders: one new file is one new of them."""

import dataclasses
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import converters
import simulators
import ssr_neuro
from ssr_neuro.errors import BackendFailed, BadInput
from ssr_neuro.exporter import Exporter
from ssr_neuro.program.simulator import Simulator

EXPORT = "export_"


def names() -> list[str]:
    """Simulators in the installed folder, without importing any."""
    return _holding(simulators, "SIMULATOR")


def load(name: str, **options: Any) -> Simulator:
    """Import one simulator, with other options than its own defaults where given.

    Unknown names list all; an error in importing it passes through.
    """
    if name not in names():
        raise BadInput(f"no simulator {name!r}; there are {', '.join(names())}")
    simulator: Simulator = import_module(f"simulators.{name}").SIMULATOR
    return dataclasses.replace(simulator, **options) if options else simulator  # type: ignore[type-var]


def targets() -> list[str]:
    """What exporters write, without importing any: "lava-dl" is `converters/export_lava_dl.py`."""
    found = _holding(converters, "EXPORTER")
    return [stem.removeprefix(EXPORT).replace("_", "-") for stem in found]


def exporter(target: str) -> Exporter:
    """Import one exporter; unknown targets list all."""
    if target not in targets():
        raise BadInput(f"no exporter {target!r}; there are {', '.join(targets())}")
    found: Exporter = import_module(f"converters.{EXPORT}{target.replace('-', '_')}").EXPORTER
    return found


def _holding(package: ModuleType, constant: str) -> list[str]:
    return sorted(
        path.stem
        for path in _own_folder(package).glob("*.py")
        if not path.stem.startswith("_") and f"\n{constant} = " in path.read_text()
    )


def _own_folder(package: ModuleType) -> Path:
    """These are common names: another package or script of the name must not stand in."""
    folder, ours = Path(package.__file__ or "").parent, Path(ssr_neuro.__file__).parent.parent
    if folder.parent != ours:
        name = package.__name__
        raise BackendFailed(
            f"`{name}` was imported from {package.__file__}, not from beside ssr_neuro in "
            f"{ours}; rename that file or use a virtual environment of its own"
        )
    return folder
