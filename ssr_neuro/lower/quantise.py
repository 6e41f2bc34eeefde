"""Turn float weights, thresholds and biases into the chip's integers.

With membrane v = 64 tau U / s for weights w = s k, the neuron's law keeps its form and the
threshold sits at 64 tau V_th / s. Tying s so that this is 64 vth + 1/2 puts it between two
integers: `>=`, `>`, and the chip's strict `v > 64 vth` then all mean the same. The membrane is
exact while every halving stays whole (`exact_quantum`), so rounding the weights is the only loss.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from ssr_neuro.errors import BadInput, DoesNotFit
from ssr_neuro.fixedpoint import DECAY_ONE, STATE_SHIFT, V_LIMIT
from ssr_neuro.ir import Affine, IntegerLif, Lif, Population, Program, Readout, Synapse, zeros
from ssr_neuro.maps import Array, largest_input

ONE_WEIGHT = 1 << STATE_SHIFT
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
        rows: dict[str, Any] = {}
        inexact: dict[str, str] = {}
        synapses: dict[str, Synapse] = {}
        populations, readouts = [], []
        for population in program.populations:
            into = program.into(population.name)
            vth, scale = _tie(population.float, _largest(into), limit)
            rounded = [_round(s, scale, limit) for s in into]
            synapses |= {s.name: s for s in rounded}
            populations.append(_population(population, vth, scale, program.steps))
            rows[population.name] = {"vth": vth} | _row(into, rounded, scale)
            if reason := _inexact(populations[-1], rounded, program):
                inexact[population.name] = reason
        for readout in program.readouts:
            into = program.into(readout.name)
            unit = _largest(into) / limit
            rounded = [_round(s, unit, limit) for s in into]
            synapses |= {s.name: s for s in rounded}
            readouts.append(_readout(readout, unit))
            rows[readout.name] = {"vth": None} | _row(into, rounded, unit)
        return replace(
            program,
            populations=tuple(populations),
            readouts=tuple(readouts),
            synapses=tuple(synapses[s.name] for s in program.synapses),
            notes=program.notes
            | {"weight_bits": self.weight_bits, "quantisation": rows, "inexact": inexact},
        )


def exact_quantum(tau_steps: float, steps: int) -> int | None:
    """Inputs that are multiples of this keep the membrane whole for `steps` steps.

    None if the decay is not a fraction of 4096, or 64 (one weight unit) is no such multiple.
    """
    decay = Fraction(1) / Fraction(tau_steps)
    if (decay * DECAY_ONE).denominator != 1:
        return None
    quantum = decay.denominator ** (steps - 1)
    return quantum if ONE_WEIGHT % quantum == 0 else None


def _tie(neuron: Lif, largest: float, limit: int) -> tuple[int, float]:
    """The largest threshold vth whose tied scale still holds every weight, and that scale."""
    reach = neuron.tau_steps * neuron.threshold
    if reach <= 0:
        raise BadInput(
            f"a threshold of {neuron.threshold} cannot be tied to a scale; it must be > 0"
        )
    vth = max(1, int(reach * limit / largest - 0.5 / ONE_WEIGHT))
    return vth, ONE_WEIGHT * reach / (ONE_WEIGHT * vth + 0.5)


def _largest(synapses: tuple[Synapse, ...]) -> float:
    """Largest |weight| into a node; 1 where there is none, so that scales stay finite."""
    return max((float(np.abs(s.map.weights).max(initial=0)) for s in synapses), default=0) or 1.0


def _round(synapse: Synapse, scale: float, limit: int) -> Synapse:
    whole = np.clip(np.rint(synapse.map.weights / scale), -limit, limit).astype(np.int64)
    return replace(synapse, chain=(Affine(synapse.map.with_weights(whole), zeros((1,))),))


def _population(population: Population, vth: int, scale: float, steps: int) -> Population:
    neuron = population.float
    quantum = exact_quantum(neuron.tau_steps, steps) or 1
    bias = neuron.bias * ONE_WEIGHT / scale
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
    return replace(
        population,
        neuron=IntegerLif(round(DECAY_ONE / neuron.tau_steps), vth, mantissa, exponent),
    )


def _readout(readout: Readout, unit: float) -> Readout:
    return replace(readout, bias=np.rint(readout.bias / unit).astype(np.int64), unit=unit)


def _row(before: tuple[Synapse, ...], after: list[Synapse], scale: float) -> dict[str, Any]:
    """What rounding did to the weights into one node, in units of one integer step."""
    errors = [
        np.abs(b.map.weights / scale - a.map.weights) for b, a in zip(before, after, strict=True)
    ]
    return {
        "scale": scale,
        "largest_weight": max(
            (int(np.abs(a.map.weights).max(initial=0)) for a in after), default=0
        ),
        "largest_error": max((float(e.max(initial=0)) for e in errors), default=0.0),
        "clipped": sum(int((e > 0.5 + 1e-9).sum()) for e in errors),
    }


def _inexact(population: Population, synapses: list[Synapse], program: Program) -> str:
    """Why the membrane may not be the scaled float one; empty if it provably is."""
    neuron = population.integer
    tau_steps = next(p.float.tau_steps for p in program.populations if p.name == population.name)
    if exact_quantum(tau_steps, program.steps) is None:
        return f"tau of {tau_steps:g} steps over {program.steps} steps is truncated on the chip"
    reach = sum(largest_input(s.map, len(s.sources)) for s in synapses) * ONE_WEIGHT
    bias = np.abs(neuron.bias_mant).max(initial=0) << neuron.bias_exp
    if (reach + float(bias)) * program.steps > V_LIMIT:
        return f"membrane could reach {(reach + float(bias)) * program.steps:.0f}, limit {V_LIMIT}"
    return ""


def quantised_weights(synapse: Synapse, scale: float) -> Array:
    """The float weights that the integers stand for: scale times integer."""
    return np.asarray(synapse.map.weights * scale)
