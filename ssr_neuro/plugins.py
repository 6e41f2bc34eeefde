"""Simulators found by listing their folder: one new file is one new simulator."""

import dataclasses
from importlib import import_module
from pathlib import Path
from typing import Any

import simulators
import ssr_neuro
from ssr_neuro.errors import BackendFailed, BadInput
from ssr_neuro.simulator import Simulator


def names() -> list[str]:
    """Simulators in the installed folder, without importing any."""
    return sorted(
        path.stem
        for path in _own_folder().glob("*.py")
        if not path.stem.startswith("_") and "\nSIMULATOR = " in path.read_text()
    )


def load(name: str, **options: Any) -> Simulator:
    """Import one simulator, with other options than its own defaults where given.

    Unknown names list all; an error in importing it passes through.
    """
    if name not in names():
        raise BadInput(f"no simulator {name!r}; there are {', '.join(names())}")
    simulator: Simulator = import_module(f"simulators.{name}").SIMULATOR
    return dataclasses.replace(simulator, **options) if options else simulator  # type: ignore[type-var]


def _own_folder() -> Path:
    """`simulators` is a common name: another package or script of that name must not stand in."""
    folder, ours = Path(simulators.__file__ or "").parent, Path(ssr_neuro.__file__).parent.parent
    if folder.parent != ours:
        raise BackendFailed(
            f"`simulators` was imported from {simulators.__file__}, not from beside ssr_neuro in "
            f"{ours}; rename that file or use a virtual environment of its own"
        )
    return folder
