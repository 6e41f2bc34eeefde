"""A model in gates, as the exporters write gates.json."""

from dataclasses import replace
from typing import Any

from ssr_neuro.files.gates_result import GatesResult

EXAMPLE = GatesResult(
    model="ssr-ml-1m.pt",
    model_sha256="a" * 64,
    target="rtl",
    left_out="",
    lanes=8,
    library="NangateOpenCellLibrary",
    liberty_sha256="b" * 64,
    cycles=183_815,
    operations=781_364.5,
    cells=19_277,
    area_um2=27_764.25,
    memory_bytes=300 * 1024,
    logic_j=1.5e-6,
    clock_j=2.5e-6,
    memories_j=14e-6,
    small_memories_j=6e-6,
)


def gates(**changed: Any) -> GatesResult:
    return replace(EXAMPLE, **changed)
