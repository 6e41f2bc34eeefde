"""`--target nir`: a trained SSR as a NIR graph, read back, run and compared with the model."""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ssr_neuro.errors import BadInput

if TYPE_CHECKING:
    from ssr_neuro.exporter import Job

GRAPH = "model.nir"


@dataclass(frozen=True)
class NirExporter:
    """Spikes of every layer must be equal, readouts to within float64's rounding."""

    name: str = "nir"
    help: str = "nir (a graph for other frameworks, compact or flat)"
    integers: bool = False

    def export(self, job: "Job", folder: Path) -> Mapping[str, Any]:
        """model.nir. Raises BadInput for a model without spikes, Mismatch where it differs."""
        import nir

        from converters.ssr_checks import check_nir
        from converters.ssr_to_nir import to_nir

        if job.saved.kind != "ssr":
            raise BadInput(
                f"a model of kind {job.saved.kind!r} has no spikes to export; train --model ssr"
            )
        model = job.saved.model().double()
        with job.watch.step(f"write {GRAPH}, {job.layout}"):
            content = BytesIO()
            nir.write(content, to_nir(model, job.layout))  # type: ignore[arg-type]
            (folder / GRAPH).write_bytes(content.getvalue())
        with job.watch.step("read back and run"):
            compared = check_nir(model, folder / GRAPH, job.sequences)
        return {
            "layout": job.layout,
            "sequences": len(job.sequences),
            "spikes compared": compared.spikes_compared,
            "fired": compared.spikes_fired,
            "readouts compared": compared.readouts_compared,
            "mismatches": compared.mismatches,
        }


EXPORTER = NirExporter()
