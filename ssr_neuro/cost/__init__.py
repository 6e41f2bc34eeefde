"""What one inference of each model costs: operations by kind, numbers moved, prices on a chip."""

from ssr_neuro.cost.forms import FORMS, cost, costs
from ssr_neuro.cost.ops import Cost, Ops, Part
from ssr_neuro.cost.prices import Bills, Charged, arithmetic_bill, bills, memory_bill

__all__ = [
    "FORMS", "Bills", "Charged", "Cost", "Ops", "Part", "arithmetic_bill", "bills", "cost",
    "costs", "memory_bill",
]  # fmt: skip
