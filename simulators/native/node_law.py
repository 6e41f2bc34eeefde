"""The law of a node's neurons as fields of the kernel's table, with the bounds it rests on."""

from typing import Any

import numpy as np
import numpy.typing as npt

from simulators.native.laws import count_halvings, quiet_positions, reach
from simulators.native.memory import KernelMemory
from simulators.native.nodes import GENERAL, HALVES, SUM, spread
from simulators.native.weights import Grid
from ssr_neuro.program.fixed_point import DECAY_ONE, STATE_SHIFT, V_LIMIT, shift
from ssr_neuro.program.ir import IntegerLif, IntegerProgram, Population, Readout
from ssr_neuro.program.linear_maps import Array, Shape
from ssr_neuro.program.synaptic_input import largest_sum

NARROW_LIMIT = (1 << 15) - 1  # of 16 bits


def law_fields(
    program: IntegerProgram,
    node: Population[IntegerLif] | Readout[IntegerLif],
    grid: Grid,
    memory: KernelMemory,
) -> dict[str, int]:
    """Fields of `KernelNodeRow`: the short law where weights prove it, else the law as written."""
    if node.neuron is None:
        bias = node.bias if isinstance(node, Readout) else 0
        return {"law": SUM, **_bias_fields(bias, node.shape, grid, memory)}
    law, shape = node.neuron, node.shape
    bias = shift(law.bias_mant, law.bias_exp)
    fields = _bias_fields(bias, shape, grid, memory)
    limit = largest_sum(program, node.name)
    halvings = None if isinstance(node, Readout) else count_halvings(law, limit)
    if halvings is not None:
        clips = reach(halvings, limit, bias, program.steps) > V_LIMIT
        theta = int(np.clip(int(law.vth) << STATE_SHIFT, -V_LIMIT - 1, V_LIMIT))
        full = spread(bias, shape, grid)
        quiet = quiet_positions(full, halvings, theta, program.steps, clips=clips)
        return {
            **fields,
            "law": HALVES,
            "halvings": halvings,
            "clips": int(clips),
            "theta": theta,
            "quiet": memory.address(quiet),
            **_rough_fields(program, node, full, theta, memory, clips=clips),
        }
    theta = np.clip(np.asarray(law.vth, np.int64) << STATE_SHIFT, -V_LIMIT - 1, V_LIMIT)
    return {**fields, "law": GENERAL, **_general_fields(law, theta, shape, grid, memory)}


def _rough_fields(
    program: IntegerProgram,
    node: Population[IntegerLif] | Readout[IntegerLif],
    bias: npt.NDArray[np.int32],
    theta: int,
    memory: KernelMemory,
    *,
    clips: bool,
) -> dict[str, int]:
    """Biases and threshold in units of the sums, where all have one unit and 16 bits hold them.

    Rounded up and down: a neuron whose membrane, so rounded, stays below does not fire. None where
    membranes may clip at their lowest value before 16 bits do: the rounded one would fall below.
    """
    exponents = {y.exponent for y in program.into(node.name)}
    if len(exponents) != 1:
        return {}
    unit = STATE_SHIFT + exponents.pop()
    if clips and V_LIMIT >> unit <= NARROW_LIMIT:
        return {}
    up, down = -(-bias >> unit), theta >> unit
    if np.abs(up).max(initial=0) > NARROW_LIMIT or not 0 <= down < NARROW_LIMIT:
        return {}
    same = (bias == bias[0]).all()  # as in _bias_fields
    rows = (up[:1] if same else up).astype(np.int16)
    return {"rough_bias": memory.address(rows), "rough_theta": down}


def _general_fields(
    law: IntegerLif, theta: Array, shape: Shape, grid: Grid, memory: KernelMemory
) -> dict[str, int]:
    keep_v = DECAY_ONE - np.asarray(law.dv, np.int64)
    keep_u = DECAY_ONE - 1 - np.asarray(law.du, np.int64)
    values = {"thetas": theta, "keep_v": keep_v, "keep_u": keep_u}
    return {name: memory.address(spread(value, shape, grid)) for name, value in values.items()}


def _bias_fields(bias: Any, shape: Shape, grid: Grid, memory: KernelMemory) -> dict[str, int]:
    """One row of them where every position has the same."""
    full = spread(bias, shape, grid)
    if (full == full[0]).all():
        return {"bias": memory.address(full[:1]), "bias_width": 0}
    return {"bias": memory.address(full), "bias_width": grid[2]}
