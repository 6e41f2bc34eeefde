"""Random lowered Programs over every map and neuron that a Program can hold, for the core."""

from dataclasses import dataclass, field
from math import prod

import numpy as np

from ssr_neuro.program.arrays import Bits
from ssr_neuro.program.fixed_point import NEVER
from ssr_neuro.program.ir import (
    Affine,
    Input,
    IntegerLif,
    IntegerProgram,
    Population,
    Readout,
    Source,
    Synapse,
)
from ssr_neuro.program.linear_maps import Array, Dense, Kron, LinearMap, Shape, sparse

DECAYS = (2048, 4096, 0, 1000, 4095)


@dataclass
class Drawing:
    """A program in the making. depths: of every node so far."""

    rng: np.random.Generator
    positions: int
    features: int
    populations: list[Population[IntegerLif]] = field(default_factory=list)
    synapses: list[Synapse] = field(default_factory=list)
    depths: dict[str, int] = field(default_factory=lambda: {"input": 0})
    shapes: dict[str, Shape] = field(default_factory=dict)

    def one(self, *options: object) -> object:
        return options[self.rng.integers(len(options))]

    def chance(self, p: float) -> bool:
        return bool(self.rng.random() < p)

    def connect(self, target: str, shape: Shape, sources: list[str], lag: int = 0) -> None:
        """One synapse; sources of one shape are summed."""
        linear = random_map(self, self.shapes[sources[0]], shape)
        read = tuple(self._source(name, target, lag) for name in sources)
        zero = np.zeros(1, np.int64)
        name = f"synapse {len(self.synapses)}"
        exponent = int(self.one(0, 0, 1, 7))
        self.synapses.append(Synapse(name, read, target, (Affine(linear, zero),), exponent))

    def _source(self, name: str, target: str, lag: int) -> Source:
        return Source(name, self.depths[target] - self.depths[name] + lag, lag)


def random_program(seed: int, large: bool = False) -> tuple[IntegerProgram, dict[str, Bits]]:
    """A program and three samples of inputs. large: weights and biases that wrap and clip."""
    rng = np.random.default_rng(seed)
    d = Drawing(rng, *map(int, rng.integers(1, 8, 2)))
    d.shapes["input"] = (d.positions, d.features)
    for n in range(int(rng.integers(1, 5))):
        add_population(d, f"population {n}", large)
    readouts = tuple(add_readout(d, n) for n in range(int(rng.integers(1, 3))))
    steps = int(rng.integers(1, 6))
    gap = max(s.lag for y in d.synapses for s in y.sources)
    shape = d.shapes["input"]
    program = IntegerProgram(
        "random",
        steps,
        (Input("input", shape),),
        tuple(d.populations),
        tuple(d.synapses),
        readouts,
        gap,
    )
    return program, {"input": (rng.random((3, steps, *shape)) < 0.4).astype(np.uint8)}


def add_population(d: Drawing, name: str, large: bool) -> None:
    """It reads one or two earlier nodes, sometimes late, and sometimes itself."""
    earlier = list(d.shapes)
    shape = d.one(
        (d.positions, d.features),
        (int(d.rng.integers(1, 8)), d.features),
        (int(d.rng.integers(1, 20)),),
        (2, 3, 2),
    )
    first, *others = (d.one(*earlier) for _ in range(int(d.rng.integers(1, 3))))
    d.depths[name] = 1 + max(d.depths[n] for n in (first, *others))
    d.shapes[name] = shape
    alike = [n for n in earlier if d.shapes[n] == d.shapes[first] and n != first]
    together = alike[:1] if d.chance(0.3) and max(map(d.depths.get, alike), default=9) < 2 else []
    d.depths[name] = 1 + max(d.depths[n] for n in (first, *others, *together))
    d.connect(name, shape, [first, *together], lag=int(d.one(0, 0, 0, 1, 2)))
    for other in others:
        d.connect(name, shape, [other])
    if d.chance(0.25):
        d.connect(name, shape, [name], lag=1)
    d.populations.append(Population(name, shape, random_neuron(d, shape, large), d.depths[name]))


def add_readout(d: Drawing, n: int) -> Readout[IntegerLif]:
    name, source = f"readout {n}", d.one(*d.shapes)
    shape = d.one((3,), (2, d.features))
    d.depths[name] = d.depths[source] + 1
    d.connect(name, shape, [source])
    bias, neuron = d.rng.integers(-99, 100, shape), None
    if d.chance(0.4):
        bias, neuron = np.zeros(shape, np.int64), random_neuron(d, shape, False, NEVER)
    return Readout(name, shape, bias, d.depths[name], 1.0, neuron)


def random_neuron(d: Drawing, shape: Shape, large: bool, vth: int | None = None) -> IntegerLif:
    """Any decays; parameters alike or one by one."""

    def values(*options: int) -> int | Array:
        if d.chance(0.6):
            return int(d.one(*options))
        return d.rng.choice(np.array(options, np.int64), shape)

    threshold = values(5, 30, 0, 100) if vth is None else vth
    limit = (1 << 22) if large and d.chance(0.5) else 60
    bias = d.rng.integers(-limit, limit, shape)
    if d.chance(0.5):
        bias = np.full(shape, int(bias.flat[0]))
    return IntegerLif(
        values(*DECAYS), threshold, bias, int(d.one(0, 3, 6)), values(4095, 4095, -1, 2047, 900)
    )


def random_map(d: Drawing, before: Shape, after: Shape) -> LinearMap:
    """Kron with either carrier where both are matrices, else dense or sparse."""
    kinds = ["dense", "sparse"]
    if len(before) == len(after) == 2:
        kinds += ["left", "right", "left", "right"]
    kind = d.one(*kinds)
    if kind in ("left", "right"):
        return random_kron(d, before, after, str(kind))
    weight = d.rng.integers(-127, 128, (prod(after), prod(before)))
    if kind == "sparse":
        kept = d.rng.random(weight.shape) < 0.3
        return sparse(np.where(kept, weight, 0), before, after)
    return Dense(np.where(d.rng.random(weight.shape) < 0.2, 0, weight), before, after)


def random_kron(d: Drawing, before: Shape, after: Shape, carrier: str) -> Kron:
    """The other factor: the identity, rows of it, or any zeros and ones."""
    sides = list(zip(after, before, strict=True))
    weights, binary = (sides[0], sides[1]) if carrier == "left" else (sides[1], sides[0])
    factor = d.rng.integers(-127, 128, weights)
    other = (d.rng.random(binary) < 0.3).astype(np.int64)
    if binary[0] == binary[1] and d.chance(0.6):
        other = np.eye(binary[0], dtype=np.int64)
    elif d.chance(0.5):
        other = np.eye(binary[1], dtype=np.int64)[d.rng.integers(0, binary[1], binary[0])]
    return Kron(factor, other, "left") if carrier == "left" else Kron(other, factor, "right")
