"""Passes from a float Program to one that a chip can run; `ssr_neuro.lower.order` says which."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import prod
from typing import overload

from ssr_neuro.errors import BadInput
from ssr_neuro.lower.order import pass_names, passes
from ssr_neuro.lower.passes import Lowering, Pass
from ssr_neuro.lower.quantisation_notes import warnings
from ssr_neuro.program.ir import FloatProgram, IntegerProgram, Program
from ssr_neuro.program.map_arithmetic import synapse_count
from ssr_neuro.program.notes import Savings
from ssr_neuro.program.verify import verify

__all__ = ["Lowering", "Pass", "Stage", "lower", "pass_names", "passes", "stages", "warnings"]


@dataclass(frozen=True)
class Stage:
    """The Program after one pass. optimises: whether that pass is one of those that optimise."""

    name: str
    program: Program
    optimises: bool = False


def stages(program: FloatProgram, options: Lowering | None = None) -> Iterator[Stage]:
    """The program after every pass, checked before the first and after each.

    What an optimising pass took away stands in `Notes.saved`: pass -> how many populations,
    neurons, synapses, matrices, and steps of depth and of the gap there are fewer (a negative
    number is more). Raises BadInput that names the pass after which a rule is broken.
    """
    verify(program, after="import")
    current: Program = program
    for step in passes(options or Lowering()):
        before, current = current, step.run(current)
        if step.optimises:
            current = _note_savings(step.name, before, current)
        verify(current, after=step.name)
        yield Stage(step.name, current, step.optimises)


@overload
def lower(program: FloatProgram, options: Lowering | None = None) -> IntegerProgram: ...


@overload
def lower(
    program: FloatProgram, options: Lowering | None = None, *, until: str | None
) -> Program: ...


def lower(
    program: FloatProgram, options: Lowering | None = None, *, until: str | None = None
) -> Program:
    """The program after the pass `until`, or after all that `options` ask for.

    By default these are the passes that a chip needs; `Lowering(optimise=True)` adds those that
    make the program smaller. Raises BadInput where `until` is not one of them.
    """
    options = options or Lowering()
    if until is not None:
        _check_runs(until, options)
    lowered: Program = program
    for stage in stages(program, options):
        lowered = stage.program
        if stage.name == until:
            break
    return lowered


def _check_runs(name: str, options: Lowering) -> None:
    if name not in (known := pass_names()):
        raise BadInput(f"no pass {name!r}; in order they are {', '.join(known)}")
    if name not in [step.name for step in passes(options)]:
        raise BadInput(f"pass {name!r} is one of those that optimise; ask for them too")


def _note_savings(name: str, before: Program, after: Program) -> Program:
    counts = [_counts(program) for program in (before, after)]
    fewer = {key: counts[0][key] - counts[1][key] for key in counts[0]}
    saved = dict(before.notes.saved) | {name: Savings(**fewer)}
    return replace(after, notes=replace(after.notes, saved=saved))


def _counts(program: Program) -> dict[str, int]:
    maps = {id(s.map): s.map for s in program.synapses}
    return {
        "populations": len(program.populations),
        "neurons": sum(prod(p.shape) for p in program.populations),
        "synapses": sum(synapse_count(s.map) for s in program.synapses),
        "matrices": len(maps),
        "depth": program.depth,
        "gap": program.gap,
    }
