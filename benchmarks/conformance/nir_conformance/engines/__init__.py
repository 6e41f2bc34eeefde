"""Engines: what reads a NIR graph and runs it. Each is a small adapter, run in its own process.

An adapter is an object with

    about: str                    one sentence: how the graph gets in
    packages: tuple[str, ...]     distributions without which it cannot run
    run(graph, x, dt_s)           outputs by Output, (steps, *shape)
    ready()                       only where it must: raises where the engine cannot run here
    runs() -> dict[str, str]      only where it must: versions of what runs outside this Python
    requirements: tuple[str, ...] what pip installs into an environment of the engine's own
    shared: bool                  whether that environment sees the caller's packages: PyTorch

`graph` is a nir.NIRGraph, `x` spikes by Input, (steps, *shape). What the engine cannot do it says
by raising, and the words are kept. A runner may make an environment from `requirements`, the
releases that are known to work; this one does not. Packages are imported in `run`, never before.
Another package adds an engine by an entry point of the group `nir_conformance.engines`,
NAME = "module:object".
"""

from collections.abc import Mapping
from importlib import import_module, metadata
from typing import Any, Protocol

import nir

from ..arrays import Array

GROUP = "nir_conformance.engines"
ENGINES: Mapping[str, str] = {
    "nir": "nir_conformance.engines.definition:ENGINE",
    "norse": "nir_conformance.engines.norse:ENGINE",
    "snntorch": "nir_conformance.engines.snntorch:ENGINE",
    "spikingjelly": "nir_conformance.engines.spikingjelly:ENGINE",
    "sinabs": "nir_conformance.engines.sinabs:ENGINE",
    "rockpool": "nir_conformance.engines.rockpool:ENGINE",
    "spyx": "nir_conformance.engines.spyx:ENGINE",
    "jaxsnn": "nir_conformance.engines.jaxsnn:ENGINE",
}


class Engine(Protocol):
    """An adapter; the module's words say what each member is."""

    about: str
    packages: tuple[str, ...]

    def run(self, graph: nir.NIRGraph, x: dict[str, Array], dt_s: float) -> dict[str, Array]:
        """Raises whatever the engine raises where it cannot run the graph."""
        ...


def known() -> dict[str, str]:
    """Name -> "module:object", the suite's own and those of installed packages."""
    others = {entry.name: entry.value for entry in metadata.entry_points(group=GROUP)}
    return {**others, **ENGINES}


def load(place: str) -> Engine:
    """The adapter at "module:object". Raises ImportError or AttributeError where none is."""
    module, _, name = place.partition(":")
    found: Engine = getattr(import_module(module), name)
    return found


def versions(engine: Engine) -> dict[str, str]:
    """Versions of what runs and of its packages.

    Raises PackageNotFoundError for the first package that is not installed.
    """
    outside: dict[str, str] = getattr(engine, "runs", dict)()
    return {**outside, **{package: metadata.version(package) for package in engine.packages}}


def only(values: Mapping[str, Any] | list[str], what: str) -> Any:
    """The single input or output, for an importer that has no more than one."""
    if len(values) != 1:
        raise NotImplementedError(f"the importer has one {what}, the graph {len(values)}")
    return next(iter(values.values() if isinstance(values, Mapping) else values))
