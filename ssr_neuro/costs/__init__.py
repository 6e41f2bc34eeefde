"""What one inference of each model costs: operations by kind, numbers moved, prices on a chip."""

from ssr_neuro.costs.accounting.prices import Charged, arithmetic_bill, memory_bill
from ssr_neuro.costs.models.ops import Component, Cost, Ops
from ssr_neuro.costs.models.registry import FORMS, cost, costs

__all__ = [
    "FORMS",
    "Charged",
    "Component",
    "Cost",
    "Ops",
    "arithmetic_bill",
    "cost",
    "costs",
    "memory_bill",
]
