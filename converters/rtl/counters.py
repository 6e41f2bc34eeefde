"""What the core's counters must show: by the commands, from the spikes of a run.

Events, operations and updates are those of `ssr_neuro.costs.events`, found another way; the tests
compare the two. Cycles are the states of `verilog/sequencer.v`.
"""

from dataclasses import dataclass

import numpy as np

from converters.rtl.fields import Command, Op
from converters.rtl.items import score_cycles
from converters.rtl.tables import Tables
from ssr_neuro.program.arrays import Ints

COUNTERS = ("events", "operations", "zero_operations", "updates", "margins", "cycles")
FETCH = 2  # cycles until a command is decoded


def counters(tables: Tables, spikes: Ints) -> dict[str, Ints]:
    """spikes: (samples, steps, words, lanes) of all inputs and populations -> (samples,) each.

    All but margins, which follow from membranes.
    """
    samples, steps = spikes.shape[:2]
    total = {name: np.zeros(samples, np.int64) for name in COUNTERS if name != "margins"}
    costs = _Costs(tables)
    total["cycles"] += tables.sums
    if tables.items is not None:
        words = steps * tables.layouts.readout_words
        total["cycles"] += score_cycles(len(tables.items.codes), words)
    for _, command in tables.commands:
        op = command["op"]
        if op == Op.SYN:
            for name, count in costs.synapse(command, spikes).items():
                total[name] += count
        elif op in (Op.NEU, Op.READ):
            total["cycles"] += steps * (FETCH + command["rows"] * command["words"] + 1)
            total["updates"] += steps * costs.neurons(command)
        else:
            total["cycles"] += FETCH * (steps if op == Op.LOOP else 1)
    return total


def cycle_limit(counters: Ints) -> int:
    """More cycles than any sample takes: a core that is not done by then never is.

    counters: (samples, counters), cycles last, of this core or that of 8-bit multiplications.
    """
    return 2 * int(counters[:, -1].max(initial=0)) + 1000


@dataclass(frozen=True)
class _Costs:
    tables: Tables

    def neurons(self, command: Command) -> int:
        """Those of a population; a readout's are no updates."""
        if command["op"] == Op.READ or command.get("show"):
            return 0
        used = (command["words"] - 1) * self.tables.lanes + command["tail"].bit_count()
        return command["rows"] * used

    def synapse(self, command: Command, spikes: Ints) -> dict[str, Ints]:
        """Of one SYN command over all steps."""
        samples, steps = spikes.shape[:2]
        lag = command["lag"]
        received = steps - min(lag, steps)
        at, weights = self._walk(command)
        lanes = [lane for lane in range(self.tables.lanes) if command["lanes"] >> lane & 1]
        found = spikes[:, :received, at][..., lanes].sum(axis=1)  # (samples, walked, lanes)
        rows = weights[:, lanes]
        fetched, operations, zeros, cycles = (
            self._listed(rows) if command["list"] else self._run(command, rows)
        )
        scanned = command["rows"] * command["words"] + 1
        return {
            "events": (found * fetched).sum(axis=(1, 2)),
            "operations": (found * operations).sum(axis=(1, 2)),
            "zero_operations": (found * zeros).sum(axis=(1, 2)),
            "cycles": (found * cycles).sum(axis=(1, 2))
            + FETCH * steps
            + np.full(samples, scanned * received),
        }

    def _walk(self, command: Command) -> tuple[Ints, Ints]:
        """Of every word read: where it stands, and the first weight of each of its lanes."""
        row, word = np.divmod(np.arange(command["rows"] * command["words"]), command["words"])
        first = command["address"] + row * command["row_step"] + word
        weights = command["w_base"] + row * command["w_row"] + word * command["w_word"]
        lanes = np.arange(self.tables.lanes) * command["w_lane"]
        # Lanes beyond the end of a row point past the weights, and never hold a spike.
        return first, weights[:, None] + lanes

    def _run(self, command: Command, first: Ints) -> tuple[Ints, Ints, Ints, Ints]:
        stored, run = self.tables.image("weights"), command["run"]
        used = np.ones((run, self.tables.lanes), bool)
        used[-1] = [command["tail"] >> lane & 1 for lane in range(self.tables.lanes)]
        if command["single"]:
            used = np.zeros_like(used)
            used[:, 0] = True
        reach = np.minimum(first[..., None] + np.arange(run), len(stored) - 1)
        zeros = ((stored[reach] == 0) & used).sum(axis=(-1, -2))
        ones = np.ones_like(first)
        return ones, ones * used.sum(), zeros, ones * (1 + run)

    def _listed(self, pointers: Ints) -> tuple[Ints, Ints, Ints, Ints]:
        stored = self.tables.image("lists")[:, 0]
        pointed = stored[np.minimum(pointers, len(stored) - 1)]
        there = pointed >> 31 & 1
        starts = pointed & 0xFFFFF
        # Ends of lists, and zeros, as running counts; an end stands behind all, for no list at all.
        ends = np.append(np.flatnonzero(stored >> 31 & 1), len(stored) - 1)
        zero = np.concatenate([[0], np.cumsum((stored >> 16 & 255) == 0)])
        after = ends[np.searchsorted(ends, np.minimum(starts, len(stored) - 1))] + 1
        length = np.where(there, after - starts, 0)
        zeros = np.where(there, zero[after] - zero[np.minimum(starts, after)], 0)
        return there, length, zeros, 3 + 2 * length
