"""Turn float weights, thresholds and biases into the chip's integers.

With membrane v = 64 tau U / s for weights w = s k, the neuron's law keeps its form and the
threshold sits at 64 tau V_th / s; `ssr_neuro.lower.weight_scale` chooses s. The membrane is
exact while every decay leaves it whole (`exact_quantum`), so rounding the weights is the only loss.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ssr_neuro.errors import BadInput, DoesNotFit
from ssr_neuro.lower.weight_scale import ONE_WEIGHT, Tie, exact_quantum, ties
from ssr_neuro.program.fixed_point import DECAY_ONE, NEVER, NO_CURRENT_MEMORY, U_LIMIT, V_LIMIT
from ssr_neuro.program.ir import (
    Affine,
    IntegerLif,
    Lif,
    Population,
    Program,
    Readout,
    Synapse,
    zeros,
)
from ssr_neuro.program.linear_maps import Array, largest_input, scale_rows
from ssr_neuro.program.notes import Rounding

BIAS_MANT_LIMIT = 4095  # Loihi's 12 bits and sign
BIAS_EXP_LIMIT = 7


@dataclass(frozen=True)
class Quantise:
    """The pass. weight_bits: 2 to 8, sign included; 8 bits use -127..127.

    clips: share of the largest weight into a node that is still held, by node (see
    `ssr_neuro.lower.calibrate`); 1 where not named. `Notes.quantisation` then says what it did to
    the weights into each node, and `Notes.inexact` why a population may leave the float network by
    more than its weights.
    """

    weight_bits: int = 8
    clips: Mapping[str, float] = field(default_factory=dict)

    def __call__(self, program: Program) -> Program:
        if not 2 <= self.weight_bits <= 8:
            raise BadInput(f"weight bits must be 2 to 8, given {self.weight_bits}")
        if program.semantics.reset != "zero":
            raise BadInput(
                "a spike subtracts the threshold (soft reset), and a chip of this kind only resets "
                "to zero; compile with reset=zero, or train with it"
            )
        limit = (1 << (self.weight_bits - 1)) - 1
        tied = ties(program, self.weight_bits, self.clips)
        synapses = tuple(_round(s, tied[s.target], limit) for s in program.synapses)
        lowered = replace(
            program,
            populations=tuple(_population(p, tied[p.name], program) for p in program.populations),
            readouts=tuple(_readout(r, tied[r.name], program) for r in program.readouts),
            synapses=synapses,
        )
        notes = replace(
            program.notes,
            weight_bits=self.weight_bits,
            quantisation={
                name: _rounding(name, tie, program, lowered, self.clips.get(name, 1.0))
                for name, tie in tied.items()
            },
            inexact={
                node.name: reason
                for node in program.stateful
                if (reason := _inexact(node, lowered))
            },
        )
        return replace(lowered, notes=notes)


def _round(synapse: Synapse, tie: Tie, limit: int) -> Synapse:
    exact = scale_rows(synapse.map, 1 / np.asarray(tie.scale))
    whole = np.clip(np.rint(exact.weights), -limit, limit).astype(np.int64)
    chain = (Affine(exact.with_weights(whole), zeros((1,))),)
    return replace(synapse, chain=chain, exponent=tie.exponent)


def _population(population: Population, tie: Tie, program: Program) -> Population:
    neuron = _integer(population.name, population.float, tie, program)
    return replace(population, neuron=neuron)


def _readout(readout: Readout, tie: Tie, program: Program) -> Readout:
    if not isinstance(readout.neuron, Lif):
        bias = np.rint(readout.bias / tie.scale).astype(np.int64)
        return replace(readout, bias=bias, unit=tie.scale)
    tau = np.asarray(readout.neuron.tau_steps)
    unit = np.asarray(tie.unit) / (ONE_WEIGHT * tau)
    return replace(
        readout,
        bias=zeros(readout.shape),
        unit=float(unit) if unit.ndim == 0 else unit,
        neuron=_integer(readout.name, readout.neuron, tie, program),
    )


def _integer(name: str, neuron: Lif, tie: Tie, program: Program) -> IntegerLif:
    """Decays in 4096ths, the bias as mantissa and exponent; NEVER fires where nothing is tied."""
    if neuron.current_bias is not None and neuron.current_bias.any():
        raise BadInput(f"{name!r} still has a bias of its current; run the pass bias_neurons first")
    quantum = exact_quantum(neuron, program.steps) or 1
    bias = neuron.bias * ONE_WEIGHT / tie.unit + tie.offset
    exponent = 0 if tie.offset else quantum.bit_length() - 1
    while np.abs(np.rint(bias / (1 << exponent))).max(initial=0) > BIAS_MANT_LIMIT:
        exponent += 1
    if exponent > BIAS_EXP_LIMIT:
        raise DoesNotFit(
            f"population {name!r}: a bias of {np.abs(neuron.bias).max():.4g} needs "
            f"{np.abs(bias).max():.0f} membrane units; the chip holds "
            f"{BIAS_MANT_LIMIT << BIAS_EXP_LIMIT}. Use fewer weight bits or retrain"
        )
    mantissa = np.rint(bias / (1 << exponent)).astype(np.int64)
    dv = _fraction(neuron.tau_steps) if neuron.leak else 0
    vth = NEVER if tie.vth is None else tie.vth
    return IntegerLif(dv, vth, mantissa, exponent, _fraction(neuron.tau_syn_steps) - 1)


def _fraction(tau_steps: float | Array) -> Any:
    """1 / tau in 4096ths, whole; a number where all neurons share it."""
    parts = np.rint(DECAY_ONE / np.asarray(tau_steps, np.float64)).astype(np.int64)
    return int(parts.flat[0]) if (parts == parts.flat[:1]).all() else parts


def _rounding(name: str, tie: Tie, program: Program, lowered: Program, held: float) -> Rounding:
    """What rounding did to the weights into one node, in units of one integer step."""
    exact = [scale_rows(s.map, 1 / np.asarray(tie.scale)).weights for s in program.into(name)]
    whole = [s.map.weights for s in lowered.into(name)]
    errors = [np.abs(e - w) for e, w in zip(exact, whole, strict=True)]
    return Rounding(
        vth=tie.vth,
        scale=tuple(tie.scale.tolist()) if isinstance(tie.scale, np.ndarray) else tie.scale,
        exponent=tie.exponent,
        weights=sum(w.size for w in whole),
        largest_weight=max((int(np.abs(w).max(initial=0)) for w in whole), default=0),
        odd=sum(int((w % 2 != 0).sum()) for w in whole),
        largest_error=max((float(e.max(initial=0)) for e in errors), default=0.0),
        clipped=sum(int((e > 0.5 + 1e-9).sum()) for e in errors),
        held=held,
    )


def _inexact(node: Population | Readout, lowered: Program) -> str:
    """Why the membrane may not be the scaled float one; empty if it provably is."""
    steps, float_neuron = lowered.steps, node.neuron
    if not isinstance(float_neuron, Lif):
        raise BadInput(f"{node.name!r} is already quantised; give the float program")
    if exact_quantum(float_neuron, steps) is None:
        taus = " and ".join(_taus(float_neuron))
        return f"{taus} over {steps} steps is truncated on the chip"
    (neuron,) = (n.integer for n in lowered.stateful if n.name == node.name)
    if neuron is None:
        raise BadInput(f"{node.name!r} lost its neuron in quantising")
    drive = ONE_WEIGHT * sum(
        largest_input(s.map, len(s.sources)) * 2**s.exponent for s in lowered.into(node.name)
    )
    current = drive if np.all(np.asarray(neuron.du) == NO_CURRENT_MEMORY) else drive * steps
    if current > U_LIMIT:
        return f"current could reach {current:.0f} and wrap, limit {U_LIMIT}"
    membrane = (current + float(np.abs(neuron.bias_mant).max(initial=0) << neuron.bias_exp)) * steps
    if membrane > V_LIMIT:
        return f"membrane could reach {membrane:.0f}, limit {V_LIMIT}"
    return ""


def _taus(neuron: Lif) -> list[str]:
    """The time constants that matter, in words."""
    named = [("tau", neuron.tau_steps)] if neuron.leak else []
    if np.any(np.asarray(neuron.tau_syn_steps) != 1):
        named.append(("tau_syn", neuron.tau_syn_steps))
    return [
        f"{name} of {low:g} steps" if low == high else f"{name} of {low:g} to {high:g} steps"
        for name, value in named
        for low, high in [(np.min(value), np.max(value))]
    ]


def warnings(program: Program) -> tuple[str, ...]:
    """What quantising did beyond rounding: truncated membranes and clipped weights, by node."""
    notes = program.notes
    lines = [f"{name} is not exact: {reason}" for name, reason in notes.inexact.items()]
    lines += [
        f"{name}: {row.clipped} weights are clipped, the worst by {row.largest_error:.4g} "
        f"integer steps; {_why_clipped(row.held)}"
        for name, row in notes.quantisation.items()
        if row.clipped
    ]
    return tuple(lines)


def _why_clipped(held: float) -> str:
    if held < 1:
        return f"calibration holds {held:.0%} of the largest weight"
    return "its threshold is too small for them"
