"""Turn float weights, thresholds and biases into the chip's integers.

With membrane v = 64 tau U / s for weights w = s k, the neuron's law keeps its form and the
threshold sits at 64 tau V_th / s. Tying s so that this is 64 vth + 1/2 puts it between two
integers: `>=`, `>`, and the chip's strict `v > 64 vth` then all mean the same. The membrane is
exact while every halving stays whole (`exact_quantum`), so rounding the weights is the only loss.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from ssr_neuro.errors import BadInput, DoesNotFit
from ssr_neuro.fixedpoint import DECAY_ONE, STATE_SHIFT, V_LIMIT
from ssr_neuro.ir import Affine, IntegerLif, Population, Program, Readout, Synapse, zeros
from ssr_neuro.maps import largest_input

ONE_WEIGHT = 1 << STATE_SHIFT
VTH_LIMIT = (1 << 17) - 1  # Loihi's threshold mantissa
BIAS_MANT_LIMIT = 4095  # Loihi's 12 bits and sign
BIAS_EXP_LIMIT = 7


@dataclass(frozen=True)
class Quantise:
    """The pass. weight_bits: 2 to 8, sign included; 8 bits use -127..127.

    Leaves per population in `notes["quantisation"]`: scale, vth, weight range, largest rounding
    error, clipped weights; and in `notes["inexact"]` why a population may leave the float
    network by more than its weights, if any may.
    """

    weight_bits: int = 8

    def __call__(self, program: Program) -> Program:
        if not 2 <= self.weight_bits <= 8:
            raise BadInput(f"weight bits must be 2 to 8, given {self.weight_bits}")
        limit = (1 << (self.weight_bits - 1)) - 1
        ties = _ties(program, limit)
        synapses = {s.name: _round(s, ties[s.target].scale, limit) for s in program.synapses}
        lowered = replace(
            program,
            populations=tuple(_population(p, ties[p.name], program) for p in program.populations),
            readouts=tuple(_readout(r, ties[r.name].scale) for r in program.readouts),
            synapses=tuple(synapses.values()),
        )
        notes = {
            "weight_bits": self.weight_bits,
            "quantisation": {name: _row(name, tie, program, lowered) for name, tie in ties.items()},
            "inexact": {
                p.name: reason for p in program.populations if (reason := _inexact(p, lowered))
            },
        }
        return replace(lowered, notes=program.notes | notes)


class Tie(NamedTuple):
    """scale: float value of one integer weight. vth: threshold tied to it, None for readouts."""

    vth: int | None
    scale: float


def exact_quantum(tau_steps: float, steps: int) -> int | None:
    """Inputs that are multiples of this keep the membrane whole for `steps` steps.

    None if the decay is not a fraction of 4096, or 64 (one weight unit) is no such multiple.
    """
    decay = Fraction(1) / Fraction(tau_steps)
    if (decay * DECAY_ONE).denominator != 1:
        return None
    quantum = decay.denominator ** (steps - 1)
    return quantum if ONE_WEIGHT % quantum == 0 else None


def _ties(program: Program, limit: int) -> dict[str, Tie]:
    """The scale of the weights into each population and readout."""
    ties = {p.name: _tie(p, _largest(program.into(p.name)), limit) for p in program.populations}
    readouts = {r.name: Tie(None, _largest(program.into(r.name)) / limit) for r in program.readouts}
    return ties | readouts


def _tie(population: Population, largest: float, limit: int) -> Tie:
    """The largest threshold vth whose tied scale still holds every weight, and that scale."""
    neuron = population.float
    reach = neuron.tau_steps * neuron.threshold
    if reach <= 0:
        raise BadInput(
            f"population {population.name!r}: a threshold of {neuron.threshold} cannot be tied to "
            "a scale; it must be above 0"
        )
    vth = max(1, int(reach * limit / largest - 0.5 / ONE_WEIGHT))
    if vth > VTH_LIMIT:
        raise DoesNotFit(
            f"population {population.name!r}: a threshold of {neuron.threshold:.4g} is {vth} "
            f"weight units, the chip holds {VTH_LIMIT}; its largest weight, {largest:.4g}, is too "
            "small beside it: scale the weights up, or drop the population"
        )
    return Tie(vth, ONE_WEIGHT * reach / (ONE_WEIGHT * vth + 0.5))


def _largest(synapses: tuple[Synapse, ...]) -> float:
    """Largest |weight| into a node; 1 where there is none, so that scales stay finite."""
    return max((float(np.abs(s.map.weights).max(initial=0)) for s in synapses), default=0) or 1.0


def _round(synapse: Synapse, scale: float, limit: int) -> Synapse:
    whole = np.clip(np.rint(synapse.map.weights / scale), -limit, limit).astype(np.int64)
    return replace(synapse, chain=(Affine(synapse.map.with_weights(whole), zeros((1,))),))


def _population(population: Population, tie: Tie, program: Program) -> Population:
    neuron = population.float
    quantum = exact_quantum(neuron.tau_steps, program.steps) or 1
    bias = neuron.bias * ONE_WEIGHT / tie.scale
    exponent = quantum.bit_length() - 1
    while np.abs(np.rint(bias / (1 << exponent))).max() > BIAS_MANT_LIMIT:
        exponent += 1
    if exponent > BIAS_EXP_LIMIT:
        raise DoesNotFit(
            f"population {population.name!r}: a bias of {np.abs(neuron.bias).max():.4g} needs "
            f"{np.abs(bias).max():.0f} membrane units; the chip holds "
            f"{BIAS_MANT_LIMIT << BIAS_EXP_LIMIT}. Use fewer weight bits or retrain"
        )
    mantissa = np.rint(bias / (1 << exponent)).astype(np.int64)
    dv = round(DECAY_ONE / neuron.tau_steps)
    return replace(population, neuron=IntegerLif(dv, tie.vth or 0, mantissa, exponent))


def _readout(readout: Readout, unit: float) -> Readout:
    return replace(readout, bias=np.rint(readout.bias / unit).astype(np.int64), unit=unit)


def _row(name: str, tie: Tie, program: Program, lowered: Program) -> dict[str, Any]:
    """What rounding did to the weights into one node, in units of one integer step."""
    pairs = [
        (before.map.weights / tie.scale, after.map.weights)
        for before, after in zip(program.into(name), lowered.into(name), strict=True)
    ]
    errors = [np.abs(exact - whole) for exact, whole in pairs]
    return {
        "vth": tie.vth,
        "scale": tie.scale,
        "largest_weight": max((int(np.abs(whole).max()) for _, whole in pairs), default=0),
        "largest_error": max((float(e.max()) for e in errors), default=0.0),
        "clipped": sum(int((e > 0.5 + 1e-9).sum()) for e in errors),
    }


def _inexact(population: Population, lowered: Program) -> str:
    """Why the membrane may not be the scaled float one; empty if it provably is."""
    tau_steps, steps = population.float.tau_steps, lowered.steps
    if exact_quantum(tau_steps, steps) is None:
        return f"tau of {tau_steps:g} steps over {steps} steps is truncated on the chip"
    neuron = lowered.population(population.name).integer
    into = lowered.into(population.name)
    drive = sum(largest_input(s.map, len(s.sources)) for s in into) * ONE_WEIGHT
    drive += float(np.abs(neuron.bias_mant).max(initial=0) << neuron.bias_exp)
    if drive * steps > V_LIMIT:
        return f"membrane could reach {drive * steps:.0f}, limit {V_LIMIT}"
    return ""


def warnings(program: Program) -> tuple[str, ...]:
    """What quantising did beyond rounding: truncated membranes and clipped weights, by node."""
    notes = program.notes
    lines = [f"{name} is not exact: {reason}" for name, reason in notes["inexact"].items()]
    lines += [
        f"{name}: {row['clipped']} weights are clipped, the worst by {row['largest_error']:.4g} "
        "integer steps; its threshold is too small for them"
        for name, row in notes["quantisation"].items()
        if row["clipped"]
    ]
    return tuple(lines)
