"""A lowered Program as the tables of network.c."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from simulators.native.costs import Costs
from simulators.native.header import KernelHeader
from simulators.native.memory import ALIGNED, KernelMemory
from simulators.native.node_law import law_fields
from simulators.native.nodes import (
    COLUMNS,
    HALVES,
    INPUT,
    POPULATION,
    READOUT,
    KernelNodeRow,
    grids,
)
from simulators.native.weights import OUTER, OUTER_EACH, Grid, Weights, arrange
from simulators.native.workspace import most_words, summed_bytes, turns_of
from ssr_neuro.native import aligned
from ssr_neuro.program.ir import (
    Input,
    IntegerLif,
    IntegerProgram,
    Population,
    Readout,
    Synapse,
)
from ssr_neuro.program.linear_maps import Array
from ssr_neuro.program.recurrence import loop_of

MOST_COLUMNS = 1 << 31  # bytes of one node's columns

Table = npt.NDArray[np.int64]


@dataclass(eq=False)
class Plan:
    """What `ssr_run` is given. outside: column of the addresses of spikes and values.

    work_bytes: of one thread. keep: arrays that addresses point into. pointers: spikes that one
    node reads in all steps.
    """

    program: IntegerProgram
    nodes: Table
    grids: dict[str, Grid]
    numbers: dict[str, int]
    work_bytes: int
    pointers: int
    header: Table
    keep: list[Any] = field(default_factory=list)


SYNAPSE_FIELDS = 12
NODE_FIELDS = [field.name for field in fields(KernelNodeRow)]
OUTSIDE, ROUGH_BIAS = map(NODE_FIELDS.index, ("outside", "rough_bias"))
BY_COST, PRODUCTS, EVENTS = range(3)


def plan(
    program: IntegerProgram, lanes: int, costs: Costs, *, traced: bool, way: int = BY_COST
) -> Plan:
    """traced: whether spikes of populations are kept, so that all lie as bytes, too.

    way: PRODUCTS or EVENTS takes every synapse that could be either so.
    """
    return _Planner(program, lanes, costs, traced, way).build()


class _Planner:
    def __init__(
        self, program: IntegerProgram, lanes: int, costs: Costs, traced: bool, way: int
    ) -> None:
        self.program, self.lanes, self.traced = program, lanes, traced
        self.costs, self.way = costs, way
        self.grids = grids(program)
        self.numbers = {node.name: i for i, node in enumerate(program.nodes)}
        self.memory = KernelMemory()
        self.synapses: list[tuple[int, ...]] = []
        self.sources: list[tuple[int, int]] = []
        self.as_words: set[str] = set()
        self.loops = loop_of(program)
        self.largest = max(grid[0] * grid[2] for grid in self.grids.values())  # neurons of a node
        self.most_synapses = max((len(program.into(n)) for n in self.numbers), default=1)
        read = {s.name for y in program.synapses for s in y.sources}
        self.as_bits: set[str] = set() if way == PRODUCTS else read
        # Where nothing is padded, inputs are read where they are given.
        inputs = {x.name for x in program.inputs}
        self.given = {name for name in inputs if self.grids[name][1] == self.grids[name][2]}
        self.as_bytes = inputs - self.given
        if traced:
            self.as_bytes |= {p.name for p in program.populations}

    def build(self) -> Plan:
        program = self.program
        arranged = {y.name: self._arrange(y) for y in program.synapses}
        rows = [self._node(node, arranged) for node in program.nodes]
        turns = turns_of(program)
        places = self._reserve()
        tables: dict[str, npt.NDArray[Any]] = {
            "node": np.array([list(vars(row).values()) for row in rows], np.int64),
            "synapse": np.array(self.synapses or [(0,) * SYNAPSE_FIELDS], np.int64),
            "source": np.array(self.sources or [(0, 0)], np.int64),
            "turn": np.array(turns, np.int64),
            "silence": np.zeros(4 * self.largest + 256, np.uint8),
        }
        header = KernelHeader(
            steps=program.steps,
            nodes=len(rows),
            turns=len(turns),
            way=self.way,
            **places,
            **{name: aligned.address(table) for name, table in tables.items()},
        )
        return Plan(
            program,
            tables["node"],
            self.grids,
            self.numbers,
            self.memory.reserved,
            self.most_synapses * program.steps,
            header.table(self.costs),
            [*self.memory.kept, *tables.values()],
        )

    def _reserve(self) -> dict[str, int]:
        """What is in a thread's workspace beside the nodes, as the header says it."""
        program, memory = self.program, self.memory
        sums = program.steps * self.largest
        summed = (summed_bytes(program, self.grids, name) for name in self.numbers)
        words = most_words(program, self.grids)
        widest = max(grid[2] for grid in self.grids.values())
        return {
            "sums": sums,
            "summed": memory.reserve(5 * sums + 2 * ALIGNED + max(summed, default=0)),
            "most_words": words,
            "fired": memory.reserve((16 * words + 8) * (program.steps + 1)),
            "active": memory.reserve(8 * self.most_synapses * program.steps * widest // COLUMNS),
            "made": memory.reserve(3 * len(program.nodes)),
            "probe": memory.reserve(8),
        }

    def _arrange(self, synapse: Synapse) -> Weights:
        source, target = self.grids[synapse.sources[0].name], self.grids[synapse.target]
        found = arrange(synapse, source, target, self.lanes)
        sources = {s.name for s in synapse.sources}
        if found.form in (OUTER, OUTER_EACH):
            self.as_words |= sources
        else:
            self.as_bytes |= sources - self.given
        return found

    def _node(
        self,
        node: Input | Population[IntegerLif] | Readout[IntegerLif],
        arranged: Mapping[str, Weights],
    ) -> KernelNodeRow:
        name = node.name
        grid = self.grids[name]
        first = len(self.synapses)
        into = sorted(self.program.into(name), key=lambda y: -y.exponent)
        rows, columns = self._columns([arranged[y.name].columns for y in into])
        for synapse, row in zip(into, rows, strict=True):
            self._synapse(synapse, arranged[synapse.name], row)
        size = self.program.steps * grid[0] * grid[2]
        words = self.program.steps * -(-grid[0] // 4) * 4 * grid[2]
        law: dict[str, int] = {}
        kind = INPUT
        if isinstance(node, Population | Readout):
            kind = POPULATION if isinstance(node, Population) else READOUT
            law = law_fields(self.program, node, grid, self.memory)
        return KernelNodeRow(
            kind,
            *grid,
            first_synapse=first,
            synapses=len(self.synapses) - first,
            bytes=self.memory.reserve(size) if name in self.as_bytes else -1,
            words=self.memory.reserve(words) if name in self.as_words else -1,
            bits=self.memory.reserve(size // 8) if name in self.as_bits else -1,
            state=self.memory.reserve(8 * grid[0] * grid[2]) if law else 0,
            columns=columns,
            late=int(self._is_late(name, law)),
            **law,
        )

    def _is_late(self, name: str, law: Mapping[str, int]) -> bool:
        """Whether its bytes are made when a product reads them: not in a loop, step by step."""
        outside = self.traced or name in self.loops
        return not outside and name in self.as_bits and law.get("law") == HALVES

    def _columns(self, parts: list[Array | None]) -> tuple[list[int], int]:
        """Columns of all synapses of a node: the first row of each, -1 for none; their address.

        Those that are alike lie there once.
        """
        firsts: dict[bytes, int] = {}
        stacked: list[Array] = []
        rows = []
        for part in parts:
            if part is None:
                rows.append(-1)
                continue
            content = part.tobytes()
            if content not in firsts:
                firsts[content] = sum(map(len, stacked))
                stacked.append(part)
            rows.append(firsts[content])
        if not stacked or sum(part.nbytes for part in stacked) > MOST_COLUMNS:
            return [-1] * len(parts), 0
        return rows, self.memory.address(np.concatenate(stacked))

    def _synapse(self, synapse: Synapse, found: Weights, column: int) -> None:
        first = len(self.sources)
        self.sources += [(self.numbers[s.name], s.lag) for s in synapse.sources]
        addresses = [
            0 if part is None else self.memory.address(part)
            for part in (found.weights, found.rows, found.starts, found.places, found.runs)
        ]
        weights, rows, starts, places, runs = addresses
        self.synapses.append(
            (
                found.form,
                synapse.exponent,
                first,
                len(synapse.sources),
                weights,
                rows,
                found.inputs,
                starts,
                places,
                column,
                runs,
                0 if found.runs is None else len(found.runs),
            )
        )
