"""Turn float weights, thresholds and biases into the chip's integers.

With membrane v = 64 tau U / s for weights w = s k, the neuron's law keeps its form and the
threshold sits at 64 tau V_th / s; `ssr_neuro.lower.weight_scale` chooses s. The membrane is
exact while every decay leaves it whole (`exact_quantum`), so rounding the weights is the only loss.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self

import numpy as np

from ssr_neuro.errors import BadInput, DoesNotFit
from ssr_neuro.lower.balanced_rounding import balance
from ssr_neuro.lower.membrane_lattice import exact_quantum
from ssr_neuro.lower.names import free_name
from ssr_neuro.lower.passes import Lowering, Pass
from ssr_neuro.lower.quantisation_notes import add_clipped, describe_rounding, note_neurons
from ssr_neuro.lower.room import holds_membrane
from ssr_neuro.lower.two_parts import split_weights
from ssr_neuro.lower.weight_scale import WeightScale, weight_scales
from ssr_neuro.program.fixed_point import (
    BIAS_EXP_LIMIT,
    BIAS_MANT_LIMIT,
    DECAY_ONE,
    LEAST_WEIGHT_BITS,
    NEVER,
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
    Readout,
    Synapse,
    zeros,
)
from ssr_neuro.program.linear_maps import Array, LinearMap
from ssr_neuro.program.map_arithmetic import scale_rows
from ssr_neuro.program.readout_bias import whole_bias

NEAREST, BALANCED = 0.5, 1.0  # the most that rounding moves a weight


@dataclass(frozen=True)
class Quantise(Pass[FloatProgram, IntegerProgram]):
    """Float to integer. weight_bits: 2 to 8, sign included; 8 bits use -127..127.

    clips: by node, the share of the largest weight into it that is still held (see
    `ssr_neuro.lower.calibrate`); 1 where not named. rates: mean spikes a step of each neuron, by
    node, for weights into held membranes (see `ssr_neuro.lower.balanced_rounding`).
    `Notes.quantisation` then says what it did to the weights into each node, and `Notes.inexact`
    why a population may leave the float network by more than its weights.
    """

    name: ClassVar[str] = "quantise"
    weight_bits: int = WEIGHT_BITS
    clips: Mapping[str, float] = field(default_factory=dict)
    rates: Mapping[str, Array] = field(default_factory=dict)

    @classmethod
    def of(cls, options: Lowering) -> Self:
        return cls(options.weight_bits, options.clips, options.rates)

    def run(self, program: FloatProgram) -> IntegerProgram:
        self._check(program)
        limit = (1 << (self.weight_bits - 1)) - 1
        scales = weight_scales(program, self.weight_bits, self.clips)
        held = {p.name for p in program.populations if holds_membrane(p.neuron)}
        rounded = {
            s.name: _round(s, scales[s.target], limit, self.rates if s.target in held else None)
            for s in program.synapses
        }
        taken = list(rounded)
        synapses = tuple(
            part
            for s in program.synapses
            for part in _parts(s, scales[s.target], limit, rounded[s.name], taken)
        )
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
            note_neurons(program, lowered, scales),
            weight_bits=self.weight_bits,
            quantisation={
                name: describe_rounding(
                    scale,
                    [_exact(synapse, scale).weights for synapse in program.into(name)],
                    [rounded[synapse.name] for synapse in program.into(name)],
                    self.clips.get(name, 1.0),
                    BALANCED if name in held else NEAREST,
                )
                for name, scale in scales.items()
            },
        )
        return replace(lowered, notes=add_clipped(notes))

    def _check(self, program: FloatProgram) -> None:
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


def _exact(synapse: Synapse, scale: WeightScale) -> LinearMap:
    """The weights of a synapse in integer steps, not yet rounded; 0 into silent neurons.

    Steps are those of the fine part where the weights take two synapses.
    """
    held = 1.0 if scale.silent is None else np.where(scale.silent, 0.0, 1.0)
    further = 0 if synapse.name in scale.split else scale.further.get(synapse.name, 0)
    return scale_rows(synapse.map, held / (np.asarray(scale.scale) * 2**further))


def _round(
    synapse: Synapse, scale: WeightScale, limit: int, rates: Mapping[str, Array] | None
) -> Array:
    """The weights of a synapse as whole numbers that it, or its two parts, can hold.

    rates: where the membrane is held in the current, so that errors should cancel.
    """
    more = scale.further[synapse.name] if synapse.name in scale.split else 0
    most = limit << more
    linear = _exact(synapse, scale)
    exact = np.clip(linear.weights, -most, most)
    whole: Array = np.rint(exact).astype(np.int64)
    if rates is not None:  # differing scales may have given the weights another structure
        whole = balance(linear, synapse.sources, exact, whole, rates)
    if more:  # of few bits, two parts may not hold every number up to the largest
        coarse, fine = split_weights(whole, more, limit)
        whole = (coarse << more) + fine
    return whole


def _parts(
    synapse: Synapse, scale: WeightScale, limit: int, whole: Array, taken: list[str]
) -> Iterator[Synapse]:
    """The synapse with its whole weights, or the two that have them together."""
    linear, more = _exact(synapse, scale), scale.further.get(synapse.name, 0)
    exponent = scale.exponent + more
    if synapse.name not in scale.split:
        yield replace(synapse, chain=_chain(linear, whole), exponent=exponent)
        return
    coarse, fine = split_weights(whole, more, limit)
    yield replace(synapse, chain=_chain(linear, coarse), exponent=exponent)
    name = free_name(f"{synapse.name}_fine", taken)
    yield replace(synapse, name=name, chain=_chain(linear, fine), exponent=scale.exponent)


def _chain(linear: LinearMap, weights: Array) -> tuple[Affine, ...]:
    return (Affine(linear.with_weights(weights), zeros((1,))),)


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
    if scale.bias_unit is None:
        bias = neuron.bias * WEIGHT_UNIT / scale.unit + scale.offset
    else:
        bias = np.rint(neuron.bias / scale.bias_unit) * WEIGHT_UNIT + scale.offset
    if scale.silent is not None:
        bias = np.where(scale.silent, 0.0, bias)
    exponent = 0 if scale.offset else quantum.bit_length() - 1
    while (
        exponent <= BIAS_EXP_LIMIT
        and np.abs(np.rint(bias / (1 << exponent))).max(initial=0) > BIAS_MANT_LIMIT
    ):
        exponent += 1
    if exponent > BIAS_EXP_LIMIT:
        raise DoesNotFit(
            f"population {name!r}: a bias of {np.abs(neuron.bias).max():.4g} needs "
            f"{np.abs(bias).max():,.10g} membrane units, and the chip holds "
            f"{BIAS_MANT_LIMIT << BIAS_EXP_LIMIT:,}; make it smaller against the threshold, or use "
            "fewer weight bits"
        )
    mantissa = np.rint(bias / (1 << exponent)).astype(np.int64)
    dv = _fraction(neuron.tau_steps) if neuron.leak else 0
    vth = NEVER if scale.vth is None else scale.vth
    return IntegerLif(dv, vth, mantissa, exponent, _fraction(neuron.tau_syn_steps) - 1)


def _fraction(tau_steps: float | Array) -> Any:
    """1 / tau in 4096ths, whole; a number where all neurons share it."""
    parts = np.rint(DECAY_ONE / np.asarray(tau_steps, np.float64)).astype(np.int64)
    return int(parts.flat[0]) if (parts == parts.flat[:1]).all() else parts
