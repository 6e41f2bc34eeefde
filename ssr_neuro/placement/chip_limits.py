"""Limits of a whole chip and on destinations, which depend on where the parts lie."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ssr_neuro.chip import Chip
from ssr_neuro.placement.checks import CheckedLimit, Problem
from ssr_neuro.placement.compare import Candidate
from ssr_neuro.placement.placement import CoreUse


@dataclass(frozen=True)
class ChipLimit:
    """A limit of a whole chip, or on destinations, which depends on where the parts lie."""

    limit: str
    where: str
    noun: str


CHIP_LIMITS = (
    ChipLimit("destination_cores_per_neuron", "a neuron", "cores that read it"),
    ChipLimit("destination_cores_per_core", "a core", "cores that it sends to"),
    ChipLimit("neurons_per_chip", "a chip", "neurons"),
    ChipLimit("synapses_per_chip", "a chip", "synapses"),
)


def check_chip_limits(
    chip: Chip, uses: Sequence[CoreUse], candidate: Candidate
) -> tuple[list[CheckedLimit], list[Problem]]:
    """The need of each limit that the chip states, and those that are exceeded."""
    checked: list[CheckedLimit] = []
    problems: list[Problem] = []
    needs = _needs(uses, candidate)
    for one in CHIP_LIMITS:
        figure, need = getattr(chip.limits, one.limit), needs[one.limit]
        if figure.value is None:
            continue
        checked.append(CheckedLimit.of(one.limit, need, one.where, figure, figure.value))
        if need > figure.value:
            has = f"{chip.name} has {figure.value:,} (limits.{one.limit})"
            problems.append(Problem(one.where, f"{need:,} {one.noun}", has, "choose a larger chip"))
    return checked, problems


def _needs(uses: Sequence[CoreUse], candidate: Candidate) -> dict[str, int]:
    """The most that a chip, a core or a neuron needs, by the names of CHIP_LIMITS."""
    targets = np.count_nonzero(candidate.flow.messages[:-1], axis=1)
    return {
        "destination_cores_per_neuron": candidate.flow.most_cores,
        "destination_cores_per_core": int(targets.max(initial=0)),
        "neurons_per_chip": _most(uses, (use.neurons for use in uses)),
        "synapses_per_chip": _most(uses, (use.synapses for use in uses)),
    }


def _most(uses: Sequence[CoreUse], counts: Iterable[int]) -> int:
    """The largest sum over the cores of one chip."""
    sums: dict[int | None, int] = {}
    for use, count in zip(uses, counts, strict=True):
        sums[use.chip] = sums.get(use.chip, 0) + count
    return max(sums.values(), default=0)
