"""Bundles of small networks, each with something that only some networks have."""

from pathlib import Path

import nir
import numpy as np
from nir_graphs import DT_S, cuba, ends, fires, full, graph, lif
from small_programs import random_inputs

from converters.nir_to_program import to_program
from simulators.reference import SIMULATOR
from ssr_neuro.bundle import golden, write
from ssr_neuro.files import manifest
from ssr_neuro.lower import Lowering, lower
from ssr_neuro.program import program_file
from ssr_neuro.program.ir import Program

GRAPHS = {
    "recurrent": graph(
        "x>first>a>y, a>back>a",
        **ends((3,)),
        first=nir.Affine(np.eye(3) - 0.3, np.full(3, 0.6)),
        a=lif((3,), tau=3),
        back=nir.Linear(np.array([[0.0, 0.9, 0], [0, 0.4, -0.8], [1, 0, 0]])),
    ),
    "delay": graph(
        "x>late>a>y, x>a",
        **ends((4,)),
        late=nir.Delay(np.array([0, 1, 2, 2]) * DT_S),
        a=lif((4,), v_threshold=np.array([0.2, 0.3, 0.4, 0.5])),
    ),
    "CubaLIF": graph(
        "x>w>a>b>y",
        **ends((4,), (2,)),
        w=nir.Affine(np.arange(-6, 6).reshape(3, 4) / 5, np.array([0.3, 0.1, 0])),
        a=cuba((3,), tau_syn=3, tau_mem=5, w_in=3),
        b=nir.Linear(np.array([[1, -1, 0.5], [0.25, 2, 1]])),
    ),
    "integrator": graph(
        "x>f>w>i>y",
        **ends((3,), (2,)),
        f=fires((3,)),
        w=nir.Linear(np.array([[1, -2, 3.0], [0.5, 0, 1]])),
        i=nir.LI(**full((2,), tau=4 * DT_S, r=1, v_leak=0.1)),
    ),
    "convolution": graph(
        "x>c>a>p>b>y",
        **ends((1, 6, 6), (2, 3, 3)),
        c=nir.Conv2d((6, 6), np.arange(-9, 9).reshape(2, 1, 3, 3) / 9, 1, 1, 1, 1, np.zeros(2)),
        a=lif((2, 6, 6)),
        p=nir.SumPool2d(np.array([2, 2]), np.array([2, 2]), np.array([0, 0])),
        b=fires((2, 3, 3)),
    ),
}


def hand_over(program: Program, folder: Path, seed: int = 0) -> Path:
    """A bundle of any network: no items, and golden vectors of five random samples."""
    trace = SIMULATOR.run(program, random_inputs(program, 5, seed, rate=0.5))
    program_file.save(program, folder)
    golden.write(folder / "golden", golden.record(program, trace))
    write.write_scripts(folder)
    manifest.write(folder, {})
    return folder


def compiled(name: str, **how: object) -> Program:
    return lower(to_program(GRAPHS[name], steps=6), Lowering(**how))
