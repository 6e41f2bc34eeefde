"""Tables of the core: layouts, widths, images, commands, and what they will count."""

from dataclasses import replace

import numpy as np
import pytest
from random_graphs import random_graph
from rtl_programs import random_program
from small_programs import neuron, skip_program, synapse

from converters.nir_to_program import to_program
from converters.rtl.check import COUNTED, check_counts
from converters.rtl.counters import cycle_limit
from converters.rtl.fields import COMMAND_BITS, WIDTHS, Op, encode
from converters.rtl.golden import golden_words
from converters.rtl.images import Image, check_depths, hex_lines
from converters.rtl.layout import NodeLayout
from converters.rtl.tables import tables
from simulators.fast import Fast
from simulators.reference import Reference
from ssr_neuro.costs.counting import count
from ssr_neuro.errors import BadInput, DoesNotFit, Mismatch
from ssr_neuro.lower import Lowering, lower
from ssr_neuro.program.ir import Input, IntegerProgram, Population
from ssr_neuro.program.linear_maps import Array, Kron, sparse
from ssr_neuro.program.trace import Trace


@pytest.mark.parametrize("order", ["features", "positions"])
def test_packing_and_back(order: str) -> None:
    outer, inner = (3, 5) if order == "features" else (5, 3)
    node = NodeLayout("n", (3, 5), order, outer, inner, 4, 0)
    values = np.arange(30).reshape(2, 3, 5)
    packed = node.pack(values)
    assert packed.shape == (2, node.words, 4)
    np.testing.assert_array_equal(node.unpack(packed), values)
    # Position (1, 2) of the first: row 1, place 2; or row 2, place 1.
    row, place = (1, 2) if order == "features" else (2, 1)
    assert packed[0, row * node.row_words, place] == values[0, 1, 2]
    assert node.place()[1, 2] == row * node.row_words * 4 + place


def test_a_hex_file_ends_with_a_newline_and_has_the_lowest_lane_last() -> None:
    assert hex_lines(np.array([[1, -1], [127, 0]]), 8) == "ff01\n007f\n"
    assert hex_lines(np.array([[1, 0, 1, 1]]), 1) == "d\n"


def test_an_array_is_stored_once() -> None:
    image = Image(2)
    first = image.put(np.array([[1, 2], [3, 4]]))
    other = image.put(np.array([[5, 6]]))
    assert (first, other, image.put(np.array([[1, 2], [3, 4]]))) == (0, 2, 0)
    assert image.array().tolist() == [[1, 2], [3, 4], [5, 6]]


def test_fields_of_a_command_fit_its_bits_and_counts_are_stored_less_one() -> None:
    assert sum(WIDTHS.values()) < COMMAND_BITS
    assert encode({"op": Op.LOOP, "rows": 4, "address": 7}, "here") == 3 | 7 << 4 | 3 << 24
    with pytest.raises(DoesNotFit, match=r"synapse 'a': field 'w_base' .* 1,048,576; the core"):
        encode({"op": Op.SYN, "w_base": 1 << 20}, "synapse 'a'")


def traced(seed: int) -> tuple[IntegerProgram, Trace]:
    program, inputs = random_program(seed)
    return program, Fast().run(program, inputs)


@pytest.mark.parametrize("lanes", [1, 8])
def test_commands_count_what_the_product_counts(lanes: int) -> None:
    for seed in range(10):
        program, trace = traced(seed)
        golden = golden_words(tables(program, lanes), trace)
        check_counts(program, trace, golden)
        if all(source.lag == 0 for y in program.synapses for source in y.sources):
            found, product = golden.counters.sum(axis=0), count(program, trace)
            with_zeros = product.sops_with_zeros.total
            assert found[:4].tolist() == [
                sum(rows.read.total for rows in product.weight_rows),
                with_zeros,
                with_zeros - product.sops.total,
                product.updates * trace.samples,
            ]


def test_the_limit_of_cycles_is_beyond_every_sample() -> None:
    assert cycle_limit(np.array([[90, 5], [2, 9]])) == 1018
    assert cycle_limit(np.zeros((0, 6), np.int64)) == 1000


def test_a_wrong_count_is_named() -> None:
    program, trace = traced(1)
    golden = golden_words(tables(program, 4), trace)
    wrong = golden.counters.copy()
    wrong[2, COUNTED.index("operations")] += 1
    with pytest.raises(Mismatch, match="counter 'operations' of sample 2"):
        check_counts(program, trace, replace(golden, counters=wrong))


def test_no_sum_leaves_its_bounds() -> None:
    """All sources fire: sums of each sign are the bounds, recomputed from expanded matrices."""
    for seed in range(10):
        program, _ = random_program(seed)
        high = low = 0
        for node in (*program.populations, *program.readouts):
            arrive = np.zeros((2, int(np.prod(node.shape))), np.int64)
            for y in program.into(node.name):
                full = y.map.expanded().toarray().astype(np.int64) << y.exponent
                arrive[0] += len(y.sources) * np.maximum(full, 0).sum(axis=1)
                arrive[1] += len(y.sources) * np.minimum(full, 0).sum(axis=1)
            high, low = max(high, arrive[0].max()), min(low, arrive[1].min())
        width = tables(program, 4).widths.sum
        assert (width.low, width.high) == (low, high)
        assert -(1 << width.bits - 1) <= low
        assert high < 1 << width.bits - 1


def test_only_what_a_program_needs_is_in_its_core() -> None:
    plain = tables(skip_program(0), 8).parameters
    assert (plain["MULTIPLY"], plain["CURRENT"], plain["OWN"], plain["EXPONENT"]) == (0, 0, 0, 0)
    assert plain["BIAS_SHIFT"] == 3
    graph, steps = random_graph(6)
    full = tables(lower(to_program(graph, steps), Lowering()), 8).parameters
    assert (full["MULTIPLY"], full["CURRENT"]) == (1, 1)


def test_the_spike_that_the_page_follows_by_hand() -> None:
    weights = np.arange(1, 31).reshape(5, 6)
    program = IntegerProgram(
        "by hand",
        1,
        (Input("x", (2, 6)),),
        (Population("y", (2, 5), neuron((2, 5)), 1),),
        (synapse("x_y", "y", Kron(np.eye(2, dtype=np.int64), weights), ("x", 1)),),
        (),
    )
    made = tables(program, 4)
    where, command = made.commands[0]
    fields = ("rows", "words", "row_step", "w_word", "w_lane", "t_row", "run", "tail")
    assert where == "synapse 'x_y'"
    assert [command[name] for name in fields] == [2, 2, 2, 8, 2, 2, 2, 1]
    row, word, lane = 1, 1, 1  # feature 5 of position 1
    first = command["w_base"] + word * command["w_word"] + lane * command["w_lane"]
    assert first == 10
    assert made.images[0].words[first : first + 2].tolist() == [[6, 12, 18, 24], [30, 0, 0, 0]]
    assert command["t_base"] + row * command["t_row"] == 2


def test_what_the_core_cannot_hold_is_refused_by_name() -> None:
    program = skip_program(0)
    with pytest.raises(BadInput, match="--lanes is 3; the core has 1, 2, 4, 8 or 16"):
        tables(program, 3)
    with pytest.raises(DoesNotFit, match="has 300 steps; the core counts to 256"):
        tables(replace(program, steps=300), 8)
    (readout,) = program.readouts
    large = replace(readout, bias=readout.bias + (1 << 31))
    with pytest.raises(DoesNotFit, match=r"readout 'out' can reach .* the core's readouts have 32"):
        tables(replace(program, readouts=(large,)), 8)
    synapse, *others = program.synapses
    far = replace(synapse, exponent=16)
    with pytest.raises(
        DoesNotFit, match=r"'a' has an exponent of 16; the core shifts by at most 15"
    ):
        tables(replace(program, synapses=(far, *others)), 8)
    first, *rest = program.populations
    heavy = replace(first.neuron, bias_mant=np.full(first.shape, 1 << 12), bias_exp=20)
    with pytest.raises(DoesNotFit, match=r"biases of 'a', .* are larger than the core holds, 31"):
        tables(replace(program, populations=(replace(first, neuron=heavy), *rest)), 8)


def one_layer(n: int, weights: Array, steps: int) -> IntegerProgram:
    """weights: int64 (n, n), kept as a sparse map."""
    linear = sparse(weights, (n,), (n,))
    layer = Population("layer", (n,), neuron((n,)), 1)
    link = synapse("link", "layer", linear, ("input", 1))
    return IntegerProgram("one layer", steps, (Input("input", (n,)),), (layer,), (link,), ())


def test_a_memory_that_the_core_cannot_address_is_refused_by_name() -> None:
    many = one_layer(2049, np.eye(2049, dtype=np.int64), 256)
    told = r"of spikes would have 1,049,088 words; the core addresses 1,048,576\. .*, or use more"
    with pytest.raises(DoesNotFit, match=told):
        tables(many, 1)
    check_depths({"spikes": 1 << 20, "sums": 1 << 16}, ["sums"])
    with pytest.raises(
        DoesNotFit, match=r"sums would have 65,537 words; the core addresses 65,536"
    ):
        check_depths({"spikes": 65537, "sums": 65537}, ["sums"])


def test_lists_that_pointers_cannot_reach_are_refused() -> None:
    n = 1025
    program = one_layer(n, np.ones((n, n), np.int64), 1)
    with pytest.raises(DoesNotFit, match=r"memory of lists would have 1,051,650 words.* smaller$"):
        tables(program, 1)


def test_a_bias_of_a_readout_has_the_bits_of_a_readout_whatever_the_shift_of_others() -> None:
    program = skip_program(0)
    (readout,) = program.readouts
    large = replace(readout, bias=np.array([1 << 30, -(1 << 30), 0]))
    made = tables(replace(program, readouts=(large,)), 4)
    assert (made.parameters["BIAS_SHIFT"], made.parameters["BIAS"]) == (3, 32)
    (biases,) = (image for image in made.images if image.name == "biases")
    command = next(command for _, command in made.commands if command["op"] == Op.READ)
    assert biases.words[command["w_base"]].tolist() == [1 << 30, -(1 << 30), 0, 0]
    general = tables(replace(program, readouts=(large,)), 4, general=True)
    assert general.parameters["BIAS"] == 32


def test_loops_alone_keep_membranes_of_several_populations() -> None:
    program = skip_program(0)
    trace = Reference().run(program, {"input": np.ones((1, 4, 4, 3), np.uint8)})
    made = tables(program, 8)
    assert made.parameters["STATES"] == max(made.layouts.nodes[n].words for n in "abc")
    assert len(golden_words(made, trace).counters) == 1
