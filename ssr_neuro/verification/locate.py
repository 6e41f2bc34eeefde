"""The first difference between two simulators, with what led to it on both sides."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ssr_neuro.program.arrays import Bits, Ints
from ssr_neuro.program.ir import IntegerProgram
from ssr_neuro.program.simulator import Simulator
from ssr_neuro.program.synaptic_input import through
from ssr_neuro.program.trace import Difference, Trace

# Runs both simulators on some inputs and records membranes where it can: (name, trace) of each.
Rerun = Callable[[dict[str, Bits]], tuple[tuple[str, Trace], tuple[str, Trace]]]
SAMPLES_BEFORE = 16  # shown before a sample that shows no difference when it runs alone


@dataclass(frozen=True)
class NeuronHistory:
    """One neuron of one simulator by step: membrane before the reset, and what it sent.

    membranes: None where the simulator shows none, or the node has none. sent: spikes of a
    population, values of a readout.
    """

    simulator: str
    membranes: tuple[int, ...] | None
    sent: tuple[int, ...]


@dataclass(frozen=True)
class Located:
    """A difference and the histories of its neuron up to it, and beyond.

    arriving: weighted input by synapse and step, from the spikes that `left` recorded. remark:
    which samples must run before it for the difference to appear; empty where it appears alone.
    """

    difference: Difference
    left: NeuronHistory
    right: NeuronHistory
    arriving: dict[str, tuple[int, ...]]
    remark: str

    def describe(self) -> str:
        """A row for each synapse, membrane and spike train, a column for each step."""
        names = (self.left.simulator, self.right.simulator)
        rows = [(f"arrives by {name}", values) for name, values in self.arriving.items()]
        for history in (self.left, self.right):
            if history.membranes is not None:
                rows.append((f"membrane, {history.simulator}", history.membranes))
            rows.append((f"sends, {history.simulator}", history.sent))
        steps = range(1, len(self.left.sent) + 1)
        head = [line for line in (self.difference.describe(*names), self.remark) if line]
        return "\n".join([*head, *_table(("step", tuple(steps)), *rows)])


def locate(
    program: IntegerProgram,
    inputs: dict[str, Bits],
    left: Simulator,
    right: Simulator,
    difference: Difference,
) -> Located:
    """Where two simulators of one program differ; see `locate_by_rerun`."""

    def rerun(shown: dict[str, Bits]) -> tuple[tuple[str, Trace], tuple[str, Trace]]:
        ours, theirs = (s.run(program, shown, membranes=True) for s in (left, right))
        return (left.name, ours), (right.name, theirs)

    return locate_by_rerun(program, inputs, rerun, difference)


def locate_by_rerun(
    program: IntegerProgram, inputs: dict[str, Bits], rerun: Rerun, difference: Difference
) -> Located:
    """Runs the sample of `difference` again: alone, and if that shows nothing, behind others.

    Samples must not meet, but in the simulator that is wrong they may.
    """
    found = _rerun_sample(program, inputs, rerun, difference, before=0)
    before = min(SAMPLES_BEFORE, difference.sample)
    if found.left.sent != found.right.sent:
        return found
    if before:
        found = _rerun_sample(program, inputs, rerun, difference, before)
        remark = f"  Alone the sample shows no difference; here it follows the {before} before it."
        if found.left.sent != found.right.sent:
            return replace(found, remark=remark)
    remark = "  Run again, alone or behind others, the sample shows no difference at this place."
    return replace(found, remark=remark)


def _rerun_sample(
    program: IntegerProgram,
    inputs: dict[str, Bits],
    rerun: Rerun,
    difference: Difference,
    before: int,
) -> Located:
    """The last of `before` + 1 samples."""
    end = difference.sample + 1
    runs = rerun({name: x[end - before - 1 : end] for name, x in inputs.items()})
    here = replace(difference, sample=before)
    ours, theirs = (_history(name, run, here) for name, run in runs)
    left = runs[0][1]
    arriving = {s.name: _values_of(through(s, left), here) for s in program.into(difference.node)}
    return Located(difference, ours, theirs, arriving, remark="")


def _history(name: str, run: Trace, difference: Difference) -> NeuronHistory:
    node = difference.node
    sent = run.spikes.get(node, run.readouts.get(node))
    seen = run.membranes.get(node)
    return NeuronHistory(
        name,
        None if seen is None else _values_of(seen, difference),
        _values_of(np.asarray(sent), difference),
    )


def _values_of(values: Ints | Bits, at: Difference) -> tuple[int, ...]:
    """All steps of one neuron of one sample."""
    place: Any = (at.sample, slice(None), *at.neuron)
    return tuple(int(x) for x in values[place])


def _table(*rows: tuple[str, tuple[int, ...]]) -> list[str]:
    widths = [max(len(str(row[1][i])) for row in rows) for i in range(len(rows[0][1]))]
    head = max(len(name) for name, _ in rows)
    return [
        f"  {name:<{head}}  " + "  ".join(f"{x:>{w}}" for x, w in zip(values, widths, strict=True))
        for name, values in rows
    ]
