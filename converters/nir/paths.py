"""The ways from spiking nodes to a target through linear nodes and delays, each a synapse."""

from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from itertools import product
from typing import NamedTuple

import nir
import numpy as np

from converters.nir.graph import Flat
from converters.nir.linear import diagonal
from converters.nir.nodes import ANALOG, LINEAR, SPIKING, ratio
from converters.nir.shapes import Shaped
from ssr_neuro.program.file_schema import PARTS
from ssr_neuro.program.fixed_point import DELAY_LIMIT
from ssr_neuro.program.ir import Affine, Source
from ssr_neuro.program.linear_maps import Array


class PathLink(NamedTuple):
    """A linear node; or, with `steps`, the neurons that a Delay holds back so long."""

    name: str
    steps: int | None = None

    def __str__(self) -> str:
        return self.name if self.steps is None else f"{self.name}@{self.steps}"


class Path(NamedTuple):
    """Nodes in order of application, and the spiking nodes that enter the first."""

    nodes: tuple[str, ...]
    sources: tuple[str, ...]


class Route(NamedTuple):
    """One synapse: links in order of application, and what is read how late."""

    links: tuple[PathLink, ...]
    sources: tuple[Source, ...]


def delay_steps(node: nir.Delay, dt_s: float) -> Array:
    """Delays in whole steps, int64."""
    return np.rint(ratio(node.delay, dt_s)).astype(np.int64)


def delay_problems(node: nir.Delay, dt_s: float) -> Iterator[str]:
    """Delays that are no whole number of steps, and beyond DELAY_LIMIT."""
    steps = ratio(node.delay, dt_s)
    if (odd := ~np.isclose(steps, np.rint(steps), rtol=1e-6, atol=1e-6)).any():
        yield (
            f"a delay of {steps[odd].flat[0]:g} steps is no whole number of steps; choose a --dt-s "
            "that divides it"
        )
    if steps.min() < 0:
        yield f"a delay of {steps.min():g} steps, which would come before its cause; raise it to 0"
        return
    if steps.max() > DELAY_LIMIT:
        yield (
            f"a delay of {steps.max():g} steps; the chip does 0 to {DELAY_LIMIT}: shorten it, or "
            "choose a longer --dt-s"
        )


def paths(flat: Flat, target: str) -> Iterator[Path]:
    """Every way into a node. Needs a graph without loops of linear nodes alone."""
    left: list[tuple[str, ...]] = [()]
    while left:
        nodes = left.pop()
        linear, spiking = _before(flat, nodes[0] if nodes else target)
        if spiking:
            yield Path(nodes, spiking)
        left += [(name, *nodes) for name in reversed(linear)]


def way_problems(flat: Flat, delays: Mapping[str, Array]) -> Iterator[str]:
    """More ways than a program has synapses, counted and not walked, as layers multiply them.

    Needs a graph without loops of linear nodes alone.
    """
    linear = {name: _before(flat, name)[0] for name, _ in flat.of(nir.Delay, *LINEAR)}
    ways: dict[str, int] = {}
    for name in TopologicalSorter(linear).static_order():
        ways[name] = _ways_into(flat, ways, name)
        if name in delays:
            ways[name] *= len(np.unique(delays[name]))
    into = {
        name: _ways_into(flat, ways, name) for name, _ in flat.of(*SPIKING, *ANALOG, nir.Output)
    }
    if sum(into.values()) > PARTS:
        yield (
            f"{max(into, key=into.__getitem__)}: the graph has more than {PARTS:,} ways through "
            "linear nodes and delays, most of them to here, and each is a synapse; make one matrix "
            "of the linear nodes that branch and join again, or put neurons between"
        )


def _ways_into(flat: Flat, ways: Mapping[str, int], name: str) -> int:
    linear, spiking = _before(flat, name)
    return bool(spiking) + sum(ways[one] for one in linear)


def _before(flat: Flat, name: str) -> tuple[list[str], tuple[str, ...]]:
    """What feeds a node: linear nodes and Delays, and all others."""
    linear = [n for n in flat.before[name] if isinstance(flat.nodes[n], (*LINEAR, nir.Delay))]
    return linear, tuple(n for n in flat.before[name] if n not in linear)


def path_problems(path: Path, delays: Mapping[str, Array], shapes: Shaped) -> Iterator[str]:
    """Delays that add up to too many steps, and biases that a delay would hold back."""
    held = [name for name in path.nodes if name in delays]
    total = sum(int(delays[name].max(initial=0)) for name in held)
    if len(held) > 1 and total > DELAY_LIMIT:
        yield (
            f"{held[-1]}: with {', '.join(map(repr, held[:-1]))} before it the delays add up to "
            f"{total} steps; the chip does {DELAY_LIMIT}: shorten them, or choose a longer --dt-s"
        )
    for place, name in enumerate(path.nodes):
        later = [n for n in path.nodes[place:] if n in delays and delays[n].any()]
        if later and _has_bias(name, shapes):
            yield (
                f"{name}: its bias would pass through the Delay {later[0]!r}, and only spikes can "
                "be late; put the bias behind the Delay"
            )


def _has_bias(name: str, shapes: Shaped) -> bool:
    return name in shapes.affines and bool(np.any(shapes.affines[name].bias != 0))


def routes(flat: Flat, delays: Mapping[str, Array], shapes: Shaped, target: str) -> Iterator[Route]:
    """Paths with the same links are one synapse of several sources, each with its own lag."""
    found: dict[tuple[tuple[PathLink, ...], int], list[Source]] = {}
    for path in paths(flat, target):
        for links, lag in _variants(path.nodes, delays, shapes):
            for name in path.sources:
                source, copy = Source(name, lag=lag), 0
                # The same spikes twice over the same links: a second synapse.
                while source in found.setdefault((links, copy), []):
                    copy += 1
                found[links, copy].append(source)
    return (Route(links, tuple(sources)) for (links, _), sources in found.items())


def _variants(
    nodes: tuple[str, ...], delays: Mapping[str, Array], shapes: Shaped
) -> Iterator[tuple[tuple[PathLink, ...], int]]:
    """One per combination of the delays on a path; one delay for all neurons is only a lag.

    Behind a bias it stays a link, of 0 steps: the bias takes that way and others once each.
    """
    biased = next((i for i, name in enumerate(nodes) if _has_bias(name, shapes)), len(nodes))
    options = [
        _held(name, delays[name], place > biased) if name in delays else [(PathLink(name), 0)]
        for place, name in enumerate(nodes)
    ]
    for chosen in product(*options):
        yield tuple(link for link, _ in chosen if link), sum(lag for _, lag in chosen)


def _held(name: str, steps: Array, is_link: bool) -> list[tuple[PathLink | None, int]]:
    values = [int(n) for n in np.unique(steps)]
    return [(PathLink(name, n) if is_link or len(values) > 1 else None, n) for n in values]


def affine_at(link: PathLink, delays: Mapping[str, Array], shapes: Shaped) -> Affine:
    """The map of a link; that of a Delay lets through the neurons it holds back so long."""
    if link.steps is None:
        return shapes.affines[link.name]
    mask = (delays[link.name] == link.steps).astype(np.float64)
    return Affine(diagonal(mask, shapes.taken[link.name]), np.zeros(1))
