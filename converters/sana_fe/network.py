"""A lowered Program in SANA-FE's network YAML: neurons, synapses, and the core of each neuron.

SANA-FE's Loihi soma keeps its membrane in weight units, rounded to 1/64 towards zero, and fires
above its threshold: the arithmetic of `ssr_neuro.program.integer_neuron.step` as long as
nothing wraps or clips.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TextIO

import numpy as np

from converters.sana_fe.layout import CoreLayout, NeuronGroup
from converters.sana_fe.stream import Stream
from ssr_neuro.errors import DoesNotFit
from ssr_neuro.program.fixed_point import DECAY_ONE, NO_CURRENT_MEMORY, STATE_SHIFT, shift
from ssr_neuro.program.ir import IntegerLif, IntegerProgram, Population, Readout, Synapse
from ssr_neuro.program.linear_maps import Array
from ssr_neuro.program.map_arithmetic import fan_out
from ssr_neuro.program.trace import Trace

LATEST = 6  # steps of the longest delay: max_delay of 5 in models.hpp, and the step of any synapse
MOST = 4_000_000  # edges: SANA-FE 2.2.9 took 1.7 KiB of memory for each, so 6.5 GiB
NEVER = 1e30  # the threshold of what must not fire
NO_DECAY = -1  # du that keeps the whole current
PER_LINE = 16
Fields = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Late:
    """Synapses with a longer delay than SANA-FE can hold. rows: int64 (synapses, 3) of source
    neuron, target neuron, weight; source and target are groups."""

    source: str
    target: str
    delay: int
    rows: Array


@dataclass(frozen=True, eq=False)
class SanaFeNetwork:
    """What `write` needs. neurons: by group, the attributes of each neuron of a soma that counts.

    late: in the file these have weight 0, so that they cost what they cost.
    """

    program: IntegerProgram
    layout: CoreLayout
    stream: Stream
    trace: Trace
    late: tuple[Late, ...]

    def neurons(self, group: NeuronGroup) -> list[Fields]:
        """Attributes of the neurons of a population or readout, in order."""
        node = self.program.node(group.node)
        if isinstance(node, Population):
            return list(_fields(node.neuron, node.shape))
        if not isinstance(node, Readout):
            raise TypeError(f"{group.node} is an input")
        if node.neuron is not None:
            fields = _fields(node.neuron, node.shape)
            return [{**one, "threshold": NEVER} for one in fields]
        bias = np.broadcast_to(node.bias, node.shape).ravel().tolist()
        still = {"leak_decay": 0.0, "input_decay": 0.0, "threshold": NEVER}
        return [{**still, "bias": float(one)} for one in bias]


def network(
    program: IntegerProgram, layout: CoreLayout, stream: Stream, trace: Trace
) -> SanaFeNetwork:
    """Raises DoesNotFit where SANA-FE cannot express a neuron, or there are too many synapses."""
    edges = sum(int(fan_out(y.map).sum()) * len(y.sources) for y in program.synapses)
    if edges > MOST:
        raise DoesNotFit(
            f"program {program.name!r} has {edges:,} synapses, each source of a skip counted; "
            f"SANA-FE takes about 1.7 KiB of memory for each, and the limit here is {MOST:,}: "
            "compile a smaller model"
        )
    for node in program.stateful:
        _demand(node)
    late = tuple(
        Late(source.name, target.name, delay, rows)
        for synapse in program.synapses
        for source, target, delay, rows in _edges(layout, synapse)
        if delay > LATEST
    )
    return SanaFeNetwork(program, layout, stream, trace, late)


def write(net: SanaFeNetwork, out: TextIO) -> None:
    """The YAML, piece by piece: it may be tens of megabytes."""
    out.write(f"network:\n  name: {net.layout.inside[0].name}\n  groups:\n")
    for group in net.layout.outside:
        out.writelines(_outside(net, group))
    for group in net.layout.inside:
        out.writelines(_inside(net, group))
    out.write("  edges:\n")
    for synapse in net.program.synapses:
        for source, target, delay, rows in _edges(net.layout, synapse):
            out.writelines(_hyperedge(source, target, delay, rows))
    out.write("mappings:\n")
    for block in net.layout.blocks():
        neurons = f"{block.start}..{block.stop - 1}"
        out.write(
            f"  - {block.group}.{neurons}: {{core: {net.layout.address(block.core)}, "
            f'synapse: synapses, dendrite: "{block.dendrite}", soma: "{block.soma}"}}\n'
        )


def _demand(node: Population[IntegerLif] | Readout[IntegerLif]) -> None:
    law = node.neuron
    kept = np.unique(law.du) if law else np.zeros(0)
    if strange := sorted(set(kept.tolist()) - {NO_CURRENT_MEMORY, NO_DECAY}):
        raise DoesNotFit(
            f"{node.name!r}: its current decays (du = {strange[0]}), which SANA-FE does not round "
            "as the chip does; it can be exact only without memory of the current "
            f"(du = {NO_CURRENT_MEMORY}) or without decay (du = {NO_DECAY})"
        )


def _fields(law: IntegerLif, shape: tuple[int, ...]) -> Iterator[Fields]:
    """Of each neuron, in weight units: 64 membrane units are one."""
    bias = shift(law.bias_mant, law.bias_exp) / (1 << STATE_SHIFT)
    leak, kept = (DECAY_ONE - law.dv) / DECAY_ONE, (DECAY_ONE - (law.du + 1)) / DECAY_ONE
    every = (np.broadcast_to(x, shape).ravel().tolist() for x in (leak, kept, law.vth, bias))
    for own_leak, own_kept, threshold, own_bias in zip(*every, strict=True):
        yield {
            "leak_decay": own_leak,
            "input_decay": own_kept,
            "threshold": threshold,
            "bias": own_bias,
        }


def _edges(
    layout: CoreLayout, synapse: Synapse
) -> Iterator[tuple[NeuronGroup, NeuronGroup, int, Array]]:
    """Source, target, delay and rows of each pair of groups; rows: source, target, weight."""
    pairs = synapse.map.expanded().tocoo()
    weights = np.asarray(pairs.data, np.int64) << synapse.exponent
    rows = np.stack([pairs.col, pairs.row, weights], axis=1).astype(np.int64)
    rows = rows[rows[:, 2] != 0]
    (target,) = layout.of(synapse.target)
    for source in synapse.sources:
        for group in layout.of(source.name):
            own = rows
            if group in layout.outside:
                own = rows[target.cores[rows[:, 1]] == group.cores[0]]
                own = np.column_stack([np.searchsorted(group.neurons, own[:, 0]), own[:, 1:]])
            if len(own):
                yield group, target, source.delay or 1, own


def _outside(net: SanaFeNetwork, group: NeuronGroup) -> Iterator[str]:
    spikes = net.stream.shown(
        net.trace.inputs[group.node].reshape(net.trace.samples, net.program.steps, -1)
    )
    # The worker must see what it has to bring later.
    logged = "log_spikes: true" if group.name in {late.source for late in net.late} else ""
    yield f"    - name: {group.name}\n      attributes: {{{logged}}}\n      neurons:\n"
    for number, neuron in enumerate(group.neurons.tolist()):
        train = ",".join(map(str, spikes[:, neuron].tolist()))
        yield f"        - {number}: {{spikes: [{train}]}}\n"


def _inside(net: SanaFeNetwork, group: NeuronGroup) -> Iterator[str]:
    """Neurons with the same attributes that stand side by side are one line."""
    logged = "log_potential" if group.node in _readouts(net.program) else "log_spikes"
    yield f"    - name: {group.name}\n      attributes: {{reset_mode: hard, {logged}: true}}\n"
    yield "      neurons:\n"
    at = 0
    for fields, same in groupby(net.neurons(group)):
        count = len(list(same))
        listed = ", ".join(f"{key}: {value!r}" for key, value in fields.items())
        yield f"        - {at}..{at + count - 1}: {{{listed}}}\n"
        at += count


def _hyperedge(source: NeuronGroup, target: NeuronGroup, delay: int, rows: Array) -> Iterator[str]:
    weights = np.zeros(len(rows), np.int64) if delay > LATEST else rows[:, 2]
    yield f"    - {source.name} -> {target.name}:\n        type: sparse\n"
    pairs = [f"[{a},{b}]" for a, b in rows[:, :2].tolist()]
    yield from _list("source_target_pairs", pairs)
    yield from _list("weight", list(map(str, weights.tolist())))
    if 1 < delay <= LATEST:
        yield from _list("delay", [str(delay - 1)] * len(rows))


def _list(key: str, values: list[str]) -> Iterator[str]:
    lines = (",".join(values[at : at + PER_LINE]) for at in range(0, len(values), PER_LINE))
    yield f"        {key}: [" + ",\n          ".join(lines) + "]\n"


def _readouts(program: IntegerProgram) -> set[str]:
    return {readout.name for readout in program.readouts}
