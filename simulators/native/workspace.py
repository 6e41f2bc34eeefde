"""The order in which a kernel runs nodes, and how much room that takes."""

from collections.abc import Mapping
from math import prod

from simulators.native.nodes import COLUMNS, whole_fours
from simulators.native.weights import Grid
from ssr_neuro.program.ir import IntegerProgram
from ssr_neuro.program.recurrence import groups, loop_of


def turns_of(program: IntegerProgram) -> list[tuple[int, int, int]]:
    """Nodes in data-flow order, each through all steps; nodes of a loop step by step.

    A turn: number of the node, first step, and the one behind the last.
    """
    numbers = {node.name: number for number, node in enumerate(program.nodes)}
    inputs = {node.name for node in program.inputs}
    loops, steps = loop_of(program), program.steps
    turns = []
    for group in groups(program):
        if group[0] in inputs:
            continue
        if group[0] not in loops:
            turns += [(numbers[name], 0, steps) for name in group]
        else:
            turns += [(numbers[n], t, t + 1) for t in range(steps) for n in group]
    return turns


def summed_bytes(program: IntegerProgram, grids: Mapping[str, Grid], name: str) -> int:
    """Where sources of the synapses into a node are summed."""
    positions, _, width = grids[name]
    sources = [grids[y.sources[0].name] for y in program.into(name)]
    return sum(
        program.steps * (whole_fours(p) * w + max(whole_fours(p) * width, positions * w))
        for p, _, w in sources
    )


def most_words(program: IntegerProgram, grids: Mapping[str, Grid]) -> int:
    """Inputs into one position of a node in one step, at most, in words of 64 spikes."""
    most = 0
    for node in program.nodes:
        into = program.into(node.name)
        inputs = [len(y.sources) * prod(grids[y.sources[0].name][::2]) for y in into]
        most = max(most, sum(inputs))
    return most // COLUMNS + 1
