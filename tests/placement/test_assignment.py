"""Which core a part of a population goes to, and what messages and steps then take."""

import pytest
from chain_programs import all_fire, chain, dense, like
from placed_programs import LOIHI1, chip, figure
from small_programs import neuron, skip_program, synapse

from ssr_neuro.chip import load_chip
from ssr_neuro.errors import BadInput
from ssr_neuro.placement import Mesh, place
from ssr_neuro.placement.assign import improve, round_robin
from ssr_neuro.placement.assignment import CoreAssignment
from ssr_neuro.placement.core_capacity import core_capacity
from ssr_neuro.placement.core_demand import Demand
from ssr_neuro.placement.partition import partition
from ssr_neuro.placement.traffic import count_sent_spikes
from ssr_neuro.program.ir import Input, IntegerProgram, Population


def test_greedy_saves_eight_messages_of_twelve() -> None:
    placed = place(chain(*[like(4)] * 4), chip(neurons_per_core=8))
    assert [core.slices for core in placed.cores] == [
        ("a[0:4, 0:1]", "b[0:4, 0:1]"),
        ("c[0:4, 0:1]", "d[0:4, 0:1]"),
    ]
    traffic = placed.traffic
    assert (traffic.greedy.between, traffic.round_robin.between) == (4, 12)
    assert traffic.messages == traffic.improved == traffic.greedy
    assert (traffic.messages.entering, traffic.within, traffic.settled) == (4, 8, True)


def test_a_swap_mends_what_greedy_does_not_foresee() -> None:
    """Two chains beside each other: greedy puts their heads together."""
    names = ("a", "b", "a2", "b2")
    program = IntegerProgram(
        name="two chains",
        steps=1,
        inputs=(Input("ia", (4, 1)), Input("ib", (4, 1))),
        populations=tuple(
            Population(name, (4, 1), neuron((4, 1)), 1 + name.endswith("2")) for name in names
        ),
        synapses=tuple(
            synapse(f"to_{after}", after, like(4), (before, 1))
            for before, after in (("ia", "a"), ("ib", "b"), ("a", "a2"), ("b", "b2"))
        ),
        readouts=(),
    )
    traffic = place(program, chip(neurons_per_core=8)).traffic
    assert (traffic.greedy.between, traffic.improved.between) == (8, 0)


def test_improving_stops_in_the_midst_of_the_moves_when_its_tries_are_spent() -> None:
    """Parts dealt out in turn want to move; one core tried is one try."""
    program = chain(*[like(4)] * 4)
    space = core_capacity(chip(neurons_per_core=8), None)
    cut = partition(Demand(program, None), space)
    sent = count_sent_spikes(program, None)
    features = dict.fromkeys(sent, 1)
    scattered = CoreAssignment(cut, sent, features, space, None)
    round_robin(scattered, 4)
    before = list(scattered.core_of)
    assert not improve(scattered, tries=1)
    moved = [a != b for a, b in zip(before, scattered.core_of, strict=True)]
    assert sum(moved) == 1
    assert improve(scattered)
    assert sum(a != b for a, b in zip(before, scattered.core_of, strict=True)) > 1


def test_a_spike_to_two_parts_of_one_core_is_one_message() -> None:
    program = chain(like(4), dense(6, 4), dense(3, 6))
    placed = place(program, chip(neurons_per_core=4))
    messages = placed.traffic.messages
    # a is read by both halves of b, b by c; 4, 3 + 3 and 3 neurons, no two of them fit together.
    assert len(placed.cores) == 4
    assert (messages.between, messages.entering) == (4 * 2 + 6, 4)


def test_hops_on_a_mesh_of_two_by_two() -> None:
    program = chain(*[like(4)] * 4)
    small = chip(neurons_per_core=4, cores_per_chip=4)
    placed = place(program, small, mesh=Mesh(2, 2))
    hops = placed.traffic.hops
    # a to b goes east, b to c back west and one row down, c to d east; four spikes each.
    assert hops is not None
    assert (hops.east_west, hops.north_south, hops.longest) == (12, 4, (1, 1))
    tiles = place(program, small, mesh=Mesh(2, 1, 2)).traffic.hops
    assert tiles is not None
    assert (tiles.east_west, tiles.north_south) == (4, 0)


def test_messages_between_chips_take_no_counted_hops() -> None:
    placed = place(
        chain(*[like(4)] * 4), chip(neurons_per_core=4, cores_per_chip=2), mesh=Mesh(2, 1)
    )
    assert (placed.chips, [core.chip for core in placed.cores]) == (2, [0, 0, 1, 1])
    assert placed.traffic.between_chips == 4
    assert placed.traffic.hops is not None
    assert placed.traffic.hops.east_west == 8
    assert "farthest message: it goes from one chip to another" in placed.paces[-1].unknown


def test_a_mesh_with_fewer_places_than_cores_is_refused_where_the_chip_states_no_number() -> None:
    program, small = chain(*[like(4)] * 4), chip(neurons_per_core=4, cores_per_chip=None)
    assert len(place(program, small, mesh=Mesh(2, 2)).cores) == 4
    with pytest.raises(BadInput, match="a mesh of 2x1x1 holds 2 cores, and the program takes 4; "):
        place(program, small, mesh=Mesh(2, 1))


def test_a_mesh_that_the_chip_states_is_used() -> None:
    stated = {"mesh_columns": figure(8), "mesh_rows": figure(4), "cores_per_tile": figure(4)}
    limits = LOIHI1.limits.model_copy(update=stated)
    hops = place(skip_program(0), LOIHI1.model_copy(update={"limits": limits})).traffic.hops
    assert hops is not None
    assert (hops.mesh, hops.source) == ("8x4x4", "a test")


def test_the_time_of_a_step_is_the_sum_followed_in_placement_md() -> None:
    program = chain(dense(2, 2))
    placed = place(program, LOIHI1, all_fire(program), Mesh(8, 4, 4))
    published, shortest, longest, modelled = placed.paces
    assert modelled.step_ns == pytest.approx(4 * 3.5 + 2 * 8.4 + 465)
    waits = 2 * 5.3 + 465  # in the first step of a sample alone no spike has arrived
    assert modelled.latency_ns == pytest.approx(waits + 495.8)
    assert modelled.samples_per_s == pytest.approx(1e9 / 495.8)
    assert (published.step_ns, published.latency_ns) == (1e6, 2e6)
    assert (shortest.step_ns, longest.step_ns) == (5800, 13_000)
    assert all(term.source for term in modelled.terms)


def test_a_time_without_a_figure_is_refused_by_name() -> None:
    program = chain(dense(2, 2))
    *_, modelled = place(program, LOIHI1).paces
    assert (modelled.step_ns, modelled.latency_ns, modelled.samples_per_s) == (None, None, None)
    assert "busiest core, synaptic operations: no trace of spikes was given" in modelled.unknown
    loihi2 = place(program, load_chip("loihi2"), all_fire(program)).paces
    assert "time step: timings.time_step is unknown, no table" in loihi2[0].unknown[0]
    assert len(loihi2) == 2
