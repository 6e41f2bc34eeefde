"""Prices times counts, the way reports charge SSR: every term alone, with its source."""

from dataclasses import dataclass
from typing import Any, Literal

from ssr_neuro.chip import Chip, Precision
from ssr_neuro.costs.accounting.memory import BYTES, MemoryModel, bytes_term
from ssr_neuro.costs.bill import Bill, Term, bill, charge
from ssr_neuro.costs.models.ops import Cost, Part, added
from ssr_neuro.costs.models.registry import costs

# What is charged: matrix products and recurrences, as for SSR-ANN in reports; with what goes
# element by element; with special functions, which no chip has a price for.
Charged = Literal["products", "arithmetic", "all"]
PLACES = MemoryModel()
KINDS = {"macs": "mac", "additions": "add", "multiplications": "multiply"}


@dataclass(frozen=True)
class Bills:
    """One inference of one model in one form, priced in two modes."""

    cost: Cost
    arithmetic: Bill
    memory: Bill


def bills(
    kind: str,
    config: Any,
    target: Chip,
    precision: Precision,
    *,
    charged: Charged = "products",
    model: MemoryModel = PLACES,
) -> dict[str, Bills]:
    """Form -> bills of every form of a model. A bill with a term of unknown price has no total.

    Raises BadInput on a kind that is not counted.
    """
    return {
        one.form: Bills(
            one,
            arithmetic_bill(one, target, precision, charged),
            memory_bill(one, target, precision, charged, model),
        )
        for one in costs(kind, config)
    }


def arithmetic_bill(
    cost: Cost, target: Chip, precision: Precision, charged: Charged = "products"
) -> Bill:
    """Operations alone, a term for each part and kind of operation."""
    terms = [
        term
        for part in cost.parts
        if part.product or charged != "products"
        for term in _terms(part, target, precision)
    ]
    if charged == "all":
        special = added(part.ops for part in cost.parts).special
        terms += [_special(name, count) for name, count in special.items()]
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


def _terms(part: Part, target: Chip, precision: Precision) -> list[Term]:
    counts: dict[str, int] = {kind: getattr(part.ops, kind) for kind in KINDS}
    return [
        charge(
            part.name if kind == "macs" else f"{part.name}, {kind}",
            count,
            target.prices.named(f"{KINDS[kind]}_{precision}"),
        )
        for kind, count in counts.items()
        if count
    ]


def _special(name: str, count: int) -> Term:
    return Term(name, count, None, None, "no chip file has a price of special functions", "unknown")
