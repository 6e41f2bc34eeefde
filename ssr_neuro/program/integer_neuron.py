"""One time step of the integer neuron: the law every simulator must obey."""

from typing import NamedTuple

import numpy as np

from ssr_neuro.program.arrays import Ints
from ssr_neuro.program.fixed_point import (
    DECAY_ONE,
    STATE_SHIFT,
    decay,
    saturate_membrane,
    shift,
    wrap_current,
    wrap_int32,
)
from ssr_neuro.program.ir import IntegerLif


class State(NamedTuple):
    """Current u and membrane v, int64, any shape that broadcasts with the neuron's bias."""

    u: Ints
    v: Ints


def rest(shape: tuple[int, ...]) -> State:
    """u = v = 0."""
    return State(np.zeros(shape, np.int64), np.zeros(shape, np.int64))


def step(neuron: IntegerLif, state: State, a: Ints) -> tuple[State, Ints, Ints]:
    """One step with input `a` in weight units -> new state, spikes (0/1), v before the reset.

    Source: lava-nc 0.10.0 `proc/lif/models.py`, PyLifModelBitAcc. The test is strict (v > vth);
    a spike clears v and keeps u.
    """
    kept = decay(state.u, DECAY_ONE - (neuron.du + 1))
    u = wrap_current(wrap_int32(kept + (wrap_int32(a) << STATE_SHIFT)))
    bias = shift(neuron.bias_mant, neuron.bias_exp)
    v = saturate_membrane(decay(state.v, DECAY_ONE - neuron.dv) + u + bias)
    fired = v > (neuron.vth << STATE_SHIFT)
    return State(u, np.where(fired, 0, v)), fired.astype(np.int64), v
