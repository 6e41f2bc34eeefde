"""Recurrent connections: which they are, and the one step of delay that they keep."""

from dataclasses import replace
from graphlib import CycleError, TopologicalSorter

import numpy as np

from ssr_neuro.errors import BadInput
from ssr_neuro.program.ir import AnyProgram, Program, Source, Synapse


def with_lags(program: AnyProgram) -> AnyProgram:
    """Every connection inside a loop is read at least one step late.

    So it is in the frameworks where a population feeds itself: step t sees its spikes of step
    t - 1. In a loop over several populations each connection takes its step, as on a chip.
    """
    group = loop_of(program)

    def late(source: Source, target: str) -> Source:
        inside = source.name in group and group[source.name] == group.get(target)
        return replace(source, lag=max(source.lag, 1)) if inside else source

    def lagging(synapse: Synapse) -> Synapse:
        sources = tuple(late(source, synapse.target) for source in synapse.sources)
        return replace(synapse, sources=sources)

    return replace(program, synapses=tuple(lagging(s) for s in program.synapses))


def groups(program: Program) -> list[tuple[str, ...]]:
    """All nodes, each loop together, so that every group follows those it reads.

    Within a loop a node follows those it reads in the same step. Raises BadInput where nodes read
    each other in the same step.
    """
    loop = loop_of(program)
    key = {node.name: loop.get(node.name, node.name) for node in program.nodes}
    between: dict[int | str, set[int | str]] = {key[node.name]: set() for node in program.nodes}
    within: dict[str, set[str]] = {node.name: set() for node in program.nodes}
    for synapse in program.synapses:
        for source in synapse.sources:
            if key[source.name] != key[synapse.target]:
                between[key[synapse.target]].add(key[source.name])
            elif source.lag == 0:
                within[synapse.target].add(source.name)
    try:
        inner = list(TopologicalSorter(within).static_order())
    except CycleError as error:
        raise BadInput(
            f"program {program.name!r}: {' -> '.join(error.args[1])} read each other in the same "
            "step; a loop needs a connection with a lag of one step"
        ) from error
    order = TopologicalSorter(between).static_order()
    return [tuple(name for name in inner if key[name] == group) for group in order]


def loop_of(program: Program) -> dict[str, int]:
    """The number of the loop that a node is in, by name; nodes outside loops are left out."""
    if _is_acyclic(program):
        return {}
    import scipy.sparse as sp  # slow to import, and most programs have no loop
    from scipy.sparse.csgraph import connected_components

    names = [node.name for node in program.nodes]
    index = {name: i for i, name in enumerate(names)}
    edges = [(index[s.name], index[y.target]) for y in program.synapses for s in y.sources]
    rows, columns = np.array(edges, dtype=np.int64).T
    graph = sp.coo_array((np.ones(len(rows)), (rows, columns)), shape=(len(names),) * 2)
    _, labels = connected_components(graph, connection="strong")
    sizes = np.bincount(labels, minlength=len(names))
    selves = {row for row, column in edges if row == column}
    return {
        name: int(labels[i]) for i, name in enumerate(names) if sizes[labels[i]] > 1 or i in selves
    }


def _is_acyclic(program: Program) -> bool:
    read: dict[str, set[str]] = {node.name: set() for node in program.nodes}
    for synapse in program.synapses:
        read[synapse.target] |= {source.name for source in synapse.sources}
    try:
        TopologicalSorter(read).prepare()
    except CycleError:
        return False
    return True
