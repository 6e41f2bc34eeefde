"""A compiled network: its integer program, what was proven of it, and the bundle it is kept in."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ssr_neuro import registry
from ssr_neuro.bundle import write as bundle
from ssr_neuro.compiler.findings import Findings
from ssr_neuro.compiler.ssr import Proof
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.item_table import ItemTable
from ssr_neuro.library.files_read import find_from_here, path_of
from ssr_neuro.library.spikes import spikes_of
from ssr_neuro.program.arrays import IntArray
from ssr_neuro.program.ir import IntegerProgram
from ssr_neuro.program.trace import Trace
from ssr_neuro.ranking import PackedItems
from ssr_neuro.report.contents import Report
from ssr_neuro.settings.models.ssr import SsrConfig
from ssr_neuro.verification.prove import Runs

Writer = Callable[[Path], Any]


@dataclass(frozen=True, eq=False)
class CompiledRecommender:
    """What a compiled recommender has beside its network.

    items: codes, biases and ids of all items. protocol: how its data were split. data: name,
    source and fingerprint of the data it was trained on. sequences int64 (samples, N): what was
    run; top10 (samples, 10): rows of the item table that the integers rank first.
    """

    items: ItemTable = field(repr=False)
    config: SsrConfig
    protocol: str
    data: Mapping[str, Any]
    sequences: IntArray = field(repr=False)
    top10: IntArray = field(repr=False)

    @cached_property
    def packed(self) -> PackedItems:
        """The items as bits, for exact scores and the best k."""
        return PackedItems.of(self.items.codes, self.items.bias)


@dataclass(frozen=True, eq=False)
class Compiled:
    """The result of `ssr_neuro.compile` or `ssr_neuro.open_bundle`.

    program: the integers that are deployed. proof: every comparison that was made, and the trace
    of the program that all simulators agree on. report: counts, prices and placement of a
    recommender; None for a graph. findings: what quantising and the passes did; None for a .net
    file and for a bundle, whose report has them. recommender: None for a graph. outputs: of a
    graph, by the name of the array in outputs.npz. folder: of a bundle, as it was given; location:
    the same, absolute.
    """

    name: str
    program: IntegerProgram
    proof: Proof | Runs
    report: Report | None
    findings: Findings | None
    recommender: CompiledRecommender | None
    outputs: Mapping[str, Any]
    writers: tuple[Writer, ...]
    provenance: Mapping[str, Any]
    folder: Path | None = None
    location: Path | None = None

    def __repr__(self) -> str:
        place = "in memory" if self.folder is None else f"of {self.folder}"
        return f"<Compiled {self.name} {place}: {self.program}>"

    def run(self, inputs: Any, simulator: str = "fast", *, membranes: bool = False) -> Trace:
        """Spikes and readouts of new inputs.

        inputs: spikes (samples, steps, *shape), one array or one by name for every input; or item
        sequences int64 (samples, N) of a recommender. simulator: "reference", "fast", "lava_cpu".
        membranes: record v before the reset, too. Raises BadInput on inputs of another shape.
        """
        spikes = self._spikes(inputs)
        return registry.load(simulator).run(self.program, spikes, membranes=membranes)

    def recommend(self, sequences: Any, k: int = 10, simulator: str = "fast") -> IntArray:
        """The k items that rank first for item sequences (samples, N): item numbers from 1.

        Of equal scores the lower item wins. Raises BadInput for a graph without items.
        """
        own = self._recommender("to recommend")
        trace = self.run(np.asarray(sequences), simulator)
        (readouts,) = trace.readouts.values()
        return own.packed.top(readouts, k).rows + 1

    def save(
        self,
        folder: str | Path,
        *,
        overwrite: bool = False,
        inputs: Iterable[Path] = (),
        command: Sequence[str] = (),
    ) -> Path:
        """Write the bundle: program, golden vectors, report, scripts that check it, a manifest.

        overwrite: replace a bundle that lies there. inputs: files that may not be replaced.
        command: what the manifest names as its maker. What `open_bundle` returned is copied as it
        was opened, with its manifest. Raises BadInput where `folder` holds anything else, or a
        bundle without `overwrite`, and Mismatch where a file that is copied has changed since.
        """
        folder = path_of(folder, "the path of the folder to write")
        if (own := self.find_folder()) is not None:
            bundle.copy(own, folder, self.provenance, overwrite=overwrite)
            return folder
        bundle.write(
            folder,
            self.program,
            self.proof.trace,
            self.writers,
            {**self.provenance, "command": list(command)},
            overwrite=overwrite,
            inputs=inputs,
        )
        return folder

    def find_folder(self) -> Path | None:
        """The folder of the bundle that this was opened from, wherever the process works now."""
        if self.folder is None or self.location is None:
            return None
        return find_from_here(self.folder, self.location)

    def _spikes(self, inputs: Any) -> dict[str, Any]:
        if self.recommender is not None and np.ndim(inputs) == 2:
            (node,) = self.program.inputs
            own = self.recommender
            return {node.name: own.items.stimulus(check_sequences(inputs, own.config))}
        return spikes_of(self.program, inputs)

    def _recommender(self, purpose: str) -> CompiledRecommender:
        if self.recommender is None:
            raise BadInput(f"{self.name} is a graph and has no items {purpose}; use run(inputs)")
        return self.recommender


def check_sequences(sequences: Any, config: SsrConfig) -> IntArray:
    """Item sequences int64 (samples, N), 0 the pad on the left. Raises BadInput."""
    array = np.asarray(sequences)
    if array.ndim != 2 or array.shape[1] != config.positions or array.dtype.kind not in "iu":
        raise BadInput(
            f"sequences are {array.dtype} of shape {array.shape}; the model reads whole numbers "
            f"(samples, {config.positions}), padded with 0 on the left"
        )
    if array.size and not 0 <= array.min() <= array.max() <= config.items:
        raise BadInput(
            f"sequences hold items from {array.min()} to {array.max()}; the model knows 0 to "
            f"{config.items}"
        )
    return array.astype(np.int64)
