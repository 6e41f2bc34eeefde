"""Terms of what a core does: synaptic operations by kind, neuron updates, spikes."""

from collections.abc import Iterator

from ssr_neuro.chip import Price, Prices
from ssr_neuro.costs.bill import Term, charge, is_stated, unknown_term
from ssr_neuro.costs.counts import Counts
from ssr_neuro.placement import Placement

NO_KIND = "the counts do not say which kind of synapse"
NO_SPIKES = "the program was placed without a trace of spikes"


def core_terms(counts: Counts, prices: Prices) -> Iterator[Term]:
    """Where a file tells kinds of synapses or accesses of neurons apart, as it does."""
    for kind, (mean, _) in _operations_by_kind(counts).items():
        name = f"synaptic operations, {kind}" if kind else "synaptic operations"
        yield charge(name, mean, _operation(prices, kind), per_spike=True)
    yield from _updates("neuron updates", counts.updates, counts.active_updates.mean, prices)
    if is_stated(prices.spike_out):
        yield charge("spikes sent", counts.spikes.mean, prices.spike_out)


def readout_terms(placement: Placement, prices: Prices) -> Iterator[Term]:
    """Readouts are placed as neurons, so a core updates them as well."""
    name, active = "neuron updates of readouts", placement.readouts_reached
    if active is None:
        yield unknown_term(name, NO_SPIKES)
        return
    yield from _updates(name, placement.readout_neurons * placement.steps, active, prices)


def _updates(name: str, updates: int, active: float, prices: Prices) -> Iterator[Term]:
    if prices.neuron_access.known:
        yield charge(f"{name}, access", updates, prices.neuron_access)
        yield charge(f"{name}, active", active, prices.neuron_update)
    else:
        yield charge(f"{name}, active", active, prices.neuron_update_active)
        yield charge(f"{name}, idle", updates - active, prices.neuron_update_idle)


def core_spread(counts: Counts, prices: Prices) -> float | None:
    """Standard deviation over the samples, at most: those of its parts added up.

    None where a price of what differs is unknown.
    """
    parts = [
        (sd, _operation(prices, kind).value)
        for kind, (_, sd) in _operations_by_kind(counts).items()
    ]
    parts.append((counts.active_updates.sd, _activity_terms(prices)))
    if is_stated(prices.spike_out):
        parts.append((counts.spikes.sd, prices.spike_out.value))
    known = [sd * price for sd, price in parts if price is not None]
    return sum(known) if len(known) == len(parts) else None


def _activity_terms(prices: Prices) -> float | None:
    """What an update costs more when an event reached the neuron."""
    if prices.neuron_access.known:
        return prices.neuron_update.value
    active, idle = prices.neuron_update_active.value, prices.neuron_update_idle.value
    return None if active is None or idle is None else abs(active - idle)


def _operations_by_kind(counts: Counts) -> dict[str, tuple[float, float]]:
    """Kind of synapse -> mean and, at most, standard deviation of its operations."""
    kinds = dict.fromkeys(synapse.kind for synapse in counts.synapses)
    if len(kinds) == 1:
        return {kind: (counts.sops.mean, counts.sops.sd) for kind in kinds}
    return {
        kind: (
            sum(s.sops.mean for s in counts.synapses if s.kind == kind),
            sum(s.sops.sd for s in counts.synapses if s.kind == kind),
        )
        for kind in kinds
    }


def _operation(prices: Prices, kind: str) -> Price:
    if prices.synaptic_operation.known or not prices.synaptic_operation_dense.known:
        return prices.synaptic_operation
    return prices.named(f"synaptic_operation_{kind}") if kind else Price(unit="pJ", reason=NO_KIND)
