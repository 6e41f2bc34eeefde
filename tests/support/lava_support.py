"""Programs for the Lava tests, and what a run may leave behind."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
from small_programs import neuron, synapse

from ssr_neuro.program.ir import Input, IntegerProgram, Population, Program, Readout, Synapse
from ssr_neuro.program.linear_maps import Array, Dense, Kron

SHAPE = (3, 2)
SIZE = 6
SHARED_MEMORY = Path("/dev/shm")


def layered_program(seed: int, steps: int, layers: int = 7) -> Program:
    """One population per depth; each reads random earlier ones, so delays reach `layers`.

    Odd layers have a second synapse; two readouts, the first with two synapses; biases of both
    signs; weights up to +-127; Dense maps and Krons of both kinds.
    """
    rng = np.random.default_rng(seed)
    names = ["input", *(f"p{depth}" for depth in range(1, layers + 1))]

    def weights(rows: int, columns: int) -> Array:
        return rng.integers(-127, 128, (rows, columns))

    def linear() -> Dense | Kron:
        return (
            Dense(weights(SIZE, SIZE), SHAPE, SHAPE),
            Kron(weights(3, 3), np.eye(2, dtype=np.int64)),
            Kron(np.eye(3, dtype=np.int64), weights(2, 2)),
        )[rng.integers(3)]

    def into(name: str, target: str, depth: int) -> Synapse:
        others = rng.permutation(depth - 1)[: rng.integers(0, 3)]
        read = [depth - 1, *others]
        return synapse(name, target, linear(), *((names[i], depth - int(i)) for i in read))

    populations, synapses = [], []
    for depth in range(1, layers + 1):
        cell = neuron(SHAPE, int(rng.integers(20, 120)), rng.integers(-200, 300, SHAPE))
        populations.append(Population(names[depth], SHAPE, cell, depth))
        synapses += [into(f"s{depth}.{i}", names[depth], depth) for i in range(1 + depth % 2)]
    out, early = layers + 1, layers // 2
    synapses += [into("out.0", "out", out), into("out.1", "out", out), into("e", "early", early)]
    readouts = (
        Readout("out", SHAPE, rng.integers(-99, 99, SHAPE), out, 1.0),
        Readout("early", SHAPE, rng.integers(-99, 99, SHAPE), early, 1.0),
    )
    inputs = (Input("input", SHAPE),)
    return IntegerProgram(f"l{seed}", steps, inputs, tuple(populations), tuple(synapses), readouts)


def one_layer(weight: Array, *, vth: int = 40, bias: Array | int = 0) -> Program:
    """input -> a -> out, both synapses with the 6 x 6 `weight`."""
    return IntegerProgram(
        "one-layer",
        4,
        (Input("input", SHAPE),),
        (Population("a", SHAPE, neuron(SHAPE, vth, bias), 1),),
        (
            synapse("in_a", "a", Dense(weight, SHAPE, SHAPE), ("input", 1)),
            synapse("a_out", "out", Dense(weight, SHAPE, SHAPE), ("a", 1)),
        ),
        (Readout("out", SHAPE, np.arange(SIZE).reshape(SHAPE), 2, 1.0),),
    )


def shared_memory() -> set[Path]:
    return set(SHARED_MEMORY.glob("psm_*"))


def left_behind(folder: Path, before: set[Path]) -> list[str]:
    """Processes of the job in `folder`, and new shared memory that no process holds any more."""
    held = _mapped_files()
    commands = [" ".join(p.info["cmdline"] or ()) for p in psutil.process_iter(["cmdline"])]
    return [c for c in commands if "lava_worker" in c and str(folder) in c] + [
        str(path) for path in shared_memory() - before if str(path) not in held
    ]


def soon(condition: Callable[[], bool], within_s: float = 20.0) -> bool:
    """Whether `condition` becomes true in time."""
    end = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def _mapped_files() -> str:
    texts = []
    for maps in Path("/proc").glob("[0-9]*/maps"):
        try:
            texts.append(maps.read_text())
        except OSError:  # the process ended, or is another user's
            continue
    return "\n".join(texts)
