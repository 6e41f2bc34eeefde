"""Placements small enough to follow by hand."""

from dataclasses import replace

import numpy as np
import pytest
from placed_programs import LOIHI1, chip, figure, one_each
from small_programs import neuron, skip_program, synapse

from ssr_neuro.chip import Figure, Limits, PerCore, Words, load_chip
from ssr_neuro.errors import BadInput, DoesNotFit
from ssr_neuro.placement import Mesh, as_json, mesh_of_text, place
from ssr_neuro.program.ir import Input, IntegerProgram, Population, Program, Readout
from ssr_neuro.program.linear_maps import Array, Dense, Kron
from ssr_neuro.program.trace import Trace


def chain(*maps: Kron | Dense, steps: int = 1) -> Program:
    """input -> a -> b -> ..., one population for each map."""
    names = ("input", *"abcdefgh"[: len(maps)])
    return IntegerProgram(
        name="chain",
        steps=steps,
        inputs=(Input("input", maps[0].in_shape),),
        populations=tuple(
            Population(name, linear.out_shape, neuron(linear.out_shape), depth)
            for depth, (name, linear) in enumerate(zip(names[1:], maps, strict=True), 1)
        ),
        synapses=tuple(
            synapse(f"to_{after}", after, linear, (before, 1))
            for before, after, linear in zip(names, names[1:], maps, strict=False)
        ),
        readouts=(),
    )


def dense(rows: int, columns: int, weight: int = 1) -> Dense:
    return Dense(np.full((rows, columns), weight), (columns, 1), (rows, 1))


def like(size: int) -> Kron:
    """Each neuron to its like."""
    return Kron(np.eye(size, dtype=np.int64), np.eye(1, dtype=np.int64))


def all_fire(program: Program) -> Trace:
    """One sample in which everything fires in every step."""

    def ones(shape: tuple[int, ...]) -> Array:
        return np.ones((1, program.steps, *shape), np.uint8)

    return Trace(
        {node.name: ones(node.shape) for node in program.inputs},
        {node.name: ones(node.shape) for node in program.populations},
        {},
    )


def test_mixing_over_positions_takes_the_memory_followed_in_placement_md() -> None:
    mixing = Kron(np.full((19, 20), -127), np.eye(32, dtype=np.int64))
    placed = place(chain(mixing), LOIHI1)
    (a,) = placed.slices
    assert (a.neurons, a.axons_in, a.order) == (608, 640, "positions")
    assert a.memory_bits == 640 * 192 == 122_880
    (core,) = placed.cores
    assert core.shares["bits"] == 122_880 / (16_384 * 64)
    assert core.shares["axons_in"] == 640 / 4096


def test_mixing_over_features_keeps_the_features_side_by_side() -> None:
    mixing = Kron(np.eye(6, dtype=np.int64), np.full((128, 32), 127))
    (a,) = place(chain(mixing), LOIHI1).slices
    assert a.memory_bits == 6 * 32 * 2 * 512  # 7 bits: 64 of them and a header are 458
    assert a.order == "features"


def test_a_late_source_pays_for_its_delay() -> None:
    program = chain(dense(6, 10, 127))
    (late,) = program.synapses
    late = replace(late, sources=(replace(late.sources[0], delay=9),))
    soon, later = (
        place(p, LOIHI1).slices[0].memory_bits
        for p in (program, replace(program, synapses=(late,)))
    )
    assert (soon, later) == (10 * 64, 10 * 128)  # 10 + 6 x 7 bits, and 10 + 6 x (7 + 4)


@pytest.mark.parametrize(
    ("shape", "sizes"),
    [
        ((1024, 1), [1024]),
        ((1025, 1), [512, 513]),
        ((5, 300), [600, 900]),  # whole positions
        ((2, 1500), [750, 750, 750, 750]),  # a position does not fit a core
    ],
)
def test_a_population_is_cut_where_it_must_be(shape: tuple[int, int], sizes: list[int]) -> None:
    placed = place(chain(one_each(shape)), LOIHI1)
    assert [s.neurons for s in placed.slices] == sizes
    assert len(placed.cores) == len(sizes)


def test_a_source_is_cut_where_too_many_cores_read_it() -> None:
    program = chain(like(600), dense(1200, 600))
    parts = [s.node for s in place(program, chip(axons_out_per_core=1000)).slices]
    assert parts.count("b") == 2
    assert parts.count("a") == 2  # 600 neurons to two cores are 1,200 axons


def test_memory_cuts_a_population() -> None:
    program = chain(dense(100, 200, 127))
    # 200 axons of 10 + 7 x 100 bits, two blocks: 512 + 320 bits; halves: 384 bits.
    assert len(place(program, LOIHI1).slices) == 1
    few = chip(synapse_memory_per_core=200 * 384 / 8)
    assert [s.memory_bits for s in place(program, few).slices] == [200 * 384] * 2


def test_all_that_does_not_fit_is_listed_at_once() -> None:
    program = chain(dense(3, 5000, 1000))
    with pytest.raises(DoesNotFit) as raised:
        place(program, LOIHI1)
    first, *lines = str(raised.value).splitlines()
    assert first == "program 'chain' does not fit Intel Loihi 1:"
    assert lines == [
        "  population 'a' needs 10 weight bits; loihi1 has 9 (limits.weight_bits): compile with "
        "fewer --weight-bits",
        "  one neuron of population 'a' needs 5,000 input axons; a core of loihi1 holds 4,096 "
        "(limits.axons_in_per_core): train with fewer features or positions, or prune",
    ]
    assert raised.value.exit_code == 3


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"delay": 1}, "'c' needs 2 steps of delay; loihi1 has 1 .*: train with fewer blocks"),
        ({"membrane_bits": 16}, "every population needs 24 membrane bits; loihi1 has 16"),
        ({"fan_in_per_neuron": 3}, "'out' needs 8 synapses into one neuron; loihi1 has 3"),
        ({"threshold_bits": 4}, "each of 'a', 'b', 'c', needs 5 threshold bits; loihi1 has 4"),
        ({"axons_out_per_core": 0}, "one neuron of population 'c' needs 1 output axons"),
        ({"destination_cores_per_neuron": 0}, "a neuron needs 1 cores that read it; loihi1 has 0"),
        (
            {"neurons_per_chip": 20},
            "a chip needs 35 neurons; loihi1 has 20 .*: choose a larger chip",
        ),
        ({"synapses_per_chip": 20}, "a chip needs [0-9]+ synapses; loihi1 has 20"),
    ],
)
def test_a_limit_that_is_exceeded_is_named(limits: dict[str, int], message: str) -> None:
    with pytest.raises(DoesNotFit, match=message):
        place(skip_program(0), chip(**limits))


@pytest.mark.parametrize(
    ("ability", "words", "message"),
    [
        ("neurons", ("if",), "each of 'a', 'b', 'c', needs lif neurons; loihi1 has if "),
        ("resets", ("subtract",), "every population needs a reset to zero; loihi1 has subtract "),
        ("time", ("events",), "every population needs time in steps; loihi1 has events "),
    ],
)
def test_an_ability_that_is_missing_is_named(
    ability: str, words: tuple[str, ...], message: str
) -> None:
    has = Words(value=words, source="a test", evidence="vendor")
    abilities = LOIHI1.abilities.model_copy(update={ability: has})
    with pytest.raises(DoesNotFit, match=message):
        place(skip_program(0), LOIHI1.model_copy(update={"abilities": abilities}))


def test_what_the_chip_does_not_state_is_unchecked_and_not_assumed() -> None:
    placed = place(skip_program(0), load_chip("loihi2"))
    assert {
        "limits.axons_in_per_core",
        "limits.synapse_memory_per_core",
        "abilities.synapse_storage",
    } <= {one.limit for one in placed.unchecked}
    assert all(one.why for one in placed.unchecked)
    assert not {one.limit for one in placed.unchecked} & {one.limit for one in placed.checked}
    assert placed.cores[0].memory_bits is None
    assert placed.cores[0].shares.keys() == {"neurons"}
    assert "How the chip packs synapses is unknown" in placed.notes[0]


def test_unknown_cores_leave_the_chips_unknown() -> None:
    placed = place(skip_program(0), chip(cores_per_chip=None))
    assert (placed.chips, placed.traffic.between_chips, placed.cores[0].chip) == (None, None, None)


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


class Meshed(Limits):
    """Limits of a chip whose file states its mesh."""

    mesh_columns: Figure = Figure(unit="cores")
    mesh_rows: Figure = Figure(unit="cores")
    cores_per_tile: Figure = Figure(unit="cores")


def test_a_mesh_that_the_chip_states_is_used() -> None:
    stated = {"mesh_columns": figure(8), "mesh_rows": figure(4), "cores_per_tile": figure(4)}
    limits = Meshed(**dict(LOIHI1.limits.items())).model_copy(update=stated)  # type: ignore[arg-type]
    hops = place(skip_program(0), LOIHI1.model_copy(update={"limits": limits})).traffic.hops
    assert hops is not None
    assert (hops.mesh, hops.source) == ("8x4x4", "a test")


def test_the_time_of_a_step_is_the_sum_followed_in_placement_md() -> None:
    program = chain(dense(2, 2))
    placed = place(program, LOIHI1, all_fire(program), Mesh(8, 4, 4))
    published, shortest, longest, modelled = placed.paces
    assert modelled.step_ns == pytest.approx(4 * 3.5 + 2 * 8.4 + 465)
    assert modelled.latency_ns == pytest.approx(2 * 495.8)
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


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ("h200", "h200 is of kind gpu and has no cores for neurons; choose a neuromorphic chip"),
        (
            "speck",
            "speck keeps synapses as convolution-kernels, which placement cannot count; it "
            "counts axon-blocks, crossbar, software: choose",
        ),
    ],
)
def test_chips_that_cannot_be_placed_on(named: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        place(skip_program(0), load_chip(named))


def test_a_packing_rule_without_its_figures_is_refused() -> None:
    with pytest.raises(BadInput, match=r"axon-blocks, which needs limits.synapse_word_bits; it is"):
        place(skip_program(0), chip(synapse_word_bits=None))


def test_a_float_program_is_refused() -> None:
    program = skip_program(0)
    readouts = tuple(replace(r, unit=None) for r in program.readouts)
    with pytest.raises(BadInput, match="'skip-0' cannot be placed: its numbers are still float"):
        place(replace(program, readouts=readouts), LOIHI1)


def test_a_trace_of_another_program_is_refused() -> None:
    with pytest.raises(BadInput, match=r"holds \(1, 1, 2, 1\) for 'input'; program 'skip-0' needs"):
        place(skip_program(0), LOIHI1, all_fire(chain(dense(2, 2))))


@pytest.mark.parametrize("text", ["8", "8x", "8x4x4x2", "ax4", "-8x4"])
def test_a_mesh_is_told_how_to_be_written(text: str) -> None:
    with pytest.raises(BadInput, match=f"a mesh is COLUMNSxROWS, .* such as 8x4x4, not '{text}'"):
        mesh_of_text(text)


def test_meshes_that_hold_nothing_or_too_little() -> None:
    assert mesh_of_text("8X4x4") == Mesh(8, 4, 4)
    assert mesh_of_text("8x4") == Mesh(8, 4)
    with pytest.raises(BadInput, match="a mesh of 0x4x1 is empty; give COLUMNSxROWS"):
        mesh_of_text("0x4")
    with pytest.raises(BadInput, match="a mesh of 2x2x1 holds 4 cores, loihi1 has 128; give"):
        place(skip_program(0), LOIHI1, mesh=Mesh(2, 2))


def test_cores_that_differ_count_as_the_smallest() -> None:
    limits = LOIHI1.limits.model_copy(
        update={
            "cores_per_chip": figure(2),
            "neurons_per_core": PerCore(
                value=(4, 9), unit="neurons", source="a test", evidence="vendor"
            ),
        }
    )
    placed = place(chain(like(8)), LOIHI1.model_copy(update={"limits": limits}))
    assert [s.neurons for s in placed.slices] == [4, 4]
    assert "The chip's cores differ; each is counted as the smallest." in placed.notes


def test_a_readout_takes_neurons_too() -> None:
    program = chain(like(4))
    out = Readout("out", (3, 1), np.zeros((3, 1), np.int64), 2, 1.0)
    read = replace(
        program,
        synapses=(*program.synapses, synapse("to_out", "out", dense(3, 4), ("a", 1))),
        readouts=(out,),
    )
    placed = place(read, LOIHI1)
    assert [(s.node, s.kind) for s in placed.slices] == [("a", "population"), ("out", "readout")]


def test_the_document_is_plain_data() -> None:
    program = chain(dense(2, 2))
    document = as_json(place(program, LOIHI1, all_fire(program)))
    fan_in = next(x for x in document["checked"] if x["limit"] == "limits.fan_in_per_neuron")
    assert fan_in["value"] == "unlimited"
    assert document["slices"][0]["positions"] == [0, 2]
    assert document["traffic"]["messages"] == {"between": 0.0, "entering": 2.0}
