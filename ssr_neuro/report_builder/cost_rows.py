"""One row of a table of costs for every form of a trained model, or for a compiled SSR."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, get_args

from ssr_neuro.chip import Chip, Precision, load_chip
from ssr_neuro.costs.accounting.arithmetic import ADDITIONS_PER_UPDATE
from ssr_neuro.costs.accounting.memory_model import MemoryModel
from ssr_neuro.costs.accounting.prices import Charged, arithmetic_bill, memory_bill
from ssr_neuro.costs.accounting.quantised_ann_bound import (
    NOTES,
    activation_bits,
    quantised_ann_bill,
)
from ssr_neuro.costs.accounting.sheet import Sheet
from ssr_neuro.costs.accounting.sheets import event_chips, sheets
from ssr_neuro.costs.bill import Bill
from ssr_neuro.costs.models.ops import Cost, Ops
from ssr_neuro.costs.models.registry import costs
from ssr_neuro.costs.models.same_shape import same_shape
from ssr_neuro.costs.models.ssr_ann import AnnShape, device_twin, shape_of, ssr_ann
from ssr_neuro.errors import BadInput
from ssr_neuro.program.ir import Program
from ssr_neuro.program.trace import Trace
from ssr_neuro.report.contents import Report
from ssr_neuro.report_builder import cost_compiled
from ssr_neuro.report_builder.bundle_folders import ITEMS, REPORT
from ssr_neuro.report_builder.cost_compiled import (
    NOT_PLACED,
    ChipPlacements,
    CompiledCounts,
    place_bundle_on_chips,
    place_on_chips,
)
from ssr_neuro.settings.default_chip import DEFAULT_LOGIC
from ssr_neuro.settings.models.ssr import SsrConfig

SPIKES = (
    f"Means over the samples of the report: a synaptic operation is an addition, a neuron update "
    f"{ADDITIONS_PER_UPDATE}."
)
INT8 = MemoryModel.of("int8")
PRECISIONS: tuple[Precision, ...] = ("fp32", "int8")


@dataclass(frozen=True)
class CostRow:
    """One model in one form. ops: all operations. bills: mode -> bill, None where there is none.

    cost: None for a compiled SSR and for the bound of few bits. sheets: of a compiled SSR, every
    mode, those of chips among them.
    """

    name: str
    parameters: int | None
    ops: Ops
    bills: Mapping[str, Bill | None] = field(repr=False)
    notes: tuple[str, ...] = field(repr=False)
    cost: Cost | None = field(default=None, repr=False)
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


def parse_charge(name: str) -> Charged:
    """What `--charge` names. Raises BadInput on any other name."""
    for known in get_args(Charged):
        if name == known:
            found: Charged = known
            return found
    raise BadInput(f"charge is {name!r}; it must be one of {', '.join(get_args(Charged))}")


def logic_of(chip: Chip) -> Chip:
    """Whose prices of arithmetic are charged: the chip's, or where it has none, the usual ones."""
    own = chip.kind == "logic" or chip.prices.add_int8.known
    return chip if own else load_chip(DEFAULT_LOGIC)


def _event_chips(chip: Chip, given: str | Path | Chip) -> dict[str, Chip]:
    """Those that are charged event by event, by what `--chip` takes."""
    own = chip.name if isinstance(given, Chip) else str(given)
    return {own if one is chip else one.name: one for one in event_chips(chip)}


def rows_of(path: Path, chip: Chip, charged: Charged, given: str | Path | Chip) -> list[CostRow]:
    """path: a model.pt, or of a compiled SSR its folder or its report.json. given: what `chip`
    was loaded from.

    Raises BadInput, which names the file, on a model that is not counted or a bad file.
    """
    if path.is_dir():
        if (path / "golden").is_dir() and not any((path / f).is_file() for f in (ITEMS, REPORT)):
            raise BadInput(f"{path} is a graph; only recommenders are priced")
        found = place_bundle_on_chips(path, _event_chips(chip, given))
        return list(_compiled_rows(cost_compiled.read(path / REPORT), chip, charged, found))
    if path.suffix == ".json":
        return list(_compiled_rows(cost_compiled.read(path), chip, charged))
    return _trained_rows(path, logic_of(chip), charged)


def rows_of_compiled(
    report: Report,
    program: Program,
    trace: Trace,
    chip: Chip,
    charged: Charged,
    given: str | Path | Chip,
) -> list[CostRow]:
    """Of a compiled SSR, from its report; placed with the messages of `trace`, its run.

    given: as of `rows_of`.
    """
    config = SsrConfig.from_dict(report.model.config) if report.model.kind == "ssr" else None
    counted = CompiledCounts(report.model.name, report.counts, report.scoring, config)
    placed = place_on_chips(program, trace, _event_chips(chip, given), report.model.name)
    return list(_compiled_rows(counted, chip, charged, placed))


def _trained_rows(path: Path, logic: Chip, charged: Charged) -> list[CostRow]:
    from ssr_neuro import checkpoint

    saved = checkpoint.load(path)
    try:
        found = costs(saved.kind, saved.config)
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from error
    parameters = sum(p.numel() for p in saved.model().parameters())
    rows = [_row(path.name, parameters, one, logic, charged) for one in found]
    if bits := getattr(saved.config, "activation_bits", 0):
        rows.append(_bound_row(path.name, shape_of(saved.config), bits, logic))
    return rows


def _row(name: str, parameters: int | None, one: Cost, logic: Chip, charged: Charged) -> CostRow:
    bills: dict[str, Bill | None] = {
        f"arithmetic-{p}": arithmetic_bill(one, logic, p, charged) for p in PRECISIONS
    }
    bills |= {
        f"memory-{p}": memory_bill(one, logic, p, charged, MemoryModel.of(p)) for p in PRECISIONS
    }
    return CostRow(f"{name}: {one.subject}", parameters, one.ops, bills, one.notes, one)


def _compiled_rows(
    ssr: CompiledCounts, chip: Chip, charged: Charged, placed: ChipPlacements = NOT_PLACED
) -> Iterator[CostRow]:
    """The SSR, then what a device would run in its place at the same size, then the bound."""
    logic = logic_of(chip)
    yield _compiled_row(ssr, chip, placed)
    if ssr.shape is None:
        return
    for one in (device_twin(ssr.shape), *same_shape(ssr.shape)):
        yield _row(f"same size as {ssr.name}", None, one, logic, charged)
    yield _bound_row(ssr.name, ssr.shape, activation_bits(ssr.counts.steps), logic)


def _compiled_row(ssr: CompiledCounts, chip: Chip, placed: ChipPlacements) -> CostRow:
    counts, scoring, logic = ssr.counts, ssr.scoring, logic_of(chip)
    additions = counts.sops.mean + ADDITIONS_PER_UPDATE * counts.updates
    additions += scoring.additions if scoring else 0
    bills: dict[str, Bill | None] = {f"arithmetic-{p}": ssr.bill(logic, p) for p in PRECISIONS}
    bills |= {f"memory-{p}": ssr.bill(logic, p, MemoryModel.of(p)) for p in PRECISIONS}
    return CostRow(
        f"{ssr.name}: ssr, compiled",
        None,
        Ops(additions=round(additions)),
        bills,
        (SPIKES, *placed.misfits),
        sheets=sheets(counts, scoring, ssr.shape, placed.placements, chip),
    )


def _bound_row(name: str, shape: AnnShape, bits: int, logic: Chip) -> CostRow:
    rows = ssr_ann(shape, last_position_only=True)
    return CostRow(
        f"{name}: {bits}-bit ssr-ann, at most",
        None,
        Ops(additions=sum(bits * row.macs + row.additions for row in rows)),
        {
            "arithmetic-fp32": None,
            "arithmetic-int8": quantised_ann_bill(shape, bits, logic),
            "memory-fp32": None,
            "memory-int8": quantised_ann_bill(shape, bits, logic, INT8),
        },
        NOTES,
    )
