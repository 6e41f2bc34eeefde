"""One build of the core that runs any small program, so that a test costs no build of its own."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from converters.rtl import verilator
from converters.rtl.folder import PARAMETERS, parameter_flags, write_network, write_sources
from converters.rtl.golden import golden_words
from converters.rtl.tables import Tables, tables
from ssr_neuro.program.ir import IntegerProgram
from ssr_neuro.program.trace import Trace

needs_verilator = pytest.mark.skipif(
    verilator.missing() is not None, reason=verilator.missing() or ""
)
COMPARED = ("samples", "spikes compared", "fired", "readouts compared", "mismatches")
MEMORIES = {
    "SPIKES": 2048,
    "WEIGHTS": 8192,
    "LISTS": 16384,
    "SUMS": 256,
    "STATES": 1024,
    "BIASES": 512,
    "NEURONS": 512,
    "READOUTS": 256,
    "COMMANDS": 256,
}


Record = Callable[[str, object], None]  # pytest's record_property, for `make test-rtl`


@dataclass
class BenchTotals:
    """What several runs compared, together."""

    compared: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COMPARED, 0))

    def add(self, run: verilator.BenchRun) -> None:
        for what in COMPARED:
            self.compared[what] += run.number(what)

    def record(self, record: Record) -> None:
        for what, number in self.compared.items():
            record(what, number)


class GeneralBench:
    """A core with nothing left out, built once; programs are written for it and run."""

    def __init__(self, place: Path, lanes: int) -> None:
        self.place, self.lanes, self.runs = place, lanes, 0
        self.binary = place / "build" / "Vcore"

    def write(self, program: IntegerProgram, trace: Trace) -> tuple[Path, Tables]:
        made = tables(program, self.lanes, general=True)
        too_large = {n: v for n, v in made.parameters.items() if v > MEMORIES.get(n, v)}
        assert not too_large, too_large
        # The core clears all of its accumulators, which takes as many cycles.
        made = replace(made, sums=MEMORIES["SUMS"])
        self.runs += 1
        folder = self.place / f"run{self.runs}"
        write_network(folder, made, golden_words(made, trace))
        return folder, made

    def run(self, folder: Path) -> verilator.BenchRun:
        if self.binary.exists():
            return verilator.run_built(self.binary, folder)
        write_sources(folder)
        flags = (folder / PARAMETERS).read_text()
        (folder / PARAMETERS).write_text(flags + parameter_flags(MEMORIES))
        return verilator.run_bench(folder, self.binary.parent)

    def check(self, program: IntegerProgram, trace: Trace) -> verilator.BenchRun:
        """Raises Mismatch where the core does anything else than the trace says."""
        return self.run(self.write(program, trace)[0])
