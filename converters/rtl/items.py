"""The items of a recommender as the scorer stores them, and the ten best that it must find."""

import numpy as np

from converters.rtl.layout import NodeLayout
from ssr_neuro.errors import DoesNotFit
from ssr_neuro.evaluation.item_table import ItemTable, top
from ssr_neuro.program.arrays import Ints
from ssr_neuro.program.ir import IntegerLif, IntegerProgram, Readout
from ssr_neuro.program.trace import Trace

GROUP = 8  # words of readouts whose sums a table holds
PLACES = 10
SCORE_BITS = 32


def the_readout(program: IntegerProgram, items: ItemTable) -> Readout[IntegerLif]:
    """The one readout that items are scored with. Raises DoesNotFit where there is none."""
    steps, features = items.codes.shape[1:]
    if len(program.readouts) != 1 or program.readouts[0].neuron is not None:
        raise DoesNotFit("the scorer reads one readout, a weighted sum; this program has another")
    (readout,) = program.readouts
    if (steps, features) != (program.steps, int(np.prod(readout.shape))):
        raise DoesNotFit(
            f"codes of items have {steps} x {features} bits, the readout {readout.name!r} "
            f"{program.steps} x {readout.shape}"
        )
    return readout


def check_scores(items: ItemTable, most: int, least: int, readout: Readout[IntegerLif]) -> None:
    """Raises DoesNotFit where a score could leave its bits. most, least: of the sums to read."""
    bias = np.asarray(readout.bias)
    largest = max(most + int(bias.max(initial=0)), -least - int(bias.min(initial=0)))
    ones = int(items.codes.reshape(len(items.codes), -1).sum(axis=1).max(initial=0))
    reach = ones * largest + int(np.abs(items.bias).max(initial=0))
    if reach >= 1 << SCORE_BITS - 1:
        raise DoesNotFit(
            f"a score could reach {reach:,}; the scorer has {SCORE_BITS} bits. Train with smaller "
            "readout weights"
        )


def code_words(items: ItemTable, layout: NodeLayout) -> Ints:
    """(items x groups, lanes) of bytes: bit b of lane i is of word 8 g + b, lane i, of readouts."""
    count, steps = items.codes.shape[:2]
    packed = layout.pack(items.codes.reshape(count, steps, *layout.shape).astype(np.int64))
    words = packed.reshape(count, -1, layout.lanes)
    groups = -(-words.shape[1] // GROUP)
    full = np.zeros((count, groups * GROUP, layout.lanes), np.int64)
    full[:, : words.shape[1]] = words
    bits = full.reshape(count * groups, GROUP, layout.lanes)
    codes: Ints = (bits << np.arange(GROUP)[:, None]).sum(axis=1)
    return codes


def score_cycles(items: int, readout_words: int) -> int:
    """Of the states of `verilog/scorer.v`: a start, all sums, all items, four until it rests."""
    groups = -(-readout_words // GROUP)
    return 1 + 256 * groups + items * groups + 4


def best(items: ItemTable, trace: Trace, name: str) -> Ints:
    """(samples, places, 2): item rows, best first, and their scores."""
    codes = items.codes.reshape(len(items.codes), -1).astype(np.float64)
    readouts = trace.readouts[name].reshape(trace.samples, -1).astype(np.float64)
    # Below 2**31, so exact in float64.
    scores = (readouts @ codes.T).astype(np.int64) + np.asarray(items.bias, np.int64)
    rows = top(scores, min(PLACES, len(items.codes)))
    return np.stack([rows, np.take_along_axis(scores, rows, axis=1)], axis=-1)
