"""A graph in the integers of a Loihi: one neuron's law, and the units that make a graph whole.

Davies et al. 2018 (IEEE Micro 38(1)) and the docstrings of lava-nc 0.10.0, proc/lif/models.py:

    u(t) = trunc(u(t-1) (4096 - du - 1) / 4096) + 64 a(t)        wraps beyond 24 bits
    v(t) = trunc(v(t-1) (4096 - dv) / 4096) + u(t) + bias        stops at 24 bits
    spike where v > 64 vth, then v = 0

a is the sum of the integer weights of the spikes that arrive, and trunc drops the fraction towards
zero. A graph's numbers become these integers by one unit s for each node, the largest power of two
that makes its weights, its threshold and what leaks into it whole:

    LIF, LI          v is 64 tau / s of NIR's membrane, a = r I / s, vth = tau v_threshold / s
    CubaLIF, CubaLI  the same with tau_mem and a = r w_in I / (tau_syn s), du + 1 = 4096 / tau_syn
    IF, I            v is 64 / s of the membrane, a = dt r I / s, no decay
    Threshold        v is 64 / s of the input, which is all that v keeps

with time constants in steps, du and dv rounded to whole numbers. Outputs are given in NIR's units.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import nir
import numpy as np

from .arrays import Array, broadcast
from .neurons import CURRENT
from .readings import NIR
from .simulate import Flow, Run
from .wiring import unfold

ONE, UNIT = 4096, 64  # of decays, and of a weight in units of v
U_END, V_END = 1 << 23, (1 << 23) - 1
VTH_END, FINEST = (1 << 17) - 1, 30  # the largest threshold; powers of two that are tried


class NotWhole(Exception):
    """The graph has numbers that no registers of this width hold exactly."""


@dataclass
class Registers:
    """One node. a_unit: of drive, that of one whole weight. vth: None where it never fires.

    bias: in units of v. scale: what one unit of v is of NIR's membrane.
    """

    du: Array
    dv: Array
    vth: Array | None
    bias: Array
    a_unit: Array
    scale: Array
    u: Array
    v: Array

    def step(self, drive: Array) -> tuple[Array, Array]:
        """Spikes, and v before the reset."""
        a = _whole(drive / self.a_unit, "the weights that arrive")
        u = _keep(self.u, ONE - self.du - 1) + UNIT * a
        u = np.where(u > U_END, u - 2 * U_END, np.where(u <= -U_END, u + 2 * U_END, u))
        v = np.clip(_keep(self.v, ONE - self.dv) + u + self.bias, -V_END, V_END)
        fired = np.zeros_like(v) if self.vth is None else (v > UNIT * self.vth).astype(np.int64)
        self.u, self.v = u, np.where(fired > 0, 0, v)
        return fired, v


def simulate_integers(graph: nir.NIRGraph, x: Mapping[str, Array], dt_s: float) -> Run:
    """As `simulate`, in whole numbers; membranes are those integers. Raises NotWhole."""
    wiring = unfold(graph)
    steps = len(next(iter(x.values())))
    flow = Flow(wiring, x, dt_s, NIR.loop)
    shapes = flow.shapes()
    nodes = {n: registers(wiring.nodes[n], shapes[n], dt_s) for n in wiring.neurons}
    spikes = {n: np.zeros((steps, *shapes[n]), np.int64) for n in nodes}
    membranes = {n: np.zeros((steps, *shapes[n]), np.int64) for n in nodes}
    for t in range(steps):
        for name in sorted(nodes, key=lambda n: wiring.rank[n]):
            spikes[name][t], membranes[name][t] = nodes[name].step(flow.drive(name, t))
            reads = nodes[name].vth is None
            shown = membranes[name][t] * nodes[name].scale if reads else spikes[name][t]
            flow.sent[name, t] = np.asarray(shown, np.float64)
    outputs = {n: np.stack([flow.drive(n, t) for t in range(steps)]) for n in wiring.outputs}
    return Run(outputs, {n: s for n, s in spikes.items() if nodes[n].vth is not None}, membranes)


def registers(node: Any, shape: tuple[int, ...], dt_s: float) -> Registers:
    """A node's constants as integers. Raises NotWhole."""
    if np.any(np.asarray(getattr(node, "v_reset", 0)) != 0):
        raise NotWhole("a membrane resets to 0 alone")
    one = np.ones(shape)

    def of(name: str) -> Array:
        return broadcast(getattr(node, name), shape)

    def steps(name: str) -> Array:
        return as_meant(of(name) / dt_s)

    du, leak = np.full(shape, ONE - 1), np.zeros(shape)
    if isinstance(node, nir.Threshold):
        tau, gain = one, one
    elif isinstance(node, nir.IF | nir.I):
        tau, gain = np.full(shape, np.inf), dt_s * of("r")
    elif isinstance(node, CURRENT):
        syn = steps("tau_syn")
        tau, gain, leak = steps("tau_mem"), of("r") * of("w_in") / syn, of("v_leak")
        du = np.rint(ONE / syn).astype(np.int64) - 1
    else:
        tau, gain, leak = steps("tau"), of("r"), of("v_leak")
    size = np.where(np.isinf(tau), 1.0, tau)  # what v is of the membrane, but for the unit
    threshold = next((of(n) for n in ("v_threshold", "threshold") if hasattr(node, n)), None)
    s = _unit(gain, size, threshold, leak)
    return Registers(
        du=du,
        dv=np.rint(ONE / tau).astype(np.int64),
        vth=None if threshold is None else _whole(size * threshold / s, "the threshold"),
        bias=_whole(UNIT * leak / s, "v_leak"),
        a_unit=s / gain,
        scale=s / (UNIT * size),
        u=np.zeros(shape, np.int64),
        v=np.zeros(shape, np.int64),
    )


GRID = 1 / 64  # all weights of the graphs are multiples of it


def _unit(gain: Array, size: Array, threshold: Array | None, leak: Array) -> Array:
    """The largest power of two, for each neuron, in which all its numbers are whole."""
    s = np.full(gain.shape, 2.0)
    for _ in range(FINEST):
        held = [gain * GRID / s, leak / s]
        held += [] if threshold is None else [size * threshold / s]
        whole = np.all([_is_whole(values) for values in held], axis=0)
        if whole.all():
            break
        s = np.where(whole, s, s / 2)
    else:
        raise NotWhole("no power of two makes its numbers whole")
    if threshold is not None and (size * threshold / s > VTH_END).any():
        raise NotWhole("the threshold has more than 17 bits")
    return s


def as_meant(values: Array) -> Array:
    """A number of steps that a file of float32 holds, as the 64th that it was meant to be."""
    near = np.rint(values * 64) / 64
    return np.where(np.abs(near - values) < 3e-7 * values, near, values)


def _is_whole(values: Array) -> Array:
    whole: Array = np.abs(values - np.rint(values)) < 1e-9 * np.maximum(1, np.abs(values))
    return whole


def _whole(values: Array, what: str) -> Array:
    if not _is_whole(values).all():
        raise NotWhole(f"{what} are not whole: {values.ravel()[:3]}")
    return np.rint(values).astype(np.int64)


def _keep(state: Array, part: Array) -> Array:
    """part / 4096 of a register, its fraction dropped towards zero."""
    kept: Array = np.sign(state) * (np.abs(state) * part >> 12)
    return kept
