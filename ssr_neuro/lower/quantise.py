"""Turn float weights, thresholds and biases into the chip's integers.

With membrane v = 64 tau U / s for weights w = s k, the neuron's law keeps its form and the
threshold sits at 64 tau V_th / s; `ssr_neuro.lower.weight_scale` chooses s. The membrane is
exact while every decay leaves it whole (`exact_quantum`), so rounding the weights is the only loss.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self

import numpy as np

from ssr_neuro.errors import BadInput, DoesNotFit
from ssr_neuro.lower.passes import Lowering, Pass
from ssr_neuro.lower.weight_scale import WeightScale, exact_quantum, weight_scales
from ssr_neuro.program.fixed_point import (
    BIAS_EXP_LIMIT,
    BIAS_MANT_LIMIT,
    DECAY_ONE,
    LEAST_WEIGHT_BITS,
    NEVER,
    NO_CURRENT_MEMORY,
    U_LIMIT,
    V_LIMIT,
    WEIGHT_BITS,
    WEIGHT_UNIT,
)
from ssr_neuro.program.ir import (
    Affine,
    FloatProgram,
    IntegerLif,
    IntegerProgram,
    Lif,
    Population,
    Program,
    Readout,
    Synapse,
    zeros,
)
from ssr_neuro.program.linear_maps import Array, LinearMap, largest_input, scale_rows
from ssr_neuro.program.notes import Notes, Rounding
from ssr_neuro.program.readout_bias import whole_bias


@dataclass(frozen=True)
class Quantise(Pass[FloatProgram, IntegerProgram]):
    """Float to integer. weight_bits: 2 to 8, sign included; 8 bits use -127..127.

    clips: by node, the share of the largest weight into it that is still held (see
    `ssr_neuro.lower.calibrate`); 1 where not named. `Notes.quantisation` then says what it did to
    the weights into each node, and `Notes.inexact` why a population may leave the float network by
    more than its weights.
    """

    name: ClassVar[str] = "quantise"
    weight_bits: int = WEIGHT_BITS
    clips: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, options: Lowering) -> Self:
        return cls(options.weight_bits, options.clips)

    def run(self, program: FloatProgram) -> IntegerProgram:
        if not LEAST_WEIGHT_BITS <= self.weight_bits <= WEIGHT_BITS:
            raise BadInput(
                f"weight bits must be {LEAST_WEIGHT_BITS} to {WEIGHT_BITS}, "
                f"given {self.weight_bits}"
            )
        if program.semantics.reset != "zero":
            raise BadInput(
                "a spike subtracts the threshold (soft reset), and a chip of this kind only resets "
                "to zero; hold the membranes in the currents first (ssr_neuro.lower.soft_reset)"
            )
        limit = (1 << (self.weight_bits - 1)) - 1
        scales = weight_scales(program, self.weight_bits, self.clips)
        synapses = tuple(_round(s, scales[s.target], limit) for s in program.synapses)
        lowered = IntegerProgram(
            name=program.name,
            steps=program.steps,
            inputs=program.inputs,
            populations=tuple(_population(p, scales[p.name], program) for p in program.populations),
            synapses=synapses,
            readouts=tuple(_readout(r, scales[r.name], program) for r in program.readouts),
            gap=program.gap,
            semantics=program.semantics,
        )
        notes = replace(
            program.notes,
            weight_bits=self.weight_bits,
            quantisation={
                name: _rounding(name, scale, program, lowered, self.clips.get(name, 1.0))
                for name, scale in scales.items()
            },
            inexact={
                name: reason
                for name, neuron in program.neurons
                if (reason := _why_inexact(name, neuron, lowered))
            },
            silent={
                name: int(scale.silent.sum())
                for name, scale in scales.items()
                if scale.silent is not None and scale.silent.any()
            },
        )
        return replace(lowered, notes=_with_clipped(notes))


def _exact(synapse: Synapse, scale: WeightScale) -> LinearMap:
    """The weights of a synapse in integer steps, not yet rounded; 0 into silent neurons."""
    held = 1.0 if scale.silent is None else np.where(scale.silent, 0.0, 1.0)
    step = np.asarray(scale.scale) * 2 ** scale.further.get(synapse.name, 0)
    return scale_rows(synapse.map, held / step)


def _round(synapse: Synapse, scale: WeightScale, limit: int) -> Synapse:
    exact = _exact(synapse, scale)
    whole = np.clip(np.rint(exact.weights), -limit, limit).astype(np.int64)
    chain = (Affine(exact.with_weights(whole), zeros((1,))),)
    exponent = scale.exponent + scale.further.get(synapse.name, 0)
    return replace(synapse, chain=chain, exponent=exponent)


def _population(
    population: Population[Lif], scale: WeightScale, program: FloatProgram
) -> Population[IntegerLif]:
    neuron = _integer(population.name, population.neuron, scale, program)
    return Population(population.name, population.shape, neuron, population.depth)


def _readout(
    readout: Readout[Lif], scale: WeightScale, program: FloatProgram
) -> Readout[IntegerLif]:
    name, shape, depth = readout.name, readout.shape, readout.depth
    if readout.neuron is None:
        bias = whole_bias(readout.bias, scale.scale, f"readout {name!r}")
        return Readout(name, shape, bias, depth, unit=scale.scale)
    tau = np.asarray(readout.neuron.tau_steps)
    unit = np.asarray(scale.unit) / (WEIGHT_UNIT * tau)
    return Readout(
        name,
        shape,
        bias=zeros(shape),
        depth=depth,
        unit=float(unit) if unit.ndim == 0 else unit,
        neuron=_integer(name, readout.neuron, scale, program),
    )


def _integer(name: str, neuron: Lif, scale: WeightScale, program: FloatProgram) -> IntegerLif:
    """Decays in 4096ths, the bias as mantissa and exponent; NEVER fires where nothing is tied."""
    if neuron.current_bias is not None and neuron.current_bias.any():
        raise BadInput(f"{name!r} still has a bias of its current; run the pass bias_neurons first")
    quantum = exact_quantum(neuron, program.steps) or 1
    bias = neuron.bias * WEIGHT_UNIT / scale.unit + scale.offset
    if scale.silent is not None:
        bias = np.where(scale.silent, 0.0, bias)
    exponent = 0 if scale.offset else quantum.bit_length() - 1
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
    vth = NEVER if scale.vth is None else scale.vth
    return IntegerLif(dv, vth, mantissa, exponent, _fraction(neuron.tau_syn_steps) - 1)


def _fraction(tau_steps: float | Array) -> Any:
    """1 / tau in 4096ths, whole; a number where all neurons share it."""
    parts = np.rint(DECAY_ONE / np.asarray(tau_steps, np.float64)).astype(np.int64)
    return int(parts.flat[0]) if (parts == parts.flat[:1]).all() else parts


def _rounding(
    name: str, scale: WeightScale, program: FloatProgram, lowered: IntegerProgram, held: float
) -> Rounding:
    """What rounding did to the weights into one node, in units of one integer step."""
    exact = [_exact(s, scale).weights for s in program.into(name)]
    whole = [s.map.weights for s in lowered.into(name)]
    errors = [np.abs(e - w) for e, w in zip(exact, whole, strict=True)]
    return Rounding(
        vth=scale.vth,
        scale=tuple(scale.scale.tolist()) if isinstance(scale.scale, np.ndarray) else scale.scale,
        exponent=scale.exponent,
        weights=sum(w.size for w in whole),
        largest_weight=max((int(np.abs(w).max(initial=0)) for w in whole), default=0),
        odd=sum(int((w % 2 != 0).sum()) for w in whole),
        largest_error=max((float(e.max(initial=0)) for e in errors), default=0.0),
        clipped=sum(int((e > 0.5 + 1e-9).sum()) for e in errors),
        held=held,
    )


def _why_inexact(name: str, float_neuron: Lif, lowered: IntegerProgram) -> str:
    """Why the membrane may not be the scaled float one; empty if it provably is."""
    steps = lowered.steps
    if exact_quantum(float_neuron, steps) is None:
        taus = " and ".join(_describe_taus(float_neuron))
        return f"{taus} over {steps} steps is truncated on the chip"
    neuron = dict(lowered.neurons)[name]
    drive = WEIGHT_UNIT * sum(
        largest_input(s.map, len(s.sources)) * 2**s.exponent for s in lowered.into(name)
    )
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


def _with_clipped(notes: Notes) -> Notes:
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


def _why_clipped(held: float) -> str:
    if held < 1:
        return f"calibration holds {held:.0%} of the largest weight"
    return "its threshold is too small for them"
