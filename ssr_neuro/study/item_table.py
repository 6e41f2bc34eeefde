"""The smallest item table that keeps a model's accuracy: entries rounded to fewer and fewer bits.

At batch 1 a model without spikes reads little else than its item table, so it is to be compared
with the smallest one that ranks as well. Entries are rounded after training, which bounds from
above what a network that is trained with few bits needs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING, Any

from ssr_neuro.chip import Chip
from ssr_neuro.costs.accounting.memory_model import MemoryModel
from ssr_neuro.costs.accounting.prices import memory_bill
from ssr_neuro.costs.models.ops import Cost
from ssr_neuro.costs.models.registry import costs
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.columns import SHOWN, metric_key

if TYPE_CHECKING:
    import torch

    from ssr_neuro.checkpoint import Checkpoint
    from ssr_neuro.model.parts.recommender import RecommenderModel

TABLE_BITS = (8, 7, 6, 5, 4, 3, 2, 1)
LARGEST_ENTRY_BITS = 8  # what an int8 table has
STEPS_TRIED = 64  # of each feature
DECIDING = tuple(metric_key("ndcg@10", column) for column in SHOWN)


def round_entries(rows: "torch.Tensor", bits: int) -> "torch.Tensor":
    """rows (V, D) -> the same, each feature on 2^bits levels: odd multiples of half its step.

    A feature's step is, of STEPS_TRIED, the one that leaves the least squared error.
    """
    import torch

    half = 2 ** (bits - 1)
    widest = rows.abs().amax(dim=0) / (half - 0.5)
    best = torch.zeros_like(rows)
    least = torch.full_like(widest, torch.inf)
    for number in range(1, STEPS_TRIED + 1):
        step = (widest * number / STEPS_TRIED).clamp_min(torch.finfo(rows.dtype).tiny)
        level = (rows / step).floor().clamp(-half, half - 1) + 0.5
        error = (level * step - rows).square().sum(dim=0)
        best = torch.where(error < least, level * step, best)
        least = torch.minimum(error, least)
    return best


def round_tables(saved: "Checkpoint", bits: int) -> "RecommenderModel":
    """The model with every item table rounded. Biases and the pad's row stay as they are."""
    import torch

    model = saved.model()
    with torch.no_grad():
        for table in embeddings_of(model).values():
            table[1:] = round_entries(table[1:], bits)
    return model


def embeddings_of(model: "RecommenderModel") -> "Mapping[str, torch.Tensor]":
    """Its item tables (V+1, D) without biases. Raises BadInput where there is none to round."""
    from ssr_neuro.costs.models.forward import item_tables

    found = {name: table for name, table in item_tables(model).items() if table.dim() == 2}
    if not found:
        raise BadInput("it has no item table of numbers that could be rounded")
    return found


class TableEnergy:
    """What an inference costs by the bits of a table entry, int8 with memory, in one form.

    The form is the cheapest with entries of 8 bits. Steps of features are not charged: D numbers.
    """

    def __init__(self, saved: "Checkpoint", chip: Chip) -> None:
        from ssr_neuro.costs.models.forward import item_tables

        tables = item_tables(saved.model()).values()
        self.biases = sum(table.numel() for table in tables if table.dim() == 1)
        self.chip = chip
        forms = costs(saved.kind, saved.config)
        self.cost = min(forms, key=lambda form: self._energy_pj(form, LARGEST_ENTRY_BITS))

    def table_bytes(self, bits: int) -> int:
        """Of what scoring reads: entries of so many bits, biases of a byte."""
        return self._table_bytes(self.cost, bits)

    def energy_pj(self, bits: int) -> float:
        return self._energy_pj(self.cost, bits)

    def _table_bytes(self, form: Cost, bits: int) -> int:
        return ceil(bits * (form.scoring - self.biases) / 8) + self.biases

    def _energy_pj(self, form: Cost, bits: int) -> float:
        priced = replace(form, scoring=self._table_bytes(form, bits))
        total = memory_bill(priced, self.chip, "int8", model=MemoryModel.of("int8")).total_pj
        if total is None:
            raise BadInput(f"{self.chip.name} has no price for every operation of {form.subject}")
        return total


def smallest_that_keeps(
    points: Sequence[Mapping[str, Any]], whole: Mapping[str, Any], share: float
) -> Mapping[str, Any] | None:
    """The last point, from the most bits down, before one keeps less than that share of NDCG@10.

    Both columns count. What few bits rank by chance, where more bits fail, is not taken. None where
    the point of the most bits keeps less.
    """
    kept = None
    for point in sorted(points, key=lambda one: int(one["bits"]), reverse=True):
        if any(point[key] < share * whole[key] for key in DECIDING):
            break
        kept = point
    return kept
