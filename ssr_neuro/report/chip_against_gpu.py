"""SSR on chips against other models on GPUs: latency and energy of one inference, with evidence."""

from dataclasses import dataclass
from typing import Literal

Evidence = Literal["measured", "published", "roofline", "modelled", "counted", "unknown"]


@dataclass(frozen=True)
class FigureRange:
    """One figure of one inference, as a range. low and high are equal where it is a point.

    low: None where nothing is known, and `why` says why. high: None where only a lower bound is
    known. evidence: "counted" is operations times published prices. source: whose figure it is.
    """

    low: float | None
    high: float | None
    evidence: Evidence
    source: str
    why: str = ""


@dataclass(frozen=True)
class Deployment:
    """One model on one device. subject: name of its bill in the energy sheets, such as "SSR".

    basis: what its figures rest on, such as "45 nm arithmetic, int8" or "roofline, batch 1".
    """

    subject: str
    device: str
    basis: str
    latency_s: FigureRange
    energy_pj: FigureRange


@dataclass(frozen=True)
class ChipAgainstGpu:
    """The table that a report shows first after accuracy. on_gpu is empty where nothing is known
    of a GPU."""

    on_chip: tuple[Deployment, ...]
    on_gpu: tuple[Deployment, ...]
    notes: tuple[str, ...] = ()
