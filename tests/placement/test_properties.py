"""Any placement: every neuron once, no core over a limit, counts equal those by brute force."""

from dataclasses import replace
from math import prod

import numpy as np
from example_counts import examples
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from picture_programs import recurrent
from placed_programs import LOIHI1, chip
from small_programs import random_inputs, skip_program

from simulators.reference import Reference
from ssr_neuro.chip import Chip
from ssr_neuro.costs.events import active_updates, sops
from ssr_neuro.errors import DoesNotFit
from ssr_neuro.placement import Mesh, Placement, place
from ssr_neuro.placement.compare import compare
from ssr_neuro.placement.core_capacity import core_capacity
from ssr_neuro.placement.core_demand import Demand
from ssr_neuro.placement.core_load import core_activities
from ssr_neuro.placement.partition import partition
from ssr_neuro.placement.storage import packing_of
from ssr_neuro.placement.traffic import count_sent_spikes
from ssr_neuro.program import synaptic_input
from ssr_neuro.program.ir import Program
from ssr_neuro.program.trace import Trace

MESH = Mesh(4, 8, 4)
chips = st.builds(
    lambda neurons, axons, out, bits: chip(
        neurons_per_core=neurons,
        axons_in_per_core=axons,
        axons_out_per_core=out,
        synapse_memory_per_core=bits,
    ),
    st.integers(2, 20),
    st.integers(9, 40),
    st.integers(4, 60),
    st.integers(100, 900),
)


def ran(seed: int, loops: bool) -> tuple[Program, Trace]:
    program = recurrent() if loops else skip_program(seed)
    return program, Reference().run(program, random_inputs(program, 2, seed))


def cores_of(program: Program, placed: Placement) -> dict[str, list[int]]:
    """The core of every neuron, each of them placed exactly once."""
    shapes = {node.name: node.shape for node in (*program.populations, *program.readouts)}
    found = {name: np.full((shape[0], prod(shape[1:])), -1) for name, shape in shapes.items()}
    for s in placed.slices:
        block = found[s.node][slice(*s.positions), slice(*s.features)]
        assert block.size == s.neurons
        assert (block == -1).all()
        block[:] = s.core
    assert all((core >= 0).all() for core in found.values())
    return {name: core.ravel().tolist() for name, core in found.items()}


def readers(program: Program, home: dict[str, list[int]]) -> dict[tuple[str, int], set[int]]:
    """Source neuron -> cores with a neuron that a synapse from it ends at."""
    found: dict[tuple[str, int], set[int]] = {}
    for y in program.synapses:
        targets, sources = y.map.expanded().nonzero()
        for source in y.sources:
            for t, n in zip(targets.tolist(), sources.tolist(), strict=True):
                found.setdefault((source.name, n), set()).add(home[y.target][t])
    return found


@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(st.integers(0, 99), st.booleans(), chips)
def test_a_placement_equals_what_brute_force_counts(seed: int, loops: bool, small: Chip) -> None:
    program, trace = ran(seed, loops)
    try:
        placed = place(program, small, trace, MESH)
    except DoesNotFit:
        assume(False)
    home = cores_of(program, placed)
    read = readers(program, home)
    between = entering = within = east = north = 0
    for (node, neuron), cores in read.items():
        spikes = {**trace.inputs, **trace.spikes}[node]
        count = int(spikes.reshape(-1, prod(program.shape_of(node)))[:, neuron].sum())
        for core in cores:
            if node not in home:
                entering += count
            elif core == home[node][neuron]:
                within += count
            else:
                between += count
                (ya, xa), (yb, xb) = (divmod(c // 4, 4) for c in (core, home[node][neuron]))
                east, north = east + count * abs(xa - xb), north + count * abs(ya - yb)
    traffic, k = placed.traffic, trace.samples
    assert (traffic.messages.between * k, traffic.messages.entering * k) == (between, entering)
    assert traffic.within * k == within
    assert traffic.hops is not None
    assert (traffic.hops.east_west * k, traffic.hops.north_south * k) == (east, north)
    assert traffic.improved.total <= traffic.greedy.total
    assert traffic.messages.total <= traffic.round_robin.total
    limits = small.limits
    for use in placed.cores:
        wanted = [key for key, cores in read.items() if use.core in cores]
        left = [c for (node, n), c in read.items() if home.get(node, [-1] * 999)[n] == use.core]
        assert use.axons_in == len(wanted) <= (limits.axons_in_per_core.value or 0)
        assert use.axons_out == sum(map(len, left)) <= (limits.axons_out_per_core.value or 0)
        assert use.neurons == sum(cores.count(use.core) for cores in home.values())
        assert use.neurons <= (limits.neurons_per_core.least or 0)
        assert use.memory_bits is not None
        assert use.memory_bits <= 8 * (limits.synapse_memory_per_core.least or 0)
        assert all(share <= 1 for share in use.shares.values())


@settings(max_examples=examples(15), suppress_health_check=[HealthCheck.filter_too_much])
@given(st.integers(0, 99), st.booleans(), chips)
def test_work_of_the_cores_sums_to_the_counts_of_the_run(
    seed: int, loops: bool, small: Chip
) -> None:
    program, trace = ran(seed, loops)
    rule = packing_of(small)
    needs, space = Demand(program, rule), core_capacity(small, rule)
    parts = partition(needs, space)
    assume(not parts.large)
    best = compare(program, parts, count_sent_spikes(program, trace), space, rule).best
    both = core_activities(needs, parts.demand, best.core_of, trace)
    done = both.stream
    assert done.operations.sum() == sum(int(x.sum()) for x in sops(program, trace).values())
    assert done.neurons.sum() == sum(prod(node.shape) for node in needs.nodes)
    if not loops:  # what arrives late is not counted as late there
        fired = sum(int(active_updates(program, p, trace).sum()) for p in program.populations)
        read = arriving_at_readouts(program, trace)
        assert done.active.sum() == fired + read
        assert both.readouts_reached == read


def arriving_at_readouts(program: Program, trace: Trace) -> int:
    """Neurons of readouts, counted once for each step in which a spike reaches them."""
    ones = [y for y in program.synapses if y.target in trace.readouts]
    (y,) = ones
    (source,) = y.sources
    spikes = trace.spikes[source.name].reshape(trace.samples * program.steps, -1)
    return int((spikes.astype(np.int64) @ (y.map.expanded().toarray() != 0).T > 0).sum())


@settings(max_examples=examples(15))
@given(st.integers(0, 99), st.booleans())
def test_a_sample_alone_is_one_that_follows_when_the_last_has_left(seed: int, loops: bool) -> None:
    program, trace = ran(seed, loops)
    rule, steps = packing_of(LOIHI1), program.latency_steps
    needs = Demand(program, rule)
    parts = partition(needs, core_capacity(LOIHI1, rule)).demand
    alone = core_activities(needs, parts, range(len(parts)), trace).alone
    apart = Demand(replace(program, gap=steps), rule)
    streamed = core_activities(apart, parts, range(len(parts)), trace).stream
    for ours, theirs in (
        (alone.operations, streamed.operations),
        (alone.active, streamed.active),
        (alone.idle, streamed.idle),
    ):
        by_sample = theirs.reshape(len(parts), trace.samples, -1)[:, :, :steps]
        assert ours.tolist() == by_sample.reshape(len(parts), -1).tolist()


def test_a_step_of_work_is_the_step_in_which_spikes_arrive() -> None:
    program, trace = ran(3, False)
    needs = Demand(program, packing_of(LOIHI1))
    parts = partition(needs, core_capacity(LOIHI1, needs.packing))
    done = core_activities(needs, parts.demand, range(len(parts.demand)), trace).stream
    for at, need in enumerate(parts.demand):
        depth = program.depth_of(need.part.node)
        for sample in range(trace.samples):
            for step in range(program.steps):
                arrived = sum(
                    int(
                        spikes[sample, step].ravel()
                        @ np.asarray((y.map.expanded() != 0).sum(axis=0)).ravel()
                    )
                    for y in program.into(need.part.node)
                    for s in y.sources
                    for spikes in ({**trace.inputs, **trace.spikes}[s.name].astype(np.int64),)
                )
                place_in_stream = (sample * program.interval + step + depth) % (
                    trace.samples * program.interval
                )
                assert done.operations[at, place_in_stream] == arrived
    assert synaptic_input.into(program, "a", trace).any()
