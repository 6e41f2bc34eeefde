"""Networks as tables of the 8-bit core: fields of commands, where weights and tensors stand."""

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from int8_models import saved_model

from converters.rtl_int8.counters import cycles
from converters.rtl_int8.fields import COMMAND_BITS, LESS_ONE, SIGNED, WIDTHS, encode
from converters.rtl_int8.folder import SHARED
from converters.rtl_int8.ssr_ann import ssr_ann_network
from converters.rtl_int8.tables import Int8Tables, matrix_words, sum_bits, tables
from ssr_neuro import checkpoint
from ssr_neuro.errors import BadInput, DoesNotFit

VERILOG = Path(__file__).parents[3] / "converters" / "rtl_int8" / "verilog"


@pytest.fixture
def made(tmp_path: Path) -> Int8Tables:
    saved = checkpoint.load(saved_model(tmp_path, "ssr-ann", features=10, blocks=2))
    return tables(ssr_ann_network(saved, saved.inputs.numpy()), lanes=4, rows=4)


def test_fields_stand_where_the_verilog_reads_them() -> None:
    text = (VERILOG / "command.v").read_text()
    order = re.search(r"assign \{([^}]*)\}", text)
    assert order is not None
    names = [name.strip() for name in order[1].split(",")]
    assert names[::-1] == list(WIDTHS)
    for name, width in WIDTHS.items():
        declared = re.search(rf"output wire (?:\[ *(\d+):0\])? *{name}\b", text)
        assert declared is not None
        assert int(declared[1] or 0) + 1 == width
    assert sum(WIDTHS.values()) <= COMMAND_BITS


def test_a_command_as_a_number() -> None:
    code = encode({"outs": 3, "w_step": -2, "shift": 5}, "here")
    at = 0
    for name, width in WIDTHS.items():
        value = code >> at & (1 << width) - 1
        expected = {"outs": 2, "w_step": (1 << 20) - 2, "shift": 5}.get(name, 0)
        assert value == expected, name
        at += width
    assert set(LESS_ONE) | set(SIGNED) < set(WIDTHS)
    with pytest.raises(DoesNotFit, match=r"here: field 'rows' of a command would be 16; .* 4 bits"):
        encode({"rows": 17}, "here")
    with pytest.raises(KeyError, match="no field"):
        encode({"row": 1}, "here")


def test_a_word_holds_the_weights_of_one_input_to_all_lanes() -> None:
    matrix = np.arange(15).reshape(5, 3)
    words = matrix_words(matrix, 4)
    assert words.shape == (2 * 4, 4)
    assert words[1].tolist() == [1, 4, 7, 10]  # input 1, outputs 0 to 3
    assert words[3].tolist() == [0] * 4  # inputs end within the first word
    assert words[4 + 2].tolist() == [14, 0, 0, 0]


def test_rows_of_a_group_run_before_the_next_rows(made: Int8Tables) -> None:
    names = [(one.layer.name, one.row) for one in made.commands if one.layer is not None]
    assert names[:5] == [("block0_filter", row) for row in (0, 4, 8, 12, 16)]
    assert names[5:9] == [
        ("block0_hidden", 0),
        ("block0_out", 0),
        ("block0_hidden", 4),
        ("block0_out", 4),
    ]
    # Of the last block one position alone.
    assert names[-4:] == [
        ("block1_filter", 0),
        ("block1_hidden", 0),
        ("block1_out", 0),
        ("readout", 0),
    ]
    assert made.tensors["hidden"].rows == 4
    assert made.commands[-1].command["tail"] == (len(made.network.codes) - 1) % 4 + 1


def test_tensors_do_not_overlap_and_reach_no_further_than_their_memory(made: Int8Tables) -> None:
    places = sorted((one.base, one.base + one.words) for one in made.tensors.values())
    assert all(end <= start for (_, end), (start, _) in pairwise(places))
    assert places[-1][1] == made.parameters["ACTIVATIONS"]


def test_sums_have_the_bits_that_no_input_exceeds(made: Int8Tables) -> None:
    bits = sum_bits(made.network)
    largest = max(int(layer.bounds().max()) for layer in made.network.layers)
    codes = 128 * int(np.abs(made.network.codes.astype(int)).sum(axis=1).max())
    assert max(largest, codes) < 1 << bits - 1
    assert bits == 17 or max(largest, codes) >= 1 << bits - 2


def test_more_rows_at_once_do_not_change_the_products_but_spare_weights(made: Int8Tables) -> None:
    one = tables(made.network, 4, rows=1)
    assert len(one.commands) > len(made.commands)
    assert cycles(one) > cycles(made)
    assert one.parameters["WEIGHTS"] == made.parameters["WEIGHTS"]


def test_a_memory_that_the_core_cannot_address_is_refused_by_name(made: Int8Tables) -> None:
    codes = np.zeros((41944, 100), np.int64)
    many = replace(made.network, codes=codes, item_bias=np.zeros(len(codes), np.int64))
    told = r"the memory of items would have 1,048,600 words; the core addresses 1,048,576"
    with pytest.raises(DoesNotFit, match=told):
        tables(many, lanes=4)


def test_lanes_that_the_core_has_not(made: Int8Tables) -> None:
    with pytest.raises(BadInput, match="--lanes is 3; the core has 1, 2, 4, 8 or 16"):
        tables(made.network, 3)


def test_modules_of_the_spiking_core_are_there() -> None:
    spiking = VERILOG.parents[1] / "rtl" / "verilog"
    assert all((spiking / name).exists() for name in SHARED)
