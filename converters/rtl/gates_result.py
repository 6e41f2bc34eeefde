"""gates.json beside synthesis.json: what `ssr report --gates` reads."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from converters.rtl.document import DOCUMENT
from converters.rtl.export import SYNTHESIS
from ssr_neuro.files import gates_result
from ssr_neuro.files.gates_result import IN_GATES, GatesResult
from ssr_neuro.files.hashes import sha256_of_file


def write_gates_result(
    folder: Path,
    model: Path,
    target: str,
    left_out: str = "",
    metrics: Mapping[str, float] = MappingProxyType({}),
) -> None:
    """Of a folder `rtl/` with a synthesis.json. left_out: what of the model is not in gates.

    metrics: accuracy of the integers that the gates compute, where it was measured.
    """
    priced = json.loads((folder / SYNTHESIS).read_text(encoding="utf-8"))
    core = json.loads((folder / DOCUMENT).read_text(encoding="utf-8"))
    memories = priced["memory_joules"]
    found = GatesResult(
        model=model.name,
        model_sha256=sha256_of_file(model),
        target=target,
        left_out=left_out,
        lanes=core["parameters"]["LANES"],
        library=priced["library"],
        liberty_sha256=priced["liberty_sha256"],
        cycles=priced["cycles"],
        operations=core["a_sample"]["operations"],
        cells=sum(priced["cells"].values()),
        area_um2=priced["total_area_um2"],
        memory_bytes=sum(memory["bytes"] for memory in core["memories"]),
        logic_j=priced["logic_joules"] - priced["clock_joules"],
        clock_j=priced["clock_joules"],
        memories_j=None if memories is None else sum(memories.values()),
        small_memories_j=priced["small_memory_joules"],
        metrics=dict(metrics),
        metrics_of=IN_GATES if metrics else "",
    )
    gates_result.write(folder / gates_result.FILE, found)
