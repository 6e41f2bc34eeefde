"""One mode of accounting: SSR's bill beside those of other models, and what follows from them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ssr_neuro.costs.bill import Bill
from ssr_neuro.errors import BadInput

BREAK_EVEN = (
    "rate x (energy of the other model - energy of SSR that does not depend on spikes) / "
    "(energy of SSR that does)"
)


@dataclass(frozen=True)
class AnnVariant:
    """SSR-ANN computed in another way. ratio: energy of SSR over its energy."""

    name: str
    macs: int
    additions: int
    total_pj: float | None
    ratio: float | None


@dataclass(frozen=True)
class Sensitivity:
    """Totals when one assumption changes. total_pj: subject -> the total at each of `values`.

    known_pj: the same without the terms that are unknown, as in `Bill`.
    """

    what: str
    unit: str
    values: tuple[float, ...]
    total_pj: dict[str, tuple[float | None, ...]]
    known_pj: dict[str, tuple[float, ...]]

    def __post_init__(self) -> None:
        """Raises ValueError where a subject has other totals than one for each value."""
        lengths = {len(of) for one in (self.total_pj, self.known_pj) for of in one.values()}
        if self.total_pj.keys() != self.known_pj.keys() or lengths - {len(self.values)}:
            raise ValueError(f"{self.what}: each subject needs a total for each of its values")


@dataclass(frozen=True)
class Sheet:
    """SSR in one mode of accounting, beside the models that can be priced in the same mode.

    bills: the SSR first. ratios, break_even: by subject of the other bills. A ratio is the energy
    of SSR over theirs. rate: spikes per synapse and step of this run; break_even: the rate at which
    both cost the same, None where no rate does; see BREAK_EVEN.
    """

    mode: str
    title: str
    target: str
    bills: tuple[Bill, ...]
    ratios: dict[str, float | None]
    rate: float
    break_even: dict[str, float | None]
    variants: tuple[AnnVariant, ...]
    sensitivity: tuple[Sensitivity, ...]
    notes: tuple[str, ...]


def sheet(
    mode: str,
    title: str,
    target: str,
    bills: Sequence[Bill],
    rate: float,
    notes: tuple[str, ...],
    variants: tuple[AnnVariant, ...] = (),
    sensitivity: tuple[Sensitivity, ...] = (),
) -> Sheet:
    """bills: the SSR's, then the others. Raises BadInput where two have the same subject."""
    ssr, *others = bills
    subjects = [one.subject for one in bills]
    if same := sorted({one for one in subjects if subjects.count(one) > 1}):
        raise BadInput(
            f"{mode}: two bills are called {same[0]!r}; give every model a name of its own"
        )
    return Sheet(
        mode=mode,
        title=title,
        target=target,
        bills=(ssr, *others),
        ratios={other.subject: ratio(ssr, other) for other in others},
        rate=rate,
        break_even={other.subject: break_even_rate(ssr, other, rate) for other in others},
        variants=variants,
        sensitivity=sensitivity,
        notes=notes,
    )


def vary(
    what: str, unit: str, values: Sequence[float], bills_at: Callable[[float], Sequence[Bill]]
) -> Sensitivity:
    """bills_at: the bills of all subjects when the assumption has that value."""
    totals = [bills_at(value) for value in values]
    by_subject = list(zip(*totals, strict=True))
    return Sensitivity(
        what,
        unit,
        tuple(values),
        {bills[0].subject: tuple(b.total_pj for b in bills) for bills in by_subject},
        {bills[0].subject: tuple(b.known_pj for b in bills) for bills in by_subject},
    )


def ratio(ssr: Bill, other: Bill) -> float | None:
    """Energy of SSR over the other's, None where either total is unknown."""
    if ssr.total_pj is None or not other.total_pj:
        return None
    return ssr.total_pj / other.total_pj


def break_even_rate(ssr: Bill, other: Bill, rate: float) -> float | None:
    """The firing rate at which SSR costs what the other costs; see BREAK_EVEN.

    None where a total is unknown, no spike was fired, or SSR costs more even without any. A rate
    above 1 means that SSR is cheaper however often its neurons fire.
    """
    if ssr.total_pj is None or other.total_pj is None:
        return None
    spiking = sum(term.energy_pj or 0.0 for term in ssr.terms if term.per_spike)
    left = other.total_pj - (ssr.total_pj - spiking)
    return rate * left / spiking if spiking and left > 0 else None
