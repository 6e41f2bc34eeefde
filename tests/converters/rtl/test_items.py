"""Codes of items as the scorer stores them, and the ten best recomputed."""

import numpy as np
import pytest
from small_programs import skip_program

from converters.rtl.items import best, check_scores, code_words, the_readout
from converters.rtl.tables import tables
from simulators.reference import Reference
from ssr_neuro.errors import DoesNotFit
from ssr_neuro.evaluation.item_table import ItemTable

STEPS = 4
PROGRAM = skip_program(0)


def items(count: int = 13) -> ItemTable:
    rng = np.random.default_rng(1)
    codes = rng.integers(0, 2, (count, STEPS, 3)).astype(np.uint8)
    return ItemTable(codes, rng.integers(-20, 20, count), tuple(map(str, range(count))))


@pytest.mark.parametrize("lanes", [1, 2, 8])
def test_a_byte_of_a_lane_holds_that_lane_of_eight_words(lanes: int) -> None:
    table = items()
    layout = tables(PROGRAM, lanes, table).layouts.nodes["out"]
    words = code_words(table, layout)
    per_step = layout.words
    groups = -(-STEPS * per_step // 8)
    assert words.shape == (13 * groups, lanes)
    for item, step, neuron in ((0, 0, 0), (7, 3, 2), (12, 1, 1)):
        word, lane = divmod(neuron, lanes)
        group, bit = divmod(step * per_step + word, 8)
        stored = words[item * groups + group, lane] >> bit & 1
        assert stored == table.codes[item, step, neuron]


def test_the_best_are_in_order_and_ties_go_to_the_lower_row() -> None:
    table = items()
    table.codes[5] = table.codes[2]
    table.bias[[2, 5]] = 1000
    spikes = np.ones((2, STEPS, 4, 3), np.uint8)
    trace = Reference().run(PROGRAM, {"input": spikes})
    found = best(table, trace, "out")
    assert found.shape == (2, 10, 2)
    assert found[0, :2, 0].tolist() == [2, 5]
    for row, score in found[1].tolist():
        ones = table.codes[row].astype(bool)
        assert score == trace.readouts["out"][1][ones].sum() + table.bias[row]
    assert (np.diff(found[:, :, 1]) <= 0).all()


def test_what_the_scorer_cannot_hold() -> None:
    readout = the_readout(PROGRAM, items())
    with pytest.raises(DoesNotFit, match=r"a score could reach [\d,]+; the scorer has 32 bits"):
        check_scores(items(), 1 << 29, 0, readout)
    short = ItemTable(items().codes[:, :2], items().bias, items().ids)
    with pytest.raises(DoesNotFit, match="have 2 x 3 bits, the readout 'out' 4 x"):
        the_readout(PROGRAM, short)
