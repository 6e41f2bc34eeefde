"""What must hold for any Program, checked after every pass and after reading a file."""

from collections import Counter
from math import prod

import numpy as np

from ssr_neuro.errors import BadInput
from ssr_neuro.program.fixed_point import (
    DECAY_ONE,
    DELAY_LIMIT,
    NEVER,
    READOUT_BIAS_LIMIT,
    STATE_SHIFT,
    U_LIMIT,
    WEIGHT_EXP_LIMIT,
    WEIGHT_LIMIT,
)
from ssr_neuro.program.ir import Input, IntegerLif, Population, Program, Readout, Synapse
from ssr_neuro.program.linear_maps import Array

# Of the numbers of an integer neuron, both ends included.
RANGES = {
    "dv": (0, DECAY_ONE),
    "du": (-1, DECAY_ONE - 1),
    "vth": (-NEVER, NEVER),
    "bias_exp": (0, 31),
}
BIAS_LIMIT = (1 << 31) - 1  # in membrane units


def verify(program: Program, after: str = "") -> None:
    """Raises BadInput that names the node, the rule that is broken, and the pass before, if any."""
    try:
        _check_names(program)
        for synapse in program.synapses:
            _check_ends(program, synapse)
            _check_shapes(program, synapse)
            _check_delays(program, synapse)
            _check_weights(program, synapse)
        _check_extent(program)
        for node in program.stateful:
            _check_parameters(node)
        for readout in program.readouts:
            _check_readout(readout)
        _check_kept(program)
        _check_assumed(program)
    except BadInput as error:
        raise BadInput(f"after {after}: {error}" if after else str(error)) from error


def _check_names(program: Program) -> None:
    names = [node.name for node in program.nodes]
    synapses = [synapse.name for synapse in program.synapses]
    if twice := {n for n, times in Counter(synapses).items() if times > 1}:
        raise BadInput(f"synapses {sorted(twice)} appear twice; names must be unique")
    if twice := {n for n, times in Counter(names).items() if times > 1}:
        raise BadInput(f"nodes {sorted(twice)} appear twice; names must be unique")
    there = set(names)
    for synapse in program.synapses:
        for name in (synapse.target, *(s.name for s in synapse.sources)):
            if name not in there:
                raise BadInput(f"synapse {synapse.name!r} names {name!r}, which is no node")


def _check_ends(program: Program, synapse: Synapse) -> None:
    if not synapse.sources:
        raise BadInput(f"synapse {synapse.name!r} reads nothing; it needs a source")
    if isinstance(program.node(synapse.target), Input):
        raise BadInput(f"synapse {synapse.name!r} ends in the input {synapse.target!r}")
    for source in synapse.sources:
        if isinstance(program.node(source.name), Readout):
            raise BadInput(
                f"synapse {synapse.name!r} reads {source.name!r}, a readout, which sends no spikes"
            )


def _check_shapes(program: Program, synapse: Synapse) -> None:
    shape = program.shape_of(synapse.sources[0].name)
    for source in synapse.sources:
        if program.shape_of(source.name) != shape:
            raise BadInput(
                f"synapse {synapse.name!r} sums {synapse.sources[0].name!r} of {shape} and "
                f"{source.name!r} of {program.shape_of(source.name)}; a sum needs equal shapes"
            )
    for affine in synapse.chain:
        if affine.map.in_shape != shape:
            raise BadInput(
                f"synapse {synapse.name!r}: a map from {affine.map.in_shape} receives {shape}"
            )
        shape = affine.map.out_shape
    if shape != program.shape_of(synapse.target):
        raise BadInput(
            f"synapse {synapse.name!r} ends in {shape}, {synapse.target!r} has "
            f"{program.shape_of(synapse.target)}"
        )


def _check_delays(program: Program, synapse: Synapse) -> None:
    for source in synapse.sources:
        if source.lag < 0:
            raise BadInput(
                f"synapse {synapse.name!r} reads {source.name!r} {-source.lag} steps early; a lag "
                "is 0 or more"
            )
        if program.notes.clock is not None and source.lag > program.gap:
            raise BadInput(
                f"synapse {synapse.name!r} reads {source.name!r} {source.lag} steps later across a "
                f"gap of {program.gap}; the gap must be as long, or samples meet"
            )
        if source.delay is None:
            _check_unscheduled(program, synapse)
            continue
        between = program.depth_of(synapse.target) - program.depth_of(source.name) + source.lag
        if source.delay < 1 or source.delay != between:
            raise BadInput(
                f"synapse {synapse.name!r} delays {source.name!r} by {source.delay} steps; depths "
                f"and lag ask for {between}, and a synapse takes at least 1"
            )
        if source.delay > DELAY_LIMIT:
            raise BadInput(
                f"synapse {synapse.name!r} delays {source.name!r} by {source.delay} steps; a delay "
                f"is at most {DELAY_LIMIT}"
            )


def _check_extent(program: Program) -> None:
    """No node is deeper than delays can lead, no gap longer than what is read late.

    A file could else make a simulator run through any number of empty steps.
    """
    scheduled = all(s.delay is not None for y in program.synapses for s in y.sources)
    longest = DELAY_LIMIT * len(program.nodes)
    for value, what in ((program.depth, "depth"), (program.gap, "gap")):
        if scheduled and value > longest:
            raise BadInput(
                f"a {what} of {value} steps; delays among {len(program.nodes)} nodes lead to "
                f"{longest} at most"
            )


def _check_unscheduled(program: Program, synapse: Synapse) -> None:
    target = program.node(synapse.target)
    if isinstance(target, Population) and target.depth is not None:
        raise BadInput(
            f"synapse {synapse.name!r} has no delay, and {target.name!r} stands at depth "
            f"{target.depth}; schedule the program again"
        )


def _check_parameters(node: Population | Readout) -> None:
    """Arrays of an integer neuron have the node's shape and hold whole numbers; decays exist."""
    neuron = node.neuron
    if not isinstance(neuron, IntegerLif):
        return
    for name in ("dv", "vth", "du", "bias_mant"):
        value = np.asarray(getattr(neuron, name))
        if value.dtype.kind != "i" or (value.ndim and value.shape != node.shape):
            raise BadInput(
                f"{name} of {node.name!r} is {value.dtype} of {value.shape}; it needs whole "
                f"numbers of {node.shape}"
            )
    for name, (least, most) in RANGES.items():
        value = np.asarray(getattr(neuron, name))
        if value.min(initial=least) < least or value.max(initial=least) > most:
            raise BadInput(
                f"{name} of {node.name!r} spans {value.min()} to {value.max()}; it is {least} to "
                f"{most}"
            )
    if (mantissa := int(_largest(np.asarray(neuron.bias_mant)))) << neuron.bias_exp > BIAS_LIMIT:
        raise BadInput(
            f"the bias of {node.name!r} goes up to {mantissa} times 2 to the {neuron.bias_exp}; it "
            "has 32 bits"
        )


def _check_readout(readout: Readout) -> None:
    """What the host adds to integers has 32 bits."""
    bias = np.asarray(readout.bias)
    if readout.unit is None:
        return
    if bias.dtype.kind != "i" or _largest(bias) > READOUT_BIAS_LIMIT:
        raise BadInput(
            f"the bias of readout {readout.name!r} is {bias.dtype} up to {_largest(bias)}; it is a "
            f"whole number of at most {READOUT_BIAS_LIMIT}"
        )


def _check_weights(program: Program, synapse: Synapse) -> None:
    """Between integer neurons weights are whole, and no larger than a weight of 8 bits."""
    target = program.node(synapse.target)
    if isinstance(target, Readout) and target.unit is None:
        return
    if isinstance(target, Population) and not isinstance(target.neuron, IntegerLif):
        return
    if not 0 <= synapse.exponent <= WEIGHT_EXP_LIMIT:
        raise BadInput(
            f"synapse {synapse.name!r} has an exponent of {synapse.exponent}; it is 0 to "
            f"{WEIGHT_EXP_LIMIT}"
        )
    weights = synapse.map.weights
    largest = _largest(weights)
    if largest > WEIGHT_LIMIT or (weights != np.rint(weights)).any():
        raise BadInput(
            f"synapse {synapse.name!r} has weights up to {largest:g}, or fractions; a weight is a "
            f"whole number of at most {WEIGHT_LIMIT}"
        )


def _check_assumed(program: Program) -> None:
    """`Notes.assumed` holds what a register can."""
    for name, within in program.notes.assumed.items():
        if not all(0 <= units <= U_LIMIT >> STATE_SHIFT for units in within):
            raise BadInput(
                f"the notes take the current of {name!r} to end a sample within {within}; each is "
                f"0 to {U_LIMIT >> STATE_SHIFT} weight units"
            )


def _check_kept(program: Program) -> None:
    """`Notes.kept` names each neuron of a population once, in order."""
    for name, indices in program.notes.kept.items():
        sizes = [prod(p.shape) for p in program.populations if p.name == name] or [0]
        if len(indices) != sizes[0] or sorted(set(indices)) != list(indices):
            raise BadInput(
                f"population {name!r} has {sizes[0]} neurons and the notes name "
                f"{len(indices)} that were kept; a pass dropped neurons without noting which"
            )


def _largest(values: Array) -> float:
    """Of absolute values. That of an integer type's least number is right, too; np.abs wraps it."""
    largest: float = max(values.max(initial=0).item(), -values.min(initial=0).item())
    return largest
