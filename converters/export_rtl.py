"""`--target rtl`: a compiled model in Verilog, and the proof that it computes the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from converters.rtl.export import DEFAULT_LANES, write_rtl
from converters.rtl.gates_result import write_gates_result
from ssr_neuro.exporter import GraphJob, Job
from ssr_neuro.program import program_file


@dataclass(frozen=True)
class RtlExporter:
    """Every spike of every population and every readout is compared under Verilator."""

    name: str = "rtl"
    help: str = "rtl (Verilog of a core, run under Verilator)"
    integers: bool = True

    def export(self, job: Job, folder: Path) -> Mapping[str, Any]:
        """program.json, weights.npz and `rtl/`. Raises as `converters.rtl.export.write_rtl`."""
        deployed = job.integer()
        lanes = DEFAULT_LANES if job.lanes is None else job.lanes
        found = write_rtl(
            deployed.program,
            deployed.trace,
            folder / "rtl",
            lanes,
            job.watch,
            items=deployed.items,
            liberty=None if job.liberty is None else Path(job.liberty),
            fpga=job.fpga,
        )
        program_file.save(deployed.program, folder)
        if job.liberty is not None:
            write_gates_result(folder / "rtl", job.path, self.name)
        return found

    def export_graph(self, job: GraphJob, folder: Path) -> Mapping[str, Any]:
        """The same of a graph, which has no items to score."""
        lanes = DEFAULT_LANES if job.lanes is None else job.lanes
        liberty = None if job.liberty is None else Path(job.liberty)
        place = folder / "rtl"
        found = write_rtl(
            job.program, job.trace, place, lanes, job.watch, liberty=liberty, fpga=job.fpga
        )
        program_file.save(job.program, folder)
        return found


EXPORTER = RtlExporter()
