"""The first difference between two simulators, with what led to it on both sides."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ssr_neuro.ir import Program, Synapse
from ssr_neuro.simulator import Simulator
from ssr_neuro.trace import Bits, Difference, Ints, Trace


@dataclass(frozen=True)
class History:
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

    arriving: weighted input by synapse and step, from the spikes that `left` saw.
    """

    difference: Difference
    left: History
    right: History
    arriving: dict[str, tuple[int, ...]]

    def describe(self) -> str:
        """A row for each synapse, membrane and spike train, a column for each step."""
        names = (self.left.simulator, self.right.simulator)
        rows = [(f"arrives by {name}", values) for name, values in self.arriving.items()]
        for history in (self.left, self.right):
            if history.membranes is not None:
                rows.append((f"membrane, {history.simulator}", history.membranes))
            rows.append((f"sends, {history.simulator}", history.sent))
        steps = range(1, len(self.left.sent) + 1)
        return "\n".join([self.difference.describe(*names), *_table(("step", tuple(steps)), *rows)])


def locate(
    program: Program,
    inputs: dict[str, Bits],
    left: Simulator,
    right: Simulator,
    difference: Difference,
) -> Located:
    """Runs the sample of `difference` again on both, membranes recorded where they can be.

    Samples do not meet, so it alone behaves as it did among the others.
    """
    one = {name: x[difference.sample : difference.sample + 1] for name, x in inputs.items()}
    runs = [simulator.run(program, one, membranes=True) for simulator in (left, right)]
    again = replace(difference, sample=0)
    ours, theirs = (
        _history(simulator.name, run, again)
        for simulator, run in zip((left, right), runs, strict=True)
    )
    arriving = {s.name: _arriving(s, runs[0], again) for s in program.into(difference.node)}
    return Located(difference, ours, theirs, arriving)


def _history(name: str, run: Trace, difference: Difference) -> History:
    node = difference.node
    sent = run.spikes.get(node, run.readouts.get(node))
    seen = run.membranes.get(node)
    return History(
        name,
        None if seen is None else _of(seen, difference),
        _of(np.asarray(sent), difference),
    )


def _of(values: Ints | Bits, at: Difference) -> tuple[int, ...]:
    """All steps of one neuron of the only sample."""
    place: Any = (0, slice(None), *at.neuron)
    return tuple(int(x) for x in values[place])


def _arriving(synapse: Synapse, run: Trace, at: Difference) -> tuple[int, ...]:
    sent = {**run.inputs, **run.spikes}
    late = [_late(sent[s.name].astype(np.int64), s.lag) for s in synapse.sources]
    summed = synapse.map.apply(np.sum(late, axis=0)) << synapse.exponent
    return _of(summed, at)


def _late(x: Ints, lag: int) -> Ints:
    moved = np.zeros_like(x)
    moved[:, lag:] = x[:, : x.shape[1] - lag]
    return moved


def _table(*rows: tuple[str, tuple[int, ...]]) -> list[str]:
    widths = [max(len(str(row[1][i])) for row in rows) for i in range(len(rows[0][1]))]
    head = max(len(name) for name, _ in rows)
    return [
        f"  {name:<{head}}  " + "  ".join(f"{x:>{w}}" for x, w in zip(values, widths, strict=True))
        for name, values in rows
    ]
