"""What a stack of linear recurrences keeps of the items it has read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import torch

from ssr_neuro.model.parts.complex_scan import Complex


@dataclass(frozen=True, eq=False)
class RecurrenceState:
    """Real and imaginary parts (L, B, H) of the states of L blocks for B sequences.

    Its size does not depend on how many items were read.
    """

    real: torch.Tensor
    imaginary: torch.Tensor

    @classmethod
    def of(cls, blocks: Iterable[Complex]) -> "RecurrenceState":
        """From the parts (B, H) of every block."""
        real, imaginary = zip(*blocks, strict=True)
        return cls(torch.stack(real), torch.stack(imaginary))

    def parts(self) -> Iterator[Complex]:
        """The parts (B, H) of every block."""
        return zip(self.real, self.imaginary, strict=True)

    @property
    def batch(self) -> int:
        """B."""
        return self.real.shape[1]

    @property
    def numbers(self) -> int:
        """Real numbers kept for one sequence: 2 L H."""
        return 2 * self.real.shape[0] * self.real.shape[2]

    @property
    def bytes(self) -> int:
        """Bytes kept for all B sequences."""
        return self.numbers * self.batch * self.real.element_size()
