"""Simulators found by listing their folder: one new file is one new simulator."""

import dataclasses
from importlib import import_module
from pathlib import Path
from typing import Any

import simulators
from ssr_neuro.errors import BadInput
from ssr_neuro.simulator import Simulator


def names() -> list[str]:
    """Simulators in the installed folder, without importing any."""
    folder = Path(simulators.__file__).parent if simulators.__file__ else Path()
    return sorted(
        path.stem
        for path in folder.glob("*.py")
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
