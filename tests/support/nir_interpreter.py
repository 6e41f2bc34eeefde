"""A NIR graph run by its equations, node by node, with PyTorch's convolutions: nothing of ours."""

from functools import cache
from math import prod
from typing import Any

import nir
import numpy as np
import torch
from torch.nn import functional as fn

Array = np.ndarray
Edges = list[tuple[str, str]]
MEMBRANES = (nir.LIF, nir.IF, nir.CubaLIF, nir.Threshold, nir.LI, nir.CubaLI, nir.I)


def unfolded(graph: nir.NIRGraph, prefix: str = "") -> tuple[dict[str, Any], Edges]:
    """All nodes and edges; the Input and Output of a nested graph pass on what they read."""
    nodes, edges = {}, []
    for name, node in graph.nodes.items():
        if isinstance(node, nir.NIRGraph):
            inner, within = unfolded(node, f"{prefix}{name}.")
            nodes, edges = nodes | inner, edges + within
        else:
            nodes[prefix + name] = node

    def end(name: str, door: str) -> str:
        nested = isinstance(graph.nodes[name], nir.NIRGraph)
        return f"{prefix}{name}.{door}" if nested else prefix + name

    return nodes, edges + [(end(a, "output"), end(b, "input")) for a, b in graph.edges]


class Interpreter:
    """`out(name, t)`: spikes, or what an integrator or Output shows. x: spikes (steps, *shape)."""

    def __init__(self, graph: nir.NIRGraph, x: Array, dt_s: float = 1e-4) -> None:
        self.nodes, edges = unfolded(graph)
        self.x, self.dt_s = x.astype(float), dt_s
        self.before = {n: [a for a, b in edges if b == n] for n in self.nodes}
        self.state = cache(self._state)
        self.reaches = cache(lambda name: self._reached(name, edges))

    @staticmethod
    def _reached(name: str, edges: Edges) -> set[str]:
        found: set[str] = set()
        new = {name}
        while new:
            new = {b for a, b in edges if a in new} - found
            found |= new
        return found

    def out(self, name: str, t: int) -> Array:
        if isinstance(self.nodes[name], MEMBRANES):
            return self.state(name, t)[2]
        return self._value(name, t, name)

    def _state(self, name: str, t: int) -> tuple[Array, Array, Array]:
        """Current, membrane and output; all at rest before the first step."""
        node, drive = self.nodes[name], self._read(name, t, name)
        if isinstance(node, nir.Threshold):
            return drive, drive, (drive > node.threshold) * 1.0
        u, v, _ = self.state(name, t - 1) if t else (0.0, 0.0, 0.0)
        if isinstance(node, (nir.CubaLIF, nir.CubaLI)):
            u = u + self.dt_s / node.tau_syn * (node.w_in * drive - u)
            v = v + self.dt_s / node.tau_mem * (node.v_leak - v + node.r * u)
        elif isinstance(node, (nir.IF, nir.I)):
            v = v + self.dt_s * node.r * drive
        else:
            v = v + self.dt_s / node.tau * (node.v_leak - v + node.r * drive)
        if not hasattr(node, "v_threshold"):
            return u, v, v
        fired = v > node.v_threshold
        return u, np.where(fired, 0.0, v), fired * 1.0

    def _read(self, name: str, t: int, target: str) -> Array:
        return sum(self._value(source, t, target) for source in self.before[name])

    def _value(self, name: str, t: int, target: str) -> Array:
        """What reaches `target` from a node; from within its own loop, a step late."""
        node = self.nodes[name]
        if isinstance(node, MEMBRANES):
            late = target in self.reaches(name) and name in self.reaches(target)
            shape = np.shape(node.threshold if isinstance(node, nir.Threshold) else node.r)
            return self.out(name, t - late) if t >= late else np.zeros(shape)
        if isinstance(node, nir.Input) and not self.before[name]:
            return self.x[t]
        if isinstance(node, nir.Delay):
            return self._delayed(name, node, t, target)
        drive = self._read(name, t, target)
        return drive if isinstance(node, (nir.Input, nir.Output)) else linear(node, drive)

    def _delayed(self, name: str, node: nir.Delay, t: int, target: str) -> Array:
        steps = np.rint(node.delay / self.dt_s).astype(int)
        shown = np.zeros(steps.shape)
        for delay in np.unique(steps[steps <= t]):
            held = steps == delay
            shown[held] = self._read(name, t - int(delay), target)[held]
        return shown


def linear(node: Any, x: Array) -> Array:
    if isinstance(node, (nir.Affine, nir.Linear)):
        return np.einsum("...ij,...j->...i", node.weight, x) + getattr(node, "bias", 0.0)
    if isinstance(node, nir.Scale):
        return node.scale * x
    signal = torch.tensor(x)
    if isinstance(node, nir.Flatten):
        return signal.flatten(node.start_dim, node.end_dim).numpy()
    if isinstance(node, (nir.Conv1d, nir.Conv2d)):
        convolve = fn.conv1d if isinstance(node, nir.Conv1d) else fn.conv2d
        sizes = (whole(n) for n in (node.stride, node.padding, node.dilation))
        weight, bias = torch.tensor(node.weight), torch.tensor(node.bias)
        return convolve(signal, weight, bias, *sizes, node.groups).numpy()
    mean = fn.avg_pool2d(signal, *map(whole, (node.kernel_size, node.stride, node.padding)))
    return mean.numpy() * (1 if isinstance(node, nir.AvgPool2d) else prod(whole(node.kernel_size)))


def whole(numbers: Any) -> tuple[int, ...]:
    return tuple(int(n) for n in np.ravel(numbers))
