"""NIR's neurons, one step of dt at a time, under any reading."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import nir
import numpy as np

from .arrays import Array, broadcast
from .readings import Reading

CURRENT = (nir.CubaLIF, nir.CubaLI)  # neurons with a current of their own
LEAKY = (nir.LIF, nir.LI)


class State(NamedTuple):
    """i: current. v: membrane. owed: what the next step subtracts. All of the node's shape."""

    i: Array
    v: Array
    owed: Array


class Shown(NamedTuple):
    """What a step gives. spikes: how many. v: the membrane that was tested, before any reset."""

    state: State
    spikes: Array
    v: Array


def rest(shape: tuple[int, ...]) -> State:
    """Nothing has happened yet: i = v = 0."""
    return State(np.zeros(shape), np.zeros(shape), np.zeros(shape))


@dataclass(frozen=True)
class Neuron:
    """node: of NIR. shape: of its neurons. dt_s: the time step. reading: of the equations."""

    node: Any
    shape: tuple[int, ...]
    dt_s: float
    reading: Reading

    def step(self, state: State, drive: Array, bias: Array) -> Shown:
        """drive: the summed input of this step. bias: the part of it that no spike brought."""
        i, v = self._integrate(state, drive, bias)
        v = v - state.owed
        spikes = self._spikes(v)
        return Shown(self._reset(i, v, spikes), spikes, v)

    def _integrate(self, state: State, drive: Array, bias: Array) -> tuple[Array, Array]:
        """Current and membrane after leak and input.

        LIF      tau dv/dt = v_leak - v + r I
        CubaLIF  tau_syn di/dt = w_in I - i,  tau_mem dv/dt = v_leak - v + r i
        IF       dv/dt = r I
        """
        node, dt_s = self.node, self.dt_s
        if isinstance(node, nir.Threshold):
            return state.i, drive
        if isinstance(node, CURRENT):
            return self._with_current(state, drive, bias)
        if isinstance(node, LEAKY):
            part = self._part(node.tau)
            given = 1.0 if self.reading.resistance == "one" else self._of("r")
            if self.reading.membrane == "whole":
                return state.i, state.v + part * (self._of("v_leak") - state.v) + drive
            return state.i, state.v + part * (self._of("v_leak") - state.v + given * drive)
        gains = {"dt": dt_s * self._of("r"), "step": self._of("r"), "input": np.ones(1)}
        return state.i, state.v + gains[self.reading.charge] * drive

    def _with_current(self, state: State, drive: Array, bias: Array) -> tuple[Array, Array]:
        node, choice = self.node, self.reading
        syn, mem = self._part(node.tau_syn), self._part(node.tau_mem)
        share = {"scaled": syn, "whole": np.ones(1), "decayed": 1 - syn}[choice.current]
        w_in = 1.0 if choice.w_in == "one" else self._of("w_in")
        late = bias if choice.bias == "membrane" else np.zeros(1)
        i = state.i - syn * state.i + share * w_in * (drive - late)
        read = i if choice.order == "new" else state.i
        leak = mem * (self._of("v_leak") - state.v)
        gain = 1.0 if choice.membrane == "whole" else mem * self._of("r")
        return i, state.v + leak + gain * (read + share * w_in * late)

    def _part(self, tau: Any) -> Array:
        """What a state loses in a step, dt / tau or 1 - exp(-dt / tau)."""
        unit = self.dt_s if self.reading.tau == "seconds" else 1.0
        if self.reading.dt == "r" and isinstance(self.node, CURRENT):
            unit = float(np.min(self._of("tau_mem") / (1 + self._of("r"))))
        ratio = unit / broadcast(tau, self.shape)
        part: Array = ratio if self.reading.decay == "euler" else -np.expm1(-ratio)
        return part

    def _of(self, name: str) -> Array:
        return broadcast(getattr(self.node, name), self.shape)

    @property
    def threshold(self) -> Array | None:
        """None for a node that never fires."""
        for name in ("v_threshold", "threshold"):
            if hasattr(self.node, name):
                return self._of(name)
        return None

    def _spikes(self, v: Array) -> Array:
        threshold, choice = self.threshold, self.reading
        if threshold is None:
            return np.zeros(self.shape)
        if choice.spikes == "one" or isinstance(self.node, nir.Threshold):
            fired = v > threshold if choice.fires == "above" else v >= threshold
            return fired.astype(np.float64)
        times = v / threshold
        most = np.ceil(times) - 1 if choice.fires == "above" else np.floor(times)
        return np.asarray(np.maximum(most, 0.0))

    def _reset(self, i: Array, v: Array, spikes: Array) -> State:
        threshold, choice = self.threshold, self.reading
        none = np.zeros(self.shape)
        if threshold is None or isinstance(self.node, nir.Threshold):
            return State(i, v, none)
        if choice.reset == "value":
            to = self._of("v_reset") if choice.reset_to == "v_reset" else none
            return State(i, np.where(spikes > 0, to, v), none)
        if choice.reset_step == "next":
            return State(i, v, spikes * threshold)
        v = v - spikes * threshold
        if choice.floor == "threshold" and isinstance(self.node, nir.IF):
            v = np.maximum(v, -threshold)
        return State(i, v, none)
