"""Builds stock Lava processes for a program: `Sparse` synapses and `LIFReset` populations.

Every synapse costs one step. A source read with delay k > 1 passes a stock delay of k - 1 steps
in front of the synapse; several sources are summed at the synapse's `s_in`.
"""

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from lava.proc.lif.process import LIFReset
from lava.proc.sparse.process import Sparse

from .file_ports.processes import FileSource, Record, file_sink
from .program import Population, Program, Readout, Synapse

# Any number above 0 makes s_in a true sum; 0 would make it a logical or.
MESSAGE_BITS = 8


class Network:
    """The processes of one program with `lanes` samples side by side; `sink` reaches them all."""

    def __init__(self, program: Program, lanes: int, folder: Path) -> None:
        self.program, self.lanes = program, lanes
        self.sizes = {**program.inputs, **{p.name: p.size for p in program.populations}}
        self.delays: dict[tuple[str, int], Any] = {}
        self.outputs = self._sources(folder)
        lifs = {p.name: self._population(p) for p in program.populations}
        self.outputs.update({name: lif.s_out for name, lif in lifs.items()})
        self.sink = self._sink(folder)
        inlets = {name: lif.a_in for name, lif in lifs.items()}
        for i, readout in enumerate(program.readouts):
            inlets[readout.name] = getattr(self.sink, f"in_{len(lifs) + i}")
        for synapse in program.synapses:
            self._connect(synapse, inlets[synapse.target])

    def _sources(self, folder: Path) -> dict[str, Any]:
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
        nodes: list[Population | Readout] = [*self.program.populations, *self.program.readouts]
        records = [
            Record(str(folder / f"output_{i}.npy"), node.size, node.depth)
            for i, node in enumerate(nodes)
        ]
        sink = file_sink(records, self.lanes, str(folder / "progress.npy"))
        for i, population in enumerate(self.program.populations):
            self.outputs[population.name].connect(getattr(sink, f"in_{i}"))
        return sink

    def _connect(self, synapse: Synapse, inlet: Any) -> None:
        """Two ports can be connected once only: a source named twice gets a twin synapse."""
        matrix = _side_by_side(2 * synapse.matrix, self.lanes)
        seen: Counter[tuple[str, int]] = Counter()
        twins: dict[int, Any] = {}
        for source in synapse.sources:
            copy = seen[source]
            if copy not in twins:
                twins[copy] = _sparse(matrix, synapse.name)
                twins[copy].a_out.connect(inlet)
            self._delayed(*source).connect(twins[copy].s_in)
            seen[source] += 1

    def _delayed(self, name: str, delay: int) -> Any:
        """The port that sends what `name` sent `delay` - 1 steps ago.

        A chain of identities whose links all readers share; Lava's own DelaySparse rebuilds a
        matrix of every delay in every step and is slower than the whole chain.
        """
        if delay == 1:
            return self.outputs[name]
        if (name, delay) not in self.delays:
            identity = sp.identity(self.lanes * self.sizes[name], np.int64, format="csr")
            link = _sparse(2 * identity, f"{name}_delay_{delay - 1}")
            self._delayed(name, delay - 1).connect(link.s_in)
            self.delays[name, delay] = link.a_out
        return self.delays[name, delay]


def _sparse(matrix: Any, name: str) -> Any:
    """A synapse of half of `matrix`: odd weights survive as 2 * w with exponent -1, of any sign."""
    return Sparse(weights=matrix, weight_exp=-1, num_message_bits=MESSAGE_BITS, name=name)


def _side_by_side(matrix: Any, copies: int) -> Any:
    """Block diagonal CSR of `copies` times `matrix`."""
    rows, columns = matrix.shape
    at = np.arange(copies)[:, None]
    indices = (matrix.indices + columns * at).reshape(-1)
    indptr = np.append((matrix.indptr[:-1] + matrix.nnz * at).reshape(-1), copies * matrix.nnz)
    shape = (copies * rows, copies * columns)
    return sp.csr_matrix((np.tile(matrix.data, copies), indices, indptr), shape=shape)
