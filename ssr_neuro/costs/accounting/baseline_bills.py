"""The models that stand beside SSR: their bills at any prices."""

from collections.abc import Sequence
from dataclasses import dataclass

from ssr_neuro.chip import Chip, Precision
from ssr_neuro.costs.accounting.few_bits import few_bits_bill
from ssr_neuro.costs.accounting.memory import MemoryModel
from ssr_neuro.costs.accounting.prices import arithmetic_bill, memory_bill
from ssr_neuro.costs.bill import Bill
from ssr_neuro.costs.models.ann_shape import AnnShape
from ssr_neuro.costs.models.ops import Cost


@dataclass(frozen=True)
class Beside:
    """Baselines, and in int8 the bound of SSR-ANN with as few bits as `steps` of spikes tell apart.

    shape: of SSR-ANN, None for a program that is no SSR.
    """

    baselines: Sequence[Cost]
    shape: AnnShape | None
    steps: int

    def arithmetic(self, precision: Precision, target: Chip) -> tuple[Bill, ...]:
        """Operations alone."""
        made = (arithmetic_bill(cost, target, precision) for cost in self.baselines)
        return *self._few_bits(precision, target, None), *made

    def memory(self, precision: Precision, target: Chip, model: MemoryModel) -> tuple[Bill, ...]:
        """Operations and bytes."""
        made = (memory_bill(cost, target, precision, model=model) for cost in self.baselines)
        return *self._few_bits(precision, target, model), *made

    def _few_bits(
        self, precision: Precision, target: Chip, model: MemoryModel | None
    ) -> tuple[Bill, ...]:
        if self.shape is None or precision != "int8":
            return ()
        return (few_bits_bill(self.shape, self.steps, target, model),)
