"""The numeric contract a second time: lava-nc 0.10.0's processes, each with the registers it has.

Written from what the processes of Lava do (`Sparse` with weights 2w and `weight_exp`, `LIFReset`,
identity `Sparse` as delay), in one global stream of steps. It shares no arithmetic, no map and no
schedule logic with the package: matrices are expanded neuron by neuron, numbers are Python's.
"""

from collections import defaultdict

import numpy as np

from ssr_neuro.program.ir import IntegerLif, Program
from ssr_neuro.program.linear_maps import Kron, LinearMap


def full_matrix(linear: LinearMap) -> list[list[int]]:
    """Entry by entry; rows are target neurons in C order."""
    if isinstance(linear, Kron):
        (po, pi), (fo, fi) = linear.left.shape, linear.right.shape
        return [
            [int(linear.left[p, q]) * int(linear.right[f, g]) for q in range(pi) for g in range(fi)]
            for p in range(po)
            for f in range(fo)
        ]
    return [[int(w) for w in row] for row in np.asarray(linear.expanded().todense())]


def int32(x: int) -> int:
    return int(np.array(x & 0xFFFFFFFF, np.uint32).astype(np.int32))


class SparseProcess:
    """`Sparse` in fixed_pt: weights 2w, exponent one lower; sends what it computed a step ago."""

    def __init__(self, matrix: list[list[int]], exponent: int) -> None:
        doubled = [[2 * w for w in row] for row in matrix]
        flat = [w for row in doubled for w in row]
        mixed = min(flat, default=0) < 0 < max(flat, default=0)
        # Eight bits: a mixed matrix keeps even weights of [-256, 254], a one-signed one all.
        assert all(abs(w) <= 255 and (w % 2 == 0 or not mixed) for w in flat)
        self.matrix, self.exponent = doubled, exponent - 1
        self.sent = [0] * len(matrix)

    def take(self, arriving: list[int]) -> None:
        """What is sent in the next step."""
        e = self.exponent
        sums = [sum(w * x for w, x in zip(row, arriving, strict=True)) for row in self.matrix]
        self.sent = [int32(s << e if e > 0 else s >> -e) for s in sums]


class LifProcess:
    """`LIFReset` in fixed_pt, neuron by neuron."""

    def __init__(self, law: IntegerLif, size: int, interval: int, offset: int) -> None:
        def each(values: object) -> list[int]:
            return [int(x) for x in np.broadcast_to(np.asarray(values), (size,)).ravel()]

        flat = law.bias_mant.ravel()
        self.du, self.dv, self.vth = (
            each(np.ravel(x)) if np.ndim(x) else each(x) for x in (law.du, law.dv, law.vth)
        )
        exp = law.bias_exp
        self.bias = [int(m) << exp if exp >= 0 else int(m) >> -exp for m in flat]
        self.interval, self.offset = interval, offset
        self.u, self.v = [0] * size, [0] * size

    def step(self, t: int, arriving: list[int]) -> tuple[list[int], list[int]]:
        """Spikes, and membranes before a spike clears them."""
        if t % self.interval == self.offset % self.interval:
            self.u, self.v = [0] * len(self.u), [0] * len(self.v)
        spikes, before = [], []
        for i, a in enumerate(arriving):
            u = shrink(self.u[i], 4096 - (self.du[i] + 1)) + int32(int32(a) * 64)
            u = int32(u)
            u = u - (1 << 24) if u > 1 << 23 else u
            self.u[i] = u = u + (1 << 24) if u <= -(1 << 23) else u
            v = shrink(self.v[i], 4096 - self.dv[i]) + u + self.bias[i]
            v = max(-(2**23 - 1), min(2**23 - 1, v))
            spikes.append(int(v > self.vth[i] * 64))
            before.append(v)
            self.v[i] = 0 if spikes[-1] else v
        return spikes, before


def shrink(x: int, keep: int) -> int:
    """Towards zero, as integer division of magnitudes does."""
    return abs(x) * keep // 4096 * (1 if x >= 0 else -1)


def recompute(program: Program, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Spikes of populations and values of readouts by name, (samples, steps, *shape)."""
    interval = program.steps + program.gap
    lead = int(program.gap > 0)  # an empty interval in front
    inputs = {name: np.concatenate([0 * x[:lead], x]) for name, x in inputs.items()}
    samples = len(next(iter(inputs.values())))
    size = {node.name: int(np.prod(node.shape)) for node in program.nodes}
    depth = {node.name: getattr(node, "depth", 0) or 0 for node in program.nodes}
    lifs = {
        node.name: LifProcess(node.neuron, size[node.name], interval, 1 + depth[node.name])
        for node in (*program.populations, *program.readouts)
        if node.neuron is not None
    }
    synapses = {
        s.name: SparseProcess(full_matrix(s.chain[0].map), s.exponent) for s in program.synapses
    }
    sent: dict[str, list[list[int]]] = defaultdict(list)  # spikes, by global step
    values: dict[str, list[list[int]]] = defaultdict(list)
    for t in range(1, samples * interval + program.depth + 1):
        arriving = {node.name: [0] * size[node.name] for node in program.nodes}
        for s in program.synapses:
            pairs = zip(arriving[s.target], synapses[s.name].sent, strict=True)
            arriving[s.target] = [a + b for a, b in pairs]
        for node in program.inputs:
            sent[node.name].append(shown(inputs[node.name], t, program.steps, interval))
        for population in program.populations:
            spikes, _ = lifs[population.name].step(t, arriving[population.name])
            sent[population.name].append(spikes)
        for readout in program.readouts:
            value = arriving[readout.name]
            if readout.name in lifs:
                value = lifs[readout.name].step(t, value)[1]
            else:
                value = [x + int(b) for x, b in zip(value, readout.bias.ravel(), strict=True)]
            values[readout.name].append(value)
        for s in program.synapses:
            # A delay of k is the synapse's own step and k - 1 steps in front of it.
            late = [at(sent[x.name], t - x.delay, size[x.name]) for x in s.sources]
            synapses[s.name].take([sum(x) for x in zip(*late, strict=True)])
    recorded = {**{p.name: sent[p.name] for p in program.populations}, **values}
    return {
        name: aligned(rows, depth[name], samples, program.steps, interval).reshape(
            samples, program.steps, *program.shape_of(name)
        )[lead:]
        for name, rows in recorded.items()
    }


def shown(spikes: np.ndarray, t: int, steps: int, interval: int) -> list[int]:
    """What an input sends in global step t: nothing in a gap, nor after the last sample."""
    sample, step = divmod(t - 1, interval)
    if sample >= len(spikes) or step >= steps:
        return [0] * int(np.prod(spikes.shape[2:]))
    return [int(x) for x in spikes[sample, step].ravel()]


def at(rows: list[list[int]], index: int, size: int) -> list[int]:
    return rows[index] if index >= 0 else [0] * size


def aligned(
    rows: list[list[int]], depth: int, samples: int, steps: int, interval: int
) -> np.ndarray:
    """Step k of sample n stands at global step n * interval + k + depth, k and steps from 1."""
    starts = [n * interval + depth for n in range(samples)]
    return np.array([[rows[start + k] for k in range(steps)] for start in starts], np.int64)
