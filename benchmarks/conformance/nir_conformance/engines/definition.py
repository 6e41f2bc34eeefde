"""NIR itself: the graph written by the installed `nir`, read again, and run by the equations."""

import tempfile
from pathlib import Path

import nir

from ..arrays import Array
from ..readings import NIR
from ..simulate import simulate


class Definition:
    about = "written and read again by the installed nir, then run by the suite's own equations"
    packages = ("nir",)

    def run(self, graph: nir.NIRGraph, x: dict[str, Array], dt_s: float) -> dict[str, Array]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "graph.nir"
            nir.write(path, graph)
            again = nir.read(path)
        return simulate(again, x, dt_s, NIR).outputs


ENGINE = Definition()
