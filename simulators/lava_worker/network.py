"""Builds stock Lava processes for a program: `Sparse` synapses and `LIFReset` populations.

Every synapse costs one step. A source read with delay k > 1 passes a stock delay of k - 1 steps
in front of the synapse; several sources are summed at the synapse's `s_in`.
"""

import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from lava.proc.lif.process import LIFReset
from lava.proc.sparse.process import DelaySparse, Sparse

from .file_ports.processes import FileSource, Record, file_sink
from .program import Population, Program, Synapse

# Any number above 0 makes s_in a true sum; 0 would make it a logical or.
MESSAGE_BITS = 8


class Network:
    """The processes of one program with `lanes` samples side by side; `sink` reaches them all."""

    def __init__(self, program: Program, lanes: int, folder: Path) -> None:
        self.program, self.lanes = program, lanes
        self.sizes = {**program.inputs, **{p.name: p.size for p in program.populations}}
        self.delays: "dict[tuple[str, int, int], Any]" = {}
        self.outputs = self._sources(folder)
        lifs = {p.name: self._population(p) for p in program.populations}
        self.outputs.update({name: lif.s_out for name, lif in lifs.items()})
        self.sink = self._sink(folder)
        inlets = {name: lif.a_in for name, lif in lifs.items()}
        for i, readout in enumerate(program.readouts):
            inlets[readout.name] = getattr(self.sink, f"in_{len(lifs) + i}")
        for synapse in program.synapses:
            self._connect(synapse, inlets[synapse.target])

    def _sources(self, folder: Path) -> "dict[str, Any]":
        return {
            name: FileSource(
                path=str(folder / f"input_{i}.npy"), size=size, lanes=self.lanes, name=name
            ).s_out
            for i, (name, size) in enumerate(self.program.inputs.items())
        }

    def _population(self, population: Population) -> Any:
        return LIFReset(
            shape=(self.lanes * population.size,),
            du=population.du,
            dv=population.dv,
            vth=population.vth,
            bias_mant=np.tile(population.bias_mant, self.lanes),
            bias_exp=population.bias_exp,
            reset_interval=self.program.steps,
            reset_offset=1 + population.depth,
            name=population.name,
        )

    def _sink(self, folder: Path) -> Any:
        nodes = (*self.program.populations, *self.program.readouts)
        records = [
            Record(str(folder / f"output_{i}.npy"), node.size, node.depth)
            for i, node in enumerate(nodes)
        ]
        sink = file_sink(records, self.lanes, str(folder / "progress.npy"))
        for i, population in enumerate(self.program.populations):
            self.outputs[population.name].connect(getattr(sink, f"in_{i}"))
        return sink

    def _connect(self, synapse: Synapse, inlet: Any) -> None:
        """Lava allows one connection between two ports: a source named twice gets a twin synapse."""
        matrix = self._side_by_side(2 * synapse.matrix)
        seen: "Counter[tuple[str, int]]" = Counter()
        twins: "dict[int, Any]" = {}
        for source in synapse.sources:
            copy = seen[source]
            if copy not in twins:
                twins[copy] = _sparse(matrix, synapse.name)
                twins[copy].a_out.connect(inlet)
            self._delayed(*source).connect(twins[copy].s_in)
            seen[source] += 1

    def _delayed(self, name: str, delay: int) -> Any:
        """The port that sends what `name` sent `delay` - 1 steps ago; shared by its readers."""
        if delay == 1:
            return self.outputs[name]
        return self._chain(name, delay)

    def _chain(self, name: str, delay: int) -> Any:
        key = (name, delay, 0)
        if key not in self.delays:
            identity = sp.identity(self.lanes * self.sizes[name], np.int64, format="csr")
            if MODE == "chain" or delay == 2:
                line = Sparse(
                    weights=identity, num_message_bits=MESSAGE_BITS, name=f"{name}_delay_{delay}"
                )
                self._delayed(name, delay - 1).connect(line.s_in)
            else:
                line = DelaySparse(
                    weights=identity,
                    delays=delay - 2,
                    num_message_bits=MESSAGE_BITS,
                    name=f"{name}_delay_{delay}",
                )
                self.outputs[name].connect(line.s_in)
            self.delays[key] = line.a_out
        return self.delays[key]

    def _side_by_side(self, matrix: Any) -> Any:
        return sp.kron(sp.identity(self.lanes, np.int64), matrix, format="csr")


import os

MODE = os.environ.get("MODE", "chain")


def _sparse(matrix: Any, name: str) -> Any:
    """2 * w with exponent -1: odd weights of mixed sign survive, and one-signed ones too."""
    return Sparse(weights=matrix, weight_exp=-1, num_message_bits=MESSAGE_BITS, name=name)
