"""A bound on SSR-ANN with activations of a few bits, as many as tell T steps of spikes apart."""

from collections.abc import Iterator
from math import ceil

from ssr_neuro.chip import Chip
from ssr_neuro.costs.accounting.memory_model import MemoryModel, bytes_term
from ssr_neuro.costs.accounting.operation_prices import operation_price
from ssr_neuro.costs.bill import Bill, Term, bill, charge
from ssr_neuro.costs.models.ssr_ann import AnnShape, ssr_ann, ssr_ann_values
from ssr_neuro.errors import BadInput

NOTES = (
    "A number of b bits times a weight is at most b additions of the shifted weight, one for each "
    "bit that is set; here all bits are, so no sparsity is used. The product has 8 + b bits, so "
    "b - 1 of them are additions of 16 bits; the last one goes to the sum.",
    "Weights have 8 bits as SSR's; activations and the item table have b.",
)


def activation_bits(steps: int) -> int:
    """b = ceil(log2(T + 1)): a neuron that fires 0 to T times in T steps says as much.

    The comparison of Yan et al., "Reconsidering the energy efficiency of spiking neural networks".
    Raises BadInput below one step.
    """
    if steps < 1:
        raise BadInput(f"{steps} steps; a spiking network has at least 1")
    return steps.bit_length()


def quantised_ann_bill(
    shape: AnnShape, bits: int, target: Chip, model: MemoryModel | None = None
) -> Bill:
    """An upper bound of its energy at integer additions; with `model` also of the bytes moved.

    bits: of activations and of the item table.
    Dense transforms, as those of an FFT need more bits from stage to stage; the last block at the
    position that is read.
    """
    terms = tuple(_additions(shape, bits, target))
    if model is not None:
        values = ssr_ann_values(shape)
        table = ceil(bits * shape.items * shape.features / 8) + shape.items
        activations = ceil(bits * values.activations / 8)
        weights = model.weight_bytes("int8") * values.weights
        terms += (
            bytes_term("weight bytes", weights, model.weights, target, model),
            bytes_term("activation bytes", activations, model.weights, target, model),
            bytes_term("item table bytes", table, model.table, target, model),
        )
    return bill(f"SSR-ANN, {bits} bits", terms)


def _additions(shape: AnnShape, bits: int, target: Chip) -> Iterator[Term]:
    for row in ssr_ann(shape, last_position_only=True):
        if bits > 1:
            within = (bits - 1) * row.macs
            yield charge(f"{row.component}, within products", within, target.prices.add_int16)
        yield charge(row.component, row.macs, operation_price(target, "add", "int8"))
