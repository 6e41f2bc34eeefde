"""What a compilation found out about one program, as one value."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from converters.nir.semantics_table import Choice
from ssr_neuro.lower import Stage, warnings
from ssr_neuro.lower.bias_neurons import BiasNeurons
from ssr_neuro.lower.fold import Fold
from ssr_neuro.program.ir import FloatProgram
from ssr_neuro.program.simulator import Simulator
from ssr_neuro.report.passes import PassTable, pass_table
from ssr_neuro.report.quantisation import Quantised, summarise_quantisation
from ssr_neuro.stopwatch import Stopwatch
from ssr_neuro.verification.prove import Lowered, Runs


@dataclass(frozen=True, eq=False)
class Findings:
    """The program before and after optimising, its runs, and what each step of the way cost.

    quantised: a row for each population. choices: other readings of the graph. passes: None where
    it was not asked for.
    """

    lowered: Lowered
    runs: Runs
    quantised: tuple[Quantised, ...]
    choices: tuple[Choice, ...]
    passes: PassTable | None

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        program = self.lowered.program
        return {
            "program": {**program.summary(), "warnings": warnings(program)},
            "comparisons": [asdict(c) for c in self.runs.comparisons],
            "quantised": [asdict(row) for row in self.quantised],
            "choices": [asdict(choice) for choice in self.choices],
            "passes": self.passes and asdict(self.passes),
        }


def collect(
    program: FloatProgram,
    lowered: Lowered,
    runs: Runs,
    choices: tuple[Choice, ...],
    stages: Iterable[Stage] | None,
    simulator: Simulator,
    stopwatch: Stopwatch,
) -> Findings:
    """What quantising `program` did, and what each of `stages` saved, on the samples of `runs`."""
    with stopwatch.step("count what quantising changed"):
        folded = BiasNeurons().run(Fold().run(program))
        rows = summarise_quantisation(folded, lowered.full, runs.full.inputs, runs.full, simulator)
    table = None
    if stages is not None:
        with stopwatch.step("measure every pass"):
            table = pass_table(stages, runs.full.inputs, simulator)
    return Findings(lowered, runs, rows, choices, table)
