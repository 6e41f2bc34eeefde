"""Does every command of a table stay in its memories and its population? Checked on every compile.

`formal/sequencer_ends.v` proves that the core goes where the fields of a command lead, and that it
ends if the table is as `check_addresses` demands; here the fields are followed, for every neuron
that could spike.
"""

from dataclasses import dataclass

import numpy as np

from converters.rtl.fields import Command, Op
from converters.rtl.layout import NodeLayout
from converters.rtl.tables import Tables
from ssr_neuro.errors import Mismatch
from ssr_neuro.program.arrays import Ints
from ssr_neuro.program.ir import Readout


def check_addresses(tables: Tables) -> None:
    """Raises Mismatch that names the command and the address that would leave its memory."""
    _check_shape(tables)
    waiting: list[tuple[str, Command]] = []
    for where, command in tables.commands:
        if command["op"] == Op.SYN:
            waiting.append((where, command))
        elif command["op"] in (Op.NEU, Op.READ):
            node = _node(tables, command, where)
            _Check(tables, where).neurons(command, node)
            for before, synapse in waiting:
                _Check(tables, before).synapse(synapse, node)
            waiting = []


def _check_shape(tables: Tables) -> None:
    """One END, at the end; every LOOP has the steps of a sample: what the proof takes for given."""
    ops = [command["op"] for _, command in tables.commands]
    if Op.END in ops[:-1] or ops[-1] != Op.END:
        raise Mismatch(
            "the table of commands has another END than its last; report this as a fault"
        )
    for where, command in tables.commands:
        if command["op"] == Op.LOOP and command["rows"] != tables.program.steps:
            _Check(tables, where).demand("steps", np.array([command["rows"]]), 0)


def _node(tables: Tables, command: Command, where: str) -> NodeLayout:
    """Whose neurons a command steps, by the word it writes first."""
    reads = command["op"] == Op.READ or bool(command.get("show"))
    nodes = tables.program.readouts if reads else tables.program.populations
    layouts = [tables.layouts.nodes[node.name] for node in nodes]
    found = [one for one in layouts if one.base == command["address"]]
    if not found:
        raise Mismatch(f"{where}: no node begins at word {command['address']}; report this")
    return found[0]


@dataclass(frozen=True)
class _Check:
    """Of one command."""

    tables: Tables
    where: str

    def demand(self, what: str, addresses: Ints, words: int) -> None:
        if addresses.size and not 0 <= addresses.min() <= addresses.max() < words:
            raise Mismatch(
                f"{self.where}: {what} {int(addresses.min())} to {int(addresses.max())} of {words} "
                "words; report this as a fault"
            )

    def neurons(self, command: Command, node: NodeLayout) -> None:
        """Walks a node from its first word to its last, one by one."""
        words = command["words"]
        steps = (command.get("t_base", 0), command["t_row"], command["t_word"])
        if steps != (0, words, 1) or (command["rows"], words) != (node.outer, node.row_words):
            raise Mismatch(f"{self.where}: another walk than over all its words; report this")
        places = np.arange(node.words)
        row, word = np.divmod(places, words)
        biases = command["w_base"] + row * command.get("w_row", 0) + word * command.get("w_word", 0)
        self.demand("accumulators", places, self.tables.sums)
        self.demand("biases", biases, self._words("biases"))
        if command["op"] == Op.NEU:
            self.demand("membranes", command.get("v_base", 0) + places, self.tables.states)
        if command.get("own"):
            self.demand("parameters", command["p_base"] + places, self._words("neurons"))

    def synapse(self, command: Command, target: NodeLayout) -> None:
        """Every lane of every word that it walks, whether it ever spikes or not."""
        row, word, lane = self._received(command)
        first = command["w_base"] + row * command["w_row"] + word * command["w_word"]
        weights = first + lane * command["w_lane"]
        if command["list"]:
            self._lists(weights, target)
            return
        run = np.arange(command["run"])
        reached = command["t_base"] + row * command["t_row"] + word * command["t_word"]
        targets = (reached + lane * command["t_lane"])[:, None] + run * command["run_step"]
        self.demand("weights", weights[:, None] + run, self._words("weights"))
        self.demand(f"accumulators of {target.name!r}", targets, target.words)

    def _received(self, command: Command) -> tuple[Ints, Ints, Ints]:
        """Row, word and lane of every neuron that it listens to."""
        lanes = self.tables.lanes
        shape = (command["rows"], command["words"], lanes)
        row, word, lane = (axis.ravel() for axis in np.indices(shape))
        at = command["address"] + row * command["row_step"] + word
        used = command["lanes"] >> lane & 1 == 1
        self.demand("spikes", at[used], self.tables.layouts.spike_words)
        width = np.zeros(self.tables.layouts.spike_words, np.int64)
        for node in self.tables.program.nodes:
            if not isinstance(node, Readout):
                layout = self.tables.layouts.nodes[node.name]
                columns = np.arange(layout.words) % layout.row_words
                width[layout.base : layout.base + layout.words] = layout.inner - columns * lanes
        used &= lane < width[np.minimum(at, len(width) - 1)]
        return row[used], word[used], lane[used]

    def _lists(self, pointers: Ints, target: NodeLayout) -> None:
        stored = self.tables.image("lists")[:, 0]
        self.demand("pointers", pointers, len(stored))
        pointed = stored[pointers]
        starts = pointed[pointed >> 31 & 1 == 1] & 0xFFFFF
        self.demand("lists", starts, len(stored))
        ends = np.flatnonzero(stored >> 31 & 1)
        nearest = np.searchsorted(ends, starts)
        self.demand("ends of lists", nearest, len(ends))
        for start, end in zip(starts.tolist(), ends[nearest].tolist(), strict=True):
            entries = stored[start : end + 1]
            self.demand(f"accumulators of {target.name!r}", entries & 0xFFFF, target.words)
            self.demand("lanes", entries >> 24 & 31, self.tables.lanes)

    def _words(self, name: str) -> int:
        return len(self.tables.image(name))
