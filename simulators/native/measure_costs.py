"""Costs of the kernel's two ways, from small networks that take each of them: some 50 ms in all."""

import ctypes
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simulators.native.costs import Costs
from simulators.native.network import Network
from simulators.native.plan import EVENTS, PRODUCTS
from ssr_neuro.program.arrays import Bits
from ssr_neuro.program.ir import (
    Affine,
    Input,
    IntegerLif,
    IntegerProgram,
    Population,
    Readout,
    Source,
    Synapse,
    zeros,
)
from ssr_neuro.program.linear_maps import Kron

POSITIONS, STEPS, SAMPLES = 20, 4, 4
SUMS = POSITIONS * STEPS  # of a sample
NARROW, WIDE = 64, 256
RATE = 0.1  # of the input spikes where there are some
ROUNDS = 9


@dataclass(frozen=True)
class _Case:
    """A population that reads the input through weights of features.

    beside: through one more synapse, which can only be a product.
    """

    inputs: int
    features: int
    way: int
    rate: float = 0.0
    beside: bool = False


def measure(library: ctypes.CDLL) -> Costs:
    """Differences between networks, so that what they share does not count."""
    few, many = _Case(NARROW, WIDE, PRODUCTS), _Case(WIDE, WIDE, PRODUCTS)
    rested = {w: _Case(WIDE, w, EVENTS) for w in (NARROW, WIDE)}
    fired = {w: _Case(WIDE, w, EVENTS, RATE) for w in (NARROW, WIDE)}
    slim = _Case(WIDE, NARROW, PRODUCTS)
    mixed = {way: _Case(WIDE, WIDE, way, beside=True) for way in (PRODUCTS, EVENTS)}
    cases = [few, many, slim, *rested.values(), *fired.values(), *mixed.values()]
    took = _least(library, cases)
    lanes = int(library.ssr_lanes())
    vectors = {w: w // lanes for w in (NARROW, WIDE)}
    product = (took[many] - took[few]) / (SUMS * vectors[WIDE] * (WIDE - NARROW) / 4)

    def of_products(width: int) -> float:
        return SUMS * vectors[width] * WIDE / 4 * product

    spikes = SUMS * WIDE * RATE
    each = {w: (took[fired[w]] - took[rested[w]]) / spikes for w in (NARROW, WIDE)}
    event = (each[WIDE] - each[NARROW]) / ((vectors[WIDE] - vectors[NARROW]) / 2)
    more = {
        w: (took[rested[w]] - took[case] + of_products(w)) / SUMS
        for w, case in ((NARROW, slim), (WIDE, many))
    }
    row_vector = max(0.0, (more[WIDE] - more[NARROW]) / (vectors[WIDE] - vectors[NARROW]))
    row = max(0.0, more[NARROW] - row_vector * vectors[NARROW])
    through_memory = took[mixed[EVENTS]] - took[mixed[PRODUCTS]] + of_products(WIDE)
    mixed_vector = (through_memory / SUMS - row) / vectors[WIDE]
    event_once = each[NARROW] - event * vectors[NARROW] / 2
    found = (product, event, event_once, row, row_vector, mixed_vector)
    return Costs(*(max(1, round(seconds * 1e12)) for seconds in found))


def _least(library: ctypes.CDLL, cases: list[_Case]) -> dict[_Case, float]:
    """Seconds of CPU time a sample, the least of some rounds in which all take turns."""
    runs = {case: _run(library, case) for case in cases}
    took = dict.fromkeys(cases, float("inf"))
    for _ in range(ROUNDS):
        for case, run in runs.items():
            start = time.thread_time()  # so few samples run in the thread that asks
            run()
            took[case] = min(took[case], (time.thread_time() - start) / SAMPLES)
    return took


def _run(library: ctypes.CDLL, case: _Case) -> Callable[[], object]:
    rng = np.random.default_rng(0)
    shape = (SAMPLES, STEPS, POSITIONS, case.inputs)
    inputs: dict[str, Bits] = {"x": (rng.random(shape) < case.rate).astype(np.uint8)}
    network = Network(library, _program(case), Costs(), traced=False, way=case.way)
    return lambda: network.readouts(inputs)


def _program(case: _Case) -> IntegerProgram:
    rng = np.random.default_rng(1)
    grid = (POSITIONS, case.features)
    fires = np.full(grid, 1001)  # always: what nothing can fire in is not run
    law = IntegerLif(2048, 1000, fires, 6)
    weights = rng.integers(-100, 100, (case.features, case.inputs))
    synapses = [_synapse("x", "a", Kron(np.eye(POSITIONS, dtype=np.int64), weights))]
    if case.beside:
        mixing = np.ones((POSITIONS, 1), np.int64) * 3
        synapses.append(_synapse("z", "a", Kron(mixing, np.eye(case.features, dtype=np.int64))))
    reading = Kron(np.full((1, POSITIONS), 3), np.eye(case.features, dtype=np.int64))
    synapses.append(_synapse("a", "y", reading))
    given = [Input("x", (POSITIONS, case.inputs))]
    populations = [Population("a", grid, law)]
    if case.beside:  # silent, but a product all the same
        populations.insert(0, Population("z", (1, case.features), _silent(case.features)))
    out = (1, case.features)
    return IntegerProgram(
        "costs",
        STEPS,
        tuple(given),
        tuple(populations),
        tuple(synapses),
        (Readout("y", out, zeros(out), 0, 1.0),),
    )


def _silent(features: int) -> IntegerLif:
    return IntegerLif(2048, 1000, zeros((1, features)), 6)


def _synapse(source: str, target: str, linear: Kron) -> Synapse:
    return Synapse(f"{source}_{target}", (Source(source),), target, (Affine(linear, zeros((1,))),))
