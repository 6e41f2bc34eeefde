"""Every mode of accounting for one SSR, each a sheet of its own; no figure crosses between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from ssr_neuro.chip import CHIPS, Chip, Precision, load_chip
from ssr_neuro.costs.accounting.arithmetic import arithmetic_sheet, bound_sheet
from ssr_neuro.costs.accounting.chip_events import event_sheet
from ssr_neuro.costs.accounting.chip_power_price import chip_power_sheet, has_chip_power_price
from ssr_neuro.costs.accounting.memory import memory_sheet
from ssr_neuro.costs.accounting.memory_model import MemoryModel
from ssr_neuro.costs.accounting.prices import arithmetic_bill, memory_bill
from ssr_neuro.costs.accounting.quantised_ann_bound import activation_bits, quantised_ann_bill
from ssr_neuro.costs.accounting.sheet import Sheet
from ssr_neuro.costs.accounting.ssr_paper import ssr_paper_sheet
from ssr_neuro.costs.bill import Bill
from ssr_neuro.costs.counts import Counts
from ssr_neuro.costs.models.ops import Cost
from ssr_neuro.costs.models.same_shape import same_shape
from ssr_neuro.costs.models.ssr_ann import AnnShape
from ssr_neuro.costs.scoring import ScoringCounts
from ssr_neuro.placement import Placement
from ssr_neuro.settings.default_chip import DEFAULT_LOGIC

EVENTS = "loihi1"


@dataclass(frozen=True)
class BaselineBills:
    """Baselines, and in int8 the bound of SSR-ANN with as few bits as `steps` of spikes tell apart.

    shape: of SSR-ANN, None for a program that is no SSR.
    """

    baselines: Sequence[Cost]
    shape: AnnShape | None
    steps: int

    def arithmetic(self, precision: Precision, target: Chip) -> tuple[Bill, ...]:
        """Operations alone."""
        made = (arithmetic_bill(cost, target, precision) for cost in self.baselines)
        return *self._bound(precision, target, None), *made

    def memory(self, precision: Precision, target: Chip, model: MemoryModel) -> tuple[Bill, ...]:
        """Operations and bytes."""
        made = (memory_bill(cost, target, precision, model=model) for cost in self.baselines)
        return *self._bound(precision, target, model), *made

    def _bound(
        self, precision: Precision, target: Chip, model: MemoryModel | None
    ) -> tuple[Bill, ...]:
        if self.shape is None or precision != "int8":
            return ()
        return (quantised_ann_bill(self.shape, activation_bits(self.steps), target, model),)


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
    the chip that it is on. chip: its own mode is added where it is another than the usual ones; one
    with the name of a usual one, such as a copy of its file with other prices, takes its place. The
    paper's mode keeps the prices that the paper cites.
    baselines: forms of other models (`costs`), set beside SSR wherever a mode prices them; of the
    kinds that a device would run instead (`same_shape`), those of SSR's shape where none is given.
    """
    logic = (
        chip if chip.kind == "logic" and chip.name == DEFAULT_LOGIC else load_chip(DEFAULT_LOGIC)
    )
    if shape is not None:
        given = {one.kind for one in baselines}
        own = [one for one in same_shape(shape) if one.kind not in given]
        baselines = (*own, *baselines)
    return (
        *_logic_sheets(counts, scoring, shape, logic, baselines),
        *(_rename_modes(counts, scoring, shape, chip, baselines) if _is_other(chip) else ()),
        *_event_sheets(counts, placements, chip),
        *_chip_power_sheets(counts, chip),
        ssr_paper_sheet(counts, shape, load_chip(DEFAULT_LOGIC)),
    )


def _logic_sheets(
    counts: Counts,
    scoring: ScoringCounts | None,
    shape: AnnShape | None,
    logic: Chip,
    baselines: Sequence[Cost],
) -> Iterator[Sheet]:
    baseline_bills = BaselineBills(baselines, shape, counts.steps)
    precisions: tuple[Precision, ...] = ("fp32", "int8")
    for precision in precisions:
        others = partial(baseline_bills.arithmetic, precision)
        yield arithmetic_sheet(counts, scoring, shape, logic, precision, others)
    narrow = partial(baseline_bills.arithmetic, "int8")
    yield bound_sheet(counts, scoring, shape, logic, narrow)
    for precision in precisions:
        moved = partial(baseline_bills.memory, precision)
        yield memory_sheet(counts, scoring, shape, logic, precision, others=moved)


def _is_other(chip: Chip) -> bool:
    return chip.kind == "logic" and chip.name != DEFAULT_LOGIC


def _rename_modes(
    counts: Counts,
    scoring: ScoringCounts | None,
    shape: AnnShape | None,
    logic: Chip,
    baselines: Sequence[Cost],
) -> Iterator[Sheet]:
    """The same modes at the prices of a user's own process, told apart by its name."""
    for one in _logic_sheets(counts, scoring, shape, logic, baselines):
        yield replace(one, mode=f"{one.mode}-{logic.name}")


def event_chips(chip: Chip) -> tuple[Chip, ...]:
    """Those that are charged event by event: Loihi 1, and the chip asked for where it is one."""
    usual = chip if chip.name == EVENTS else load_chip(EVENTS)
    own = chip.kind == "neuromorphic" and chip.name != EVENTS and not has_chip_power_price(chip)
    return (usual, chip) if own else (usual,)


def _event_sheets(counts: Counts, placements: Sequence[Placement], chip: Chip) -> Iterator[Sheet]:
    """With the chip's own prices, then with those of each other author that its file has."""
    on = {placement.chip: placement for placement in placements}
    for one in event_chips(chip):
        for model in ("", *one.alternatives):
            yield event_sheet(counts, one, on.get(one.name), model)


def _chip_power_sheets(counts: Counts, chip: Chip) -> Iterator[Sheet]:
    """Every chip of the project whose price is all-in, and the user's where it is one."""
    known = {name: load_chip(name) for name in CHIPS} | {chip.name: chip}
    for one in known.values():
        if has_chip_power_price(one):
            yield chip_power_sheet(counts, one)
