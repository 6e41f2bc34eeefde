"""Items by the ids of the data that a model was trained on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ssr_neuro.program.arrays import Ints


@dataclass(frozen=True, eq=False)
class Catalogue:
    """ids: (V,), the data's own name of item k + 1 of the model."""

    ids: Sequence[str]

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Id -> item number, from 1."""
        return {item: number for number, item in enumerate(self.ids, 1)}

    def look_up(self, items: Iterable[object]) -> Ints:
        """Item numbers (n,) of ids, whole numbers or text; 0 where the model does not know one."""
        known = self.numbers
        return np.array([known.get(str(item), 0) for item in items], np.int64)
