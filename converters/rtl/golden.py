"""What the core must answer, in its own words: spikes, readouts and counters of every sample."""

from dataclasses import dataclass

import numpy as np

from converters.rtl.counters import COUNTERS, counters
from converters.rtl.images import hex_lines
from converters.rtl.items import best
from converters.rtl.layout import NodeLayout
from converters.rtl.tables import Tables, clip_threshold
from simulators.fast import Fast
from ssr_neuro.program.arrays import Ints
from ssr_neuro.program.fixed_point import STATE_SHIFT
from ssr_neuro.program.ir import IntegerProgram
from ssr_neuro.program.linear_maps import Array
from ssr_neuro.program.trace import Trace

SAMPLES_AT_ONCE = 16  # bounds the memory that their membranes take


@dataclass(frozen=True, eq=False)
class GoldenWords:
    """spikes: (samples, steps, words, lanes) of inputs and populations. readouts: the same of

    readouts. counters: (samples, 6), in the order of `COUNTERS`. best: (samples, places, 2), items
    and scores, of no places where no items are scored.
    """

    spikes: Ints
    readouts: Ints
    counters: Ints
    best: Ints

    def files(self) -> dict[str, str]:
        """Name -> text, one hex number a line."""
        lanes = self.spikes.shape[-1]
        readouts = self.readouts if self.readouts.size else np.zeros((1, lanes), np.int64)
        return {
            "spikes.hex": hex_lines(self.spikes.reshape(-1, lanes), 1),
            "readouts.hex": hex_lines(readouts.reshape(-1, lanes), 32),
            "best.hex": hex_lines(self.best.reshape(-1, 2), 32) or "0\n",
            "counters.hex": hex_lines(self.counters.reshape(-1, 1), 32),
        }


def golden_words(tables: Tables, trace: Trace) -> GoldenWords:
    """A trace of the tables' program as the core stores it."""
    program, layouts = tables.program, tables.layouts
    shape = (trace.samples, program.steps)
    spikes = np.zeros((*shape, layouts.spike_words, tables.lanes), np.int64)
    readouts = np.zeros((*shape, layouts.readout_words, tables.lanes), np.int64)
    for name, bits in {**trace.inputs, **trace.spikes}.items():
        _place(spikes, layouts.nodes[name], bits)
    for name, values in trace.readouts.items():
        _place(readouts, layouts.nodes[name], values)
    found = counters(tables, spikes) | {"margins": margins(program, trace)}
    found_best = np.zeros((trace.samples, 0, 2), np.int64)
    if tables.items is not None:
        found_best = best(tables.items, trace, program.readouts[0].name)
    return GoldenWords(
        spikes, readouts, np.stack([found[name] for name in COUNTERS], axis=1), found_best
    )


def margins(program: IntegerProgram, trace: Trace) -> Ints:
    """The sum of v - 64 vth over all updates of a sample, mod 2**32: int64 (samples,).

    Runs the program once more, for the membranes that a trace seldom holds.
    """
    total = np.zeros(trace.samples, np.int64)
    for at in range(0, trace.samples, SAMPLES_AT_ONCE):
        some = slice(at, at + SAMPLES_AT_ONCE)
        inputs = {name: x[some] for name, x in trace.inputs.items()}
        for name, v in Fast().run(program, inputs, membranes=True).membranes.items():
            vth = clip_threshold(program.population(name).neuron.vth)
            total[some] += (v - (vth << STATE_SHIFT)).reshape(len(v), -1).sum(axis=1)
    return total & 0xFFFFFFFF


def _place(words: Ints, layout: NodeLayout, values: Array) -> None:
    words[:, :, layout.base : layout.base + layout.words] = layout.pack(values)
