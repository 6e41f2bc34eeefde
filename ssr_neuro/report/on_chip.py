"""A program on a chip, or all that does not fit there: what reports say of placement and time."""

from dataclasses import dataclass

from ssr_neuro.chip import Chip
from ssr_neuro.errors import DoesNotFit
from ssr_neuro.placement import Placement, place
from ssr_neuro.program.ir import Program
from ssr_neuro.program.trace import Trace
from ssr_neuro.report.core_map import Placed
from ssr_neuro.report.latency import ChipLatency, latency
from ssr_neuro.report.placing import misfit, summarise_placement


@dataclass(frozen=True)
class OnChip:
    """placement and latency: None where the program does not fit; `placed` then lists why."""

    chip: Chip
    placement: Placement | None
    placed: Placed
    latency: ChipLatency | None


def place_report(program: Program, chip: Chip, trace: Trace, *, must_fit: bool) -> OnChip:
    """Messages are those of the trace. Raises DoesNotFit, which lists all, where it must fit."""
    try:
        placement = place(program, chip, trace)
    except DoesNotFit as error:
        if must_fit:
            raise
        _, *problems = (line.strip() for line in str(error).splitlines())
        return OnChip(chip, None, misfit(tuple(problems), chip), None)
    return OnChip(chip, placement, summarise_placement(placement, chip), latency(placement))
