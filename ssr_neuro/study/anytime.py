"""An SSR that is stopped early: its integers after 1, 2 ... T time steps.

An item's score is a sum over the time steps (SSR paper, equation 17), so that the sum up to a step
ranks as well, and what comes after is neither computed nor read. `every_step` trains a network for
that (arXiv:2501.15925).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from simulators.fast import Fast
from ssr_neuro.costs.counting import count
from ssr_neuro.costs.counts import Counts
from ssr_neuro.evaluation.evaluate import ScoreBatch
from ssr_neuro.evaluation.item_table import ItemTable
from ssr_neuro.program.arrays import IntArray
from ssr_neuro.program.ir import IntegerProgram
from ssr_neuro.program.trace import Trace
from ssr_neuro.ranking import PackedItems
from ssr_neuro.study.energy_figure import energy_figure


def score_until(program: IntegerProgram, items: ItemTable, stop: int) -> ScoreBatch:
    """The integer network and its items as a scorer that reads the first `stop` time steps."""
    whole = PackedItems.of(items.codes, items.bias)
    read = PackedItems.of(np.ascontiguousarray(items.codes[:, :stop]), items.bias)

    def score(sequences: IntArray) -> Any:
        inputs = {program.inputs[0].name: whole.stimulus(sequences)}
        (readouts,) = Fast().readouts(program, inputs).values()
        scores = read.scores(np.ascontiguousarray(readouts[:, :stop])).astype(np.float64)
        return np.pad(scores, ((0, 0), (1, 0)), constant_values=-np.inf)

    return score


def count_until(program: IntegerProgram, trace: Trace, stop: int) -> Counts:
    """Counts of the first `stop` time steps of a run."""
    cut = Trace(
        {name: x[:, :stop] for name, x in trace.inputs.items()},
        {name: x[:, :stop] for name, x in trace.spikes.items()},
        {name: x[:, :stop] for name, x in trace.readouts.items()},
    )
    return count(replace(program, steps=stop), cut)


def figure(
    about: str, found: Mapping[str, Sequence[Mapping[str, Any]]], notes: Sequence[str]
) -> str:
    """found: points by model, each with its time steps, metrics and energy."""
    title = "Accuracy against energy, stopped after 1 to T time steps"
    return energy_figure(title, about, found, notes)
