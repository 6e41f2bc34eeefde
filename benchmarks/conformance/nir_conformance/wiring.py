"""A graph without nesting: its nodes, who reads whom, and which edges run within a loop."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import nir

NEURONS = (nir.LIF, nir.IF, nir.CubaLIF, nir.Threshold, nir.LI, nir.CubaLI, nir.I)


@dataclass(frozen=True)
class Wiring:
    """nodes: by name, those of a nested graph as "graph.node". edges: between them."""

    nodes: dict[str, Any]
    edges: list[tuple[str, str]]

    def before(self, name: str) -> list[str]:
        """The nodes that a node reads, one for each edge."""
        return [a for a, b in self.edges if b == name]

    @property
    def inputs(self) -> list[str]:
        """Input nodes of the graph itself, which read nothing."""
        return [n for n, x in self.nodes.items() if isinstance(x, nir.Input) and not self.before(n)]

    @property
    def outputs(self) -> list[str]:
        """Output nodes of the graph itself, which nothing reads."""
        read = {a for a, _ in self.edges}
        return [n for n, x in self.nodes.items() if isinstance(x, nir.Output) and n not in read]

    @property
    def neurons(self) -> list[str]:
        """Nodes with a membrane, and Thresholds."""
        return [n for n, x in self.nodes.items() if isinstance(x, NEURONS)]

    @cached_property
    def reached(self) -> dict[str, set[str]]:
        """All nodes behind each node, itself among them where it is in a loop."""
        after: dict[str, set[str]] = {name: set() for name in self.nodes}
        for a, b in self.edges:
            after[a].add(b)
        found = {}
        for name in self.nodes:
            seen: set[str] = set()
            new = set(after[name])
            while new:
                seen |= new
                new = set().union(*(after[n] for n in new)) - seen
            found[name] = seen
        return found

    @cached_property
    def rank(self) -> dict[str, int]:
        """The order in which a search from the inputs, depth first, leaves the nodes, from behind:
        in a loop the edges that lead back are those that close it."""
        left: list[str] = []
        seen: set[str] = set()

        def visit(name: str) -> None:
            seen.add(name)
            for target in [b for a, b in self.edges if a == name]:
                if target not in seen:
                    visit(target)
            left.append(name)

        for name in [*self.inputs, *self.nodes]:
            if name not in seen:
                visit(name)
        return {name: place for place, name in enumerate(reversed(left))}

    def in_one_loop(self, source: str, target: str) -> bool:
        """Whether each of the two is reached from the other."""
        return target in self.reached[source] and source in self.reached[target]

    def closes_loop(self, source: str, target: str) -> bool:
        """Whether the way from one to the other leads back in the order of `rank`."""
        return self.in_one_loop(source, target) and self.rank[source] >= self.rank[target]


def unfold(graph: nir.NIRGraph, prefix: str = "") -> Wiring:
    """Nested graphs taken apart: what reads one reads its Output, what it reads goes to its Input.

    A nested graph has one Input and one Output.
    """
    nodes: dict[str, Any] = {}
    edges: list[tuple[str, str]] = []
    ends: dict[str, tuple[str, str]] = {}
    for name, node in graph.nodes.items():
        full = f"{prefix}{name}"
        ends[name] = (full, full)
        if not isinstance(node, nir.NIRGraph):
            nodes[full] = node
            continue
        inner = unfold(node, f"{full}.")
        (entry,), (leave,) = inner.inputs, inner.outputs
        ends[name] = (entry, leave)
        nodes |= inner.nodes
        edges += inner.edges
    edges += [(ends[a][1], ends[b][0]) for a, b in graph.edges]
    return Wiring(nodes, edges)
