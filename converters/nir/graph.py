"""A NIR graph as a flat one: nested graphs unfolded, their names joined with '.'."""

from copy import copy
from dataclasses import dataclass, field
from typing import Any

import nir

from converters.nir.nodes import LINEAR, array_of_tensor
from converters.nir.stated_dt import stated_dt
from converters.nir.stated_reset import stated_resets
from ssr_neuro.files.names import is_text


@dataclass
class Flat:
    """Nodes by name, and for each the names that feed it, in the order of the edges.

    problems: what is wrong with the graph as a graph, each with its node. dt_s: the time step that
    metadata of the graph or of its nodes state; None where they state none. dt_problem: why what
    they state is none, or several; "" where it is not so. resets: by node, and "" for the graph,
    what metadata say that a spike does, see `converters.nir.stated_reset`. cut: names with an edge
    to them that could not be followed.
    """

    nodes: dict[str, Any] = field(default_factory=dict)
    before: dict[str, list[str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    dt_s: float | None = None
    dt_problem: str = ""
    resets: dict[str, str] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)

    def of(self, *kinds: type) -> list[tuple[str, Any]]:
        return [(name, node) for name, node in self.nodes.items() if isinstance(node, kinds)]

    def after(self, name: str) -> list[str]:
        """The nodes that read this one."""
        return [target for target, sources in self.before.items() if name in sources]


def flatten(graph: nir.NIRGraph) -> Flat:
    """The nodes of all depths. Inputs and Outputs of nested graphs are edges through them."""
    flat = Flat()
    doors = _add(flat, graph, "")
    flat.dt_s, flat.dt_problem = stated_dt(graph)
    flat.resets = stated_resets(graph)
    for door in doors:
        _pass_through(flat, door)
    _refuse_ends(flat)
    _refuse_twice(flat)
    _refuse_linear_loops(flat)
    return flat


def _add(flat: Flat, graph: nir.NIRGraph, prefix: str) -> list[str]:
    """Copies the nodes of one graph, and of those in it; returns the nested Inputs and Outputs."""
    doors: list[str] = []
    for name, node in graph.nodes.items():
        full = prefix + name
        if isinstance(node, nir.NIRGraph):
            doors += _add(flat, node, f"{full}.")
            continue
        if "\0" in full or not is_text(full):
            flat.problems.append(
                f"{full!a}: no file can hold a name with a zero character, or one that is no "
                "valid Unicode; rename the node"
            )
        if full in flat.nodes:
            flat.problems.append(f"{full}: two nodes have this name once nested; rename one")
        flat.nodes[full] = _with_arrays(node)
        flat.before[full] = []
        if prefix and isinstance(node, (nir.Input, nir.Output)):
            doors.append(full)
    seen = set()
    for source, target in graph.edges:
        if (source, target) in seen:
            flat.problems.append(f"{prefix}{source}: its edge to {target!r} stands twice; keep one")
        elif ends := _ends(flat, graph, prefix, source, target):
            flat.before[ends[1]].append(ends[0])
        else:
            flat.cut.add(prefix + target)
        seen.add((source, target))
    return doors


def _with_arrays(node: Any) -> Any:
    """The node with arrays for tensors, which Norse and Sinabs leave in a graph in memory."""
    held = getattr(node, "__dict__", {})  # None, where an exporter has no rule, has nothing
    tensors = {name: x for name, x in held.items() if hasattr(x, "detach")}
    if not tensors:
        return node
    changed = copy(node)
    for name, tensor in tensors.items():
        setattr(changed, name, array_of_tensor(tensor))
    return changed


def _ends(
    flat: Flat, graph: nir.NIRGraph, prefix: str, source: str, target: str
) -> tuple[str, str] | None:
    """Full names of both ends of an edge; None, and a problem, where a node is lacking."""
    left = _end(flat, graph, prefix, source, nir.Output)
    right = _end(flat, graph, prefix, target, nir.Input)
    return None if left is None or right is None else (left, right)


def _end(flat: Flat, graph: nir.NIRGraph, prefix: str, name: str, door: type) -> str | None:
    full = prefix + name
    if name not in graph.nodes:
        flat.problems.append(
            f"{full}: an edge names it, and the graph has no such node; add the node, or leave the "
            "edge out"
        )
        return None
    if not isinstance(graph.nodes[name], nir.NIRGraph):
        return full
    doors = [n for n, node in graph.nodes[name].nodes.items() if isinstance(node, door)]
    if len(doors) != 1:
        problem = (
            f"{full}: the nested graph has {len(doors)} {door.__name__} nodes, and an edge cannot "
            "say which it means; give it exactly one"
        )
        if problem not in flat.problems:  # of an edge before
            flat.problems.append(problem)
        return None
    return f"{full}.{doors[0]}"


def _pass_through(flat: Flat, door: str) -> None:
    """Takes a node out; what it reads is read by those that read it."""
    sources = flat.before.pop(door)
    del flat.nodes[door]
    if door in sources:
        flat.problems.append(f"{door}: it feeds itself without a node between; put a neuron there")
    for target, before in flat.before.items():
        flat.before[target] = [
            name
            for source in before
            for name in ([s for s in sources if s != door] if source == door else [source])
        ]


def _refuse_ends(flat: Flat) -> None:
    """Inputs and Outputs of the whole graph: there are some, and they are its ends."""
    for kind in (nir.Input, nir.Output):
        if not flat.of(kind):
            flat.problems.append(f"the graph has no {kind.__name__} node; add one")
    for name, _ in flat.of(nir.Input):
        for source in flat.before[name]:
            flat.problems.append(f"{name}: {source!r} feeds this Input; only the outside may")
    for name, _ in flat.of(nir.Output):
        for target in flat.after(name):
            flat.problems.append(
                f"{name}: {target!r} reads this Output; let it read what feeds the Output"
            )
    for name, node in flat.of(nir.Output, nir.Delay, *LINEAR):
        if not flat.before[name] and name not in flat.cut:
            flat.problems.append(f"{name}: nothing feeds this {type(node).__name__}; connect it")


def _refuse_twice(flat: Flat) -> None:
    for name, sources in flat.before.items():
        for source in sorted({s for s in sources if sources.count(s) > 1}):
            flat.problems.append(
                f"{name}: {source!r} feeds it twice, once through a nested graph without a node "
                "between; put a Scale into one of the two paths"
            )


def _refuse_linear_loops(flat: Flat) -> None:
    """Takes off linear nodes that no linear node feeds, or that feed none, until none is left."""
    left = {name for name, _ in flat.of(nir.Delay, *LINEAR)}
    while True:
        edges = [(a, b) for b in left for a in flat.before[b] if a in left]
        inner = {a for a, _ in edges} & {b for _, b in edges}
        if inner == left:
            break
        left = inner
    if left:
        flat.problems.append(
            f"{', '.join(sorted(left))}: linear nodes that form a loop without a neuron; put a "
            "population into it"
        )
