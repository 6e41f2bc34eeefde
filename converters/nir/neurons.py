"""NIR neurons in steps of dt; `converters.nir_to_program` states the discretisation."""

from collections.abc import Callable, Iterator
from copy import copy
from math import prod
from typing import Any, NamedTuple

import nir
import numpy as np

from converters.nir.nodes import ratio, shared_value
from converters.nir.stated_reset import reset_of
from ssr_neuro.program.ir import Lif
from ssr_neuro.program.linear_maps import Array, Shape
from ssr_neuro.program.semantics import Semantics

TAUS = ("tau", "tau_syn", "tau_mem")
THRESHOLDS = ("threshold", "v_threshold")
PARAMETERS = ("r", *THRESHOLDS, *TAUS, "v_leak", "v_reset", "w_in")
# The threshold of a membrane that is only read: no finite number exceeds it.
UNREACHABLE = float(np.finfo(np.float64).max)


class GainedLif(NamedTuple):
    """lif: the neuron. gain: what multiplies all that reaches it, a number or its shape."""

    lif: Lif
    gain: float | Array


class NeuronContext(NamedTuple):
    """What a neuron must know besides its parameters."""

    shape: Shape
    dt_s: float
    semantics: Semantics


def neuron_of(node: Any, shape: Shape, dt_s: float, semantics: Semantics) -> GainedLif:
    """A spiking node, or one that only integrates and never fires; without `neuron_problems`.

    shape: of its neurons, which its parameters have too, if not behind axes of 1.
    """
    node = _in_shape(node, shape)
    return _BUILD[type(node)](node, NeuronContext(shape, dt_s, semantics))


def _in_shape(node: Any, shape: Shape) -> Any:
    """The node without axes of 1 before the shape of its neurons, or of a single number."""
    own, changed = size_of(node), copy(node)
    for name in (n for n in PARAMETERS if hasattr(node, n)):
        value = np.asarray(getattr(node, name))
        if value.size == 1:
            setattr(changed, name, value.reshape(()))
        elif value.shape == own:
            setattr(changed, name, value.reshape(shape))
    return changed


def neuron_problems(node: Any, dt_s: float, semantics: Semantics) -> Iterator[str]:
    """Every parameter that no step of dt or no chip can do."""
    if np.any(np.asarray(getattr(node, "v_reset", 0)) != 0):
        yield _reset_elsewhere(node)
    if semantics.reset == "zero" and (said := reset_of(node)) and said.reset == "subtract":
        yield f"{said.words}, a soft reset; read it with --reset subtract"
    if semantics.reset_step == "next" and isinstance(node, nir.Threshold):
        yield "a Threshold has no membrane to subtract from; --reset-step next has no meaning here"
    for name in (n for n in TAUS if hasattr(node, n)):
        steps = ratio(getattr(node, name), tau_unit(dt_s, semantics))
        if steps.min() <= 0:
            yield f"{name} of {steps.min():g} steps is not above 0, as a time constant is; raise it"
        elif steps.min() < 1 and semantics.decay == "euler":
            yield _too_short(name, float(steps.min()), dt_s, semantics)
        elif not np.isfinite(steps).all():
            yield f"{name} has more steps of dt than a number can tell; choose a larger --dt-s"
    for name in (n for n in THRESHOLDS if hasattr(node, n)):
        if (least := np.min(getattr(node, name))) <= 0:
            yield (
                f"{name} of {least:g} is not above 0, and the chip's weights are scaled by it; "
                "raise it, and what a Threshold reads by as much"
            )


def _reset_elsewhere(node: Any) -> str:
    """What to do about a v_reset. Shifted by it, a membrane starts where the other is reset to."""
    shifted, changed = "v_leak and v_threshold", "the first spikes"
    if isinstance(node, nir.IF):
        shifted, changed = "v_threshold", "spikes throughout a sample"
    return (
        f"v_reset is not 0; the chip resets to 0: shift {shifted} by it; the membrane then starts "
        "at v_reset instead of 0, as SpikingJelly's does; what starts at 0 may differ in "
        f"{changed}"
    )


def _too_short(name: str, steps: float, dt_s: float, semantics: Semantics) -> str:
    """A time constant below one step, and what Norse means by one."""
    if semantics.tau == "seconds" and steps > 0 and steps / dt_s >= 1:
        return (
            f"{name} of {steps:g} steps is below 1; if Norse wrote it, which multiplies time "
            "constants by its dt, read it with --exporter norse, else choose a --dt-s of at most "
            f"{name}"
        )
    return f"{name} of {steps:g} steps is below 1; choose a --dt-s of at most {name}"


def tau_unit(dt_s: float, semantics: Semantics) -> float:
    """One step in the unit that time constants are written in."""
    return {"seconds": dt_s, "times-dt": dt_s * dt_s, "steps": 1.0}[semantics.tau]


def _lif(node: Any, step: NeuronContext) -> GainedLif:
    tau = _tau(node.tau, step)
    neuron = Lif(
        tau_steps=tau,
        threshold=_threshold(node, step.shape),
        bias=_full(node.v_leak, step.shape),
    )
    return GainedLif(neuron, shared_value(_membrane_gain(node, tau, step), step.shape))


def _cuba(node: Any, step: NeuronContext) -> GainedLif:
    """What enters the current is scaled by w_in, what the current does to the membrane by r."""
    tau_syn, tau_mem = _tau(node.tau_syn, step), _tau(node.tau_mem, step)
    neuron = Lif(
        tau_steps=tau_mem,
        threshold=_threshold(node, step.shape),
        bias=_full(node.v_leak, step.shape),
        tau_syn_steps=tau_syn,
    )
    gain = np.asarray(_membrane_gain(node, tau_mem, step)) * np.asarray(node.w_in, np.float64)
    decay = 1 / np.asarray(tau_syn)
    share = {"scaled": decay, "whole": np.ones(1), "decayed": 1 - decay}[step.semantics.current]
    return GainedLif(neuron, shared_value(ratio(gain * share, 1.0), step.shape))


def _membrane_gain(node: Any, tau_steps: float | Array, step: NeuronContext) -> Any:
    """What multiplies the input before a membrane takes its part of 1 / tau of it."""
    share = step.semantics.membrane
    if isinstance(node, nir.LI):
        if share == "decayed-li":
            return np.asarray(tau_steps) - 1  # tau (1 - 1 / tau)
        whole = share in ("whole", "whole-li")
    else:
        whole = share in ("whole", "decayed-li")
    return tau_steps if whole else np.asarray(node.r, np.float64)


def _integrator(node: Any, step: NeuronContext) -> GainedLif:
    neuron = Lif(1.0, _threshold(node, step.shape), np.zeros(step.shape), leak=False)
    unit = step.dt_s if step.semantics.charge == "dt" else 1.0
    return GainedLif(
        neuron, shared_value(ratio(np.asarray(node.r, np.float64) * unit, 1.0), step.shape)
    )


def _stateless(node: nir.Threshold, step: NeuronContext) -> GainedLif:
    """tau of one step: nothing of the step before is left."""
    return GainedLif(Lif(1.0, shared_value(node.threshold, step.shape), np.zeros(step.shape)), 1.0)


def _threshold(node: Any, shape: Shape) -> float | Array:
    return shared_value(getattr(node, "v_threshold", np.array(UNREACHABLE)), shape)


def _tau(given: Any, step: NeuronContext) -> float | Array:
    """The time constant of forward Euler, in steps, that decays as the framework does."""
    steps = ratio(given, tau_unit(step.dt_s, step.semantics))
    if step.semantics.decay == "exponential":
        steps = 1 / -np.expm1(-1 / steps)
    return shared_value(steps, step.shape)


def _full(values: Any, shape: Shape) -> Array:
    return np.array(np.broadcast_to(np.asarray(values, np.float64), shape))


_BUILD: dict[type, Callable[[Any, NeuronContext], GainedLif]] = {
    nir.LIF: _lif,
    nir.LI: _lif,
    nir.CubaLIF: _cuba,
    nir.CubaLI: _cuba,
    nir.IF: _integrator,
    nir.I: _integrator,
    nir.Threshold: _stateless,
}


def size_of(node: Any) -> Shape | None:
    """Shape of a neuron's parameters; None where one number stands for all neurons."""
    shapes = (np.shape(getattr(node, name)) for name in PARAMETERS if hasattr(node, name))
    return next((shape for shape in shapes if prod(shape) != 1), None)
