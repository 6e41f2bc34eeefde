"""What lies on each core of a finished placement, and limits that only show then."""

from collections.abc import Sequence
from math import inf

from ssr_neuro.placement.compare import Candidate
from ssr_neuro.placement.core_capacity import LIMITS, CoreCapacity, CoreLoad
from ssr_neuro.placement.core_demand import Demand, PartDemand, neurons_read, parts_by_core
from ssr_neuro.placement.placement import CoreUse, Slice
from ssr_neuro.program.ir import Readout


def list_slices(
    demand: Demand, parts: Sequence[PartDemand], core_of: Sequence[int]
) -> tuple[Slice, ...]:
    """Every part with its core, in data-flow order."""
    kinds = {node.name: _kind(node) for node in demand.nodes}
    adds_up = demand.packing is not None and demand.packing.adds_up
    return tuple(
        Slice(
            node=need.part.node,
            kind=kinds[need.part.node],
            core=at,
            positions=need.part.positions,
            features=need.part.features,
            neurons=need.part.neurons,
            synapses=need.synapses,
            axons_in=need.axons_in,
            memory_bits=need.bits if adds_up else None,
            order=need.order,
        )
        for need, at in zip(parts, core_of, strict=True)
    )


def count_core_usage(
    demand: Demand,
    parts: Sequence[PartDemand],
    candidate: Candidate,
    capacity: CoreCapacity,
    cores_per_chip: int | None,
) -> tuple[CoreUse, ...]:
    """Recounted from the parts of each core."""
    found = []
    for at, here in enumerate(parts_by_core(parts, candidate.core_of)):
        load = _load(demand, here, int(candidate.flow.axons_out[at]))
        limits = {name: getattr(capacity, name) for name in LIMITS}
        found.append(
            CoreUse(
                core=at,
                chip=None if cores_per_chip is None else at // cores_per_chip,
                slices=tuple(str(need.part) for need in here),
                neurons=load.neurons,
                synapses=load.synapses,
                memory_bits=load.bits if demand.packing else None,
                axons_in=load.axons_in,
                axons_out=load.axons_out,
                shares={n: getattr(load, n) / x for n, x in limits.items() if 0 < x < inf},
            )
        )
    return tuple(found)


def _load(demand: Demand, here: Sequence[PartDemand], axons_out: int) -> CoreLoad:
    neurons = sum(need.part.neurons for need in here)
    axons = sum(map(len, neurons_read(here).values()))
    added = sum(need.bits for need in here)
    bits = demand.packing.of_core(added, axons, neurons) if demand.packing else 0
    return CoreLoad(neurons, sum(need.synapses for need in here), bits, axons, axons_out)


def _kind(node: object) -> str:
    return "readout" if isinstance(node, Readout) else "population"
