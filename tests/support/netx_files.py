"""netx files written by hand, and a reader's Program in the place of lava-dl's netx."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np
from small_programs import neuron, synapse

from converters.netx import read
from converters.netx_to_program import OUTPUT, to_program
from simulators.lava_runtime.lava_dl import NetxRun
from simulators.reference import SIMULATOR as REFERENCE
from ssr_neuro.library.compile_netx import schedule_layers
from ssr_neuro.program.ir import Input, IntegerProgram, Population, Program, Source, Synapse
from ssr_neuro.program.linear_maps import Array, Dense

LIF = {"iDecay": 4096, "vDecay": 2048, "vThMant": 40}


def layer(kind: str, shape: tuple[int, ...], neuron: Any = None, **datasets: Any) -> dict[str, Any]:
    """One layer as slayer's blocks write it; a neuron as `LIF`, of type CUBA unless it says so."""
    found = {"type": np.array([kind.encode()], "S10"), "shape": np.array(shape), **datasets}
    if neuron is not None:
        full = {"type": "CUBA", "refDelay": 1, "gradedSpike": False, **neuron}
        found |= {f"neuron/{key}": value for key, value in full.items()}
    return found


def write(path: Path, *layers: dict[str, Any]) -> Path:
    with h5py.File(path, "w") as file:
        for i, datasets in enumerate(layers):
            for key, value in datasets.items():
                file[f"layer/{i}/{key}"] = value
    return path


def tiny(path: Path, seed: int = 0) -> Path:
    """Images of 2 channels, 5 rows, 4 columns; a convolution that is different along each axis."""
    rng = np.random.default_rng(seed)
    conv = {"stride": [2, 1], "padding": [1, 1], "dilation": [1, 1], "kernelSize": [3, 3]}
    even = 2 * rng.integers(-128, 128, (3, 2, 3, 3))
    return write(
        path,
        layer("input", (2, 5, 4)),
        layer(
            "conv",
            (3, 3, 4),
            {"iDecay": 1024, "vDecay": 512, "vThMant": 300},
            weight=even,
            bias=rng.integers(-20, 40, 3),
            groups=1,
            **conv,
        ),
        layer("flatten", (36,)),
        layer("dense", (5,), LIF, weight=rng.integers(-127, 128, (5, 36)).astype(np.float32)),
    )


def answered(path: Path, spikes: Array, reading: tuple[int, ...]) -> NetxRun:
    """What the file's layers answer on the reference simulator, read as a Program."""
    program = schedule_layers(to_program(read.read(path), spikes.shape[1]))
    trace = REFERENCE.run(program, {"input": spikes}, membranes=True)
    layers = [p.name for p in program.populations if p.name.startswith("layer_")]
    fired = [trace.spikes[name] for name in layers]
    seen = [trace.membranes[name] for name in layers]
    if program.readouts[0].neuron is not None:
        seen.append(trace.readouts[OUTPUT])
        fired.append(np.zeros_like(trace.readouts[OUTPUT], np.uint8))
    return NetxRun(tuple(fired), {i: seen[i] for i in reading})


def late_program() -> Program:
    """x -> a, as it is and once more a step late, so samples stand apart."""
    weight = Dense(np.array([[50, -20], [10, 60]]), (2,), (2,))
    now = synapse("now", "a", weight, ("x", 1))
    late = Synapse("late", (Source("x", 2, lag=1),), "a", now.chain)
    population = Population("a", (2,), neuron((2,), 30, 13), 1)
    return IntegerProgram("late", 3, (Input("x", (2,)),), (population,), (now, late), (), gap=1)
