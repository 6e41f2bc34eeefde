"""Which programs network.c can run, and by which law it runs a neuron."""

from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from ssr_neuro.program.fixed_point import (
    DECAY_ONE,
    NO_CURRENT_MEMORY,
    STATE_SHIFT,
    U_LIMIT,
    V_LIMIT,
    shift,
)
from ssr_neuro.program.ir import IntegerLif, IntegerProgram, Population, Readout
from ssr_neuro.program.synaptic_input import largest_sum

FORGETS = 31  # halvings of a membrane that keeps nothing
MOST_SOURCES = 127  # spikes summed in a signed byte
MOST_USES = 64  # dense synapses into one node
BIAS_LIMIT = 1 << 29  # with a current and a membrane beside it, still below 2**31


def suits(program: IntegerProgram) -> bool:
    """Whether network.c can run a program: sums of readouts in 32 bits, few sources a synapse."""
    for synapse in program.synapses:
        if len(synapse.sources) > MOST_SOURCES:
            return False
    for node in program.nodes:
        if len(program.into(node.name)) > MOST_USES:
            return False
        if isinstance(node, Readout) and node.neuron is None:
            if largest_sum(program, node.name) + np.abs(node.bias).max(initial=0) >= 1 << 31:
                return False
        if isinstance(node, Population | Readout) and node.neuron is not None:
            bias = shift(node.neuron.bias_mant, node.neuron.bias_exp)
            if np.abs(bias).max(initial=0) > BIAS_LIMIT:
                return False
    return all(prod(node.shape) for node in program.nodes)


def count_halvings(law: IntegerLif, limit: float) -> int | None:
    """k where the membrane keeps 2**-k of itself, no current is kept, and none can wrap."""
    if limit * (1 << STATE_SHIFT) >= U_LIMIT:
        return None
    return halvings_of(law)


def halvings_of(law: IntegerLif) -> int | None:
    """k where all membranes keep 2**-k of themselves, FORGETS for nothing, and no current is kept.

    None for any other law.
    """
    if not np.ndim(law.dv) == np.ndim(law.vth) == np.ndim(law.du) == 0:
        return None
    if law.du != NO_CURRENT_MEMORY:
        return None
    keep = DECAY_ONE - int(law.dv)
    if keep == 0:
        return FORGETS
    return next((k for k in range(13) if keep == DECAY_ONE >> k), None)


def quiet_positions(
    bias: npt.NDArray[np.int32], halvings: int, theta: int, steps: int, *, clips: bool
) -> npt.NDArray[np.uint8]:
    """1 for each position whose neurons never fire while nothing but their bias arrives.

    bias: (positions, width), membrane units, as is theta. The law is the kernel's HALVES.
    """
    v = np.zeros_like(bias, dtype=np.int64)
    fired = np.zeros(len(bias), bool)
    for _ in range(steps):
        v += bias
        if clips:
            v = np.clip(v, -V_LIMIT, V_LIMIT)
        fired |= (v > theta).any(axis=1)
        v = np.sign(v) * (np.abs(v) >> halvings)
    return (~fired).astype(np.uint8)


def reach(halvings: int, limit: float, bias: Any, steps: int) -> float:
    """How far from 0 a membrane can get."""
    most = limit * (1 << STATE_SHIFT) + float(np.abs(bias).max(initial=0))
    return most * (steps if halvings == 0 else 1 / (1 - 2.0**-halvings))
