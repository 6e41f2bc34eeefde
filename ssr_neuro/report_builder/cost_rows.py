"""One row of a table of costs for every form of a trained model, or for a compiled SSR."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, get_args

from ssr_neuro.chip import Chip, Precision, load_chip
from ssr_neuro.costs.accounting.arithmetic import ADDITIONS_PER_UPDATE
from ssr_neuro.costs.accounting.few_bits import NOTES, activation_bits, few_bits_bill
from ssr_neuro.costs.accounting.memory import MemoryModel
from ssr_neuro.costs.accounting.prices import Charged, arithmetic_bill, memory_bill
from ssr_neuro.costs.accounting.sheet import Sheet
from ssr_neuro.costs.accounting.sheets import LOGIC, event_chips, sheets
from ssr_neuro.costs.bill import Bill
from ssr_neuro.costs.models.ann_shape import ssr_ann
from ssr_neuro.costs.models.ops import Cost, Ops
from ssr_neuro.costs.models.registry import costs
from ssr_neuro.errors import BadInput
from ssr_neuro.program.ir import Program
from ssr_neuro.program.trace import Trace
from ssr_neuro.report.contents import Report
from ssr_neuro.report_builder import cost_compiled
from ssr_neuro.report_builder.cost_compiled import Compiled
from ssr_neuro.report_builder.cost_placed import NOWHERE, OnChips, on_chips, place_on_chips
from ssr_neuro.settings.settings import SsrConfig

SPIKES = (
    f"Means over the samples of the report: a synaptic operation is an addition, a neuron update "
    f"{ADDITIONS_PER_UPDATE}."
)
REPORT = "report.json"
INT8 = MemoryModel.of("int8")
PRECISIONS: tuple[Precision, ...] = ("fp32", "int8")


@dataclass(frozen=True)
class Row:
    """One model in one form. ops: all operations. bills: mode -> bill, None where there is none.

    cost: None for a compiled SSR and for the bound of few bits. sheets: of a compiled SSR, every
    mode, those of chips among them.
    """

    name: str
    parameters: int | None
    ops: Ops
    bills: Mapping[str, Bill | None]
    notes: tuple[str, ...]
    cost: Cost | None = None
    sheets: tuple[Sheet, ...] = field(default=(), repr=False)

    def all_notes(self) -> Iterator[str]:
        """Its notes, and what keeps a bill from having a total."""
        yield from self.notes
        for mode, bill in self.bills.items():
            if bill and bill.unknown:
                yield f"no total of {mode}: no price of {', '.join(bill.unknown)}"

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


def chargeable(name: str) -> Charged:
    """Raises BadInput where that is nothing to charge."""
    for known in get_args(Charged):
        if name == known:
            found: Charged = known
            return found
    raise BadInput(f"charge is {name!r}; it must be one of {', '.join(get_args(Charged))}")


def logic_of(chip: Chip) -> Chip:
    """Whose prices of arithmetic are charged: the chip's, or where it has none, the usual ones."""
    own = chip.kind == "logic" or chip.prices.add_int8.known
    return chip if own else load_chip(LOGIC)


def rows_of(path: Path, chip: Chip, charged: Charged) -> list[Row]:
    """path: a model.pt, or of a compiled SSR its folder or its report.json.

    Raises BadInput, which names the file, on a model that is not counted or a bad file.
    """
    if path.is_dir():
        found = on_chips(path, event_chips(chip))
        return list(_compiled(cost_compiled.read(path / REPORT), chip, found))
    if path.suffix == ".json":
        return list(_compiled(cost_compiled.read(path), chip))
    return _trained(path, logic_of(chip), charged)


def rows_of_compiled(report: Report, program: Program, trace: Trace, chip: Chip) -> list[Row]:
    """Of a compiled SSR, from its report; placed with the messages of `trace`, its run."""
    config = SsrConfig.from_dict(report.model.config) if report.model.kind == "ssr" else None
    counted = Compiled(report.model.name, report.counts, report.scoring, config)
    placed = place_on_chips(program, trace, event_chips(chip), report.model.name)
    return list(_compiled(counted, chip, placed))


def _trained(path: Path, logic: Chip, charged: Charged) -> list[Row]:
    from ssr_neuro import checkpoint

    saved = checkpoint.load(path)
    try:
        found = costs(saved.kind, saved.config)
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from error
    parameters = sum(p.numel() for p in saved.model().parameters())
    return [_row(path.name, parameters, one, logic, charged) for one in found]


def _row(name: str, parameters: int, one: Cost, logic: Chip, charged: Charged) -> Row:
    bills: dict[str, Bill | None] = {
        f"arithmetic-{p}": arithmetic_bill(one, logic, p, charged) for p in PRECISIONS
    }
    bills |= {
        f"memory-{p}": memory_bill(one, logic, p, charged, MemoryModel.of(p)) for p in PRECISIONS
    }
    return Row(f"{name}: {one.subject}", parameters, one.ops, bills, one.notes, one)


def _compiled(ssr: Compiled, chip: Chip, placed: OnChips = NOWHERE) -> Iterator[Row]:
    counts, scoring, logic = ssr.counts, ssr.scoring, logic_of(chip)
    additions = counts.sops.mean + ADDITIONS_PER_UPDATE * counts.updates
    additions += scoring.additions if scoring else 0
    bills: dict[str, Bill | None] = {f"arithmetic-{p}": ssr.bill(logic, p) for p in PRECISIONS}
    bills |= {f"memory-{p}": ssr.bill(logic, p, MemoryModel.of(p)) for p in PRECISIONS}
    yield Row(
        f"{ssr.name}: ssr, compiled",
        None,
        Ops(additions=round(additions)),
        bills,
        (SPIKES, *placed.misfits),
        sheets=sheets(counts, scoring, ssr.shape, placed.placements, chip),
    )
    if ssr.shape is not None:
        bits, rows = activation_bits(counts.steps), ssr_ann(ssr.shape)
        yield Row(
            f"{ssr.name}: {bits}-bit ssr-ann, at most",
            None,
            Ops(additions=sum(bits * row.macs + row.additions for row in rows)),
            {
                "arithmetic-fp32": None,
                "arithmetic-int8": few_bits_bill(ssr.shape, counts.steps, logic),
                "memory-fp32": None,
                "memory-int8": few_bits_bill(ssr.shape, counts.steps, logic, INT8),
            },
            NOTES,
        )
