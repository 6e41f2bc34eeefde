"""Constant neurons: what fires in every step of every sample is a bias of its readers."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar, NamedTuple

import numpy as np
import scipy.sparse as sp

from ssr_neuro.lower.passes import Pass
from ssr_neuro.lower.remove_neurons import extend_kept, grid_nodes, remove_neurons
from ssr_neuro.program.firing_bounds import firing_bounds
from ssr_neuro.program.fixed_point import (
    BIAS_EXP_LIMIT,
    BIAS_MANT_LIMIT,
    NO_CURRENT_MEMORY,
    STATE_SHIFT,
    U_LIMIT,
    WEIGHT_UNIT,
    shift,
)
from ssr_neuro.program.ir import IntegerLif, IntegerProgram, Population, Readout, Synapse
from ssr_neuro.program.linear_maps import Array
from ssr_neuro.program.synaptic_input import largest_sum


class Reader(NamedTuple):
    """A node and what reaches it from one population: weight units, CSC (its neurons, theirs)."""

    node: Population[IntegerLif] | Readout[IntegerLif]
    columns: Any


@dataclass(frozen=True)
class ConstantNeurons(Pass[IntegerProgram, IntegerProgram]):
    """Exact: a spike of weight w in every step adds 64 w to the membrane, as a bias of 64 w does.

    Only where every reader reads it without a lag (a late one misses the first steps), keeps no
    current (a bias is not filtered), has no current that could wrap, and holds the new bias in
    its register to the last bit. Elsewhere the neuron stays. That it always fires is proven by
    `ssr_neuro.program.firing_bounds`.
    """

    name: ClassVar[str] = "constant_neurons"
    optimises: ClassVar[bool] = True

    def run(self, program: IntegerProgram) -> IntegerProgram:
        found = firing_bounds(program)
        for population in program.populations:
            always = found[population.name].constant
            if always.any() and _biasable(program, population.name):
                program = _with_biases(program, population.name, always)
        return program


def _with_biases(program: IntegerProgram, name: str, always: Array) -> IntegerProgram:
    """With as many as can be of the neurons that fire in every step as biases of their readers."""
    readers = _readers(program, name)
    gone = np.zeros(always.shape, bool)
    for unit in _candidate_sets(always, name in grid_nodes(program)):
        new = unit & ~gone
        if not new.any() or not _removable(program, name, gone | unit):
            continue
        changed = [_with_spikes_as_bias(reader, new) for reader in readers]
        if None not in changed:
            readers = [reader for reader in changed if reader is not None]
            gone = gone | unit
    for reader in readers:
        program = _replace_node(program, reader.node)
    return remove_neurons(program, {name: ~gone})


def _candidate_sets(always: Array, grid: bool) -> Iterator[Array]:
    """Sets of neurons to try one after the other: positions and features of a grid, or all
    neurons and then each."""
    if not grid:
        yield always
        for neuron in np.argwhere(always):
            unit = np.zeros(always.shape, bool)
            unit[tuple(neuron)] = True
            yield unit
        return
    for axis in (0, 1):
        for index in np.flatnonzero(always.all(axis=1 - axis)):
            unit = np.zeros(always.shape, bool)
            unit[(index,) if axis == 0 else (slice(None), index)] = True
            yield unit


def _removable(program: IntegerProgram, name: str, gone: Array) -> bool:
    return not (extend_kept(program, {name: ~gone})[name] & gone).any()


def _synapses_reading(program: IntegerProgram, target: str, name: str) -> list[Synapse]:
    return [s for s in program.into(target) if name in {x.name for x in s.sources}]


def _biasable(program: IntegerProgram, name: str) -> bool:
    """Whether all readers hear the population without a lag and without a current that wraps."""
    reading = [s for s in program.synapses if name in {x.name for x in s.sources}]
    lags = any(x.lag for s in reading for x in s.sources if x.name == name)
    stateful = {node.name for node in program.stateful}
    targets = {s.target for s in reading} & stateful
    return not lags and not any(_could_wrap(program, target) for target in targets)


def _readers(program: IntegerProgram, name: str) -> list[Reader]:
    nodes: list[Population[IntegerLif] | Readout[IntegerLif]] = [
        *program.populations,
        *program.readouts,
    ]
    readers = []
    for node in nodes:
        if reading := _synapses_reading(program, node.name, name):
            parts = [
                s.map.expanded() * (sum(x.name == name for x in s.sources) << s.exponent)
                for s in reading
            ]
            readers.append(Reader(node, sp.csc_array(sum(parts[1:], parts[0]))))
    return readers


def _with_spikes_as_bias(reader: Reader, gone: Array) -> Reader | None:
    """With the spikes of `gone` also as a bias; None where that is not the same."""
    added = reader.columns[:, np.flatnonzero(gone)].sum(axis=1).astype(np.int64)
    node = _with_bias(reader.node, added.reshape(reader.node.shape))
    return None if node is None else reader._replace(node=node)


def _with_bias(
    node: Population[IntegerLif] | Readout[IntegerLif], added: Array
) -> Population[IntegerLif] | Readout[IntegerLif] | None:
    """The node with `added` weight units as a bias; None where it cannot hold them."""
    if isinstance(node, Readout) and node.neuron is None:
        return replace(node, bias=node.bias + added)
    law = node.neuron
    if law is None or np.any((np.asarray(law.du) != NO_CURRENT_MEMORY) & (added != 0)):
        return None
    total = shift(law.bias_mant, law.bias_exp) + (added << STATE_SHIFT)
    for exponent in range(BIAS_EXP_LIMIT + 1):
        mantissa = total >> exponent
        if _fits_mantissa(mantissa) and np.array_equal(mantissa << exponent, total):
            return replace(node, neuron=replace(law, bias_mant=mantissa, bias_exp=exponent))
    return None


def _could_wrap(program: IntegerProgram, name: str) -> bool:
    """Whether some of the spikes that can arrive in a step might add up to more than u holds."""
    return largest_sum(program, name) * WEIGHT_UNIT >= U_LIMIT


def _fits_mantissa(mantissa: Array) -> bool:
    return bool((np.abs(mantissa) <= BIAS_MANT_LIMIT).all())


def _replace_node(
    program: IntegerProgram, node: Population[IntegerLif] | Readout[IntegerLif]
) -> IntegerProgram:
    if isinstance(node, Readout):
        readouts = tuple(node if r.name == node.name else r for r in program.readouts)
        return replace(program, readouts=readouts)
    populations = tuple(node if p.name == node.name else p for p in program.populations)
    return replace(program, populations=populations)
