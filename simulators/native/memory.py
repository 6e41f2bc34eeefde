"""Arrays that a kernel reads by address, and where things lie in its workspace."""

from typing import Any

import numpy as np

from ssr_neuro.native import aligned

ALIGNED = 64


class KernelMemory:
    """kept: arrays that addresses point into. reserved: bytes of one thread's workspace so far."""

    def __init__(self) -> None:
        self.kept: list[Any] = []
        self.reserved = 0

    def address(self, array: Any) -> int:
        """Of a copy that lives as long as this."""
        kept = aligned.copy(np.asarray(array))
        self.kept.append(kept)
        return aligned.address(kept)

    def reserve(self, size: int) -> int:
        """Where so many bytes more lie in the workspace."""
        at = self.reserved
        self.reserved += -(-size // ALIGNED) * ALIGNED
        return at
