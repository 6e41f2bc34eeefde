"""What an exporter is: one file `converters/export_NAME.py`, and `--target NAME` knows it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.chip import Chip
from ssr_neuro.data import Split
from ssr_neuro.evaluation.item_table import ItemTable
from ssr_neuro.program.arrays import IntArray
from ssr_neuro.program.ir import IntegerProgram
from ssr_neuro.program.trace import Trace
from ssr_neuro.stopwatch import Stopwatch


@dataclass(frozen=True, eq=False)
class Deployed:
    """A trained SSR as what a chip gets, and what it must answer to the job's sequences."""

    program: IntegerProgram
    items: ItemTable
    trace: Trace


@dataclass(frozen=True, eq=False)
class Job:
    """What is exported. sequences: item sequences (samples, N), or (samples, N, 2) with times.

    split: the data set of --data, or None. chip: of --chip. layout: of a NIR file, compact or flat.
    lanes: of a core in Verilog, None for the default. liberty: a file of cells for it. fpga: the
    family to count it for, or the board to place it on. integer: compiles the model, once; raises
    BadInput for a kind without spikes.
    """

    path: Path
    saved: Checkpoint
    sequences: IntArray
    split: Split | None
    chip: str | Path | Chip
    layout: str
    watch: Stopwatch
    integer: Callable[[], Deployed]
    lanes: int | None = None
    liberty: str | None = None
    fpga: str | None = None


@dataclass(frozen=True, eq=False)
class GraphJob:
    """What is exported of a NIR graph or a .net file. trace: what it must answer to its inputs."""

    path: Path
    program: IntegerProgram
    trace: Trace
    watch: Stopwatch
    lanes: int | None = None
    liberty: str | None = None
    fpga: str | None = None


class Exporter(Protocol):
    """Writes a model in the format of another tool, and proves that it means the same there."""

    name: str
    help: str
    integers: bool  # whether the integer program is exported, so that its options have a meaning

    def export(self, job: Job, folder: Path) -> Mapping[str, Any]:
        """Fill `folder`, fresh and empty; returns what was checked and measured, plain data.

        Raises BadInput, DoesNotFit, Mismatch or BackendFailed; nothing is left behind then.
        """
        ...


@runtime_checkable
class GraphExporter(Protocol):
    """An exporter that takes graphs, too: networks without items."""

    def export_graph(self, job: GraphJob, folder: Path) -> Mapping[str, Any]:
        """As `Exporter.export`."""
        ...
