"""The longest path between two clock edges in a netlist, by the delays of its library."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from converters.rtl.synthesis.energy import unit_of as unit_of_spikes
from converters.rtl.synthesis.liberty import Liberty
from converters.rtl.synthesis.netlist import Netlist


def critical_path(
    netlist: Netlist, liberty: Liberty, unit_of: Callable[[str], str] = unit_of_spikes
) -> Mapping[str, Any]:
    """Nanoseconds, cells and units of the longest path; none where the library has no delays.

    unit_of: the unit of a cell by its path; that of the core of spikes.

    Every gate takes as long as its slowest pin and edge at the load that it drives, with edges of
    0.02 ns arriving. A flip-flop's clock to output is counted; its setup, wires and the access time
    of memories, which begin and end paths, are left out.
    """
    arrival = np.zeros(netlist.nets)
    before = np.full(netlist.nets, -1, np.int64)
    for net in netlist.q.tolist():
        arrival[net] = _delay_ns(netlist, liberty, net)
    for pins, net in zip(netlist.inputs.tolist(), netlist.outputs.tolist(), strict=True):
        last = max(pins, key=lambda pin: arrival[pin])
        arrival[net] = arrival[last] + _delay_ns(netlist, liberty, net)
        before[net] = last
    ends = [netlist.d, *(nets for memory in netlist.memories for nets in memory.ports.values())]
    reached = np.concatenate([np.zeros(1, np.int64), *ends])
    end = int(reached[np.argmax(arrival[reached])])
    if arrival[end] == 0:
        return {}
    path = []
    while end >= 0 and end in netlist.drivers:
        path.append(netlist.drivers[end].path)
        end = int(before[end])
    units = dict.fromkeys(unit_of(one) for one in reversed(path))
    return {
        "critical_path_ns": float(arrival[reached].max()),
        "critical_path_cells": len(path),
        "critical_path_units": list(units),
    }


def _delay_ns(netlist: Netlist, liberty: Liberty, net: int) -> float:
    driver = netlist.drivers[net]
    return liberty.cells[driver.kind].pins[driver.pin].delay_ns(float(netlist.loads_f[net]))
