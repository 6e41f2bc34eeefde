"""Greedy and improved, and round robin beside it; the one with fewer messages is taken."""

from collections.abc import Callable
from dataclasses import dataclass

from ssr_neuro.placement.assign import greedy, improve, round_robin
from ssr_neuro.placement.assignment import Board
from ssr_neuro.placement.core_capacity import Room
from ssr_neuro.placement.part import grid
from ssr_neuro.placement.partition import Cut
from ssr_neuro.placement.placement import Messages
from ssr_neuro.placement.storage import Packing
from ssr_neuro.placement.traffic import Flow, flow
from ssr_neuro.program.ir import Program
from ssr_neuro.program.linear_maps import Array


@dataclass(frozen=True, eq=False)
class Tried:
    """core_of: the core of each part, those in use numbered by their first part."""

    name: str
    core_of: tuple[int, ...]
    flow: Flow

    @property
    def cores(self) -> int:
        return max(self.core_of, default=-1) + 1

    def messages(self, samples: int) -> Messages:
        """Per sample."""
        return Messages(self.flow.between / samples, self.flow.entering / samples)


@dataclass(frozen=True, eq=False)
class Compared:
    """settled: whether no single move or swap was left that saves messages."""

    greedy: Tried
    improved: Tried
    round_robin: Tried
    settled: bool

    @property
    def best(self) -> Tried:
        """Of equals the first."""
        tried = (self.improved, self.round_robin)
        return min(tried, key=lambda one: one.flow.between + one.flow.entering)


def compare(
    program: Program, cut: Cut, sent: dict[str, Array], room: Room, packing: Packing | None
) -> Compared:
    """All of them on the same parts. sent: spikes of each neuron."""
    features = {node.name: grid(node.shape)[1] for node in program.nodes}

    def board() -> Board:
        return Board(cut, sent, features, room, packing)

    first = board()
    greedy(first)
    begun = _tried("greedy", first)
    settled = improve(first)
    improved = _tried("greedy, improved", first)
    turned = _dealt(board, improved.cores)
    return Compared(begun, improved, turned, settled)


def _dealt(board: Callable[[], Board], cores: int) -> Tried:
    dealt = board()
    round_robin(dealt, cores)
    return _tried("round robin", dealt)


def _tried(name: str, board: Board) -> Tried:
    numbers = {at: number for number, at in enumerate(dict.fromkeys(board.core_of))}
    core_of = tuple(numbers[at] for at in board.core_of)
    return Tried(name, core_of, flow(board.needs, core_of, board.mine, board.sent))
