"""A Program as the tables of the core: commands, images of memories, parameters, layouts."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from converters.rtl.fields import COMMAND_BITS, Command, Op, encode
from converters.rtl.images import Image, check_depths, hex_lines
from converters.rtl.items import GROUP, SCORE_BITS, check_scores, code_words, the_readout
from converters.rtl.layout import Layouts, NodeLayout, lay_out
from converters.rtl.synapses import Memories, SynapseWriter
from converters.rtl.widths import Widths, bounds, general_widths, has_own, stored_bias, widths
from ssr_neuro.errors import BadInput, DoesNotFit
from ssr_neuro.evaluation.item_table import ItemTable
from ssr_neuro.program.arrays import Ints
from ssr_neuro.program.fixed_point import DECAY_ONE, NEVER
from ssr_neuro.program.ir import IntegerLif, IntegerProgram, Population, Readout
from ssr_neuro.program.linear_maps import Array
from ssr_neuro.program.recurrence import groups
from ssr_neuro.program.simulator import unready

LANES = (1, 2, 4, 8, 16)
STEPS = 256
PARAMETER_BITS = 46  # of a neuron with a threshold and decays of its own
LIST_BITS = 32
NARROW = ("sums", "states", "commands")  # memories with short addresses


@dataclass(frozen=True)
class MemoryImage:
    """One memory that the host fills. number: as in `load_memory` of the core."""

    name: str
    number: int
    words: Ints
    bits: int  # of each of the numbers in a word

    @property
    def hex(self) -> str:
        return hex_lines(self.words, self.bits)


@dataclass(frozen=True)
class Tables:
    """What one network is to the core. commands: (where it comes from, the command)."""

    program: IntegerProgram
    lanes: int
    layouts: Layouts
    widths: Widths
    commands: tuple[tuple[str, Command], ...]
    images: tuple[MemoryImage, ...]
    sums: int
    states: int
    items: ItemTable | None = None

    @property
    def parameters(self) -> dict[str, int]:
        """Of `verilog/core.v`."""
        size = self.depths
        return {
            "LANES": self.lanes,
            **self.widths.parameters,
            "SPIKES": size["spikes"],
            "WEIGHTS": size["weights"],
            "LISTS": size["lists"],
            "SUMS": size["sums"],
            "STATES": size["states"],
            "BIASES": size["biases"],
            "NEURONS": size["neurons"],
            "READOUTS": size["readouts"],
            "COMMANDS": size["commands"],
            "ITEMS": 0 if self.items is None else len(self.items.codes),
        }

    def image(self, name: str) -> Ints:
        """Words of a memory that the host fills: (words, numbers in a word)."""
        return next(image.words for image in self.images if image.name == name)

    @property
    def depths(self) -> dict[str, int]:
        """Words of every memory, those that the host fills first."""
        steps, layouts = self.program.steps, self.layouts
        return {
            **{image.name: len(image.words) for image in self.images},
            "spikes": steps * layouts.spike_words,
            "sums": self.sums,
            "states": self.states,
            "readouts": max(1, steps * layouts.readout_words),
        }


def tables(
    program: IntegerProgram, lanes: int, items: ItemTable | None = None, *, general: bool = False
) -> Tables:
    """items: of a recommender, which are scored at the end of a sample. general: for the build of

    the core that runs any program, not the smallest for this one.

    Raises BadInput for lanes that the core has not, or a program that is not lowered; DoesNotFit
    with the name of what the core cannot hold.
    """
    _check(program, lanes)
    found = widths(program)
    if general:
        found = general_widths()
    layouts = lay_out(program, lanes)
    writer = _Writer(program, lanes, layouts, found)
    commands = tuple(writer.commands())
    numbers = [encode(command, where) for where, command in commands]
    images: tuple[MemoryImage, ...] = (
        MemoryImage("weights", 1, writer.memories.weights.array(), 8),
        MemoryImage("biases", 2, writer.biases.array(), found.bias.bits),
        MemoryImage("neurons", 3, writer.own.array(), PARAMETER_BITS),
        MemoryImage("commands", 4, np.array(numbers, object)[:, None], COMMAND_BITS),
        MemoryImage("lists", 5, writer.memories.lists.array(), LIST_BITS),
    )
    if items is not None:
        images = (*images, *_item_images(program, layouts, items))
    names = [node.name for node in program.nodes if node not in program.inputs]
    sums = max((layouts.nodes[name].words for name in names), default=1)
    states = max(1, writer.states)
    made = Tables(program, lanes, layouts, found, commands, images, sums, states, items)
    check_depths(made.depths, NARROW)
    return made


def _item_images(
    program: IntegerProgram, layouts: Layouts, items: ItemTable
) -> tuple[MemoryImage, MemoryImage]:
    readout = the_readout(program, items)
    check_scores(items, *bounds(program, readout.name), readout)
    codes = code_words(items, layouts.nodes[readout.name])
    return (
        MemoryImage("codes", 6, codes, GROUP),
        MemoryImage("item_biases", 7, np.asarray(items.bias, np.int64)[:, None], SCORE_BITS),
    )


def check_lanes(lanes: int) -> None:
    """Raises BadInput where no core has so many."""
    if lanes not in LANES:
        raise BadInput(f"--lanes is {lanes}; the core has {', '.join(map(str, LANES[:-1]))} or 16")


def _check(program: IntegerProgram, lanes: int) -> None:
    check_lanes(lanes)
    if reason := unready(program):
        raise BadInput(f"program {program.name!r} cannot run: {reason}")
    if program.steps > STEPS:
        raise DoesNotFit(
            f"program {program.name!r} has {program.steps} steps; the core counts to {STEPS}"
        )


class _Writer:
    """Commands in the order in which they run, and what they put into memories."""

    def __init__(
        self, program: IntegerProgram, lanes: int, layouts: Layouts, widths: Widths
    ) -> None:
        self.program, self.layouts, self.widths = program, layouts, widths
        self.memories = Memories(Image(lanes), Image(1))
        self.biases, self.own = Image(lanes), Image(lanes)
        self.synapses = SynapseWriter(layouts, self.memories, lanes)
        self.states = 0

    def commands(self) -> Iterator[tuple[str, Command]]:
        """Node after node, the steps of a sample inside; nodes of a loop step by step together."""
        inputs = {node.name for node in self.program.inputs}
        loop = {
            "op": Op.LOOP,
            "address": self.layouts.spike_words,
            "w_base": self.layouts.readout_words,
            "rows": self.program.steps,
        }
        for group in groups(self.program):
            state = 0
            for name in group:
                if name not in inputs:
                    yield from self._node(name, state)
                    state += self.layouts.nodes[name].words
            if state:
                yield "steps", loop
            self.states = max(self.states, state)
        yield "end", {"op": Op.END}

    def _node(self, name: str, state: int) -> Iterator[tuple[str, Command]]:
        for synapse in self.program.into(name):
            for command in self.synapses.commands(synapse):
                yield f"synapse {synapse.name!r}", command
        node = self.program.node(name)
        layout = self.layouts.nodes[name]
        if isinstance(node, Readout):
            if node.neuron is None:
                yield f"readout {name!r}", self._read(layout, node)
            else:
                yield f"readout {name!r}", {**self._neurons(layout, node.neuron, state), "show": 1}
        elif isinstance(node, Population):
            yield f"population {name!r}", self._neurons(layout, node.neuron, state)

    def _read(self, layout: NodeLayout, readout: Readout[IntegerLif]) -> Command:
        bias = np.broadcast_to(np.asarray(readout.bias, np.int64), readout.shape)
        return {**_all(layout, Op.READ), **self._bias(layout, bias)}

    def _neurons(self, layout: NodeLayout, neuron: IntegerLif, state: int) -> Command:
        bias = np.broadcast_to(stored_bias(neuron, self.widths.bias_shift), layout.shape)
        found = {**_all(layout, Op.NEU), **self._bias(layout, bias), "v_base": state}
        vth = clip_threshold(neuron.vth)
        keep_v = DECAY_ONE - np.asarray(neuron.dv, np.int64)
        keep_u = DECAY_ONE - 1 - np.asarray(neuron.du, np.int64)
        if has_own(neuron):
            vth = vth & ((1 << 20) - 1)
            word = np.broadcast_to(vth << 26 | keep_v << 13 | keep_u, layout.shape)
            return {**found, "own": 1, "p_base": self.own.put(layout.pack(word))}
        return {
            **found,
            "vth": int(vth.flat[0]),
            "keep_v": int(keep_v.flat[0]),
            "keep_u": int(keep_u.flat[0]),
        }

    def _bias(self, layout: NodeLayout, bias: Ints) -> Command:
        """Once, once a row, once a word of a row, or each: as few words as hold them."""
        grid = layout.grid(bias)
        lanes, per_row = layout.lanes, (grid == grid[:, :1]).all()
        if per_row and (grid == grid[:1]).all():
            return {"w_base": self.biases.put(np.full((1, lanes), grid[0, 0]))}
        if per_row:
            rows = np.repeat(grid[:, :1], lanes, axis=1)
            return {"w_base": self.biases.put(rows), "w_row": 1}
        words = layout.pack(bias)
        if (grid == grid[:1]).all():
            return {"w_base": self.biases.put(words[: layout.row_words]), "w_word": 1}
        return {"w_base": self.biases.put(words), "w_row": layout.row_words, "w_word": 1}


def clip_threshold(vth: int | Array) -> Ints:
    """Beyond these no membrane gets, so that nothing fires, or everything."""
    return np.clip(np.asarray(vth, np.int64), -NEVER - 1, NEVER)


def _all(layout: NodeLayout, op: Op) -> dict[str, int]:
    """A walk over all neurons of a node."""
    return {
        "op": op,
        "address": layout.base,
        "rows": layout.outer,
        "words": layout.row_words,
        "tail": layout.tail,
        "t_row": layout.row_words,
        "t_word": 1,
    }
