"""Readings: how a simulator may understand NIR's equations, each by name.

NIR gives equations in continuous time, and a simulator takes steps of dt. Reading `nir` is forward
Euler with a test and a reset at the end of a step. Every other reading differs from it in what its
words say, and is what some simulator does.
"""

from dataclasses import dataclass, fields
from typing import Literal


@dataclass(frozen=True)
class Reading:
    """One way to take a step; the first value of each choice is that of `nir`.

    fires: where v > v_threshold, or already where v = v_threshold. reset: to v_reset, or by
    subtracting v_threshold. reset_step: a subtraction goes in the step of the spike, or in the next
    one, behind the leak. reset_to: v_reset of the file, or 0 whatever the file says. spikes: one in
    a step, or as many as thresholds fit into v. floor: v of an IF has no lowest value, or
    -v_threshold. decay: a step keeps 1 - dt / tau, or exp(-dt / tau). current: a spike adds
    w_in dt / tau_syn to the current, or w_in whole, or what is left of that after one decay.
    order: the membrane reads the current of this step, or of the step before. membrane: a step adds
    r dt / tau of the input, or the whole input. charge: an IF or I adds dt r I, or r I, or I.
    resistance: r of the file, or 1 for a LIF or LI. w_in: of the file, or 1. dt: what is given, or
    tau_mem / (1 + r) for a CubaLIF. bias: of an Affine before a CubaLIF goes to the current, or to
    the membrane. loop: every neuron reads those of its loop a step late, or only where the loop
    closes. tau: seconds, or steps.
    """

    name: str
    text: str
    fires: Literal["above", "at"] = "above"
    reset: Literal["value", "subtract"] = "value"
    reset_step: Literal["same", "next"] = "same"
    reset_to: Literal["v_reset", "zero"] = "v_reset"
    spikes: Literal["one", "several"] = "one"
    floor: Literal["none", "threshold"] = "none"
    decay: Literal["euler", "exponential"] = "euler"
    current: Literal["scaled", "whole", "decayed"] = "scaled"
    order: Literal["new", "old"] = "new"
    membrane: Literal["scaled", "whole"] = "scaled"
    charge: Literal["dt", "step", "input"] = "dt"
    resistance: Literal["r", "one"] = "r"
    w_in: Literal["w_in", "one"] = "w_in"
    dt: Literal["given", "r"] = "given"
    bias: Literal["current", "membrane"] = "current"
    loop: Literal["all", "closing"] = "all"
    tau: Literal["seconds", "steps"] = "seconds"

    def choices(self) -> dict[str, str]:
        """What it chooses otherwise than `nir`."""
        return {
            field.name: getattr(self, field.name)
            for field in fields(self)
            if field.name not in ("name", "text") and getattr(self, field.name) != field.default
        }


NIR = Reading("nir", "NIR's equations by forward Euler: leak and input, test, reset")
READINGS = (
    NIR,
    Reading("at", "fires where the membrane reaches the threshold, >= for >", fires="at"),
    Reading("subtract", "a spike subtracts the threshold", reset="subtract"),
    Reading(
        "subtract-next",
        "a spike subtracts the threshold in the next step, behind the leak",
        reset="subtract",
        reset_step="next",
    ),
    Reading(
        "several",
        "as many spikes in a step as thresholds fit into the membrane, all subtracted",
        reset="subtract",
        spikes="several",
    ),
    Reading("reset-to-0", "v_reset of the file is not read; the reset is to 0", reset_to="zero"),
    Reading("exponential", "a step keeps exp(-dt / tau) for 1 - dt / tau", decay="exponential"),
    Reading("old-current", "the membrane reads the current of the step before", order="old"),
    Reading("whole-current", "a spike adds its whole weight to the current", current="whole"),
    Reading("decayed-current", "a spike enters the current before that decays", current="decayed"),
    Reading("whole-input", "the membrane takes its whole input for r dt / tau", membrane="whole"),
    Reading("charge-step", "an integrator adds r I in a step for dt r I", charge="step"),
    Reading(
        "charge-input", "an integrator adds I in a step for dt r I; r is not read", charge="input"
    ),
    Reading("r-of-1", "r of a LIF or LI is not read; it is 1", resistance="one"),
    Reading("bias-to-membrane", "a bias goes to the membrane of a CubaLIF", bias="membrane"),
    Reading(
        "closing-loop", "in a loop only the edge that closes it is a step late", loop="closing"
    ),
    Reading(
        "whole-subtract",
        "inputs and currents whole, an integrator adds I; a spike subtracts the threshold",
        reset="subtract",
        current="whole",
        membrane="whole",
        charge="input",
    ),
    Reading(
        "whole-subtract-next",
        "as `whole-subtract`, in the next step, behind the leak",
        reset="subtract",
        reset_step="next",
        current="whole",
        membrane="whole",
        charge="input",
    ),
    Reading(
        "sinabs",
        "fires at the threshold, several times, and subtracts; exp(-1 / tau), tau in steps, whole "
        "inputs; an IF adds I, not below -v_threshold",
        fires="at",
        reset="subtract",
        spikes="several",
        floor="threshold",
        decay="exponential",
        membrane="whole",
        charge="input",
        tau="steps",
    ),
    Reading(
        "rockpool",
        "fires at the threshold, several times, and subtracts; exp(-dt / tau); whole inputs",
        fires="at",
        reset="subtract",
        spikes="several",
        decay="exponential",
        current="decayed",
        membrane="whole",
    ),
    Reading(
        "rockpool-dt",
        "as `rockpool`, with dt of tau_mem / (1 + r) and w_in of 1",
        fires="at",
        reset="subtract",
        spikes="several",
        decay="exponential",
        current="decayed",
        membrane="whole",
        w_in="one",
        dt="r",
    ),
)
INTEGERS = "integers"
INTEGERS_TEXT = (
    "registers of a Loihi: whole weights, decays of 12 bits truncated to zero, a threshold of "
    "whole weight units"
)


def reading(name: str) -> Reading:
    """Raises KeyError on an unknown name."""
    return {one.name: one for one in READINGS}[name]
