"""One row of a table of costs for every form of a trained model, or for a compiled SSR."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, get_args

from ssr_neuro.cost import compiled
from ssr_neuro.cost.compiled import Compiled
from ssr_neuro.cost.few_bits import NOTES, activation_bits, few_bits_bill
from ssr_neuro.cost.forms import costs
from ssr_neuro.cost.ops import Cost, Ops
from ssr_neuro.cost.prices import Charged, arithmetic_bill, memory_bill
from ssr_neuro.errors import BadInput
from ssr_neuro.report.baselines import ssr_ann
from ssr_neuro.report.energy import ADDITIONS_PER_UPDATE, Bill
from ssr_neuro.report.memory import MemoryModel
from ssr_neuro.target import Target

SPIKES = (
    f"Means over the samples of the report: a synaptic operation is an addition, a neuron update "
    f"{ADDITIONS_PER_UPDATE}."
)


@dataclass(frozen=True)
class Row:
    """One model in one form. ops: all operations. bills: mode -> bill, None where there is none.

    cost: None for a compiled SSR and for the bound of few bits.
    """

    name: str
    parameters: int | None
    ops: Ops
    bills: Mapping[str, Bill | None]
    notes: tuple[str, ...]
    cost: Cost | None = None

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


def rows_of(path: Path, target: Target, charged: Charged) -> list[Row]:
    """Raises BadInput, which names the file, on a model that is not counted or a bad file."""
    if path.suffix == ".json":
        return list(_compiled(compiled.read(path), target))
    return _trained(path, target, charged)


def _trained(path: Path, target: Target, charged: Charged) -> list[Row]:
    from ssr_neuro import checkpoint

    saved = checkpoint.load(path)
    try:
        found = costs(saved.kind, saved.config)
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from error
    parameters = sum(p.numel() for p in saved.model().parameters())
    return [_row(path.name, parameters, one, target, charged) for one in found]


def _row(name: str, parameters: int, one: Cost, target: Target, charged: Charged) -> Row:
    return Row(
        f"{name}: {one.kind}, {one.form}",
        parameters,
        one.ops,
        {
            "arithmetic-fp32": arithmetic_bill(one, target, "fp32", charged),
            "arithmetic-int8": arithmetic_bill(one, target, "int8", charged),
            "memory-int8": memory_bill(one, target, "int8", charged),
        },
        one.notes,
        one,
    )


def _compiled(ssr: Compiled, target: Target) -> Iterator[Row]:
    counts, scoring = ssr.counts, ssr.scoring
    additions = counts.sops.mean + ADDITIONS_PER_UPDATE * counts.updates
    additions += scoring.additions if scoring else 0
    yield Row(
        f"{ssr.name}: ssr, compiled",
        None,
        Ops(additions=round(additions)),
        {
            "arithmetic-fp32": ssr.bill(target, "fp32"),
            "arithmetic-int8": ssr.bill(target, "int8"),
            "memory-int8": ssr.bill(target, "int8", MemoryModel()),
        },
        (SPIKES,),
    )
    if ssr.shape is not None:
        bits, rows = activation_bits(counts.steps), ssr_ann(ssr.shape)
        yield Row(
            f"{ssr.name}: {bits}-bit ssr-ann, at most",
            None,
            Ops(additions=sum(bits * row.macs + row.additions for row in rows)),
            {
                "arithmetic-fp32": None,
                "arithmetic-int8": few_bits_bill(ssr.shape, counts.steps, target),
                "memory-int8": few_bits_bill(ssr.shape, counts.steps, target, MemoryModel()),
            },
            NOTES,
        )
