"""Tables of numbers that parts of a program point into; equal arrays are held once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from ssr_neuro.errors import DoesNotFit

MOST_BYTES = 1 << 28  # of one table; a compiler takes minutes for more
WIDTHS = {np.int8: 8, np.int16: 16, np.int32: 32, np.int64: 64, np.uint16: 16, np.uint32: 32}


@dataclass
class Pool:
    """One table. name: of the array in C. kinds: number types that it may have, narrowest first."""

    name: str
    kinds: tuple[Any, ...]
    length: int = 0
    _parts: list[npt.NDArray[np.int64]] = field(default_factory=list)
    _known: dict[bytes, int] = field(default_factory=dict)

    def keep(self, values: Any, owner: str) -> int:
        """The first place of these numbers. Raises DoesNotFit that names `owner`."""
        array = np.ascontiguousarray(values, np.int64).ravel()
        limits = np.iinfo(self.kinds[-1])
        low, high = int(array.min(initial=0)), int(array.max(initial=0))
        if low < limits.min or high > limits.max:
            raise DoesNotFit(
                f"{owner}: numbers from {low} to {high} for {self.name}; it holds {limits.min} to "
                f"{limits.max}"
            )
        key = array.tobytes()
        if key not in self._known:
            self._known[key] = self.length
            self._parts.append(array)
            self.length += array.size
            self._check_size(owner)
        return self._known[key]

    def _check_size(self, owner: str) -> None:
        if (size := self.length * WIDTHS[self.kinds[-1]] // 8) > MOST_BYTES:
            raise DoesNotFit(
                f"{owner}: {self.name} would take {size:,} bytes; a table of model.c holds "
                f"{MOST_BYTES:,}. Take a smaller model"
            )

    @property
    def values(self) -> npt.NDArray[np.int64]:
        """All numbers; at least one, as C has no empty array."""
        return np.concatenate(self._parts) if self.length else np.zeros(1, np.int64)

    @property
    def kind(self) -> Any:
        """The narrowest number type that holds them all."""
        return narrowest(self.values, self.kinds)

    @property
    def c_type(self) -> str:
        return c_type(self.kind)

    @property
    def bytes(self) -> int:
        return int(self.values.size * WIDTHS[self.kind] // 8)


def narrowest(values: npt.NDArray[Any], kinds: Iterable[Any]) -> Any:
    """The first number type that holds all values; the last where none does."""
    for kind in kinds:
        limits = np.iinfo(kind)
        if limits.min <= values.min(initial=0) and values.max(initial=0) <= limits.max:
            return kind
    return kind


def c_type(kind: Any) -> str:
    """np.int16 -> "int16_t"."""
    return f"{np.dtype(kind).name}_t"
