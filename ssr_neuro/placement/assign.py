"""Which part goes to which core. No seed and no chance: the same program, the same placement."""

from itertools import combinations

from ssr_neuro.placement.assignment import Board

CHANGES_TRIED = 20_000


def greedy(board: Board) -> None:
    """In data-flow order, each part to the core where it adds the fewest messages.

    A new core only where it fits on none; of equals the first.
    """
    for number in range(len(board.needs)):
        fitting = [at for at in range(len(board.cores)) if board.fits(number, at)]
        deltas = [board.delta(number, at) for at in fitting]
        board.put(number, fitting[deltas.index(min(deltas))] if fitting else board.open())


def round_robin(board: Board, cores: int) -> None:
    """Parts dealt out in order, one to each core in turn; a core that is full is passed over."""
    for _ in range(cores):
        board.open()
    for number in range(len(board.needs)):
        turn = ((number + k) % cores for k in range(cores))
        at = next((c for c in turn if board.fits(number, c)), None)
        board.put(number, board.open() if at is None else at)


def improve(board: Board, tries: int = CHANGES_TRIED) -> bool:
    """Move single parts, then swap pairs, as long as that saves messages.

    False where `tries` changes were not enough to see that none is left that would.
    """
    search = _Search(board, tries)
    while search.left > 0 and (search.moves() or search.swaps()):
        pass
    return search.left > 0


class _Search:
    def __init__(self, board: Board, tries: int) -> None:
        self.board, self.left = board, tries

    def moves(self) -> bool:
        """Whether moving any part saved messages."""
        return any([self._move(number) for number in range(len(self.board.needs))])

    def swaps(self) -> bool:
        """Whether swapping any two parts did."""
        pairs = combinations(range(len(self.board.needs)), 2)
        return any([self._swap(a, b) for a, b in pairs if self.left > 0])

    def _move(self, number: int) -> bool:
        board = self.board
        at = board.take(number)
        others = [c for c in range(len(board.cores)) if c != at and board.fits(number, c)]
        self.left -= len(board.cores)
        kept = board.delta(number, at)
        best = min((board.delta(number, c), c) for c in others) if others else (kept, at)
        better = best[0] < kept
        board.put(number, best[1] if better else at)
        return better

    def _swap(self, a: int, b: int) -> bool:
        board = self.board
        homes = {board.core_of[a], board.core_of[b]}
        alone = all(len(board.cores[at].parts) == 1 for at in homes)
        if len(homes) == 1 or alone:  # two parts alone would but swap the names of their cores
            return False
        self.left -= 1
        at_a, at_b = board.take(a), board.take(b)
        now = self._put(a, at_a) + self._put(b, at_b)
        board.take(a)
        board.take(b)
        if not board.fits(a, at_b) or not board.fits(b, at_a):
            board.put(a, at_a)
            board.put(b, at_b)
            return False
        if self._put(a, at_b) + self._put(b, at_a) < now:
            return True
        board.take(a)
        board.take(b)
        board.put(a, at_a)
        board.put(b, at_b)
        return False

    def _put(self, number: int, at: int) -> int:
        more = self.board.delta(number, at)
        self.board.put(number, at)
        return more
