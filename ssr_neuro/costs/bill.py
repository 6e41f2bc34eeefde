"""Prices times counts. Every term stands alone with its source; energies are in pJ.

A term without a known price or count has no energy, and the bill that holds it has no total.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ssr_neuro.chip import Price
from ssr_neuro.costs.counts import SampleSpread


@dataclass(frozen=True)
class Term:
    """One line of a bill, mean per sample. per_spike: whether the count grows with the rate.

    count: None where it is not known.
    """

    name: str
    count: float | None
    price_pj: float | None
    energy_pj: float | None
    source: str
    evidence: str
    per_spike: bool = False


@dataclass(frozen=True)
class Bill:
    """Energy of one inference. total_pj is None where a term is unknown; `unknown` names it.

    known_pj: sum of the terms that are known, which the energy is at least. spread_pj: standard
    deviation over the samples of what depends on them, None where nothing was sampled.
    """

    subject: str
    terms: tuple[Term, ...]
    total_pj: float | None
    unknown: tuple[str, ...]
    known_pj: float = 0.0
    spread_pj: float | None = None


def charge(name: str, count: float, price: Price, *, per_spike: bool = False) -> Term:
    """count events at one price. What never happens costs nothing, also at an unknown price."""
    energy = None if price.value is None else count * price.value
    return Term(
        name,
        count,
        price.value,
        energy if count else 0.0,
        price.source or price.why or "no figure",
        price.evidence,
        per_spike,
    )


def is_stated(price: Price) -> bool:
    """Whether the chip's file gives the price, or lists it as unknown with a reason.

    Of events that only some sources tell apart, a file that says nothing charges none.
    """
    return price.known or bool(price.reason)


def unknown_term(name: str, why: str) -> Term:
    """Events that happen, but how often is not known."""
    return Term(name, None, None, None, why, "unknown")


def bill(subject: str, terms: tuple[Term, ...], spread_pj: float | None = None) -> Bill:
    """Add the terms up, or name those that cannot be."""
    unknown = tuple(term.name for term in terms if term.energy_pj is None)
    known = sum(term.energy_pj or 0.0 for term in terms)
    return Bill(subject, terms, None if unknown else known, unknown, known, spread_pj)


def spread(terms: Iterable[Term], operations: SampleSpread) -> float | None:
    """Standard deviation of terms whose counts are those synaptic operations, times any factor.

    Other terms are the same for every sample. None where the energy of such a term is unknown.
    """
    energies = [term.energy_pj for term in terms if term.per_spike]
    known = [energy for energy in energies if energy is not None]
    if len(known) < len(energies):
        return None
    return operations.sd / operations.mean * sum(known) if operations.mean else 0.0
