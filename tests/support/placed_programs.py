"""What several tests share of place."""

from typing import Any

import numpy as np

from ssr_neuro.chip import Chip, Figure, load_chip
from ssr_neuro.program.linear_maps import Kron

LOIHI1 = load_chip("loihi1")


UNIT = {name: figure.unit for name, figure in LOIHI1.limits.items()}  # type: ignore[attr-defined]


def figure(value: float | None, unit: str = "cores") -> Figure:
    return (
        Figure(unit=unit)
        if value is None
        else Figure(value=value, unit=unit, source="a test", evidence="vendor")
    )


def chip(base: Chip = LOIHI1, **limits: Any) -> Chip:
    """A chip with other limits; None makes one unknown."""
    kinds = {name: type(figure) for name, figure in base.limits.items()}
    stated = {
        name: kinds[name](**figure(value, UNIT[name]).model_dump())
        for name, value in limits.items()
    }
    return base.model_copy(update={"limits": base.limits.model_copy(update=stated)})


def one_each(shape: tuple[int, int]) -> Kron:
    return Kron(np.eye(shape[0], dtype=np.int64), np.eye(shape[1], dtype=np.int64))
