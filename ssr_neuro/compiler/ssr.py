"""From a trained SSR to a verified integer program: build it, prove it, rank with it.

Each function returns a frozen value; nothing is written here (see `ssr_neuro.bundle.write`).
"""

from dataclasses import dataclass, field, replace
from functools import cached_property
from io import BytesIO
from typing import Any

import nir
import numpy as np
import torch
from torch import nn

from converters.nir import write_graph
from converters.nir.read_graph import read_back
from converters.nir_to_program import to_program
from converters.program_to_ssr import item_bias, item_codes, quantised_twin
from converters.ssr_checks import batches, compare_export, spike_trains
from converters.ssr_to_nir import to_nir
from simulators.fast import Fast
from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.evaluate import ScoreBatch
from ssr_neuro.evaluation.item_table import ItemTable, TopAgreement, agreement, stimulus_of, top
from ssr_neuro.program.arrays import Bits, IntArray
from ssr_neuro.program.ir import FloatProgram, IntegerProgram, Program
from ssr_neuro.program.simulator import Simulator
from ssr_neuro.program.trace import Comparison, Trace, compare
from ssr_neuro.ranking import PackedItems
from ssr_neuro.stopwatch import Stopwatch
from ssr_neuro.verification.prove import Lowered, Runs, demand, run_all

TWIN = "quantised PyTorch"


@dataclass(frozen=True, eq=False)
class Exported:
    """One model as the NIR graph that was written and read back, and its float Program.

    nir_file: the bytes of the graph's file.
    """

    checkpoint: Checkpoint
    model: Any
    graph: nir.NIRGraph
    nir_file: bytes
    program: FloatProgram

    @cached_property
    def codes(self) -> Bits:
        """Of all items but the pad, uint8 0/1 (V, T, D). Encoded once: a catalogue is large."""
        return item_codes(self.model)

    def stimulus(self, sequences: IntArray) -> dict[str, Bits]:
        """Input spikes of item sequences (samples, N), for any stage of the program."""
        return {self.program.inputs[0].name: stimulus_of(self.codes, sequences)}


@dataclass(frozen=True, eq=False)
class Built:
    """One model at every stage. `lowered` holds the integer programs, `twin` is PyTorch again."""

    exported: Exported
    lowered: Lowered
    items: ItemTable
    twin: Any

    @property
    def model(self) -> Any:
        return self.exported.model

    @property
    def program(self) -> IntegerProgram:
        """What is deployed."""
        return self.lowered.program


@dataclass(frozen=True, eq=False)
class Proof:
    """What was compared on `sequences` (samples, N), and the traces everything equals.

    runs: reference traces, before and after optimising. spikes_changed: share of spikes that
    quantising changed, by population. inexact: mismatches with quantised PyTorch, all downstream
    of a stated truncation (see `reached_by_truncation`); 0 for every network that is exact.
    """

    sequences: IntArray = field(repr=False)
    runs: Runs
    comparisons: tuple[Comparison, ...]
    agreement: TopAgreement
    top10: IntArray = field(repr=False)
    spikes_changed: dict[str, float]
    inexact: int

    @property
    def trace(self) -> Trace:
        """The deployed program's spikes and readouts on the reference."""
        return self.runs.trace


def export(checkpoint: Checkpoint, watch: Stopwatch) -> Exported:
    """Checkpoint -> NIR, written and read back -> float Program."""
    if checkpoint.kind != "ssr":
        raise BadInput(
            f"a model of kind {checkpoint.kind!r} has no spikes to compile; train one with "
            "ssr train --model ssr"
        )
    model = checkpoint.model().double()
    with watch.step("export to NIR, read back"):
        graph, nir_file = _write_and_read(to_nir(model))
    with watch.step("NIR to Program"):
        program = to_program(graph, model.config.steps, name="ssr")
    return Exported(checkpoint, model, graph, nir_file, program)


def build(exported: Exported, lowered: Lowered, watch: Stopwatch) -> Built:
    """The item table in the integers of the readout, and the program's twin in PyTorch."""
    with watch.step("item table to bits"):
        unit = float(lowered.full.readouts[0].unit or 1.0)
        bias = item_bias(exported.model, unit)
        items = ItemTable(exported.codes, bias, tuple(exported.checkpoint.item_ids))
    return Built(exported, lowered, items, quantised_twin(exported.model, lowered.full))


def _write_and_read(graph: nir.NIRGraph) -> tuple[nir.NIRGraph, bytes]:
    """The graph as a reader of its file sees it, and the file.

    Nodes are written in the order of their names, in which HDF5 lists them: who reads the file and
    writes it again gets the same bytes.
    """
    by_name = replace(
        graph,
        nodes=dict(sorted(graph.nodes.items())),
        metadata=dict(sorted(graph.metadata.items())),
    )
    content = write_graph.to_bytes(by_name)
    return read_back(BytesIO(content)), content


def prove(
    built: Built, sequences: IntArray, simulators: tuple[Simulator, ...], watch: Stopwatch
) -> Proof:
    """Run every stage on the same item sequences (samples, N); the first simulator is the measure.

    Raises Mismatch, which names population, neuron, sample, step and both values, at the first
    stage that differs where the design says it must not.
    """
    full, inputs = built.lowered.full, built.exported.stimulus(sequences)
    runs = run_all(built.lowered, inputs, simulators, watch)
    with watch.step("run PyTorch, float and quantised"):
        own = spike_trains(built.model, sequences)
        twin = _twin_trace(built, sequences, inputs)
    with watch.step("compare all spikes"):
        exported = compare_export(own, built.exported.program, built.items, sequences)
        first = compare(twin, runs.full, (TWIN, simulators[0].name))
        reached = reached_by_truncation(full)
        demanded = compare(
            _without(twin, reached), _without(runs.full, reached), (TWIN, first.right)
        )
    demand(exported, demanded)
    packed = PackedItems.of(built.items.codes, built.items.bias)
    ours = packed.top(runs.trace.readouts[full.readouts[0].name]).rows
    floats = _scores_of(built.model, own[1])
    return Proof(
        sequences=sequences,
        runs=runs,
        comparisons=(exported, first, *runs.comparisons),
        agreement=agreement(ours, top(floats)),
        top10=ours,
        spikes_changed={n: float((x != runs.full.spikes[n]).mean()) for n, x in own[0].items()},
        inexact=first.mismatches,
    )


def reached_by_truncation(program: Program) -> set[str]:
    """Nodes that a stated truncation reaches: there alone may quantised PyTorch differ."""
    reached = set(program.notes.inexact)
    for synapse in program.synapses:
        if reached & {source.name for source in synapse.sources}:
            reached.add(synapse.target)
    return reached


def integer_scores(program: IntegerProgram, items: ItemTable) -> ScoreBatch:
    """The integer network and item table as a scorer, on the fast simulator; the pad is last."""

    packed = PackedItems.of(items.codes, items.bias)

    def score(sequences: IntArray) -> Any:
        inputs = {program.inputs[0].name: packed.stimulus(sequences)}
        (readouts,) = Fast().readouts(program, inputs).values()
        scores = packed.scores(readouts).astype(np.float64)
        return np.pad(scores, ((0, 0), (1, 0)), constant_values=-np.inf)

    return score


def float_scores(model: Any) -> ScoreBatch:
    """The float model as a scorer, in the precision of its weights (float64 here)."""

    @torch.inference_mode()
    def score(sequences: IntArray) -> Any:
        return np.concatenate([model(part).numpy() for part in batches(sequences)])

    return score


@torch.inference_mode()
def _scores_of(model: Any, readouts: Any) -> Any:
    """The float model's scores of all items but the pad, from its readouts (samples, T, D)."""
    hidden = torch.from_numpy(readouts).flatten(1)
    codes = model.codes()[1:].flatten(1).to(hidden.dtype)
    return nn.functional.linear(hidden, codes, model.item_biases()[1:]).numpy()


def _without(trace: Trace, nodes: set[str]) -> Trace:
    spikes = {name: x for name, x in trace.spikes.items() if name not in nodes}
    readouts = {name: x for name, x in trace.readouts.items() if name not in nodes}
    return Trace(trace.inputs, spikes, readouts)


def _twin_trace(built: Built, sequences: IntArray, inputs: dict[str, Any]) -> Trace:
    """The twin's spikes, and its readouts in integer units."""
    spikes, readouts = spike_trains(built.twin, sequences)
    (readout,) = built.lowered.full.readouts
    whole = np.rint(readouts / (readout.unit or 1.0)).astype(np.int64)
    return Trace(inputs, spikes, {readout.name: whole.reshape(*whole.shape[:2], *readout.shape)})
