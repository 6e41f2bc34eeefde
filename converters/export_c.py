"""`--target c`: the network as portable C, built and compared with its golden samples."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from converters.c.export import CRecommender, export
from ssr_neuro.exporter import GraphJob, Job


@dataclass(frozen=True)
class CExporter:
    """Models and graphs; C99 without heap, library or floating point."""

    name: str = "c"
    help: str = "c (portable C99 for a device or a phone, built and verified here)"
    integers: bool = True

    def export(self, job: Job, folder: Path) -> Mapping[str, Any]:
        """As `converters.c.export.export`, with items, histories and top 10."""
        deployed = job.integer()
        recommender = CRecommender(deployed.items, job.sequences)
        return _flat(export(deployed.program, deployed.trace, recommender, folder, job.watch))

    def export_graph(self, job: GraphJob, folder: Path) -> Mapping[str, Any]:
        """As `converters.c.export.export`, of spikes and readouts."""
        return _flat(export(job.program, job.trace, None, folder, job.watch))


def _flat(found: Mapping[str, Any]) -> Mapping[str, Any]:
    """One name and one value in a row."""
    rows = {key: value for key, value in found.items() if not isinstance(value, dict)}
    sizes = {**found["flash_bytes"], **found["ram_bytes"]}
    rows["stimulus and values, bytes"] = rows.pop("caller_bytes")
    return {**rows, **{f"{key}, bytes": n for key, n in sizes.items()}, **found["checked"]}


EXPORTER = CExporter()
