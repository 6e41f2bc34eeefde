"""`--target rtl`: a compiled model in Verilog, and the proof that it computes the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from converters.rtl.export import DEFAULT_LANES, write_rtl
from converters.rtl.gates_result import write_gates_result
from ssr_neuro.evaluation.item_table import ItemTable
from ssr_neuro.exporter import GraphJob, Job
from ssr_neuro.program import program_file
from ssr_neuro.program.ir import IntegerProgram
from ssr_neuro.program.trace import Trace


@dataclass(frozen=True)
class RtlExporter:
    """Every spike of every population and every readout is compared under Verilator."""

    name: str = "rtl"
    help: str = "rtl (Verilog of a core, run under Verilator)"
    integers: bool = True

    def export(self, job: Job, folder: Path) -> Mapping[str, Any]:
        """program.json, weights.npz and `rtl/`. Raises as `converters.rtl.export.write_rtl`."""
        deployed = job.integer()
        return self._write(job, deployed.program, deployed.trace, deployed.items, folder)

    def export_graph(self, job: GraphJob, folder: Path) -> Mapping[str, Any]:
        """The same of a graph, which has no items to score."""
        return self._write(job, job.program, job.trace, None, folder)

    def _write(
        self,
        job: Job | GraphJob,
        program: IntegerProgram,
        trace: Trace,
        items: ItemTable | None,
        folder: Path,
    ) -> Mapping[str, Any]:
        lanes = DEFAULT_LANES if job.lanes is None else job.lanes
        liberty = None if job.liberty is None else Path(job.liberty)
        place = folder / "rtl"
        found = write_rtl(
            program, trace, place, lanes, job.watch, items=items, liberty=liberty, fpga=job.fpga
        )
        program_file.save(program, folder)
        if liberty is not None:
            write_gates_result(place, job.path, self.name)
        return found


EXPORTER = RtlExporter()
