"""Every mode of accounting for one SSR, each a sheet of its own; no figure crosses between them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from ssr_neuro.chip import CHIPS, Chip, Precision, load_chip
from ssr_neuro.costs.accounting.all_in import all_in, is_all_in
from ssr_neuro.costs.accounting.arithmetic import arithmetic
from ssr_neuro.costs.accounting.baseline_bills import Beside
from ssr_neuro.costs.accounting.chip_events import events
from ssr_neuro.costs.accounting.memory import memory_aware
from ssr_neuro.costs.accounting.sheet import Sheet
from ssr_neuro.costs.accounting.ssr_paper import ssr_paper
from ssr_neuro.costs.counts import Counts
from ssr_neuro.costs.models.ann_shape import AnnShape
from ssr_neuro.costs.models.ops import Cost
from ssr_neuro.costs.scoring import ScoringCounts
from ssr_neuro.placement import Placement

LOGIC = "generic-45nm"
EVENTS = "loihi1"


def sheets(
    counts: Counts,
    scoring: ScoringCounts | None,
    shape: AnnShape | None,
    placements: Sequence[Placement],
    chip: Chip,
    baselines: Sequence[Cost] = (),
) -> tuple[Sheet, ...]:
    """SSR in every mode: arithmetic, memory, events of chips, all-in prices, the paper's.

    shape: of SSR-ANN, None for a program that is no SSR. placements: of the program, each used for
    the chip that it is on. chip: its own mode is added where it is another than the usual ones.
    baselines: forms of other models (`costs`), set beside SSR wherever a mode prices them.
    """
    generic = load_chip(LOGIC)
    return (
        *_priced(counts, scoring, shape, generic, baselines),
        *(_other_logic(counts, scoring, shape, chip, baselines) if _is_other(chip) else ()),
        *_events(counts, placements, chip),
        *_all_in(counts, chip),
        ssr_paper(counts, shape, generic),
    )


def _priced(
    counts: Counts,
    scoring: ScoringCounts | None,
    shape: AnnShape | None,
    logic: Chip,
    baselines: Sequence[Cost],
) -> Iterator[Sheet]:
    beside = Beside(baselines, shape, counts.steps)
    precisions: tuple[Precision, ...] = ("fp32", "int8")
    for precision in precisions:
        others = partial(beside.arithmetic, precision)
        yield arithmetic(counts, scoring, shape, logic, precision, others)
    for precision in precisions:
        moved = partial(beside.memory, precision, logic)
        yield memory_aware(counts, scoring, shape, logic, precision, others=moved)


def _is_other(chip: Chip) -> bool:
    return chip.kind == "logic" and chip.name != LOGIC


def _other_logic(
    counts: Counts,
    scoring: ScoringCounts | None,
    shape: AnnShape | None,
    logic: Chip,
    baselines: Sequence[Cost],
) -> Iterator[Sheet]:
    """The same modes at the prices of a user's own process, told apart by its name."""
    for one in _priced(counts, scoring, shape, logic, baselines):
        yield replace(one, mode=f"{one.mode}-{logic.name}")


def event_chips(chip: Chip) -> tuple[Chip, ...]:
    """Those that are charged event by event: Loihi 1, and the chip asked for where it is one."""
    usual = chip if chip.name == EVENTS else load_chip(EVENTS)
    own = chip.kind == "neuromorphic" and chip.name != EVENTS and not is_all_in(chip)
    return (usual, chip) if own else (usual,)


def _events(counts: Counts, placements: Sequence[Placement], chip: Chip) -> Iterator[Sheet]:
    """With the chip's own prices, then with those of each other author that its file has."""
    on = {placement.chip: placement for placement in placements}
    for one in event_chips(chip):
        for model in ("", *one.alternatives):
            yield events(counts, one, on.get(one.name), model)


def _all_in(counts: Counts, chip: Chip) -> Iterator[Sheet]:
    """Every chip of the project whose price is all-in, and the user's where it is one."""
    known = {name: load_chip(name) for name in CHIPS} | {chip.name: chip}
    for one in known.values():
        if is_all_in(one):
            yield all_in(counts, one)
