"""The mode of chips whose price of a synaptic operation is the whole chip's power over its events.

Such a price stands alone: neurons, memory, messages and leakage are inside, so that any term beside
it would be charged twice.
"""

from ssr_neuro.chip import Chip
from ssr_neuro.costs.accounting.sheet import Sheet, sheet
from ssr_neuro.costs.bill import bill, charge, spread
from ssr_neuro.costs.counts import Counts
from ssr_neuro.errors import BadInput

NOTES = (
    "The price of a synaptic operation covers the whole chip at the firing rate of its source, so "
    "no term is added to it: no neuron update, no message or hop, no static power.",
    "Only the network on the chip is charged: no host, and items are scored off the chip.",
    "That the network fits the chip is not claimed.",
)


def has_chip_power_price(chip: Chip) -> bool:
    """Whether the chip's price of a synaptic operation holds everything."""
    return chip.prices.synaptic_operation.known and chip.prices.synaptic_operation.scope == "all_in"


def chip_power_sheet(counts: Counts, chip: Chip) -> Sheet:
    """Synaptic operations at an all-in price. Raises BadInput where the chip has no such price."""
    price = chip.prices.synaptic_operation
    if not has_chip_power_price(chip):
        raise BadInput(
            f"{chip.name} has no all-in price: prices.synaptic_operation is "
            f"{'unknown' if price.value is None else price.scope}; price it by its events"
        )
    terms = (charge("synaptic operations", counts.sops.mean, price, per_spike=True),)
    return sheet(
        mode=f"chip-{chip.name}",
        title=f"All-in price of {chip.title}",
        target=chip.title,
        bills=(bill("SSR", terms, spread(terms, counts.sops)),),
        rate=counts.synapse_rate,
        notes=(*NOTES, *chip.notes),
    )
