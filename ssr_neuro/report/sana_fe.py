"""What SANA-FE, another program, found of the same placed program, beside our own figures."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ssr_neuro.charts import numbers

WRITTEN: dict[str, Callable[[float | None], str]] = {
    "": numbers.mean,
    "pJ": numbers.energy,
    "s": numbers.duration,
}
OWN_PRICES = "sana-fe"
TOTAL = "dynamic energy"
Unit = Literal["", "pJ", "s"]


@dataclass(frozen=True)
class SanaFeFigure:
    """One quantity of one inference. unit: "" for a count. None where it is not known.

    sana_fe: in the order of `BesideSanaFe.prices`. ratio: the first of them over ours. why: of ours
    and then of each of sana_fe, empty where it is known. source: of ours.
    """

    name: str
    unit: Unit
    ours: float | None
    sana_fe: tuple[float | None, ...]
    ratio: float | None
    why: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class SanaFePrices:
    """A set of prices that SANA-FE ran with. name: "" for the chip's own, else whose they are.

    unknown: terms that SANA-FE was given as 0, as the chip's file does not state them.
    """

    name: str
    title: str
    unknown: tuple[str, ...]

    @property
    def heading(self) -> str:
        """SANA-FE at these prices, in a few words."""
        if not self.name:
            return "SANA-FE, published prices"
        whose = "its own prices" if self.name == OWN_PRICES else f"prices of {self.name}"
        return f"SANA-FE, {whose}"


@dataclass(frozen=True)
class BesideSanaFe:
    """One sana_fe.json. version, python, timing: of SANA-FE, and its model of time.

    file: its name. samples: that SANA-FE ran; same_samples: whether ours are counted on them.
    notes: why the two may differ.
    """

    file: str
    chip: str
    title: str
    version: str
    python: str
    timing: str
    samples: int
    same_samples: bool
    prices: tuple[SanaFePrices, ...]
    figures: tuple[SanaFeFigure, ...]
    notes: tuple[str, ...]

    @property
    def heads(self) -> tuple[str, ...]:
        """Of the columns of `lines`."""
        return ("", "ours", *(one.heading for one in self.prices), "SANA-FE over ours")

    @property
    def lines(self) -> tuple[tuple[str, ...], ...]:
        """Each figure as people read it."""
        return tuple(
            (
                one.name,
                *(WRITTEN[one.unit](value) for value in (one.ours, *one.sana_fe)),
                numbers.significant(one.ratio),
            )
            for one in self.figures
        )

    @property
    def run(self) -> str:
        """Who ran what, in one sentence."""
        samples = f"{self.samples:,} sample{'' if self.samples == 1 else 's'}"
        return (
            f"SANA-FE {self.version} on Python {self.python}, {self.title}, {self.timing} model of "
            f"time, means over {samples} ({self.file})."
        )
