"""Runs a netlist gate by gate, and counts the edges of every net: cycle by cycle, without glitches.

Oblivious: every gate is computed in every cycle, in order. The clock is not simulated; all
flip-flops and memories take over at the end of a cycle.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from converters.rtl.synthesis.netlist import MemoryCell, Netlist
from ssr_neuro.errors import Mismatch
from ssr_neuro.program.arrays import Ints
from ssr_neuro.program.linear_maps import Array

ADDRESS = 20  # bits of an address of a memory, at most


@dataclass(frozen=True, eq=False)
class Switching:
    """Of one run. edges: of every net. reads, writes: of every memory. values: of the nets at its

    end.
    A memory reads in a cycle in which its address is another than before.
    """

    cycles: int
    edges: Ints
    reads: dict[str, int]
    writes: dict[str, int]
    values: Array
    contents: dict[str, Array]

    def number(self, nets: Ints) -> int:
        """The value at a port, without sign."""
        return sum(int(self.values[net]) << i for i, net in enumerate(nets.tolist()))

    def ask(self, netlist: Netlist, port: str, value: int, answers: tuple[str, ...]) -> list[int]:
        """What ports answer at the end of the run when another one has that value."""
        for i, net in enumerate(netlist.ports[port].tolist()):
            self.values[net] = value >> i & 1
        uncounted = np.zeros_like(self.edges)
        _settle(netlist.inputs, netlist.outputs, netlist.tables, self.values, uncounted)
        return [self.number(netlist.ports[name]) for name in answers]


def run(netlist: Netlist, contents: dict[str, Array], cycle_limit: int) -> Switching:
    """Reset, then one sample. contents: path of a memory -> bits (words, width), 0 where left out.

    Raises Mismatch where the netlist is not done by `cycle_limit`.
    """
    memories = _Memories(netlist.memories, contents)
    values = np.zeros(netlist.nets, np.uint8)
    values[1] = 1
    edges = np.zeros(netlist.nets, np.int64)
    counts = np.zeros((len(netlist.memories), 2), np.int64)
    port = {name: int(nets[0]) for name, nets in netlist.ports.items()}
    law = (netlist.inputs, netlist.outputs, netlist.tables, netlist.d, netlist.q, netlist.inverted)
    arguments: tuple[Any, ...] = (*law, *memories.arrays, memories.bits, values, edges, counts)
    kernel: Any = _cycles

    def go(limit: int) -> int:
        return int(kernel(*arguments, port["busy"], limit))

    values[port["reset"]] = 1
    go(-2)
    values[port["reset"]], values[port["start"]] = 0, 1
    edges[:], counts[:] = 0, 0
    go(-1)
    values[port["start"]] = 0
    cycles = go(cycle_limit)
    if cycles >= cycle_limit:
        raise Mismatch(f"the netlist is not done after {cycle_limit:,} cycles")
    names = [memory.path for memory in netlist.memories]
    return Switching(
        cycles,
        edges,
        dict(zip(names, counts[:, 0].tolist(), strict=True)),
        dict(zip(names, counts[:, 1].tolist(), strict=True)),
        values,
        memories.contents(),
    )


class _Memories:
    """All memories in flat arrays, as the kernel takes them."""

    def __init__(self, memories: tuple[MemoryCell, ...], contents: dict[str, Array]) -> None:
        self.memories = memories
        sizes = np.array([(m.depth, m.width) for m in memories], np.int64).reshape(-1, 2)
        starts = np.concatenate([[0], np.cumsum(sizes.prod(axis=1))]).astype(np.int64)
        widest = int(sizes[:, 1].max(initial=1))
        address = np.zeros((2, len(memories), ADDRESS), np.int64)
        data = np.zeros((2, len(memories), widest), np.int64)
        enable = np.zeros(len(memories), np.int64)
        self.bits = np.zeros(int(starts[-1]), np.uint8)
        for i, memory in enumerate(memories):
            for j, side in enumerate(("read", "write")):
                nets = memory.ports[f"{side}_address"]
                address[j, i, : len(nets)] = nets
                data[j, i, : memory.width] = memory.ports[f"{side}_data"]
            enable[i] = memory.ports["write"][0]
            if memory.path in contents:
                filled = contents[memory.path]
                self.bits[starts[i] : starts[i] + filled.size] = filled.ravel()
        last = np.full(len(memories), -1, np.int64)
        self.arrays = (sizes, starts, address, data, enable, last)

    def contents(self) -> dict[str, Array]:
        starts = self.arrays[1]
        return {
            m.path: self.bits[starts[i] : starts[i + 1]].reshape(m.depth, m.width)
            for i, m in enumerate(self.memories)
        }


@njit(cache=True)
def _cycles(  # type: ignore[no-untyped-def]
    inputs,
    outputs,
    tables,
    d,
    q,
    inverted,
    sizes,
    starts,
    address,
    data,
    enable,
    last,
    bits,
    values,
    edges,
    counts,
    busy,
    limit,
):
    """Cycles until busy falls. limit below 0: as many cycles as it says, whatever busy does."""
    taken = np.zeros(len(d), np.uint8)
    done = 0
    while True:
        _settle(inputs, outputs, tables, values, edges)
        if limit >= 0 and (values[busy] == 0 or done >= limit):
            return done
        if limit < 0 and done == -limit:
            return done
        for i in range(len(d)):
            taken[i] = values[d[i]] ^ inverted[i]
        _clock(sizes, starts, address, data, enable, last, bits, values, edges, counts)
        for i in range(len(d)):
            if values[q[i]] != taken[i]:
                values[q[i]] = taken[i]
                edges[q[i]] += 1
        done += 1


@njit(cache=True)
def _settle(inputs, outputs, tables, values, edges):  # type: ignore[no-untyped-def]
    for i in range(len(outputs)):
        at = 0
        for j in range(6):
            at |= values[inputs[i, j]] << j
        now = np.uint8((tables[i] >> np.uint64(at)) & np.uint64(1))
        if values[outputs[i]] != now:
            values[outputs[i]] = now
            edges[outputs[i]] += 1


@njit(cache=True)
def _clock(sizes, starts, address, data, enable, last, bits, values, edges, counts):  # type: ignore[no-untyped-def]
    """All memories read first, then write: what is written is read a cycle later."""
    ports = np.zeros((2, len(enable)), np.int64)
    written = np.zeros((len(enable), data.shape[2]), np.uint8)
    for i in range(len(enable)):
        ports[0, i] = _number(values, address[0, i])
        ports[1, i] = _number(values, address[1, i]) if values[enable[i]] else -1
        for j in range(sizes[i, 1]):
            written[i, j] = values[data[1, i, j]]
    for i in range(len(enable)):
        depth, width = sizes[i]
        if ports[0, i] != last[i] and ports[0, i] < depth:
            last[i] = ports[0, i]
            counts[i, 0] += 1
            word = bits[starts[i] + ports[0, i] * width :][:width]
            _show(word, data[0, i], values, edges)
        if ports[1, i] >= 0:
            counts[i, 1] += 1
        if 0 <= ports[1, i] < depth:
            start = starts[i] + ports[1, i] * width
            bits[start : start + width] = written[i, :width]
            if ports[1, i] == last[i]:
                last[i] = -1


@njit(cache=True)
def _number(values, nets):  # type: ignore[no-untyped-def]
    found = np.int64(0)
    for j in range(len(nets)):
        found |= np.int64(values[nets[j]]) << j
    return found


@njit(cache=True)
def _show(word, nets, values, edges):  # type: ignore[no-untyped-def]
    for j in range(len(word)):
        if values[nets[j]] != word[j]:
            values[nets[j]] = word[j]
            edges[nets[j]] += 1
