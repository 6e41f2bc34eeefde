"""Passes from a float Program to one that a chip can run. The order below is the meaning."""

from collections.abc import Callable

from ssr_neuro.ir import Program
from ssr_neuro.lower.fold import fold
from ssr_neuro.lower.quantise import Quantise, warnings
from ssr_neuro.lower.schedule import schedule
from ssr_neuro.lower.verify import verify

__all__ = ["Pass", "lower", "warnings"]

Pass = Callable[[Program], Program]


def lower(program: Program, weight_bits: int = 8) -> Program:
    """Run the passes in order; the program is checked before the first and after every one."""
    verify(program, after="import")
    passes: tuple[Pass, ...] = (fold, schedule, Quantise(weight_bits))
    for step in passes:
        program = step(program)
        verify(program, after=getattr(step, "__name__", type(step).__name__))
    return program
