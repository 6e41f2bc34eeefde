"""Everything a compilation learnt about one program, as one value."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from converters.nir.semantics_table import Choice
from ssr_neuro.lower import Stage, warnings
from ssr_neuro.lower.bias_neurons import bias_neurons
from ssr_neuro.lower.fold import fold
from ssr_neuro.program.ir import Program
from ssr_neuro.program.simulator import Simulator
from ssr_neuro.report.passes import PassTable, pass_table
from ssr_neuro.report.quantisation import Quantised, quantised
from ssr_neuro.stopwatch import Stopwatch
from ssr_neuro.verification.prove import Lowered, Runs


@dataclass(frozen=True)
class Found:
    """The program before and after optimising, its runs, and what each step of the way cost.

    passes: None where it was not asked for.
    """

    lowered: Lowered
    runs: Runs
    quantised: tuple[Quantised, ...]
    choices: tuple[Choice, ...]
    passes: PassTable | None

    def as_json(self) -> dict[str, Any]:
        program = self.lowered.program
        return {
            "program": {**program.summary(), "warnings": warnings(program)},
            "comparisons": [asdict(c) for c in self.runs.comparisons],
            "quantised": [asdict(row) for row in self.quantised],
            "choices": [asdict(choice) for choice in self.choices],
            "passes": self.passes and asdict(self.passes),
        }


def learnt(
    program: Program,
    lowered: Lowered,
    runs: Runs,
    choices: tuple[Choice, ...],
    stages: Iterable[Stage] | None,
    simulator: Simulator,
    watch: Stopwatch,
) -> Found:
    """What quantising `program` did, and what each of `stages` saved, on the samples of `runs`."""
    with watch.step("count what quantising changed"):
        folded = bias_neurons(fold(program))
        rows = quantised(folded, lowered.full, runs.full.inputs, runs.full, simulator)
    table = None
    if stages is not None:
        with watch.step("measure every pass"):
            table = pass_table(stages, runs.full.inputs, simulator)
    return Found(lowered, runs, rows, choices, table)
