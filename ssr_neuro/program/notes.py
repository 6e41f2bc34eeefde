"""What converters and passes record about a Program, beside what it computes."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ssr_neuro.errors import BadInput


@dataclass(frozen=True)
class Rounding:
    """What quantising did to the weights into one node, in units of one integer step.

    vth: threshold, None for a readout. scale: float value of one integer weight, per neuron where
    they differ. exponent: integer weights are multiples of 2**exponent. weights: how many; odd:
    how many of them are odd. clipped: weights beyond the range. held: share of the largest weight
    that calibration kept in the range.
    """

    vth: int | None
    scale: float | tuple[float, ...]
    exponent: int
    weights: int
    largest_weight: int
    odd: int
    largest_error: float
    clipped: int
    held: float


@dataclass(frozen=True)
class Savings:
    """How many fewer there are after a pass; a negative number is more. depth, gap: steps."""

    populations: int
    neurons: int
    synapses: int
    matrices: int
    depth: int
    gap: int


@dataclass(frozen=True)
class Notes:
    """Findings about a Program.

    dt_s: seconds in a time step of the NIR graph that it comes from; None without one. reading:
    what of that graph was read otherwise than it is written, and what its file cannot say.
    weight_bits: bits of a weight, sign included; None before quantising. quantisation: by node.
    inexact: why a node may leave the float network by more than its weights, by node. silent: how
    many neurons of a population no input can make fire and hold no weights, by population. seen:
    the lowest and highest membranes that inputs led to, in thresholds, by population. clock:
    the population that keeps samples apart. assumed: weight units below and above 0 within which
    the current of a population is taken to end a sample, where no clock could keep samples apart
    for every input, by population. kept: flat indices of the neurons that are left, by
    population that lost some. saved: by optimising pass.
    """

    dt_s: float | None = None
    reading: tuple[str, ...] = ()
    weight_bits: int | None = None
    quantisation: Mapping[str, Rounding] = field(default_factory=dict)
    inexact: Mapping[str, str] = field(default_factory=dict)
    silent: Mapping[str, int] = field(default_factory=dict)
    seen: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    clock: str | None = None
    assumed: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    kept: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    saved: Mapping[str, Savings] = field(default_factory=dict)

    def scale_of(self, name: str) -> float:
        """The scale that all neurons of a quantised node share. Raises BadInput without one."""
        if name not in self.quantisation:
            raise BadInput(f"{name!r} was not quantised; lower the program first")
        scale = self.quantisation[name].scale
        if isinstance(scale, tuple):
            raise BadInput(f"the neurons of {name!r} have a scale each; a layer of SSR has one")
        return scale

    def as_json(self) -> dict[str, Any]:
        """What is known, in the order in which it was found."""
        known: dict[str, Any] = {}
        if self.dt_s is not None:
            known["dt_s"] = self.dt_s
        if self.reading:
            known["reading"] = list(self.reading)
        if self.weight_bits is not None:
            known["weight_bits"] = self.weight_bits
            known["quantisation"] = {n: asdict(row) for n, row in self.quantisation.items()}
            known["inexact"] = dict(self.inexact)
        if self.silent:
            known["silent"] = dict(self.silent)
        if self.clock is not None:
            known["clock"] = self.clock
        if self.assumed:
            known["assumed"] = {name: list(within) for name, within in self.assumed.items()}
        return known | self._optimised()

    def _optimised(self) -> dict[str, Any]:
        """`kept` comes first where the first pass already left out neurons."""
        kept = {"kept": {name: list(left) for name, left in self.kept.items()}}
        saved = {"saved": {name: asdict(row) for name, row in self.saved.items()}}
        first = next(iter(self.saved.values()), None)
        both: dict[str, Any] = (
            {**kept, **saved} if first is None or first.neurons else {**saved, **kept}
        )
        return {key: value for key, value in both.items() if value}


NO_NOTES = Notes()
