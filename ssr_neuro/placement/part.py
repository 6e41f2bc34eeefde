"""Parts of a node: what lies on one core as a block of positions by features."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import prod

import numpy as np

from ssr_neuro.program.linear_maps import Array, Shape

Run = tuple[int, int]


def grid(shape: Shape) -> tuple[int, int]:
    """(positions, features) of any shape: the first axis, and all others together."""
    return shape[0], prod(shape[1:])


@dataclass(frozen=True)
class PopulationSlice:
    """Neurons of `node`: positions start to stop (not included), and of each a run of features."""

    node: str
    positions: Run
    features: Run

    @property
    def rows(self) -> int:
        return self.positions[1] - self.positions[0]

    @property
    def columns(self) -> int:
        return self.features[1] - self.features[0]

    @property
    def neurons(self) -> int:
        return self.rows * self.columns

    def indices(self, features: int) -> Array:
        """Its neurons in C order of a node with so many features: int64 (neurons,)."""
        rows, columns = np.arange(*self.positions), np.arange(*self.features)
        return np.asarray(np.add.outer(rows * features, columns).ravel())

    def __str__(self) -> str:
        (p, q), (f, g) = self.positions, self.features
        return f"{self.node}[{p}:{q}, {f}:{g}]"


def runs(size: int, count: int) -> Iterator[Run]:
    """`count` runs that cover `size`, no two of them different by more than one."""
    edges = [size * k // count for k in range(count + 1)]
    yield from pairwise(edges)
