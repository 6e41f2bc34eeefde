"""Bills of models without spikes: counts times prices, every term with its source."""

from typing import Literal

from ssr_neuro.chip import Chip, Precision
from ssr_neuro.costs.accounting.memory_model import BYTES, MemoryModel, bytes_term
from ssr_neuro.costs.accounting.operation_prices import Kind, operation_price
from ssr_neuro.costs.bill import Bill, Term, bill, charge
from ssr_neuro.costs.models.ops import Component, Cost, sum_ops

# What is charged: matrix products and recurrences, as for SSR-ANN in reports; with what goes
# element by element; with special functions, which no chip has a price for.
Charged = Literal["products", "arithmetic", "all"]
PLACES = MemoryModel()
KINDS: dict[str, Kind] = {"macs": "mac", "additions": "add", "multiplications": "multiply"}


def arithmetic_bill(
    cost: Cost, target: Chip, precision: Precision, charged: Charged = "products"
) -> Bill:
    """Operations alone, a term for each part and kind of operation. Sums of int8 have 32 bits."""
    terms = [
        term
        for part in cost.parts
        if part.product or charged != "products"
        for term in _terms(part, target, precision)
    ]
    if charged == "all":
        special = sum_ops(part.ops for part in cost.parts).special
        terms += [_special_price(name, count) for name, count in special.items()]
    return bill(cost.subject, tuple(terms))


def memory_bill(
    cost: Cost,
    target: Chip,
    precision: Precision,
    charged: Charged = "products",
    model: MemoryModel = PLACES,
) -> Bill:
    """Operations and bytes: each number is moved once, the least a model can do.

    States have the width of the precision, in the model's favour.
    """
    width, weights = BYTES[precision], model.weight_bytes(precision) * cost.weights
    moved = (
        bytes_term("weight bytes", weights, model.weights, target, model),
        bytes_term("activation bytes", width * cost.activations, model.weights, target, model),
        bytes_term("state bytes", width * cost.state, model.state, target, model),
        bytes_term("item table bytes", width * cost.scoring, model.table, target, model),
    )
    done = arithmetic_bill(cost, target, precision, charged)
    return bill(done.subject, done.terms + tuple(term for term in moved if term.count))


def _terms(part: Component, target: Chip, precision: Precision) -> list[Term]:
    counts: dict[str, int] = {kind: getattr(part.ops, kind) for kind in KINDS}
    return [
        charge(
            part.name if kind == "macs" else f"{part.name}, {kind}",
            count,
            operation_price(target, KINDS[kind], precision),
        )
        for kind, count in counts.items()
        if count
    ]


def _special_price(name: str, count: int) -> Term:
    return Term(name, count, None, None, "no chip file has a price of special functions", "unknown")
