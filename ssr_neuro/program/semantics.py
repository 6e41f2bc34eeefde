"""Where spiking frameworks read the same graph differently: each choice by name, with a default."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal, get_args

from ssr_neuro.errors import BadInput


@dataclass(frozen=True)
class Semantics:
    """The choices; the first value of each is the default, which is what NIR's equations say.

    fires: a neuron fires with its membrane above its threshold (NIR, snnTorch, Norse, Lava), or
    already at it (SpikingJelly, SLAYER). reset: a spike sets the membrane to zero, or subtracts
    the threshold (soft reset; no chip here has it, so it runs in float only). bias: the bias of
    an Affine is part of the input current and is filtered by the synapse of a CubaLIF, or goes
    to the membrane as it is (Lava). charge: an integrator without leak adds dt r I in a step
    (NIR), or r I (Norse and snnTorch, which leave dt out).
    """

    fires: Literal["above", "at"] = "above"
    reset: Literal["zero", "subtract"] = "zero"
    bias: Literal["current", "membrane"] = "current"
    charge: Literal["dt", "step"] = "dt"

    def __post_init__(self) -> None:
        for name, known in choices().items():
            if (value := getattr(self, name)) not in known:
                raise BadInput(f"semantics {name}={value!r} is unknown; it is {' or '.join(known)}")


def choices() -> dict[str, tuple[str, ...]]:
    """Every choice and its values, the default first."""
    return {field.name: get_args(field.type) for field in fields(Semantics)}


def choose(choices: Mapping[str, str]) -> Semantics:
    """The semantics with some choices made. Raises BadInput on an unknown value."""
    return Semantics(**choices)  # type: ignore[arg-type]


DEFAULT = Semantics()
