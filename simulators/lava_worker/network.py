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
from .probe.processes import ProbedLif
from .program import Neuron, Population, Program, Readout, Synapse

# Any number above 0 makes s_in a true sum; 0 would make it a logical or.
MESSAGE_BITS = 8


class Network:
    """The processes of one program with `lanes` samples side by side; `sink` reaches them all.

    membranes: also record v of every population, before the reset.
    """

    def __init__(self, program: Program, lanes: int, folder: Path, membranes: bool) -> None:
        self.program, self.lanes = program, lanes
        self.sizes = {**program.inputs, **{p.name: p.size for p in program.populations}}
        self.delays: dict[tuple[str, int], Any] = {}
        self.outputs = self._sources(folder)
        inlets: dict[str, Any] = {}
        fired, sums, seen = [], [], []
        for p in program.populations:
            lif = self._lif(p, p.neuron, membranes)
            inlets[p.name], self.outputs[p.name] = lif.a_in, lif.s_out
            fired.append((p, lif.s_out))
            seen += [(p, lif.v_out)] if membranes else []
        for r in program.readouts:
            lif = r.neuron and self._lif(r, r.neuron, probed=True)
            sums.append((r, lif and lif.v_out))
            inlets[r.name] = lif and lif.a_in
        self.sink = self._sink(folder, [*fired, *sums, *seen])
        for i, (r, port) in enumerate(sums, len(fired)):
            if port is None:  # a plain sum flows straight into the sink
                inlets[r.name] = getattr(self.sink, f"in_{i}")
        for synapse in program.synapses:
            self._connect(synapse, inlets[synapse.target])

    def _sources(self, folder: Path) -> dict[str, Any]:
        return {
            name: FileSource(
                path=str(folder / f"input_{i}.npy"),
                size=size,
                lanes=self.lanes,
                interval=self.program.interval,
                name=name,
            ).s_out
            for i, (name, size) in enumerate(self.program.inputs.items())
        }

    def _lif(self, node: Population | Readout, neuron: Neuron, probed: bool) -> Any:
        return (ProbedLif if probed else LIFReset)(
            shape=(self.lanes * node.size,),
            du=self._beside(neuron.du),
            dv=self._beside(neuron.dv),
            vth=self._beside(neuron.vth),
            bias_mant=self._beside(neuron.bias_mant),
            bias_exp=neuron.bias_exp,
            reset_interval=self.program.interval,
            reset_offset=1 + node.depth,
            name=node.name,
        )

    def _beside(self, value: Any) -> Any:
        """An array once for each lane; a number is the same for all."""
        return value if isinstance(value, int) else np.tile(value, self.lanes)

    def _sink(self, folder: Path, shown: list[tuple[Population | Readout, Any]]) -> Any:
        """One file for each node and port of `shown`; a port of None is connected later."""
        records = [
            Record(str(folder / f"output_{i}.npy"), node.size, node.depth)
            for i, (node, _) in enumerate(shown)
        ]
        progress = str(folder / "progress.npy")
        sink = file_sink(records, self.lanes, self.program.interval, progress)
        for i, (_, port) in enumerate(shown):
            if port is not None:
                port.connect(getattr(sink, f"in_{i}"))
        return sink

    def _connect(self, synapse: Synapse, inlet: Any) -> None:
        """Two ports can be connected once only: a source named twice gets a twin synapse."""
        matrix = _side_by_side(2 * synapse.matrix, self.lanes)
        seen: Counter[tuple[str, int]] = Counter()
        twins: dict[int, Any] = {}
        for source in synapse.sources:
            copy = seen[source]
            if copy not in twins:
                twins[copy] = _sparse(matrix, synapse.name, synapse.exponent)
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


def _sparse(matrix: Any, name: str, exponent: int = 0) -> Any:
    """A synapse of half of `matrix`: odd weights survive as 2 * w with one less, of any sign."""
    return Sparse(weights=matrix, weight_exp=exponent - 1, num_message_bits=MESSAGE_BITS, name=name)


def _side_by_side(matrix: Any, copies: int) -> Any:
    """Block diagonal CSR of `copies` times `matrix`."""
    rows, columns = matrix.shape
    at = np.arange(copies)[:, None]
    indices = (matrix.indices + columns * at).reshape(-1)
    indptr = np.append((matrix.indptr[:-1] + matrix.nnz * at).reshape(-1), copies * matrix.nnz)
    shape = (copies * rows, copies * columns)
    return sp.csr_matrix((np.tile(matrix.data, copies), indices, indptr), shape=shape)
