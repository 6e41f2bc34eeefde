"""gates.json: a model in gates, what its core takes for one recommendation in a library's cells."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pydantic import TypeAdapter

from ssr_neuro.files import json_document, output_file
from ssr_neuro.files.checked import AtLeastOne, Count, NotNegative, Sha256, StrictFields

FILE = "gates.json"
IN_GATES = "the integers in gates"
FORMAT = json_document.Format("ssr-neuro-gates", 1, "`ssr-compile --target rtl --liberty`")


@dataclass(frozen=True)
class GatesResult(StrictFields):
    """model: name of the model.pt, with its SHA-256. target: rtl or rtl-int8. left_out: what of the

    model is not in gates, "" for nothing; all figures are bounds from below then. library: the
    cells' name, with the SHA-256 of its file. cycles, joules: of one sample. area_um2: without
    memories. memories_j: by the SRAM model, None where there is none for the library's process;
    small_memories_j: of those below the smallest of which a price is known, a bound from above.
    metrics: accuracy on a test set, empty where none was measured; metrics_of: what it is of.
    """

    model: str
    model_sha256: Sha256
    target: str
    left_out: str
    lanes: AtLeastOne
    library: str
    liberty_sha256: Sha256
    cycles: AtLeastOne
    operations: NotNegative
    cells: Count
    area_um2: NotNegative
    memory_bytes: Count
    logic_j: NotNegative
    clock_j: NotNegative
    memories_j: NotNegative | None
    small_memories_j: NotNegative | None
    metrics: Mapping[str, float] = field(default_factory=dict)
    metrics_of: str = ""

    @property
    def total_j(self) -> float | None:
        """None where the memories are not priced."""
        if self.memories_j is None:
            return None
        return self.logic_j + self.clock_j + self.memories_j


_ADAPTER = TypeAdapter(GatesResult)


def write(path: Path, result: GatesResult) -> None:
    """As JSON, a new file."""
    output_file.write(path, json_document.to_text(FORMAT.wrap(asdict(result)), escape=True))


def read(path: Path) -> GatesResult:
    """What `write` wrote. Raises BadInput on a missing, damaged or foreign file."""
    return FORMAT.load(path, _ADAPTER)
