"""Widths of the core's registers for one program, each with the bound that proves it enough."""

from dataclasses import dataclass

import numpy as np

from ssr_neuro.errors import DoesNotFit
from ssr_neuro.program.fixed_point import DECAY_ONE, NO_CURRENT_MEMORY
from ssr_neuro.program.ir import IntegerLif, IntegerProgram, Population, Readout
from ssr_neuro.program.linear_maps import Array

REGISTER = 32  # bits in which the contract wraps a sum
LEAST_SUM = 9
MOST_EXPONENT = 15
HALF = DECAY_ONE // 2


@dataclass(frozen=True)
class Width:
    """bits: of a register. low, high: no input brings a value outside of these. why: in words."""

    bits: int
    low: int
    high: int
    why: str


@dataclass(frozen=True)
class Widths:
    """What the parameters of `verilog/core.v` are set to, beside the sizes of memories."""

    sum: Width
    bias: Width
    current: Width
    bias_shift: int
    exponent: int
    multiply: bool
    remembers_current: bool
    own: bool

    @property
    def parameters(self) -> dict[str, int]:
        return {
            "SUM": self.sum.bits,
            "BIAS": self.bias.bits,
            "BIAS_SHIFT": self.bias_shift,
            "EXPONENT": self.exponent,
            "MULTIPLY": int(self.multiply),
            "CURRENT": int(self.remembers_current),
            "U": self.current.bits,
            "OWN": int(self.own),
        }


def widths(program: IntegerProgram) -> Widths:
    """Raises DoesNotFit where a readout, a bias or an exponent is larger than the core holds."""
    sums = _sum(program)
    neurons = [neuron for _, neuron in program.neurons]
    remembers = any((np.asarray(n.du) != NO_CURRENT_MEMORY).any() for n in neurons)
    shift = bias_shift(program)
    return Widths(
        sum=sums,
        bias=_bias(program, shift),
        current=_current(sums, remembers),
        bias_shift=shift,
        exponent=_exponent(program),
        multiply=any(not _halves(neuron) for neuron in neurons),
        remembers_current=remembers,
        own=any(has_own(neuron) for neuron in neurons),
    )


def general_widths() -> Widths:
    """Those of one build of the core that runs any program: nothing is left out of it."""
    limit = 1 << REGISTER - 1
    return Widths(
        sum=Width(REGISTER, -limit, limit - 1, "wraps at 32 bits, as the contract says"),
        bias=Width(REGISTER, -limit, limit - 1, "as wide as any: that of a readout"),
        current=Width(REGISTER, -limit, limit - 1, "one turn need not bring it within 2**23"),
        bias_shift=0,
        exponent=15,
        multiply=True,
        remembers_current=True,
        own=True,
    )


def has_own(neuron: IntegerLif) -> bool:
    """Whether neurons of one population differ in threshold or decay."""
    return any(np.unique(x).size > 1 for x in (neuron.vth, neuron.dv, neuron.du))


def bias_shift(program: IntegerProgram) -> int:
    """The largest shift that all biases have."""
    used = [n.bias_exp for _, n in program.neurons if np.any(n.bias_mant)]
    return min(used, default=0)


def stored_bias(neuron: IntegerLif, shift: int) -> Array:
    """A bias without the shift that all have, int64 of the population's shape."""
    if not np.any(neuron.bias_mant):
        return np.asarray(neuron.bias_mant, np.int64)
    return np.asarray(neuron.bias_mant, np.int64) << (neuron.bias_exp - shift)


def _halves(neuron: IntegerLif) -> bool:
    keep_v = DECAY_ONE - np.asarray(neuron.dv, np.int64)
    keep_u = DECAY_ONE - 1 - np.asarray(neuron.du, np.int64)
    return bool((keep_v == HALF).all() and np.isin(keep_u, (0, HALF)).all())


def _exponent(program: IntegerProgram) -> int:
    for synapse in program.synapses:
        if synapse.exponent > MOST_EXPONENT:
            raise DoesNotFit(
                f"the synapse from {' and '.join(map(repr, synapse.sources))} to "
                f"{synapse.target!r} has an exponent of {synapse.exponent}; the core shifts by at "
                f"most {MOST_EXPONENT}"
            )
    return max((synapse.exponent for synapse in program.synapses), default=0)


def _sum(program: IntegerProgram) -> Width:
    """No order of events takes an accumulator past all excitation, or past all inhibition."""
    low = high = 0
    nodes: tuple[Population[IntegerLif] | Readout[IntegerLif], ...] = (
        *program.populations,
        *program.readouts,
    )
    for node in nodes:
        most, least = bounds(program, node.name)
        if isinstance(node, Readout) and node.neuron is None:
            _check_readout(node, most, least)
        low, high = min(low, least), max(high, most)
    bits = max(LEAST_SUM, _signed_bits(low, high))
    if bits > REGISTER:
        return Width(REGISTER, low, high, "wraps at 32 bits, as the contract says")
    return Width(bits, low, high, "all inhibitory weights of a neuron, all excitatory ones")


def bounds(program: IntegerProgram, name: str) -> tuple[int, int]:
    """The largest and the least sum that can arrive at a node in a step."""
    most = least = np.zeros(program.shape_of(name), np.int64)
    for synapse in program.into(name):
        ones = np.full(synapse.map.in_shape, len(synapse.sources), np.int64)
        weights = synapse.map.weights
        positive = synapse.map.with_weights(np.maximum(weights, 0)).apply(ones)
        negative = synapse.map.with_weights(np.minimum(weights, 0)).apply(ones)
        most = most + (positive.astype(np.int64) << synapse.exponent)
        least = least + (negative.astype(np.int64) << synapse.exponent)
    return int(most.max(initial=0)), int(least.min(initial=0))


def _check_readout(readout: Readout, most: int, least: int) -> None:
    bias = np.asarray(readout.bias)
    low, high = least + int(bias.min(initial=0)), most + int(bias.max(initial=0))
    if _signed_bits(low, high) > REGISTER:
        raise DoesNotFit(
            f"readout {readout.name!r} can reach {low:,} to {high:,}; the core's readouts have "
            f"{REGISTER} bits. Train with smaller readout weights"
        )


def _bias(program: IntegerProgram, shift: int) -> Width:
    # A readout's bias is added as it is, in the bits that `_check_readout` bounds.
    biases = [np.asarray(r.bias, np.int64) for r in program.readouts if r.neuron is None]
    for name, neuron in program.neurons:
        bias = stored_bias(neuron, shift)
        least, most = int(bias.min(initial=0)), int(bias.max(initial=0))
        if _signed_bits(least, most) + shift > REGISTER - 1:
            raise DoesNotFit(
                f"biases of {name!r}, {least << shift:,} to {most << shift:,}, are larger than the "
                f"core holds, {REGISTER - 1} bits. Scale the network down"
            )
        biases.append(bias)
    low = min((int(bias.min(initial=0)) for bias in biases), default=0)
    high = max((int(bias.max(initial=0)) for bias in biases), default=0)
    bits = max(2, _signed_bits(low, high))
    return Width(bits, low, high, f"the biases themselves, without their common shift of {shift}")


def _current(sums: Width, remembers: bool) -> Width:
    if sums.bits + 6 <= 24:
        why = "within 2**23 after one turn, as 64 sums are; +2**23 itself is kept"
        return Width(25, -(1 << 23) + 1, 1 << 23, why)
    limit = 1 << REGISTER - 1
    why = "one turn need not bring it within 2**23" if remembers else "not stored"
    return Width(REGISTER, -limit, limit - 1, why)


def _signed_bits(low: int, high: int) -> int:
    return 1 + max((-low - 1).bit_length() if low < 0 else 0, high.bit_length())
