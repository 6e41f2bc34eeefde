"""What a pass is, and the options that all of them are made from."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Generic, Self, TypeVar

from ssr_neuro.program.fixed_point import WEIGHT_BITS
from ssr_neuro.program.ir import Program
from ssr_neuro.program.linear_maps import Array


@dataclass(frozen=True)
class Lowering:
    """How to lower: bits of a weight (2 to 8), and what calibration clips (see `Quantise`).

    rates: mean spikes a step of every neuron of the inputs and populations, by name, where weights
    are to be rounded by them.
    optimise: also run the passes that make the program smaller and leave every bit of the
    readouts. graded: messages carry whole numbers, so spikes can be summed before a matrix (see
    `SumSources`).
    """

    weight_bits: int = WEIGHT_BITS
    clips: Mapping[str, float] = field(default_factory=dict)
    optimise: bool = False
    graded: bool = True
    rates: Mapping[str, Array] = field(default_factory=dict)


# What a pass takes and what it gives: a FloatProgram before quantising, an IntegerProgram after.
Before = TypeVar("Before", bound=Program)
After = TypeVar("After", bound=Program)


@dataclass(frozen=True)
class Pass(ABC, Generic[Before, After]):
    """One step from a program to the next. Its options are the fields of the dataclass.

    name: as in `--stop-after` and in reports. optimises: runs only with `Lowering.optimise`, and
    changes no bit of any readout. follows: the pass behind which one of another package runs; the
    project's own stand in `ssr_neuro.lower.order`.
    """

    name: ClassVar[str]
    optimises: ClassVar[bool] = False
    follows: ClassVar[str] = ""

    @classmethod
    def of(cls, options: Lowering) -> Self:
        """The pass with what these options say of it; by default it has no options of its own."""
        return cls()

    @abstractmethod
    def run(self, program: Before) -> After:
        """The program after this pass. Raises BadInput or DoesNotFit where it cannot be made."""
