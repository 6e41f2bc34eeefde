"""Passes from a float Program to one that a chip can run. The order below is the meaning.

The optimising passes stand behind `separate`, so every stage from there on is a program whose
samples are apart and can be run and compared with the one before; the clock is one population
among the others, and the last pass shortens the gap to what is still needed. Among them: what is
silent or constant goes first, as that can make neurons equal; merging can cancel weights and so
leave neurons unread; then nothing more is dropped and sums, arrays and depths are settled. A
further file of this folder joins by naming the pass it follows: `AFTER = "share"`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from math import prod
from pathlib import Path

from ssr_neuro.errors import BadInput
from ssr_neuro.lower.bias_neurons import bias_neurons
from ssr_neuro.lower.constant_neurons import constant_neurons
from ssr_neuro.lower.drop_silent import drop_silent
from ssr_neuro.lower.drop_unread import drop_unread
from ssr_neuro.lower.fold import fold
from ssr_neuro.lower.merge_duplicates import merge_duplicates
from ssr_neuro.lower.prune import prune
from ssr_neuro.lower.quantise import Quantise, warnings
from ssr_neuro.lower.schedule import schedule
from ssr_neuro.lower.separate_samples import separate
from ssr_neuro.lower.share_matrices import share
from ssr_neuro.lower.shorten_delays import realign
from ssr_neuro.lower.sum_sources import skips
from ssr_neuro.program.ir import Program
from ssr_neuro.program.linear_maps import synapse_count
from ssr_neuro.program.notes import Savings
from ssr_neuro.program.verify import verify

__all__ = ["OPTIMISING", "PASSES", "Lowering", "Pass", "Stage", "lower", "stages", "warnings"]

Pass = Callable[[Program], Program]
BUILT_IN = (
    "prune",
    "drop_silent",
    "constant_neurons",
    "merge_duplicates",
    "drop_unread",
    "skips",
    "share",
    "realign",
)


def with_added(order: tuple[str, ...], folder: Path) -> tuple[str, ...]:
    """The passes, and those of files in `folder` that say `AFTER = "NAME"`, behind that one.

    Raises BadInput where no pass in `order` has that name.
    """
    found = list(order)
    for file in sorted(folder.glob("*.py"), reverse=True):
        if after := re.search(r'^AFTER = "(.*)"$', file.read_text(), re.MULTILINE):
            if after[1] not in order:
                raise BadInput(f"{file}: AFTER is {after[1]!r}; it can be {', '.join(order)}")
            found.insert(found.index(after[1]) + 1, file.stem)
    return tuple(found)


OPTIMISING = with_added(BUILT_IN, Path(__file__).parent)


@dataclass(frozen=True)
class Lowering:
    """How to lower: bits of a weight (2 to 8), and what calibration clips (see `Quantise`).

    optimise: also run the passes `OPTIMISING`, which leave every bit of the readouts. graded:
    messages carry whole numbers, so spikes can be summed before a matrix (see `skips`).
    """

    weight_bits: int = 8
    clips: Mapping[str, float] = field(default_factory=dict)
    optimise: bool = False
    graded: bool = True


@dataclass(frozen=True)
class Stage:
    """The Program after one pass."""

    name: str
    program: Program


def _in_order(how: Lowering) -> dict[str, Pass]:
    """The passes by name, in their one order."""
    passes: dict[str, Pass] = {
        "fold": fold,
        "bias_neurons": bias_neurons,
        "schedule": schedule,
        "quantise": Quantise(how.weight_bits, how.clips),
        "separate": separate,
        "prune": prune,
        "drop_silent": drop_silent,
        "constant_neurons": constant_neurons,
        "merge_duplicates": merge_duplicates,
        "drop_unread": drop_unread,
        "skips": partial(skips, graded=how.graded),
        "share": share,
        "realign": realign,
    }
    wanted = [n for n in passes if n not in OPTIMISING] + [n for n in OPTIMISING if how.optimise]
    return {n: passes.get(n) or _added(n) for n in wanted}


def _added(name: str) -> Pass:
    """The function of the same name in the file of that name."""
    found: Pass = getattr(import_module(f"ssr_neuro.lower.{name}"), name)
    return found


PASSES = tuple(_in_order(Lowering(optimise=True)))


def stages(program: Program, how: Lowering | None = None) -> Iterator[Stage]:
    """The program after every pass, checked before the first and after each.

    What an optimising pass took away stands in `Notes.saved`: pass -> how many populations,
    neurons, synapses, matrices, and steps of depth and of the gap there are fewer (a negative
    number is more). Raises BadInput that names the pass after which a rule is broken.
    """
    verify(program, after="import")
    for name, step in _in_order(how or Lowering()).items():
        before, program = program, step(program)
        if name in OPTIMISING:
            program = _noted(name, before, program)
        verify(program, after=name)
        yield Stage(name, program)


def lower(program: Program, how: Lowering | None = None, *, until: str | None = None) -> Program:
    """The program after the pass `until`; all passes by default."""
    how = how or Lowering()
    if until is not None and until not in PASSES:
        raise BadInput(f"no pass {until!r}; in order they are {', '.join(PASSES)}")
    if until in OPTIMISING and not how.optimise:
        raise BadInput(f"pass {until!r} is one of those that optimise; ask for them too")
    for stage in stages(program, how):
        program = stage.program
        if stage.name == until:
            break
    return program


def _noted(name: str, before: Program, after: Program) -> Program:
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
