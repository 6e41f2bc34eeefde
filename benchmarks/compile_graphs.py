"""Compile the small graphs of the tests and print the SHA-256 of every file, as JSON.

    PYTHONPATH=.:tests/support python benchmarks/compile_graphs.py FOLDER

Needs NumPy, SciPy, nir, h5py, psutil and pydantic alone, so that any Python can run it in an
environment that is made in seconds. Each graph is written as .nir, read again, lowered with all
optimising passes, and run by the reference simulator on spikes of a fixed seed.
"""

import json
import sys
from pathlib import Path

import nir
from handed_over import GRAPHS
from small_programs import random_inputs

from converters.nir.read_graph import read_graph
from converters.nir_to_program import to_program
from simulators.reference import SIMULATOR
from ssr_neuro.bundle import golden
from ssr_neuro.files import manifest
from ssr_neuro.lower import Lowering, lower
from ssr_neuro.program import program_file

STEPS, SAMPLES = 6, 5


def compile_graphs(folder: Path) -> dict[str, str]:
    """Program and golden vectors of each graph in `folder`, which is new; SHA-256 by name."""
    folder.mkdir()
    for name, graph in GRAPHS.items():
        nir.write(folder / f"{name}.nir", graph)
        program = to_program(read_graph(folder / f"{name}.nir"), STEPS)
        lowered = lower(program, Lowering(optimise=True))
        trace = SIMULATOR.run(lowered, random_inputs(lowered, SAMPLES, seed=0, rate=0.5))
        program_file.save(lowered, folder / name)
        golden.write(folder / name / "golden", golden.record(lowered, trace))
    return manifest.hashes(folder)


if __name__ == "__main__":
    print(json.dumps(compile_graphs(Path(sys.argv[1]))))
