"""Terms of what moves on a chip: spikes between its cores, hops, and what the host gives and gets.

Sums come from a placement and the spikes of its trace, means per sample.
"""

from collections.abc import Iterator

from ssr_neuro.chip import Price, Prices
from ssr_neuro.costs.accounting.core_terms import NO_SPIKES
from ssr_neuro.costs.bill import Term, charge, is_stated, unknown_term
from ssr_neuro.placement import Placement

NO_MESH = "the mesh of the chip's cores is not known"
NO_CORES = "the number of cores of a chip is not known"
BETWEEN_CHIPS = Price(unit="pJ", reason="no chip file has a price of a message between chips")


def traffic_terms(placement: Placement, prices: Prices, hop: float = 1.0) -> Iterator[Term]:
    """Messages, hops and the host. hop: factor on the chip's price of a hop."""
    if not placement.traffic.samples:
        yield unknown_term("messages, hops and the host", NO_SPIKES)
        return
    yield from _messages(placement, prices)
    yield from _hops(placement, prices, hop)
    yield from _host(placement, prices)


def _messages(placement: Placement, prices: Prices) -> Iterator[Term]:
    """Terms that only some sources tell apart: charged where the chip's file states them."""
    traffic = placement.traffic
    sent = traffic.within + traffic.messages.between
    if is_stated(prices.message_out):
        yield charge("messages sent", sent, prices.message_out)
    if is_stated(prices.spike_within_tile):
        delivered = sent + traffic.messages.entering
        yield charge("messages delivered in a tile", delivered, prices.spike_within_tile)
    if traffic.between_chips is None:
        yield unknown_term("messages between chips", NO_CORES)
    elif traffic.between_chips:
        yield charge("messages between chips", traffic.between_chips, BETWEEN_CHIPS)


def _hops(placement: Placement, prices: Prices, factor: float) -> Iterator[Term]:
    far = placement.traffic.hops
    if far is None:
        yield unknown_term("hops", NO_MESH)
        return
    yield charge("hops east-west", far.east_west, _times(prices.hop_east_west, factor))
    yield charge("hops north-south", far.north_south, _times(prices.hop_north_south, factor))


def _host(placement: Placement, prices: Prices) -> Iterator[Term]:
    """Every spike of an input to every core that reads it; every readout value of every step."""
    yield charge("spikes from the host", placement.traffic.messages.entering, prices.host_input)
    outputs = placement.readout_neurons * placement.steps
    yield charge("values to the host", outputs, prices.host_output)


def _times(price: Price, factor: float) -> Price:
    if price.value is None or factor == 1:
        return price
    return price.model_copy(update={"value": price.value * factor})
