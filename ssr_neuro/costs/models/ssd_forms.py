"""One state-space layer: N positions mixed in three ways, products apart from what prepares them.

Each function gives (products and recurrence, decays and their products element by element). A
state of C channels x S numbers, C in `heads` heads with a decay each (Dao and Gu 2024).
"""

from ssr_neuro.costs.models.elementwise import each
from ssr_neuro.costs.models.ops import Ops, Part

CHUNK = 32  # positions computed as one matrix, as in the program
Layer = tuple[Part, Part]


def in_runs(n: int, heads: int, c: int, s: int) -> Layer:
    """K = ceil(N / Q) runs of Q positions: Y = (L o C B^T) X within, states from run to run.

    All Q x Q pairs are computed, those that the causal mask drops included, and the positions
    that fill the last run.
    """
    q = min(CHUNK, n)
    runs = -(-n // q)
    macs, moved = runs * q * q * (s + c), runs * q * (2 * s + q + heads * q + 2 * c)
    other = Ops(
        additions=runs * heads * q * (q - 1),
        multiplications=runs * heads * q * q,
        special={"exp": runs * heads * q * q},
    )
    if runs > 1:
        macs += 2 * runs * c * q * s
        moved += runs * (q * (2 * c + 2 * s) + 4 * c * s)
        other += _between(runs, q, heads, c, s)
    return Part("state space", Ops(macs=macs), "", moved=moved), each("decays", other, "")


def _between(runs: int, q: int, heads: int, c: int, s: int) -> Ops:
    """What each run leaves, decayed; the states carried; what they add, decayed."""
    sums = runs * heads * (q - 1)
    return Ops(
        additions=sums + runs * c * s + runs * q * c,
        multiplications=runs * c * q + runs * c * s + runs * q * c,
        special={"exp": runs * q * heads},
    )


def read_at_last(n: int, heads: int, c: int, s: int) -> Layer:
    """Position N - 1 alone: one row of the matrix."""
    product = Part("state space", Ops(macs=n * (s + c)), "", moved=n * (s + heads + c) + s + c)
    decays = Ops(additions=heads * (n - 1), multiplications=heads * n, special={"exp": heads * n})
    return product, each("decays", decays, "")


def one_by_one(n: int, heads: int, c: int, s: int, *, last_only: bool = False) -> Layer:
    """h = decay h + x b^T, y = h c: 2 multiply-adds and a product of each number of the state.

    The state itself is counted as state. last_only: it is read after the last position alone.
    """
    reads = 1 if last_only else n
    ops = Ops(macs=(n + reads) * c * s, multiplications=n * c * s)
    moved = n * (c + s) + reads * (s + c)
    decays = each("decays", Ops(special={"exp": n * heads}), "")
    return Part("state space", ops, "", moved=moved), decays
