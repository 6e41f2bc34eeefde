"""The files of the suite: graphs, inputs, and what must come out."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import nir
import numpy as np

from .arrays import Array

FOLDER = Path(__file__).parent / "suite"
INDEX = "suite.json"
KINDS = ("outputs", "spikes", "membranes")


class NoSuite(Exception):
    """The folder holds no suite, or one that is damaged."""


@dataclass(frozen=True)
class Golden:
    """What a graph computes under a reading, by node, (steps, *shape).

    outputs: of Output nodes. spikes: how many, of neurons with a threshold. membranes: of all
    neurons, as the test of the threshold sees them; whole numbers of the registers for `integers`.
    """

    outputs: Mapping[str, Array]
    spikes: Mapping[str, Array]
    membranes: Mapping[str, Array]


@dataclass(frozen=True)
class Entry:
    """One graph of the suite. readings: reading -> the one under whose name its arrays lie."""

    folder: Path
    name: str
    group: str
    tests: str
    equation: str
    steps: int
    inputs: Mapping[str, tuple[int, ...]]
    outputs: Mapping[str, tuple[int, ...]]
    meets_threshold: bool
    readings: Mapping[str, str]
    no_integers: str

    @property
    def path(self) -> Path:
        """Of its .nir file."""
        return self.folder / f"{self.name}.nir"

    def graph(self) -> nir.NIRGraph:
        """Read anew. Types are checked unless nir's own check refuses a graph that is right."""
        try:
            return nir.read(self.path)
        except ValueError:  # nir 1.0.8 takes kernels for square and leaves groups out
            return nir.read(self.path, type_check=False)

    def x(self) -> dict[str, Array]:
        """Spikes by Input, uint8 (steps, *shape)."""
        return dict(self._under("input/"))

    def golden(self, reading: str) -> Golden:
        """Raises KeyError where the graph has no such reading."""
        stored = self.readings[reading]
        outputs, spikes, membranes = (dict(self._under(f"{stored}/{kind}/")) for kind in KINDS)
        return Golden(outputs, spikes, membranes)

    def _under(self, start: str) -> Iterator[tuple[str, Array]]:
        for key, values in self._arrays.items():
            if key.startswith(start):
                yield key.removeprefix(start), values

    @cached_property
    def _arrays(self) -> dict[str, Array]:
        with np.load(self.folder / f"{self.name}.npz") as file:
            return dict(file)


@dataclass(frozen=True)
class Suite:
    """readings: name -> words, the plain one first."""

    version: str
    dt_s: float
    readings: Mapping[str, str]
    entries: tuple[Entry, ...]


def load(folder: Path = FOLDER) -> Suite:
    """Raises NoSuite."""
    path = folder / INDEX
    if not path.is_file():
        raise NoSuite(f"{folder} holds no {INDEX}")
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        entries = tuple(_entry(folder, one) for one in found["graphs"])
        readings = {one["name"]: one["text"] for one in found["readings"]}
        suite = Suite(found["version"], float(found["dt_s"]), readings, entries)
    except (ValueError, KeyError, TypeError) as error:
        raise NoSuite(f"{path} is no index of a suite ({error!r})") from error
    for entry in entries:
        for lacking in (p for p in (entry.path, entry.path.with_suffix(".npz")) if not p.is_file()):
            raise NoSuite(f"{folder} lacks {lacking.name}, which {INDEX} names")
    return suite


def _entry(folder: Path, one: dict[str, Any]) -> Entry:
    ends = {
        kind: {name: tuple(shape) for name, shape in one[kind].items()}
        for kind in ("inputs", "outputs")
    }
    return Entry(folder, **{**one, **ends})
