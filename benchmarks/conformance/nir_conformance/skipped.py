"""Nodes that an engine passes over without a word: the graph as it is without them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

import nir

from .arrays import Array
from .compare import DIFFERS, EXPLAINED, Verdict, differing
from .readings import INTEGERS, NIR, reading
from .simulate import simulate
from .suite import Entry
from .wiring import NEURONS, unfold

TRIED = 3  # readings, those that explain most graphs of the engine


def explain_skips(
    entries: Iterable[Entry],
    dt_s: float,
    verdicts: Mapping[str, Verdict],
    outputs: Mapping[str, Mapping[str, Array]],
) -> dict[str, Verdict]:
    """Verdicts in which nodes of one kind left out explain what no reading of the graph explains,
    or only one that explains no other graph of the engine.

    outputs: by graph and Output.
    """
    found = dict(verdicts)
    counts = _count_readings(verdicts.values())
    tried = [(NIR.name, 0), *(key for key, _ in counts.most_common(TRIED) if key[0] != INTEGERS)]
    for entry in entries:
        verdict = verdicts[entry.name]
        alone = verdict.status == EXPLAINED and counts[verdict.reading, verdict.late] == 1
        if (alone or verdict.status == DIFFERS) and entry.name in outputs:
            found[entry.name] = _explain(
                entry, dt_s, verdicts[entry.name], outputs[entry.name], tried
            )
    return found


def _explain(
    entry: Entry,
    dt_s: float,
    verdict: Verdict,
    outputs: Mapping[str, Array],
    tried: list[tuple[str, int]],
) -> Verdict:
    graph, x = entry.graph(), entry.x()
    for kind in sorted({type(node) for node in graph.nodes.values()}, key=lambda k: k.__name__):
        less = _without(graph, kind)
        if less is None:
            continue
        for name, late in tried:
            try:
                golden = simulate(less, x, dt_s, reading(name)).outputs
            except ValueError:  # shapes that do not meet without the node
                continue
            same = all(golden[n].shape == outputs[n].shape for n in golden)
            if same and differing(golden, outputs, late) == 0:
                return replace(
                    verdict,
                    status=EXPLAINED,
                    reading=name,
                    late=late,
                    left=0,
                    without=kind.__name__,
                )
    return verdict


def _count_readings(verdicts: Iterable[Verdict]) -> Counter[tuple[str, int]]:
    """How many graphs of an engine each reading explains."""
    return Counter((v.reading, v.late) for v in verdicts if v.status == EXPLAINED)


def _without(graph: nir.NIRGraph, kind: type) -> nir.NIRGraph | None:
    """The graph with every node of a kind replaced by an edge; None where it has to stay."""
    if kind in (nir.Input, nir.Output, nir.NIRGraph):
        return None
    edges = list(graph.edges)
    gone = [name for name, node in graph.nodes.items() if type(node) is kind]
    wiring = unfold(graph)
    if kind in NEURONS and any(wiring.in_one_loop(name, name) for name in gone):
        return None  # a loop without a neuron has no meaning
    for name in gone:
        into = [a for a, b in edges if b == name]
        out = [b for a, b in edges if a == name]
        if name in into:
            return None
        edges = [e for e in edges if name not in e] + [(a, b) for a in into for b in out]
    kept = {name: node for name, node in graph.nodes.items() if name not in gone}
    return nir.NIRGraph(kept, edges, type_check=False)
