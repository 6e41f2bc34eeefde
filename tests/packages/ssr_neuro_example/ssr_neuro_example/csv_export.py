"""`--target example`: every weight of the compiled program as a row that any tool can read."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ssr_neuro.errors import Mismatch
from ssr_neuro.exporter import Job
from ssr_neuro.program import synaptic_input
from ssr_neuro.program.arrays import Ints
from ssr_neuro.program.ir import IntegerProgram
from ssr_neuro.program.trace import Trace

HEAD = ("source", "source_neuron", "delay", "target", "target_neuron", "weight")
Row = dict[str, str]


@dataclass(frozen=True)
class Csv:
    """What every neuron gets in every step of the job's sequences must follow from the rows."""

    name: str = "example"
    help: str = "a row for every weight between two neurons"
    integers: bool = True

    def export(self, job: Job, folder: Path) -> Mapping[str, Any]:
        """synapses.csv, read back. Raises Mismatch where its rows give another sum."""
        deployed, path = job.integer(), folder / "synapses.csv"
        program, trace, compared = deployed.program, deployed.trace, 0
        with job.watch.step("write the synapses"), path.open("w", newline="") as file:
            csv.writer(file).writerows((HEAD, *_rows(program)))
        with job.watch.step("read them back"), path.open(newline="") as file:
            rows = list(csv.DictReader(file))
        for name in dict.fromkeys(synapse.target for synapse in program.synapses):
            meant = synaptic_input.into(program, name, trace)
            into = [row for row in rows if row["target"] == name]
            wrong = int(_differs(into, trace, meant).sum())
            if wrong:
                raise Mismatch(f"synapses.csv gives {wrong} other sums into {name!r}")
            compared += meant.size
        return {"synapses": len(rows), "sums compared": compared, "mismatches": 0}


def _rows(program: IntegerProgram) -> Iterator[tuple[Any, ...]]:
    for synapse in program.synapses:
        matrix = synapse.map.expanded().tocoo()
        for source in synapse.sources:
            for target, sender, weight in zip(*matrix.coords, matrix.data, strict=True):
                scaled = int(weight) << synapse.exponent
                yield source.name, sender, source.delay, synapse.target, target, scaled


def _differs(rows: list[Row], trace: Trace, meant: Ints) -> Any:
    """Where the rows into one node give another sum than the program: (samples, steps, size)."""
    spikes = {**trace.inputs, **trace.spikes}
    found = np.zeros((*meant.shape[:2], meant[0, 0].size), np.int64)
    for row in rows:
        sent = spikes[row["source"]].reshape(*meant.shape[:2], -1).astype(np.int64)
        brought = int(row["weight"]) * sent[..., int(row["source_neuron"])]
        found[..., int(row["target_neuron"])] += brought
    return found != meant.reshape(found.shape)


EXPORTER = Csv()
