"""Constant neurons: what fires in every step of every sample is a bias of its readers."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ssr_neuro.fixedpoint import NO_CURRENT_MEMORY, STATE_SHIFT, U_LIMIT, shift
from ssr_neuro.ir import IntegerLif, Population, Program, Readout
from ssr_neuro.lower.bounds import firing
from ssr_neuro.lower.cut import allowed, cut, gridded
from ssr_neuro.lower.quantise import BIAS_EXP_LIMIT, BIAS_MANT_LIMIT
from ssr_neuro.maps import Array, largest_input


def constant_neurons(program: Program) -> Program:
    """Exact: a spike of weight w in every step adds 64 w to the membrane, as a bias of 64 w does.

    Only where every reader reads it without a lag (a late one misses the first steps), keeps no
    current (a bias is not filtered), has no current that could wrap, and holds the new bias in
    its register to the last bit. Elsewhere the neuron stays. That it always fires is proven by
    `ssr_neuro.lower.bounds`.
    """
    found = firing(program)
    for population in program.populations:
        always = found[population.name].constant
        gone = np.zeros(population.shape, bool)
        for unit in _units(always, population.name in gridded(program)):
            if not _removable(program, population.name, gone | unit):
                continue
            moved = _biased(program, population.name, unit & ~gone)
            if moved is not None:
                program, gone = moved, gone | unit
        program = cut(program, {population.name: ~gone})
    return program


def _units(always: Array, grid: bool) -> Iterator[Array]:
    """Sets of neurons to try one after the other: positions and features of a grid, or neurons."""
    if not always.any():
        return
    if not grid:
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


def _removable(program: Program, name: str, gone: Array) -> bool:
    return not (allowed(program, {name: ~gone})[name] & gone).any()


def _biased(program: Program, name: str, gone: Array) -> Program | None:
    """The program with the spikes of `gone` also as biases; None where a reader cannot."""
    nodes: list[Population | Readout] = [*program.populations, *program.readouts]
    for node in nodes:
        reading = [s for s in program.into(node.name) if name in {x.name for x in s.sources}]
        if not reading:
            continue
        if any(x.lag for s in reading for x in s.sources if x.name == name):
            return None
        ones = gone.astype(np.int64)
        added: Array = np.zeros(node.shape, np.int64)
        for synapse in reading:
            times = sum(x.name == name for x in synapse.sources)
            added = added + times * (synapse.map.apply(ones) << synapse.exponent)
        changed = _with_bias(node, added, program)
        if changed is None:
            return None
        program = _replaced(program, changed)
    return program


def _with_bias(
    node: Population | Readout, added: Array, program: Program
) -> Population | Readout | None:
    """The node with `added` weight units as a bias; None where that is not the same."""
    if isinstance(node, Readout) and node.neuron is None:
        return replace(node, bias=node.bias + added)
    law = node.neuron
    if not isinstance(law, IntegerLif):
        return None
    remembers = np.any((np.asarray(law.du) != NO_CURRENT_MEMORY) & (added != 0))
    if remembers or _could_wrap(program, node.name):
        return None
    total = shift(law.bias_mant, law.bias_exp) + (added << STATE_SHIFT)
    for exponent in range(BIAS_EXP_LIMIT + 1):
        mantissa = total >> exponent
        if np.array_equal(mantissa << exponent, total) and _holds(mantissa):
            return replace(node, neuron=replace(law, bias_mant=mantissa, bias_exp=exponent))
    return None


def _could_wrap(program: Program, name: str) -> bool:
    """Whether some of the spikes that can arrive in a step might add up to more than u holds."""
    drive = sum(largest_input(s.map, len(s.sources)) * 2**s.exponent for s in program.into(name))
    return bool(drive * (1 << STATE_SHIFT) >= U_LIMIT)


def _holds(mantissa: Array) -> bool:
    return bool(np.abs(mantissa).max(initial=0) <= BIAS_MANT_LIMIT)


def _replaced(program: Program, node: Population | Readout) -> Program:
    if isinstance(node, Readout):
        readouts = tuple(node if r.name == node.name else r for r in program.readouts)
        return replace(program, readouts=readouts)
    populations = tuple(node if p.name == node.name else p for p in program.populations)
    return replace(program, populations=populations)
