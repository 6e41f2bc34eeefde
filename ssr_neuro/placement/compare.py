"""Greedy and improved, and round robin beside it; the one with fewer messages is taken.

Of very many parts each has a core of its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ssr_neuro.placement.assign import greedy, improve, round_robin
from ssr_neuro.placement.assignment import CoreAssignment
from ssr_neuro.placement.core_capacity import CoreCapacity
from ssr_neuro.placement.part import grid
from ssr_neuro.placement.partition import Partition
from ssr_neuro.placement.placement import Messages
from ssr_neuro.placement.storage import Packing
from ssr_neuro.placement.traffic import Flow, count_flow
from ssr_neuro.program.ir import Program
from ssr_neuro.program.linear_maps import Array

# Parts of more than a thousand are put on a core each: to choose among so many cores takes hours,
# and a part was cut to fill a core.
MOST_COMPARED = 1_000


@dataclass(frozen=True, eq=False)
class Candidate:
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
class AssignmentComparison:
    """settled: whether no single move or swap was left that saves messages."""

    greedy: Candidate
    improved: Candidate
    round_robin: Candidate
    settled: bool

    @property
    def best(self) -> Candidate:
        """Of equals the first."""
        candidate = (self.improved, self.round_robin)
        return min(candidate, key=lambda one: one.flow.between + one.flow.entering)


def compare(
    program: Program,
    cut: Partition,
    sent: dict[str, Array],
    capacity: CoreCapacity,
    packing: Packing | None,
) -> AssignmentComparison:
    """All of them on the same parts. sent: spikes of each neuron."""
    features = {node.name: grid(node.shape)[1] for node in program.nodes}
    if len(cut.demand) > MOST_COMPARED:
        alone = _a_core_each(cut, sent, features)
        return AssignmentComparison(alone, alone, alone, settled=False)

    def assignment() -> CoreAssignment:
        return CoreAssignment(cut, sent, features, capacity, packing)

    first = assignment()
    greedy(first)
    begun = _candidate("greedy", first)
    settled = improve(first)
    improved = _candidate("greedy, improved", first)
    turned = _assign_round_robin(assignment, improved.cores)
    return AssignmentComparison(begun, improved, turned, settled)


def _assign_round_robin(assignment: Callable[[], CoreAssignment], cores: int) -> Candidate:
    dealt = assignment()
    round_robin(dealt, cores)
    return _candidate("round robin", dealt)


def _a_core_each(
    cut: Partition, sent: Mapping[str, Array], features: Mapping[str, int]
) -> Candidate:
    cores = tuple(range(len(cut.demand)))
    mine = [need.part.indices(features[need.part.node]) for need in cut.demand]
    return Candidate("a core for each part", cores, count_flow(cut.demand, cores, mine, sent))


def _candidate(name: str, assignment: CoreAssignment) -> Candidate:
    numbers = {at: number for number, at in enumerate(dict.fromkeys(assignment.core_of))}
    core_of = tuple(numbers[at] for at in assignment.core_of)
    return Candidate(
        name, core_of, count_flow(assignment.demand, core_of, assignment.mine, assignment.sent)
    )
