"""Placements small enough to follow by hand."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from chain_programs import all_fire, chain, dense, like
from placed_programs import LOIHI1, chip, figure, one_each
from small_programs import skip_program, synapse

from ssr_neuro.chip import PerCore, Words, load_chip
from ssr_neuro.errors import BadInput, DoesNotFit
from ssr_neuro.placement import Mesh, as_json, compare, mesh_of_text, partition, place
from ssr_neuro.program.fixed_point import NEVER
from ssr_neuro.program.ir import IntegerLif, IntegerProgram, Readout
from ssr_neuro.program.linear_maps import Kron


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


def test_many_parts_have_a_core_each(monkeypatch: pytest.MonkeyPatch) -> None:
    program, small = chain(like(4), like(4), like(4)), chip(neurons_per_core=8)
    together = place(program, small)
    monkeypatch.setattr(compare, "MOST_COMPARED", 1)
    apart = place(program, small)
    assert [s.core for s in apart.slices] == list(range(len(together.slices)))
    assert apart.traffic.chosen == "a core for each part"
    assert sum(c.neurons for c in apart.cores) == sum(c.neurons for c in together.cores)


def test_a_program_of_too_many_parts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partition, "MOST_PARTS", 2)
    with pytest.raises(DoesNotFit, match="take more than 2 cores, and messages are counted"):
        place(chain(like(4), like(4), like(4)), chip(neurons_per_core=2))


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
        ({"decay_bits": 11}, "each of 'a', 'b', 'c', needs 12 decay bits; loihi1 has 11"),
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


def test_limits_of_a_whole_chip_are_listed_as_checked_or_not() -> None:
    whole = {
        "limits.neurons_per_chip",
        "limits.synapses_per_chip",
        "limits.destination_cores_per_neuron",
        "limits.destination_cores_per_core",
    }
    bare = place(skip_program(0), chip())
    assert whole <= {one.limit for one in (*bare.checked, *bare.unchecked)}
    assert {"limits.synapses_per_chip"} <= {one.limit for one in bare.unchecked}
    stated = place(skip_program(0), chip(neurons_per_chip=40, destination_cores_per_core=3))
    found = {one.limit: (one.need, one.value, one.where) for one in stated.checked}
    assert found["limits.neurons_per_chip"] == (35, 40, "a chip")
    assert found["limits.destination_cores_per_core"][1:] == (3, "a core")
    (routes,) = (
        one
        for one in place(skip_program(0), chip(routes_per_chip=16)).unchecked
        if one.limit == "limits.routes_per_chip"
    )
    assert routes.why == "entries of routing tables are not counted"


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


@pytest.mark.parametrize("value", [1 << 25, float("inf")])
def test_a_packing_rule_of_numbers_without_end_is_refused(value: float) -> None:
    with pytest.raises(BadInput, match=r"limits.synapses_per_block is .*; bits are counted with"):
        place(skip_program(0), chip(synapses_per_block=value))


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


def with_law(program: IntegerProgram, **law: Any) -> IntegerProgram:
    """The program with other numbers in every population."""
    populations = (replace(p, neuron=replace(p.neuron, **law)) for p in program.populations)
    return replace(program, populations=tuple(populations))


def test_a_decay_that_keeps_nothing_takes_a_bit_more() -> None:
    forgets = with_law(chain(like(4)), dv=4096)
    with pytest.raises(DoesNotFit, match="'a' needs 13 decay bits; loihi1 has 12"):
        place(forgets, chip(decay_bits=12))
    (decay,) = (x for x in place(forgets, LOIHI1).checked if x.limit == "limits.decay_bits")
    assert (decay.need, decay.value) == (13, 13)
    assert "a core has decays of 0 to 4095 or of 1 to 4096" in decay.note
    place(with_law(chain(like(4)), dv=2048), chip(decay_bits=12))


def test_the_threshold_of_a_readout_is_never_and_takes_no_bits() -> None:
    program, never = chain(like(4)), IntegerLif(2048, NEVER, np.zeros((3, 1), np.int64), 0)
    out = Readout("out", (3, 1), np.zeros((3, 1), np.int64), 2, 1.0, never)
    synapses = (*program.synapses, synapse("to_out", "out", dense(3, 4), ("a", 1)))
    placed = place(replace(program, synapses=synapses, readouts=(out,)), LOIHI1)
    (bits,) = (x for x in placed.checked if x.limit == "limits.threshold_bits")
    assert (bits.where, bits.need) == ("a", 3)
    assert "The thresholds of readouts stand for never, and take no threshold bits." in placed.notes
    with pytest.raises(DoesNotFit, match="'a' needs 18 threshold bits; loihi1 has 17"):
        place(with_law(program, vth=NEVER), LOIHI1)


def test_the_document_is_plain_data() -> None:
    program = chain(dense(2, 2))
    document = as_json(place(program, LOIHI1, all_fire(program)))
    fan_in = next(x for x in document["checked"] if x["limit"] == "limits.fan_in_per_neuron")
    assert fan_in["value"] == "unlimited"
    assert document["slices"][0]["positions"] == [0, 2]
    assert document["traffic"]["messages"] == {"between": 0.0, "entering": 2.0}
