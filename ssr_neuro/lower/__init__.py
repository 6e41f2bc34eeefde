"""Passes from a float Program to one that a chip can run. The order below is the meaning."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from ssr_neuro.errors import BadInput
from ssr_neuro.ir import Program
from ssr_neuro.lower.bias_neurons import bias_neurons
from ssr_neuro.lower.fold import fold
from ssr_neuro.lower.quantise import Quantise, warnings
from ssr_neuro.lower.schedule import schedule
from ssr_neuro.lower.separate import separate
from ssr_neuro.lower.verify import verify

__all__ = ["PASSES", "Lowering", "Pass", "Stage", "lower", "stages", "warnings"]

Pass = Callable[[Program], Program]


@dataclass(frozen=True)
class Lowering:
    """How to lower: bits of a weight (2 to 8), and what calibration clips (see `Quantise`)."""

    weight_bits: int = 8
    clips: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Stage:
    """The Program after one pass."""

    name: str
    program: Program


def _in_order(how: Lowering) -> dict[str, Pass]:
    """The passes by name, in their one order."""
    return {
        "fold": fold,
        "bias_neurons": bias_neurons,
        "schedule": schedule,
        "quantise": Quantise(how.weight_bits, how.clips),
        "separate": separate,
    }


PASSES = tuple(_in_order(Lowering()))


def stages(program: Program, how: Lowering | None = None) -> Iterator[Stage]:
    """The program after every pass, checked before the first and after each.

    Raises BadInput that names the pass after which a rule is broken.
    """
    verify(program, after="import")
    for name, step in _in_order(how or Lowering()).items():
        program = step(program)
        verify(program, after=name)
        yield Stage(name, program)


def lower(program: Program, how: Lowering | None = None, *, until: str = PASSES[-1]) -> Program:
    """The program after the pass `until`; all passes by default."""
    if until not in PASSES:
        raise BadInput(f"no pass {until!r}; in order they are {', '.join(PASSES)}")
    return next(stage.program for stage in stages(program, how) if stage.name == until)
