"""Every graph of the suite, in the order in which it is shown."""

from . import currents, ends, integrators, leaky, spatial, thresholds, weights, wiring
from .parts import Case

GROUPS = (leaky, integrators, currents, thresholds, weights, spatial, wiring, ends)


def cases() -> tuple[Case, ...]:
    """All graphs. Each call makes them anew."""
    return tuple(case for group in GROUPS for case in group.cases())
