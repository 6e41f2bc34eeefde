"""`--target rtl-int8`: a model without spikes in Verilog, in 8-bit integers, and the proof."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ssr_neuro.exporter import Job


@dataclass(frozen=True)
class RtlInt8Exporter:
    """calibrated: validation sequences, at most, that set the scales of activations. judged: test

    sequences, at most, that accuracy is measured on, evenly over all.
    """

    name: str = "rtl-int8"
    help: str = "rtl-int8 (Verilog of an 8-bit core for models without spikes, under Verilator)"
    integers: bool = False
    calibrated: int = 1024
    judged: int = 20_000

    def export(self, job: "Job", folder: Path) -> Mapping[str, Any]:
        """`rtl/`. Raises as `converters.rtl_int8.export.write_rtl_int8`."""
        from converters.rtl_int8.export import write_rtl_int8

        return write_rtl_int8(job, folder / "rtl", self.calibrated, self.judged)


EXPORTER = RtlInt8Exporter()
