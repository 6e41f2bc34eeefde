"""Golden vectors: what a chip must reproduce, and membranes of a few neurons to look at.

Every spike and readout is recorded; of the membranes those of up to three neurons in each
population. Which ones, and why, stands in `watched.json` beside the arrays.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import Strict, TypeAdapter, ValidationError

from ssr_neuro.errors import BadInput, Mismatch
from ssr_neuro.files import json_document, npz
from ssr_neuro.files.checked import Count
from ssr_neuro.program import integer_neuron, synaptic_input
from ssr_neuro.program.arrays import Bits, Ints
from ssr_neuro.program.fixed_point import STATE_SHIFT
from ssr_neuro.program.ir import IntegerLif, IntegerProgram, Population
from ssr_neuro.program.simulator import check_inputs
from ssr_neuro.program.trace import Trace

EXACT = 2.0**53  # below it every whole number is a float64
PARTS = ("inputs", "spikes", "readouts", "membranes")
WATCHED = "watched.json"
MOST, NEVER, NEAREST = "fires most", "never fires", "comes nearest to its threshold"
Watched = dict[str, dict[str, tuple[int, ...]]]
Index = Annotated[Count, Strict()]  # no `true`: check.py would take it for a mask
_WATCHED: TypeAdapter[Watched] = TypeAdapter(dict[str, dict[str, tuple[Index, ...]]])
WATCHED_FORMAT = json_document.Format("ssr-neuro-watched", 1, "`ssr-compile`")


@dataclass(frozen=True, eq=False)
class Golden:
    """trace: inputs, spikes and readouts of one run, without membranes.

    watched: population -> why -> index of a neuron in the population's shape. membranes: v of
    those neurons before a spike clears it, population -> int64 (samples, steps, neurons watched).
    """

    trace: Trace
    watched: Watched
    membranes: dict[str, Ints]


def record(program: IntegerProgram, trace: Trace) -> Golden:
    """What to keep of a run of a lowered program; membranes follow from its spikes."""
    watched: Watched = {}
    seen: dict[str, Ints] = {}
    for population in program.populations:
        v = _membrane(program, population, trace)
        if found := _choose_neurons(population, v, trace.spikes[population.name]):
            watched[population.name] = found
            seen[population.name] = _of(v, found)
    return Golden(trace, watched, seen)


def _membrane(program: IntegerProgram, population: Population[IntegerLif], trace: Trace) -> Ints:
    """v before the reset, (samples, steps, *shape)."""
    a = synaptic_input.into(program, population.name, trace)
    state, seen = integer_neuron.rest(population.shape), []
    for step in range(program.steps):
        state, _, v = integer_neuron.step(population.neuron, state, a[:, step])
        seen.append(v)
    return np.stack(seen, axis=1)


def _choose_neurons(
    population: Population[IntegerLif], v: Ints, spikes: Bits
) -> dict[str, tuple[int, ...]]:
    """Neurons by what makes them worth a look; a reason that fits none is left out.

    Of those that never fire the one whose membrane moves most; of the rest the nearest miss or
    the narrowest hit. Of equals the first.
    """
    size = int(np.prod(population.shape))
    fired, v = spikes.reshape(-1, size).sum(axis=0, dtype=np.int64), v.reshape(-1, size)
    theta = np.broadcast_to(population.neuron.vth, population.shape).reshape(-1) << STATE_SHIFT
    rules = (
        (MOST, fired > 0, fired),
        (NEVER, fired == 0, np.ptp(v, axis=0)),
        (NEAREST, fired >= 0, -np.abs(v - theta).min(axis=0)),
    )
    found: dict[str, int] = {}
    for why, fits, worth in rules:
        left = np.setdiff1d(np.flatnonzero(fits), list(found.values()))
        if len(left):
            found[why] = int(left[worth[left].argmax()])
    return {why: _index(flat, population.shape) for why, flat in found.items()}


def _index(flat: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(int(i) for i in np.unravel_index(flat, shape))


def _of(values: Ints, neurons: dict[str, tuple[int, ...]]) -> Ints:
    """(samples, steps, *shape) -> (samples, steps, neurons)."""
    return values[(slice(None), slice(None), *np.transpose(list(neurons.values())))]


def write(folder: Path, golden: Golden) -> None:
    """A new `folder` with one archive for each part, and which membranes are in it."""
    folder.mkdir()
    for part in PARTS:
        found = golden.membranes if part == "membranes" else getattr(golden.trace, part)
        npz.write(folder / f"{part}.npz", found)
    document = WATCHED_FORMAT.wrap({"neurons": golden.watched})
    (folder / WATCHED).write_text(json_document.to_text(document), encoding="utf-8", newline="")


def read(folder: Path) -> Golden:
    """What `write` left. Raises BadInput where a file is missing or holds something else."""
    inputs, spikes, readouts, membranes = (_read_whole(folder / f"{part}.npz") for part in PARTS)
    path = folder / WATCHED
    watched = _read_watched(path)
    if watched.keys() != membranes.keys():
        raise BadInput(
            f"{path}: names {sorted(watched)}, membranes.npz holds {sorted(membranes)}; compile "
            "the model again"
        )
    return Golden(Trace(inputs, spikes, readouts), watched, membranes)


def _read_whole(path: Path) -> dict[str, Any]:
    """Arrays of whole numbers; those that are stored as floats become integers."""
    arrays = npz.read(path)
    if odd := [name for name, values in arrays.items() if not _is_whole(values)]:
        raise BadInput(f"{path}: {', '.join(odd)} has no whole numbers; compile the model again")
    return {k: x.astype(np.int64) if x.dtype.kind == "f" else x for k, x in arrays.items()}


def _is_whole(values: Any) -> bool:
    if values.dtype.kind != "f":
        return values.dtype.kind in "biu"
    return bool((np.abs(values) < EXACT).all() and (values == np.rint(values)).all())


def read_trace(folder: Path, program: IntegerProgram) -> Trace:
    """The golden run of `program` in `folder`. Raises BadInput where it can be none of it."""
    trace = read(folder).trace
    try:
        samples = check_inputs(program, trace.inputs)
        for nodes, found in (
            (program.populations, trace.spikes),
            (program.readouts, trace.readouts),
        ):
            _check_shapes({n.name: (samples, program.steps, *n.shape) for n in nodes}, found)
    except BadInput as error:
        raise BadInput(f"{folder}: {error}; compile the model again") from error
    return trace


def _check_shapes(expected: Mapping[str, tuple[int, ...]], found: Mapping[str, Any]) -> None:
    if expected.keys() != found.keys():
        raise BadInput(f"it holds {sorted(found)}, the program has {sorted(expected)}")
    for name, shape in expected.items():
        if found[name].shape != shape:
            raise BadInput(f"{name!r} has shape {found[name].shape}, not {shape}")


def _read_watched(path: Path) -> Watched:
    """Raises BadInput on a file of another form; one of an older release has the neurons alone."""
    remedy = "it names the neurons of membranes.npz: compile the model again"
    stored = json_document.read_any(path, remedy)
    if isinstance(stored, dict) and isinstance(stored.get("format"), str):
        stored = WATCHED_FORMAT.read(path).get("neurons")
    try:
        return _WATCHED.validate_python(stored)
    except ValidationError as error:
        said = "; ".join(json_document.describe(error))
        raise BadInput(f"{path}: {said}; {remedy}") from error


def _check_places(trace: Trace, population: str, neurons: Mapping[str, tuple[int, ...]]) -> None:
    """Raises Mismatch where watched.json names a neuron that the program does not have."""
    shape = trace.membranes[population].shape[2:] if population in trace.membranes else ()
    for at in neurons.values():
        inside = len(at) == len(shape) and all(0 <= i < n for i, n in zip(at, shape, strict=True))
        if not shape or not inside:
            raise Mismatch(
                f"{WATCHED} names neuron {at} of {population!r}, and the program has "
                f"{f'the shape {shape} there' if shape else 'no such population'}; compile again"
            )


def check_membranes(golden: Golden, trace: Trace, name: str) -> int:
    """How many membranes of `trace`, a run of simulator `name` that recorded them, are equal.

    Raises Mismatch with population, neuron, sample, step and both values at the first that is
    not, in data-flow order.
    """
    for population, neurons in golden.watched.items():
        _check_places(trace, population, neurons)
        ours, theirs = _of(trace.membranes[population], neurons), golden.membranes[population]
        if ours.shape != theirs.shape:
            raise Mismatch(
                f"membranes of {population!r}: golden {theirs.shape}, {name} {ours.shape}; they "
                "are not of one run"
            )
        if len(places := np.argwhere(ours != theirs)):
            sample, step, which = (int(i) for i in places[0])
            why, at = list(neurons.items())[which]
            raise Mismatch(
                f"golden membranes and {name} differ, first at population {population!r}, neuron "
                f"{at}, which {why}, sample {sample}, step {step + 1}: golden "
                f"{theirs[sample, step, which]}, {name} {ours[sample, step, which]}"
            )
    return sum(values.size for values in golden.membranes.values())
