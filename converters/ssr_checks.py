"""Does a NIR graph compute what the SSR it was exported from computes?"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from converters.nir.read_graph import read_back
from converters.nir_to_program import to_program
from converters.program_to_ssr import item_table, rounded_twin
from ssr_neuro.evaluation.item_table import ItemTable
from ssr_neuro.program import float_simulator
from ssr_neuro.program.arrays import IntArray
from ssr_neuro.program.ir import Program
from ssr_neuro.program.trace import Comparison, Difference, Trace, compare
from ssr_neuro.verification.prove import demand

MODEL = "float PyTorch"
FLOAT_BATCH = 256
READOUT_TOLERANCE = 1e-9


def check_nir(model: Any, path: Path, sequences: IntArray) -> Comparison:
    """Read a NIR file, run it, and compare with `model` (float64). Raises Mismatch.

    A flat graph is float32: it is compared with the model rounded to that.
    """
    graph = read_back(path, sparse=True)
    exported = to_program(graph, model.config.steps)
    written = rounded_twin(model) if graph.metadata.get("layout") == "flat" else model
    own = spike_trains(written, sequences)
    comparison = compare_export(own, exported, item_table(model, 1.0, ()), sequences)
    demand(comparison)
    return comparison


def compare_export(
    own: tuple[dict[str, Any], Any], exported: Program, items: ItemTable, sequences: IntArray
) -> Comparison:
    """The model's spikes by layer, and readouts, against those of the graph exported from it.

    Spikes must be equal; readouts, float64 on both sides, equal to READOUT_TOLERANCE.
    """
    (node,) = exported.inputs
    stimulus = items.stimulus(sequences).reshape(len(sequences), exported.steps, *node.shape)
    spikes, readouts = float_simulator.run(exported, {node.name: stimulus})
    shaped = {name: spikes[name].reshape(x.shape) for name, x in own[0].items()}
    found = compare(Trace({}, own[0], {}), Trace({}, shaped, {}), (MODEL, "NIR read back"))
    (readout,) = readouts.values()
    return _with_readouts(found, own[1], readout.reshape(own[1].shape))


def _with_readouts(found: Comparison, own: Any, exported: Any) -> Comparison:
    far = ~(np.abs(own - exported) <= READOUT_TOLERANCE * max(1.0, float(np.abs(own).max())))
    first = found.first
    if first is None and far.any():
        sample, step, *neuron = (int(i) for i in np.argwhere(far)[0])
        at = (sample, step, *neuron)
        values = (float(own[at]), float(exported[at]))
        first = Difference("output", sample, step, tuple(neuron), values, "readout")
    mismatches = found.mismatches + int(far.sum())
    return replace(found, readouts_compared=own.size, mismatches=mismatches, first=first)


def spike_trains(model: Any, sequences: IntArray) -> tuple[dict[str, Any], Any]:
    parts = [model.spike_trains(part) for part in batches(sequences)]
    spikes = {n: np.concatenate([p[0][n].numpy() for p in parts]) for n in parts[0][0]}
    return spikes, np.concatenate([p[1].numpy() for p in parts])


def batches(sequences: IntArray) -> Iterator[torch.Tensor]:
    rows = np.asarray(sequences, np.int64)
    return (
        torch.from_numpy(rows[at : at + FLOAT_BATCH]) for at in range(0, len(rows), FLOAT_BATCH)
    )
