"""What quantising did to a network beyond rounding its weights, for notes and warnings."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ssr_neuro.lower.membrane_lattice import exact_quantum
from ssr_neuro.lower.weight_scale import WeightScale
from ssr_neuro.program.fixed_point import (
    DECAY_ONE,
    NO_CURRENT_MEMORY,
    U_LIMIT,
    V_LIMIT,
    WEIGHT_UNIT,
)
from ssr_neuro.program.ir import FloatProgram, IntegerProgram, Lif, Program
from ssr_neuro.program.linear_maps import Array
from ssr_neuro.program.notes import Notes, Rounding
from ssr_neuro.program.synaptic_input import largest_sum

MISSES = (
    "sums of its weights can meet the threshold, and a membrane exactly at it may stay silent on "
    "the chip; biases that are whole parts of the threshold like the weights, or fewer steps, mend "
    "that"
)


def describe_rounding(
    scale: WeightScale,
    exact: Sequence[Array],
    whole: Sequence[Array],
    held: float,
    rounded: float = 0.5,
) -> Rounding:
    """What rounding did to the weights into one node, in units of one integer step.

    exact, whole: the weights of each synapse before and after. held: the share of the largest one
    that the scale holds. rounded: by how much rounding may move a weight; what is moved by more
    was clipped.
    """
    errors = [np.abs(e - w) for e, w in zip(exact, whole, strict=True)]
    return Rounding(
        vth=scale.vth,
        scale=tuple(scale.scale.tolist()) if isinstance(scale.scale, np.ndarray) else scale.scale,
        exponent=scale.exponent,
        weights=sum(w.size for w in whole),
        largest_weight=max((int(np.abs(w).max(initial=0)) for w in whole), default=0),
        odd=sum(int((w % 2 != 0).sum()) for w in whole),
        largest_error=max((float(e.max(initial=0)) for e in errors), default=0.0),
        clipped=sum(int((e > rounded + 1e-9).sum()) for e in errors),
        held=held,
    )


def explain_inexact(name: str, float_neuron: Lif, lowered: IntegerProgram) -> str:
    """Why the membrane may not be the scaled float one; empty if it provably is."""
    steps = lowered.steps
    if exact_quantum(float_neuron, steps) is None:
        taus = " and ".join(_describe_taus(float_neuron))
        return f"{taus} over {steps} steps is truncated on the chip"
    neuron = dict(lowered.neurons)[name]
    drive = WEIGHT_UNIT * largest_sum(lowered, name)
    current = drive if np.all(np.asarray(neuron.du) == NO_CURRENT_MEMORY) else drive * steps
    if current > U_LIMIT:
        return f"current could reach {current:.0f} and wrap, limit {U_LIMIT}"
    overwritten = np.all(np.asarray(neuron.dv) == DECAY_ONE)
    membrane = current + float(np.abs(neuron.bias_mant).max(initial=0) << neuron.bias_exp)
    membrane *= 1 if overwritten else steps
    if membrane > V_LIMIT:
        return f"membrane could reach {membrane:.0f}, limit {V_LIMIT}"
    return ""


def _describe_taus(neuron: Lif) -> list[str]:
    """The time constants that matter, in words."""
    named = [("tau", neuron.tau_steps)] if neuron.leak else []
    if np.any(np.asarray(neuron.tau_syn_steps) != 1):
        named.append(("tau_syn", neuron.tau_syn_steps))
    return [
        f"{name} of {low:g} steps" if low == high else f"{name} of {low:g} to {high:g} steps"
        for name, value in named
        for low, high in [(np.min(value), np.max(value))]
    ]


def add_clipped(notes: Notes) -> Notes:
    """Clipped weights are a reason why a node is not exact, too."""
    inexact = dict(notes.inexact)
    for name, row in notes.quantisation.items():
        if row.clipped:
            clipped = (
                f"{row.clipped} weights are clipped, the worst by {row.largest_error:.4g} integer "
                f"steps; {_why_clipped(row.held)}"
            )
            inexact[name] = "; ".join(filter(None, (inexact.get(name), clipped)))
    return replace(notes, inexact=inexact)


def _why_clipped(held: float) -> str:
    if held < 1:
        return f"calibration holds {held:.0%} of the largest weight"
    return "its threshold is too small for them"


def warnings(program: Program) -> tuple[str, ...]:
    """How the graph was read, what quantising did beyond rounding, and neurons that cannot fire."""
    notes = program.notes
    return (
        *notes.reading,
        *(f"{name} is not exact: {reason}" for name, reason in notes.inexact.items()),
        *(
            f"{name}: no input can make {count} of its neurons fire within {program.steps} steps; "
            "their weights are left out"
            for name, count in notes.silent.items()
        ),
    )


def note_neurons(
    program: FloatProgram, lowered: IntegerProgram, scales: Mapping[str, WeightScale]
) -> Notes:
    """The program's notes, with what is inexact, watched and silent of the integers' neurons."""
    return replace(
        program.notes,
        inexact={
            name: reason
            for name, neuron in program.neurons
            if (
                reason := explain_inexact(name, neuron, lowered)
                or (MISSES if name in scales and scales[name].misses else "")
            )
        },
        seen={p.name: p.neuron.seen for p in program.populations if any(p.neuron.seen)},
        silent={
            name: int(scale.silent.sum())
            for name, scale in scales.items()
            if scale.silent is not None and scale.silent.any()
        },
    )
