"""SANA-FE's spikes, readouts and counts beside ours; nothing may differ."""

from pathlib import Path
from typing import Any

import numpy as np

from converters.sana_fe.network import SanaFeNetwork
from ssr_neuro.errors import BackendFailed, Mismatch
from ssr_neuro.program.fixed_point import STATE_SHIFT
from ssr_neuro.program.linear_maps import Array
from ssr_neuro.program.trace import Comparison, Trace, compare
from ssr_neuro.verification.prove import demand

NAMES = ("ssr-neuro", "SANA-FE")


def check(net: SanaFeNetwork, record: Path, found: dict[str, Any]) -> Comparison:
    """Every spike and readout of every sample. Raises Mismatch with the first that differs."""
    comparison = compare(net.trace, read_recorded(net, record), NAMES)
    demand(comparison)
    if found["differs"]:
        raise Mismatch(
            f"SANA-FE fires the same spikes but counts otherwise: {'; '.join(found['differs'])}; "
            "its release may count other events, 2.2.9 is known to agree"
        )
    return comparison


def read_recorded(net: SanaFeNetwork, record: Path) -> Trace:
    """What run_sana_fe.py wrote with --record, aligned with the inputs."""
    steps = net.stream.last - net.stream.first + 1
    rows = np.fromfile(record / "spikes.bin", np.uint32).reshape(-1, 3).astype(np.int64)
    groups = net.layout.inside
    spikes, readouts = {}, {}
    for number, group in enumerate(groups):
        node = net.program.node(group.node)
        fired = np.zeros((steps, len(group.neurons)), np.uint8)
        step, _, neuron = rows[rows[:, 1] == number].T
        fired[step - net.stream.first, neuron] = 1
        if node in net.program.populations:
            spikes[node.name] = _align(net, group.node, fired)
    for name, values in _membranes(net, record / "membranes.bin", steps).items():
        readouts[name] = _align(net, name, values)
    return Trace(net.trace.inputs, spikes, readouts)


def _membranes(net: SanaFeNetwork, path: Path, steps: int) -> dict[str, Array]:
    """Of each readout, in its own whole numbers: int64 (steps, neurons).

    SANA-FE lists them by the name of their group.
    """
    names = {readout.name for readout in net.program.readouts}
    groups = sorted((g for g in net.layout.inside if g.node in names), key=lambda g: g.name)
    sizes = [len(group.neurons) for group in groups]
    values = np.fromfile(path, np.float64)
    if values.size != steps * sum(sizes):
        raise BackendFailed(
            f"SANA-FE recorded {values.size} readouts in {steps} steps, not {sum(sizes)} in each; "
            "use sanafe 2.2.9"
        )
    found = {}
    columns = np.split(values.reshape(steps, -1), np.cumsum(sizes)[:-1], axis=1) if sizes else []
    for group, own in zip(groups, columns, strict=True):
        readout = next(r for r in net.program.readouts if r.name == group.node)
        unit = 1 if readout.neuron is None else 1 << STATE_SHIFT
        found[group.node] = np.rint(own * unit).astype(np.int64)
    return found


def _align(net: SanaFeNetwork, node: str, values: Array) -> Array:
    shape = net.program.shape_of(node)
    by_sample = net.stream.aligned(values, net.program.depth_of(node))
    return np.ascontiguousarray(by_sample.reshape(*by_sample.shape[:2], *shape))
