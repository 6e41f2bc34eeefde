"""What each other reading of a graph would change on given inputs: the table behind `--explain`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import chain

import nir
import numpy as np

from converters.nir.exporters import ExporterReading, choose_reading
from converters.nir.graph import Flat, flatten
from converters.nir.nodes import DT_S
from converters.nir.profiles import NAMES
from converters.nir_to_program import to_program
from ssr_neuro.errors import BadInput
from ssr_neuro.lower.fold import Fold
from ssr_neuro.program import float_simulator
from ssr_neuro.program.arrays import Bits
from ssr_neuro.program.float_simulator import FloatTrace
from ssr_neuro.program.linear_maps import Array
from ssr_neuro.program.semantics import ALWAYS, DEFAULT, Semantics, choices

PLAIN = ExporterReading(DEFAULT, DT_S, "nir")
EXPORTER = "exporter"


@dataclass(frozen=True)
class Choice:
    """One choice set to `value` instead of what was chosen, or the reading of one exporter.

    name: of a field of `Semantics`, or "exporter". spikes_changed of spikes_compared, over all
    populations, steps and samples. readouts_changed: share of the readout values that differ.
    """

    name: str
    value: str
    spikes_changed: int
    spikes_compared: int
    readouts_changed: float


def explain(
    graph: nir.NIRGraph, steps: int, inputs: dict[str, Bits], reading: ExporterReading = PLAIN
) -> tuple[Choice, ...]:
    """Every other value of the choices that all programs name, alone, in float.

    inputs: as for `float_simulator.run`.
    """
    return _compare(graph, steps, inputs, reading, _other_choices(ALWAYS, reading))


def explain_exporters(
    graph: nir.NIRGraph, steps: int, inputs: dict[str, Bits], reading: ExporterReading = PLAIN
) -> tuple[Choice, ...]:
    """Every other value of the further choices that matter here, and every exporter's reading.

    A reading whose equations the graph cannot meet is left out.
    """
    flat = flatten(graph)
    others = ((name, choose_reading(flat, name, {}, None)) for name in NAMES)
    exporters = ((EXPORTER, name, r) for name, r in others if r.semantics != reading.semantics)
    further = [
        one
        for one in _other_choices(_further(flat, reading.semantics), reading)
        if not one[1].endswith("-li") or flat.of(nir.LI)
    ]
    return _compare(graph, steps, inputs, reading, chain(further, exporters))


def _compare(
    graph: nir.NIRGraph,
    steps: int,
    inputs: dict[str, Bits],
    reading: ExporterReading,
    others: Iterable[tuple[str, str, ExporterReading]],
) -> tuple[Choice, ...]:
    def run(reading: ExporterReading) -> FloatTrace:
        # Folded, because there the choice of the bias takes effect.
        program = to_program(graph, steps, reading.dt_s, semantics=reading.semantics)
        return float_simulator.run(Fold().run(program), inputs)

    chosen, found = run(reading), []
    for name, value, other in others:
        try:
            found.append(_choice(name, value, chosen, run(other)))
        except BadInput:  # a graph that this reading cannot mean: a tau below one step, say
            continue
    return tuple(found)


def _other_choices(
    names: Iterable[str], reading: ExporterReading
) -> Iterator[tuple[str, str, ExporterReading]]:
    for name in names:
        for value in choices()[name]:
            if value != getattr(reading.semantics, name):
                yield (
                    name,
                    value,
                    ExporterReading(_with(reading.semantics, name, value), reading.dt_s, ""),
                )


def _further(flat: Flat, semantics: Semantics) -> Iterator[str]:
    """Choices beyond the usual ones that can change this graph. Units of tau never stand alone."""
    if semantics.reset == "subtract":
        yield from ("reset_step", "spikes")
    if flat.of(nir.IF):
        yield "floor"
    if flat.of(nir.LIF, nir.CubaLIF, nir.LI, nir.CubaLI):
        yield from ("decay", "membrane")
    if flat.of(nir.CubaLIF, nir.CubaLI):
        yield "current"


def _with(semantics: Semantics, name: str, value: str) -> Semantics:
    changed = {**asdict(semantics), name: value}
    if name == "reset" and value != "subtract":
        changed["spikes"] = "one"
    return Semantics(**changed)


def _choice(name: str, value: str, chosen: FloatTrace, other: FloatTrace) -> Choice:
    spikes = {n: int((x != other[0][n]).sum()) for n, x in chosen[0].items()}
    readouts = [~np.isclose(x, other[1][n], rtol=1e-9, atol=1e-12) for n, x in chosen[1].items()]
    return Choice(
        name,
        value,
        spikes_changed=sum(spikes.values()),
        spikes_compared=_size(chosen[0]),
        readouts_changed=sum(int(x.sum()) for x in readouts) / max(1, _size(chosen[1])),
    )


def _size(arrays: Mapping[str, Array]) -> int:
    return sum(x.size for x in arrays.values())
