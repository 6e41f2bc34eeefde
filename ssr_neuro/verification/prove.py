"""One integer program on every simulator: what was compared, and where it first differs."""

from collections.abc import Sequence
from dataclasses import dataclass

from ssr_neuro.errors import Mismatch
from ssr_neuro.program.arrays import Bits
from ssr_neuro.program.ir import IntegerProgram
from ssr_neuro.program.simulator import Simulator
from ssr_neuro.program.trace import Comparison, Trace, compare
from ssr_neuro.stopwatch import Stopwatch
from ssr_neuro.verification.locate import locate, locate_by_rerun
from ssr_neuro.verification.restrict_trace import restrict_trace

UNOPTIMISED = "unoptimised"


@dataclass(frozen=True, eq=False)
class Lowered:
    """A program as quantised (`full`), and what the optimising passes made of it (`program`).

    Both are the same object where nothing was optimised.
    """

    full: IntegerProgram
    program: IntegerProgram


@dataclass(frozen=True, eq=False)
class Runs:
    """Traces of the first simulator for both programs, and every comparison made."""

    full: Trace
    trace: Trace
    comparisons: tuple[Comparison, ...]


def run_all(
    lowered: Lowered,
    inputs: dict[str, Bits],
    simulators: Sequence[Simulator],
    watch: Stopwatch,
) -> Runs:
    """Run `program` on every simulator; all are compared with the first, which also runs `full`.

    Kept neurons must fire as in `full`, all readouts must equal those of `full`, and every other
    simulator must agree in all. Raises Mismatch with both membrane histories of the first neuron
    that does not.
    """
    first, *others = simulators
    samples = len(next(iter(inputs.values())))
    with watch.step(f"run {first.name} on {samples} samples"):
        full = first.run(lowered.full, inputs)
    comparisons, trace = [], full
    if lowered.program is not lowered.full:
        with watch.step(f"run {first.name}, optimised"):
            trace = first.run(lowered.program, inputs)
        comparisons.append(_compare_optimised(lowered, inputs, first, (full, trace)))
    for simulator in others:
        with watch.step(f"run {simulator.name}"):
            comparisons.append(agree(lowered.program, inputs, trace, first, simulator))
    return Runs(full, trace, tuple(comparisons))


def _compare_optimised(
    lowered: Lowered, inputs: dict[str, Bits], simulator: Simulator, runs: tuple[Trace, Trace]
) -> Comparison:
    """Compare runs of `full` and `program` on one simulator; raises Mismatch as `agree` does."""
    program = lowered.program
    names = (f"{simulator.name}, {UNOPTIMISED}", f"{simulator.name}, optimised")

    def rerun(shown: dict[str, Bits]) -> tuple[tuple[str, Trace], tuple[str, Trace]]:
        full = simulator.run(lowered.full, shown, membranes=True)
        optimised = simulator.run(program, shown, membranes=True)
        return (names[0], restrict_trace(program, full)), (names[1], optimised)

    found = compare(restrict_trace(program, runs[0]), runs[1], names)
    if found.first is not None:
        where = locate_by_rerun(program, inputs, rerun, found.first)
        raise Mismatch(f"{summary(found)}\n{where.describe()}")
    return found


def agree(
    program: IntegerProgram,
    inputs: dict[str, Bits],
    trace: Trace,
    first: Simulator,
    other: Simulator,
) -> Comparison:
    """Compare `trace`, a run of `first`, with a run of `other`.

    Raises Mismatch with the place of the first difference and what led to it on both sides.
    """
    found = compare(trace, other.run(program, inputs), (first.name, other.name))
    if found.first is not None:
        where = locate(program, inputs, first, other, found.first)
        raise Mismatch(f"{summary(found)}\n{where.describe()}")
    return found


def demand(*comparisons: Comparison) -> None:
    """Raises Mismatch at the first comparison that is not equal."""
    for comparison in comparisons:
        if not comparison.equal:
            raise Mismatch(summary(comparison))


def summary(comparison: Comparison) -> str:
    """How many values differ, and the first of them."""
    left, right = comparison.left, comparison.right
    compared = comparison.spikes_compared + comparison.readouts_compared
    first = comparison.first.describe(left, right) if comparison.first else "nowhere"
    differ = f"differ in {comparison.mismatches} of {compared} values"
    return f"{left} and {right} {differ}, first at {first}"
