"""What every neuron can and must do in the steps of a sample, whatever the inputs are.

Exact integer intervals from rest: the law of `ssr_neuro.program.integer_neuron.step` is monotone
in the input, in u and in v as long as u does not wrap, so its bounds follow from the bounds of
those. Where u could wrap nothing is claimed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from ssr_neuro.errors import BadInput
from ssr_neuro.program.fixed_point import (
    DECAY_ONE,
    STATE_SHIFT,
    U_LIMIT,
    decay,
    saturate_membrane,
    shift,
)
from ssr_neuro.program.ir import IntegerLif, IntegerProgram, Synapse
from ssr_neuro.program.linear_maps import Array, LinearMap, Shape
from ssr_neuro.program.map_arithmetic import synapse_count

ANYTHING = 1 << 32  # beyond every value of a 32-bit register
NO_ASSUMPTION: Mapping[str, tuple[int, int]] = MappingProxyType({})
CALL = 1 << 15  # operations that a call of NumPy takes the time of, for all calls of one node


class Bounds(NamedTuple):
    """Bounds, both included: int64 of one shape."""

    low: Array
    high: Array


@dataclass(frozen=True, eq=False)
class Firing:
    """may, must: bool (steps, *shape), whether a neuron can fire in a step, and always does."""

    may: Array
    must: Array

    @property
    def silent(self) -> Array:
        """Neurons that never fire: bool of the shape."""
        return np.asarray(~self.may.any(axis=0))

    @property
    def constant(self) -> Array:
        """Neurons that fire in every step: bool of the shape."""
        return np.asarray(self.must.all(axis=0))

    @property
    def known(self) -> Array:
        """Neurons whose whole spike train is the same for all inputs: bool of the shape."""
        return np.asarray((self.may == self.must).all(axis=0))


def firing_bounds(
    program: IntegerProgram,
    *,
    gap: bool = False,
    most: int | None = None,
    assumed: Mapping[str, tuple[int, int]] = NO_ASSUMPTION,
) -> dict[str, Firing]:
    """By population. Needs a scheduled program of integers.

    gap: also for the steps of the gap behind the sample, where no input spikes. most: operations
    after which it is given up, with BadInput. assumed: weight units below and above 0 within which
    the current of a population ends the sample, by population.
    """
    steps = program.interval if gap else program.steps
    nodes = sorted(program.populations, key=lambda node: node.depth or 0)
    found = {node.name: _unknown_trains(steps, node.shape) for node in nodes}
    for given in program.inputs:
        found[given.name] = _unknown_trains(steps, given.shape)
        found[given.name].may[program.steps :] = False
    halves = {s.name: _split_signs(s.map) for s in program.synapses}
    rest = {node.name: Bounds(*np.zeros((2, *node.shape), np.int64)) for node in nodes}
    states = {name: _State(zero, zero) for name, zero in rest.items()}
    lag = max((s.lag for synapse in program.synapses for s in synapse.sources), default=0)
    left = None if most is None else most // _step_operations(program)
    t = repeated = 0
    while t < steps:
        if left is not None and (left := left - 1) < 0:
            raise BadInput(
                f"{program.name!r}: what can fire in its {steps:,} steps is not found within "
                f"{most:,} operations; take fewer steps, or read no population late"
            )
        if t == program.steps:
            states |= {n: _end_within(states[n], *assumed[n]) for n in assumed.keys() & states}
        before = dict(states)
        # A source read without a lag stands at a lesser depth, so its step is known already.
        for node in nodes:
            a = _input_bounds(program, node.name, found, halves, t)
            states[node.name] = _step(node.neuron, states[node.name], a, found[node.name], t)
        repeated = repeated + 1 if _is_repeated(states, before) else 0
        t += 1
        # Each step that left the states alone sends the spikes of the next. When all that can be
        # read come from such steps, every later step of the sample is the same.
        if repeated > lag and t < program.steps:
            for node in nodes:
                trains = found[node.name]
                trains.may[t : program.steps] = trains.may[t - 1]
                trains.must[t : program.steps] = trains.must[t - 1]
            t = program.steps
    return {node.name: found[node.name] for node in nodes}


def _end_within(state: "_State", below: int, above: int) -> "_State":
    """The state of a population whose current ends the sample within some weight units of 0."""
    low, high = (np.clip(bound, -below << STATE_SHIFT, above << STATE_SHIFT) for bound in state.u)
    return _State(Bounds(low, high), state.v)


def _step_operations(program: IntegerProgram) -> int:
    """Of one step, roughly: both halves of each map on both bounds, every neuron, every call."""
    synapses = sum(synapse_count(s.map) for s in program.synapses)
    neurons = sum(prod(node.shape) for node in program.populations)
    calls = len(program.synapses) + len(program.populations)
    return 4 * synapses + 16 * neurons + CALL * calls


def _is_repeated(states: Mapping[str, "_State"], before: Mapping[str, "_State"]) -> bool:
    """Whether a step left every population as the step before did."""
    return all(np.array_equal(state, before[name]) for name, state in states.items())


def _unknown_trains(steps: int, shape: Shape) -> Firing:
    return Firing(np.ones((steps, *shape), bool), np.zeros((steps, *shape), bool))


class _State(NamedTuple):
    u: Bounds
    v: Bounds


def _split_signs(linear: LinearMap) -> tuple[LinearMap, LinearMap]:
    """The excitatory and the inhibitory weights of a map."""
    weights = linear.weights
    return linear.with_weights(np.maximum(weights, 0)), linear.with_weights(np.minimum(weights, 0))


def _input_bounds(
    program: IntegerProgram,
    target: str,
    found: Mapping[str, Firing],
    halves: Mapping[str, tuple[LinearMap, LinearMap]],
    t: int,
) -> Bounds:
    """Bounds of the weighted sums of step t, in weight units."""
    low = high = np.zeros(program.shape_of(target), np.int64)
    for synapse in program.into(target):
        excite, inhibit = halves[synapse.name]
        least, most = _event_bounds(synapse, found, t)
        high = high + (excite.apply(most) + inhibit.apply(least) << synapse.exponent)
        low = low + (excite.apply(least) + inhibit.apply(most) << synapse.exponent)
    return Bounds(low, high)


def _event_bounds(synapse: Synapse, found: Mapping[str, Firing], t: int) -> Bounds:
    """How many of the sources fire for sure, and at most, at each neuron of the sum."""
    low = high = np.zeros(synapse.map.in_shape, np.int64)
    for source in synapse.sources:
        if t >= source.lag:
            low = low + found[source.name].must[t - source.lag]
            high = high + found[source.name].may[t - source.lag]
    return Bounds(low, high)


def _step(law: IntegerLif, state: _State, a: Bounds, trains: Firing, t: int) -> _State:
    """The state after step t; what it says of that step is written into `trains`."""
    u = _current(law, state.u, a)
    bias = shift(law.bias_mant, law.bias_exp)
    keep = DECAY_ONE - law.dv
    low, high = (
        saturate_membrane(decay(v, keep) + current + bias)
        for v, current in zip(state.v, u, strict=True)
    )
    threshold = np.broadcast_to(np.asarray(law.vth, np.int64) << STATE_SHIFT, high.shape)
    trains.may[t], trains.must[t] = may, must = high > threshold, low > threshold
    # Below the threshold v stays; at a spike it becomes 0.
    left = Bounds(
        np.where(must, 0, np.where(may, np.minimum(low, 0), low)),
        np.where(must, 0, np.where(may, np.maximum(threshold, 0), high)),
    )
    return _State(u, left)


def _current(law: IntegerLif, u: Bounds, a: Bounds) -> Bounds:
    keep = DECAY_ONE - (law.du + 1)
    low, high = (
        decay(before, keep) + (now << STATE_SHIFT) for before, now in zip(u, a, strict=True)
    )
    wraps = (high > U_LIMIT) | (low <= -U_LIMIT)
    return Bounds(np.where(wraps, -ANYTHING, low), np.where(wraps, ANYTHING, high))
