"""What the core's counters must show: from the tables and what the reference computed."""

import numpy as np

from converters.rtl_int8.fields import Command
from converters.rtl_int8.reference import Answers
from converters.rtl_int8.tables import Int8Tables
from ssr_neuro.program.arrays import IntArray, Ints

COUNTERS = ("operations", "zero_operations", "answers", "checksum", "cycles")
FETCH = 2  # cycles until a command is decoded
DRAIN = 1


def cycles(tables: Int8Tables) -> int:
    """Of the states of `verilog/sequencer.v`; the same for every sample."""
    return sum(_cycles(placed.command, tables.lanes) for placed in tables.commands) + FETCH


def _cycles(command: Command, lanes: int) -> int:
    rows = command.get("rows", 1)
    multiplied = command["outs"] * command["words"] * command["bytes"] * rows
    return FETCH + multiplied + rows * _outputs(command, lanes) + DRAIN


def _outputs(command: Command, lanes: int) -> int:
    """Lanes in use over all words of outputs."""
    return (command["outs"] - 1) * lanes + command["tail"]


def counters(tables: Int8Tables, answers: list[Answers], scores: Ints) -> Ints:
    """scores: (samples, V) of all items. -> (samples, 5), as `COUNTERS`."""
    samples = len(scores)
    operations = answered = 0
    for placed in tables.commands:
        command, rows = placed.command, placed.command.get("rows", 1)
        outputs = rows * _outputs(command, tables.lanes)
        operations += outputs * command["words"] * command["bytes"]
        answered += outputs
    nonzero = np.zeros(samples, np.int64)
    checksum = scores.sum(axis=1)
    for one in answers:
        nonzero += _nonzero(one.source, one.layer.kind == "filter", one)
        checksum += one.sums.sum(axis=(1, 2)) + one.totals.sum(axis=(1, 2))
    nonzero += np.count_nonzero(answers[-1].values, axis=(1, 2)) * scores.shape[1]
    found = np.zeros((samples, len(COUNTERS)), np.int64)
    found[:, 0], found[:, 1] = operations, operations - nonzero
    found[:, 2], found[:, 3], found[:, 4] = answered, checksum & 0xFFFFFFFF, cycles(tables)
    return found


def _nonzero(source: IntArray, each: bool, answers: Answers) -> Ints:
    """Operations whose activation is not zero."""
    factor = answers.layer.rows if each else answers.layer.outputs
    found: Ints = np.count_nonzero(source, axis=(1, 2)).astype(np.int64) * factor
    return found
