"""Limits that a chip does not state, or that no rule here can use; none is assumed."""

from collections.abc import Iterator

from ssr_neuro.chip import Chip
from ssr_neuro.placement.checks import WIDTHS, UncheckedLimit
from ssr_neuro.placement.chip_limits import CHIP_LIMITS
from ssr_neuro.placement.core_capacity import LIMITS
from ssr_neuro.placement.storage import Packing


def list_unchecked(chip: Chip, packing: Packing | None) -> list[UncheckedLimit]:
    """Every limit that placement looks at and the chip does not state, or that cannot be used."""
    return [*_without_value(chip), *_without_rule(chip, packing)]


def _without_value(chip: Chip) -> Iterator[UncheckedLimit]:
    limits = [limit for limit, _ in LIMITS.values()] + [width.limit for width in WIDTHS]
    limits += [*(one.limit for one in CHIP_LIMITS), "cores_per_chip"]
    for name in limits:
        figure = getattr(chip.limits, name)
        if not figure.known and name != "synapses_per_core":  # memory says the same
            yield UncheckedLimit(f"limits.{name}", figure.why)
    for name in ("neurons", "resets", "time", "synapse_storage"):
        words = getattr(chip.abilities, name)
        if not words.known:
            yield UncheckedLimit(f"abilities.{name}", words.why)


def _without_rule(chip: Chip, packing: Packing | None) -> Iterator[UncheckedLimit]:
    if packing is None and chip.limits.synapse_memory_per_core.known:
        yield UncheckedLimit(
            "limits.synapse_memory_per_core",
            "how synapses are packed into it is unknown (abilities.synapse_storage)",
        )
    if chip.limits.routes_per_chip.known:
        yield UncheckedLimit("limits.routes_per_chip", "entries of routing tables are not counted")
