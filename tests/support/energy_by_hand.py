"""A run and a placement in literals, small enough to price on paper."""

from ssr_neuro.costs.counts import Counts, PopulationCounts, Rows, SampleSpread, SynapseCounts
from ssr_neuro.placement import CoreUse, Messages, Placement, Slice, Traffic
from ssr_neuro.placement.timing import Pace
from ssr_neuro.placement.traffic import HopCounts

NEURONS, READOUTS, STEPS, LATENCY = 10, 3, 4, 6
SPARSE = 30  # of the 100 operations
ROW = 10  # weights and accumulators that lie side by side


def spread(mean: float, sd: float) -> SampleSpread:
    return SampleSpread(int(2 * mean), mean, sd, int(mean - sd), int(mean + sd))


def counts(*kinds: str, operations: float = 100, sd: float = 20) -> Counts:
    """Two samples, 400 synapses, 100 operations, 40 updates of which 25 are active, 8 spikes.

    Operations reach rows of 10 weights and accumulators; a fifth more have a weight of zero.

    kinds: of the synapses, the first with all operations but SPARSE where there are two.
    """
    kinds = kinds or ("dense",)
    share = [operations] if len(kinds) == 1 else [operations - SPARSE, SPARSE]
    synapses = tuple(
        SynapseCounts(f"to_a_{kind}", ("x",), "a", 100, 400, spread(mean, sd / 2), kind)
        for kind, mean in zip(kinds, share, strict=True)
    )
    spikes, active, updates = spread(8, 2), spread(25, 3), NEURONS * STEPS
    all_sops = spread(operations, sd)
    population = PopulationCounts(
        "a", 1, NEURONS, spikes, 0.2, updates, active, spread(9, 1), all_sops
    )
    rows = (Rows(ROW, spread(operations / ROW, sd / ROW)),)
    return Counts(
        samples=2,
        steps=STEPS,
        inputs=(),
        populations=(population,),
        synapses=synapses,
        spikes=spikes,
        rate=0.2,
        sops=all_sops,
        capacity=400,
        synapse_rate=operations / 400,
        updates=updates,
        active_updates=active,
        sops_with_zeros=spread(1.2 * operations, sd),
        weight_rows=rows,
        target_rows=rows,
    )


def placement(
    chip: str = "loihi1",
    *,
    samples: int = 2,
    hops: bool = True,
    step_ns: float | None = 1000,
    chips: int | None = 1,
    between_chips: float | None = 0,
) -> Placement:
    """Two cores: 7 messages between them, 3 within, 5 from outside; 3 readout neurons,
    of whose 12 updates an event reached 4.

    step_ns: of one sample alone; while samples stream a step takes twice as long.
    """
    use = CoreUse(0, 0, (), 5, 5, 5, 5, 5, {})
    messages = Messages(between=7, entering=5)
    far = HopCounts("1x1x2", "s", east_west=11, north_south=13, longest=(1, 1)) if hops else None
    traffic = Traffic(
        samples,
        messages,
        "greedy",
        messages,
        messages,
        messages,
        2,
        True,
        within=3,
        per_step=1,
        between_chips=between_chips,
        hops=far,
    )
    why = () if step_ns else ("farthest message: it is not known how far",)
    paces = (
        Pace("time step as published", 1e6, LATENCY * 1e6, 250, (), ()),
        Pace(
            "modelled",
            None if step_ns is None else 2 * step_ns,
            None if step_ns is None else LATENCY * step_ns,
            None,
            (),
            why,
        ),
    )
    return Placement(
        program="p",
        chip=chip,
        title=chip,
        storage="",
        slices=(Slice("h", "readout", 0, (0, 1), (0, READOUTS), READOUTS, 9, 3, None, "features"),),
        cores=(use, use),
        cores_per_chip=128,
        chips=chips,
        traffic=traffic,
        steps=STEPS,
        interval=STEPS,
        latency_steps=LATENCY,
        readouts_reached=4 if samples else None,
        paces=paces,
        checked=(),
        unchecked=(),
        notes=(),
    )
