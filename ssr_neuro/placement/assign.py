"""Which part goes to which core. No seed and no chance: the same program, the same placement."""

from itertools import combinations

from ssr_neuro.placement.assignment import CoreAssignment

CHANGES_TRIED = 20_000


def greedy(assignment: CoreAssignment) -> None:
    """In data-flow order, each part to the core where it adds the fewest messages.

    A new core only where it fits on none; of equals the first.
    """
    for number in range(len(assignment.demand)):
        fitting = [at for at in range(len(assignment.cores)) if assignment.fits(number, at)]
        deltas = [assignment.delta(number, at) for at in fitting]
        assignment.put(number, fitting[deltas.index(min(deltas))] if fitting else assignment.open())


def round_robin(assignment: CoreAssignment, cores: int) -> None:
    """Parts dealt out in order, one to each core in turn; a core that is full is passed over."""
    for _ in range(cores):
        assignment.open()
    for number in range(len(assignment.demand)):
        turn = ((number + k) % cores for k in range(cores))
        at = next((c for c in turn if assignment.fits(number, c)), None)
        assignment.put(number, assignment.open() if at is None else at)


def improve(assignment: CoreAssignment, tries: int = CHANGES_TRIED) -> bool:
    """Move single parts, then swap pairs, as long as that saves messages.

    False where `tries` changes were not enough to see that none is left that would.
    """
    search = _Search(assignment, tries)
    while search.left > 0 and (search.moves() or search.swaps()):
        pass
    return search.left > 0


class _Search:
    def __init__(self, assignment: CoreAssignment, tries: int) -> None:
        self.assignment, self.left = assignment, tries

    def moves(self) -> bool:
        """Whether moving any part saved messages."""
        numbers = range(len(self.assignment.demand))
        return any([self._move(number) for number in numbers if self.left > 0])

    def swaps(self) -> bool:
        """Whether swapping any two parts did."""
        pairs = combinations(range(len(self.assignment.demand)), 2)
        return any([self._swap(a, b) for a, b in pairs if self.left > 0])

    def _move(self, number: int) -> bool:
        assignment = self.assignment
        at = assignment.take(number)
        others = [c for c in range(len(assignment.cores)) if c != at and assignment.fits(number, c)]
        self.left -= len(assignment.cores)
        kept = assignment.delta(number, at)
        best = min((assignment.delta(number, c), c) for c in others) if others else (kept, at)
        better = best[0] < kept
        assignment.put(number, best[1] if better else at)
        return better

    def _swap(self, a: int, b: int) -> bool:
        assignment = self.assignment
        homes = {assignment.core_of[a], assignment.core_of[b]}
        alone = all(len(assignment.cores[at].parts) == 1 for at in homes)
        if len(homes) == 1 or alone:  # two parts alone would but swap the names of their cores
            return False
        self.left -= 1
        at_a, at_b = assignment.take(a), assignment.take(b)
        now = self._put(a, at_a) + self._put(b, at_b)
        assignment.take(a)
        assignment.take(b)
        if not assignment.fits(a, at_b) or not assignment.fits(b, at_a):
            assignment.put(a, at_a)
            assignment.put(b, at_b)
            return False
        if self._put(a, at_b) + self._put(b, at_a) < now:
            return True
        assignment.take(a)
        assignment.take(b)
        assignment.put(a, at_a)
        assignment.put(b, at_b)
        return False

    def _put(self, number: int, at: int) -> int:
        more = self.assignment.delta(number, at)
        self.assignment.put(number, at)
        return more
