"""Where spiking frameworks read the same graph differently: each choice by name, with a default."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Literal, get_args

from ssr_neuro.errors import BadInput

Fires = Literal["above", "at"]
Reset = Literal["zero", "subtract", "none"]
Bias = Literal["current", "membrane"]
Charge = Literal["dt", "step"]
ResetStep = Literal["same", "next"]
Spikes = Literal["one", "several"]
Floor = Literal["none", "threshold"]
Decay = Literal["euler", "exponential"]
Current = Literal["scaled", "whole", "decayed"]
Membrane = Literal["scaled", "whole", "whole-li", "decayed-li"]
Tau = Literal["seconds", "times-dt", "steps"]


@dataclass(frozen=True)
class Semantics:
    """The choices; the first value of each is the default, which is what NIR's equations say.

    Of a neuron. fires: with its membrane above its threshold (NIR, snnTorch, Norse, Lava), or
    already at it (SpikingJelly, Sinabs, Rockpool). reset: a spike sets the membrane to
    zero, or subtracts the threshold (snnTorch, Sinabs, Rockpool by default), or takes nothing away
    (snnTorch's reset_mechanism='none'). reset_step: what is
    subtracted goes in the `same` step, before the membrane leaks, or in the `next` one, behind the
    leak (snnTorch). spikes: one in a step, or several, as often as the threshold fits into the
    membrane (Sinabs, Rockpool). floor: an integrator's membrane has no lowest value, or minus its
    threshold (Sinabs' from_model; no chip here has it, so it is counted in float only).

    Of the equations. bias: the bias of an Affine is part of the input current and is filtered by
    the synapse of a CubaLIF, or goes to the membrane as it is (Lava). charge: an integrator without
    leak adds dt r I in a step (NIR), or r I (Norse, Sinabs, which leave dt out). decay: a step
    keeps 1 - dt / tau (forward Euler), or exp(-dt / tau) (Sinabs, Rockpool). current: a spike adds
    w_in dt / tau_syn to the current of a CubaLIF (NIR), its `whole` weight (Norse), or the weight
    after one step of decay (`decayed`, Rockpool). membrane: a step adds r dt / tau of the input to
    the membrane (NIR), or the `whole` input (Rockpool, and Sinabs with norm_input=False), or that
    to the membrane of an LI alone (`whole-li`, Sinabs' ExpLeak), or the whole input, but to an LI
    what one step of decay leaves of it (`decayed-li`, Rockpool's ExpSyn). tau: time constants are
    seconds, seconds times dt (`times-dt`, Norse), or `steps` (Sinabs).
    """

    fires: Fires = "above"
    reset: Reset = "zero"
    bias: Bias = "current"
    charge: Charge = "dt"
    reset_step: ResetStep = "same"
    spikes: Spikes = "one"
    floor: Floor = "none"
    decay: Decay = "euler"
    current: Current = "scaled"
    membrane: Membrane = "scaled"
    tau: Tau = "seconds"

    def __post_init__(self) -> None:
        for name, known in choices().items():
            if (value := getattr(self, name)) not in known:
                raise BadInput(f"semantics {name}={value!r} is unknown; it is {' or '.join(known)}")
        if self.spikes == "several" and self.reset != "subtract":
            raise BadInput(
                "--spikes several needs --reset subtract: a reset to zero leaves nothing of the "
                "membrane for a second spike, and none takes nothing for the first"
            )

    def as_json(self) -> dict[str, str]:
        """The choices that every program has, and of the others those that are no default."""
        usual = asdict(DEFAULT)
        return {n: v for n, v in asdict(self).items() if n in ALWAYS or v != usual[n]}


ALWAYS = ("fires", "reset", "bias", "charge")


def choices() -> dict[str, tuple[str, ...]]:
    """Every choice and its values, the default first."""
    return {field.name: get_args(field.type) for field in fields(Semantics)}


def choose(choices: Mapping[str, str]) -> Semantics:
    """The semantics with some choices made. Raises BadInput on an unknown value."""
    return Semantics(**choices)  # type: ignore[arg-type]


DEFAULT = Semantics()
