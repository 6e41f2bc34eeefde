"""Limits that no cutting helps with: widths, delays, fan-in."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from ssr_neuro.chip import Chip, Figure
from ssr_neuro.placement.core_capacity import LIMITS, CoreCapacity
from ssr_neuro.placement.core_demand import Demand
from ssr_neuro.placement.partition import TooLarge
from ssr_neuro.program.fixed_point import U_LIMIT
from ssr_neuro.program.ir import IntegerLif, Population, Readout

Node = Population | Readout
WIDER = "choose a chip with wider registers"


@dataclass(frozen=True)
class Problem:
    """What does not fit: whose, what it needs, the chip's limit, and what one can do."""

    where: str
    need: str
    limit: str
    do: str

    def __str__(self) -> str:
        return f"{self.where} needs {self.need}; {self.limit}: {self.do}"


@dataclass(frozen=True)
class CheckedLimit:
    """A limit that was checked: the largest need, and whose it is. note: the chip file's own."""

    limit: str
    need: int
    where: str
    value: float
    unit: str
    source: str
    note: str

    @classmethod
    def of(cls, limit: str, need: int, where: str, figure: Figure, value: float) -> Self:
        """value: of the figure, which is known."""
        unit, source, note = figure.unit, figure.source, figure.note
        return cls(f"limits.{limit}", need, where, value, unit, source, note)


@dataclass(frozen=True)
class UncheckedLimit:
    """A limit that the chip does not state, and why it is unknown."""

    limit: str
    why: str


@dataclass(frozen=True)
class WidthNeed:
    """A limit on every node. need: of one node; noun: what it counts; do: what helps."""

    limit: str
    noun: str
    do: str
    need: Callable[[Demand, Node], int]


def _fan_in(demand: Demand, node: Node) -> int:
    return int(np.sum([w.pattern.fan_in for w in demand.wires_into[node.name]], axis=0).max())


def _delay(demand: Demand, node: Node) -> int:
    """A synapse takes one step anyhow, on any chip."""
    delays = [w.delay for w in demand.wires_into[node.name]]
    return max((d for d in delays if d > 1), default=0)


def _neuron(read: Callable[[IntegerLif], int]) -> Callable[[Demand, Node], int]:
    return lambda _, node: read(node.neuron) if isinstance(node.neuron, IntegerLif) else 0


def _bits(*values: object) -> int:
    """Of the largest magnitude."""
    return max(int(np.abs(np.asarray(value)).max(initial=0)).bit_length() for value in values)


def _threshold(demand: Demand, node: Node) -> int:
    """A readout never fires, so its threshold takes no register."""
    return 0 if isinstance(node, Readout) else _neuron(lambda n: _bits(n.vth))(demand, node)


WIDTHS = (
    WidthNeed(
        "weight_bits",
        "weight bits",
        "compile with fewer --weight-bits",
        lambda demand, node: max((w.weight_bits for w in demand.wires_into[node.name]), default=0),
    ),
    WidthNeed(
        "fan_in_per_neuron",
        "synapses into one neuron",
        "train with fewer features or positions, or prune",
        _fan_in,
    ),
    WidthNeed(
        "delay", "steps of delay", "train with fewer blocks, as skips make the delays", _delay
    ),
    WidthNeed("membrane_bits", "membrane bits", WIDER, lambda *_: U_LIMIT.bit_length()),
    WidthNeed("threshold_bits", "threshold bits", WIDER, _threshold),
    WidthNeed("decay_bits", "decay bits", WIDER, _neuron(lambda n: _bits(n.du, n.dv))),
    WidthNeed("bias_bits", "bias bits", WIDER, _neuron(lambda n: _bits(n.bias_mant))),
    WidthNeed(
        "bias_exponent_bits", "bias exponent bits", WIDER, _neuron(lambda n: _bits(n.bias_exp))
    ),
)


def check_widths(demand: Demand, chip: Chip) -> tuple[list[CheckedLimit], list[Problem]]:
    """The largest need of each limit that the chip states, and each node that exceeds one."""
    checked: list[CheckedLimit] = []
    problems: list[Problem] = []
    for width in WIDTHS:
        figure = getattr(chip.limits, width.limit)
        if figure.value is None:
            continue
        asked = {node.name: width.need(demand, node) for node in demand.nodes}
        where = max(asked, key=lambda name: asked[name])
        checked.append(CheckedLimit.of(width.limit, asked[where], where, figure, figure.value))
        problems += _exceeded(width, figure.value, asked, chip.name)
    return checked, problems


def _exceeded(
    width: WidthNeed, limit: float, asked: dict[str, int], chip: str
) -> Iterator[Problem]:
    """One for each need above the limit, with all the populations that have it."""
    for need in sorted({need for need in asked.values() if need > limit}, reverse=True):
        names = [name for name in asked if asked[name] == need]
        has = f"{chip} has {limit:,} (limits.{width.limit})"
        yield Problem(list_names(names, len(asked)), f"{need:,} {width.noun}", has, width.do)


def list_names(names: Sequence[str], populations: int) -> str:
    """Some of so many populations, for a message."""
    if len(names) == populations > 1:
        return "every population"
    listed = ", ".join(map(repr, names))
    return f"population {listed}" if len(names) == 1 else f"each of {listed},"


_DO = {
    "neurons": "choose a chip with larger cores",
    "synapses": "train with fewer features or positions, or prune",
    "bits": "compile with fewer --weight-bits, or prune",
    "axons_in": "train with fewer features or positions, or prune",
    "axons_out": "choose a chip with larger cores, so that fewer of them read it",
}


def explain_too_large(one: TooLarge, capacity: CoreCapacity, chip: Chip) -> list[Problem]:
    """What one neuron needs more of than a core has."""
    return [
        Problem(
            f"one neuron of population {one.part.node!r}",
            f"{getattr(one.load, name):,} {LIMITS[name][1]}",
            f"a core of {chip.name} holds {getattr(capacity, name):,} (limits.{LIMITS[name][0]})",
            _DO[name],
        )
        for name in capacity.over(one.load)
    ]
