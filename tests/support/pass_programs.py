"""Integer Programs for the optimising passes: written out by hand, and random with structure."""

import functools

import numpy as np

from simulators.reference import SIMULATOR
from ssr_neuro.lower.schedule import ScheduleNodes
from ssr_neuro.lower.separate_samples import SeparateSamples
from ssr_neuro.program.arrays import Bits
from ssr_neuro.program.ir import (
    Affine,
    Input,
    IntegerLif,
    IntegerProgram,
    Population,
    Program,
    Readout,
    Source,
    Synapse,
    zeros,
)
from ssr_neuro.program.linear_maps import Array, Dense, Kron, LinearMap, sparse
from ssr_neuro.program.trace import Trace, compare
from ssr_neuro.program.verify import verify
from ssr_neuro.verification.restrict_trace import restrict_trace


def lif(shape: tuple[int, ...], vth: Array | int = 5, bias: Array | int = 0, **how: int):
    """A leaky neuron of tau 2; bias in membrane units, a multiple of 8."""
    mantissa = np.broadcast_to(np.asarray(bias) // 8, shape) + zeros(shape)
    return IntegerLif(how.get("dv", 2048), vth, mantissa, 3, how.get("du", 4095))


def dense(rows: object) -> Dense:
    weight = np.array(rows, np.int64)
    return Dense(weight, weight.shape[1:], weight.shape[:1])


def joint(sources: str, target: str, linear: LinearMap, exponent: int = 0) -> Synapse:
    """sources: names with a lag after a colon where there is one, as in "a b:1"."""
    read = [(*name.split(":"), "0")[:2] for name in sources.split()]
    parts = tuple(Source(name, None, int(lag)) for name, lag in read)
    name = f"{sources.replace(' ', '+')}_to_{target}"
    return Synapse(name, parts, target, (Affine(linear, zeros((1,))),), exponent)


def network(
    populations: dict[str, IntegerLif], *synapses: Synapse, steps: int = 4, inputs: int | None = 3
) -> Program:
    """x -> populations -> y, scheduled and kept apart. The readout has one value per row of the
    first map that ends there."""
    (out, *_) = [s.map.out_shape for s in synapses if s.target == "y"]
    named = tuple(Population(n, law.bias_mant.shape, law) for n, law in populations.items())
    shape = next(s.map.in_shape for s in synapses if s.sources[0].name == "x")
    program = IntegerProgram(
        "hand",
        steps,
        (Input("x", shape),),
        named,
        synapses,
        (Readout("y", out, zeros(out), 0, 1.0),),
    )
    return apart(program)


def apart(program: Program) -> Program:
    """Scheduled, and with the clock where something is read late."""
    program = SeparateSamples().run(ScheduleNodes().run(program))
    verify(program, after="building")
    return program


def spikes(program: Program, seed: int = 0, samples: int = 5, rate: float = 0.5) -> dict[str, Bits]:
    rng = np.random.default_rng(seed)
    return {
        i.name: (rng.random((samples, program.steps, *i.shape)) < rate).astype(np.uint8)
        for i in program.inputs
    }


@functools.lru_cache(maxsize=4)
def traced(program: Program, seed: int = 0) -> Trace:
    """A full program is compared with itself after each of many passes; it runs once."""
    return SIMULATOR.run(program, spikes(program, seed), membranes=True)


def demand_same(full: Program, optimised: Program, seed: int = 0) -> None:
    """Readouts, and spikes and membranes of what is left, are those of the full program."""
    verify(optimised, after="the pass")
    before, after = restrict_trace(optimised, traced(full, seed)), traced(optimised, seed)
    found = compare(before, after, ("full", "optimised"))
    assert found.first is None, found.first.describe("full", "optimised")
    for name, values in after.membranes.items():
        np.testing.assert_array_equal(values, before.membranes[name])


def sizes(program: Program) -> dict[str, tuple[int, ...]]:
    return {p.name: p.shape for p in program.populations}


def random_grid(seed: int) -> Program:
    """As SSR: Krons over positions and features, skips, one position read; and what SSR may have:
    equal rows, rows of zeros, biases that never or always fire, a lag."""
    rng = np.random.default_rng(seed)
    rows, columns = int(rng.integers(2, 5)), int(rng.integers(2, 4))
    shapes = {"x": (rows, columns)}
    laws, synapses = {}, []
    for number in range(int(rng.integers(1, 5))):
        name = "abcd"[number]
        first = list(shapes)[-1] if rng.random() < 0.7 else str(rng.choice(list(shapes)))
        alike = [n for n in shapes if shapes[n] == shapes[first] and n != first]
        sources = [first, *(n for n in alike if rng.random() < 0.4)]
        linear = _random_map(rng, shapes[first], last=False)
        shapes[name] = linear.out_shape
        laws[name] = _random_law(rng, linear.out_shape)
        synapses.append(joint(" ".join(sources), name, linear))
        if rng.random() < 0.2:
            late = _random_map(rng, shapes[name], last=False, out=shapes[name])
            synapses.append(joint(f"{name}:{rng.integers(1, 3)}", name, late))
    last = list(shapes)[-1]
    read = [n for n in shapes if shapes[n] == shapes[last] and (n == last or rng.random() < 0.5)]
    synapses.append(joint(" ".join(read), "y", _random_map(rng, shapes[last], last=True)))
    return network(laws, *synapses, steps=int(rng.integers(2, 6)))


def random_flat(seed: int) -> Program:
    """Dense and sparse maps with loops, delays, exponents and memory of the current."""
    rng = np.random.default_rng(seed)
    sizes = {"x": 4}
    laws, synapses = {}, []
    for name in "abcd"[: rng.integers(1, 5)]:
        sizes[name] = int(rng.integers(1, 7))
        law = _random_law(rng, (sizes[name],))
        du = int(rng.choice([4095, 4095, 2047]))
        laws[name] = IntegerLif(law.dv, law.vth, law.bias_mant, law.bias_exp, du)
        for source in rng.permutation(list(sizes)[:-1])[: rng.integers(1, 3)]:
            lag = f":{rng.integers(1, 3)}" if rng.random() < 0.2 else ""
            linear = _random_matrix(rng, sizes[name], sizes[source])
            synapses.append(joint(f"{source}{lag}", name, linear, int(rng.integers(0, 2))))
        if rng.random() < 0.3:
            synapses.append(joint(f"{name}:1", name, _random_matrix(rng, sizes[name], sizes[name])))
    for source in list(sizes)[-2:]:
        synapses.append(joint(source, "y", _random_matrix(rng, 2, sizes[source])))
    reading = {source.name for s in synapses for source in s.sources}
    if "x" not in reading:
        synapses.append(joint("x", "y", _random_matrix(rng, 2, sizes["x"])))
    return network(laws, *synapses, steps=int(rng.integers(2, 6)))


def _random_law(rng: np.random.Generator, shape: tuple[int, ...]) -> IntegerLif:
    """Some neurons that never fire, some that always do, and equal ones."""
    kinds = rng.choice([0, 0, 0, -30000, 20000], shape)
    if rng.random() < 0.5:
        kinds[...] = kinds[:1]
    spread = rng.integers(-20, 60, shape) * 8 if rng.random() < 0.5 else 0
    return lif(shape, int(rng.integers(5, 60)), kinds + spread)


def _random_map(
    rng: np.random.Generator,
    shape: tuple[int, int],
    *,
    last: bool,
    out: tuple[int, int] | None = None,
) -> Kron:
    rows, columns = shape
    if last:
        return Kron(np.eye(rows, dtype=np.int64)[-1:], _random_block(rng, 2, columns), "right")
    if rng.random() < 0.5:
        height = out[0] if out else int(rng.integers(2, 6))
        return Kron(_random_block(rng, height, rows), np.eye(columns, dtype=np.int64), "left")
    width = out[1] if out else int(rng.integers(2, 5))
    return Kron(np.eye(rows, dtype=np.int64), _random_block(rng, width, columns), "right")


def _random_block(rng: np.random.Generator, rows: int, columns: int) -> Array:
    weights = rng.integers(-60, 61, (rows, columns)) * (rng.random((rows, columns)) < 0.8)
    if rows > 1 and rng.random() < 0.5:
        weights[-1] = weights[0]
    if rng.random() < 0.3:
        weights[rng.integers(rows)] = 0
    return weights


def _random_matrix(rng: np.random.Generator, rows: int, columns: int) -> LinearMap:
    block = _random_block(rng, rows, columns)
    return dense(block) if rng.random() < 0.5 else sparse(block, (columns,), (rows,))
