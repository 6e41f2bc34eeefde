"""A NIR graph and its input spikes as the float program that is compiled."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path
from typing import Any

import nir

from converters.nir.exporters import ExporterReading, choose_reading
from converters.nir.graph import flatten
from converters.nir.graph_data import read_graph_data, spikes_of_data
from converters.nir.nodes import as_shape
from converters.nir.read_graph import input_names, read_graph
from converters.nir_to_program import to_program
from ssr_neuro.compiler.options import CompileOptions
from ssr_neuro.errors import BadInput
from ssr_neuro.library.spikes import drop_batch_axes, read_named_spikes
from ssr_neuro.lower.fold import Fold
from ssr_neuro.lower.soft_reset import hold_membranes_in_currents, with_membranes_seen
from ssr_neuro.program import float_simulator
from ssr_neuro.program.arrays import Bits
from ssr_neuro.program.ir import FloatProgram
from ssr_neuro.program.linear_maps import Shape

HDF5 = b"\x89HDF\r\n\x1a\n"  # how such a file begins
MOST_COPIES = 32  # populations that stand for one whose neurons fire several times in a step


@dataclass(frozen=True, eq=False)
class GraphProgram:
    """name: of the file. spikes: by input, (samples, steps, *shape). program: as it is lowered,
    with a reset to zero. reading: how the graph was read. from_graph_data: whether the spikes came
    in NIR's own form."""

    name: str
    graph: nir.NIRGraph
    spikes: dict[str, Bits]
    program: FloatProgram
    reading: ExporterReading
    from_graph_data: bool = False

    @property
    def steps(self) -> int:
        """Steps of a sample."""
        return self.program.steps


def graph_program(
    source: nir.NIRGraph | Path, inputs: Any, options: CompileOptions
) -> GraphProgram:
    """Reads both. Raises BadInput that lists everything the chip cannot do."""
    name = source.name if isinstance(source, Path) else "graph"
    if inputs is None:
        raise BadInput("a .nir graph needs --inputs FILE.npz with `inputs` (samples, steps, ...)")
    graph = read_graph(source) if isinstance(source, Path) else source
    reading = choose_reading(flatten(graph), options.exporter, options.choices, options.dt_s)
    if reading.problems:
        raise BadInput("\n  ".join(["the graph cannot be read so:", *reading.problems]))
    data = _graph_data(inputs)
    if data is not None:
        inputs = spikes_of_data(data, input_names(graph), reading.dt_s)
    spikes = read_named_spikes(inputs, input_names(graph))
    steps = next(iter(spikes.values())).shape[1]
    program = to_program(graph, steps, reading.dt_s, semantics=reading.semantics)
    program = _with_notes(program, reading.notes)
    if data is not None:
        spikes = {name: _unflatten(x, program.shape_of(name)) for name, x in spikes.items()}
    spikes = drop_batch_axes(program, spikes)
    _check_shapes(graph, program, spikes)
    if reading.semantics.floor != "none":
        program = _without_floor(program, spikes)
    if reading.semantics.reset != "zero":
        program = _with_reset_to_zero(Fold().run(program), spikes)
    return GraphProgram(name, graph, spikes, program, reading, data is not None)


def _graph_data(inputs: Any) -> nir.NIRGraphData | None:
    """Inputs in NIR's own form: in memory, or a file in HDF5."""
    if isinstance(inputs, nir.NIRGraphData):
        return inputs
    if isinstance(inputs, (str, Path)) and Path(inputs).is_file():
        with Path(inputs).open("rb") as file:
            if file.read(len(HDF5)) == HDF5:
                return read_graph_data(Path(inputs))
    return None


def _unflatten(x: Bits, shape: Shape) -> Bits:
    return x.reshape(*x.shape[:2], *shape) if x.shape[2:] == (prod(shape),) else x


def _check_shapes(graph: nir.NIRGraph, program: FloatProgram, spikes: Mapping[str, Bits]) -> None:
    for node in program.inputs:
        if (given := spikes[node.name].shape[2:]) == node.shape:
            continue
        declared = as_shape(graph.nodes[node.name].output_type)
        why = (
            f", as the shape {declared} of this Input is read without axes of batch or time"
            if declared not in (None, node.shape)
            else ""
        )
        raise BadInput(
            f"the spikes of input {node.name!r} have the shape {given} in each step; the graph "
            f"takes {node.shape}{why}"
        )


def _with_reset_to_zero(program: FloatProgram, spikes: dict[str, Bits]) -> FloatProgram:
    """Soft reset by neurons that reset to zero; notes say what it cost and what was left out."""
    semantics = program.semantics
    if semantics.spikes == "one":
        return _hold(program, spikes)
    fired, _ = float_simulator.run(program, spikes)
    most = {name: min(int(x.max(initial=0)), MOST_COPIES) for name, x in fired.items()}
    notes = [
        f"{name}: its neurons fire up to {int(fired[name].max())} times in a step with these "
        f"inputs; {count} populations stand for it, and spikes beyond those wait for the next step"
        for name, count in most.items()
        if count > 1
    ]
    return _with_notes(_hold(program, spikes, most), notes)


def _without_floor(program: FloatProgram, spikes: dict[str, Bits]) -> FloatProgram:
    """Membranes without a lowest value, as the chip's; a note counts the spikes that differ."""
    plain = replace(program, semantics=replace(program.semantics, floor="none"))
    with_floor, without = (float_simulator.run(one, spikes)[0] for one in (program, plain))
    return _with_notes(plain, [_describe_floor(with_floor, without)])


def _hold(
    program: FloatProgram, spikes: dict[str, Bits], most: Mapping[str, int] | None = None
) -> FloatProgram:
    """Membranes in currents, with room for those that these inputs lead to."""
    held = hold_membranes_in_currents(program, most)
    seen: dict[str, tuple[float, float]] = {}
    float_simulator.run(held, spikes, seen)
    return with_membranes_seen(held, seen)


def _describe_floor(with_floor: Mapping[str, Bits], without: Mapping[str, Bits]) -> str:
    changed = sum(int((x != without[name]).sum()) for name, x in with_floor.items())
    compared = sum(x.size for x in with_floor.values())
    return (
        "the membranes of this network have a lowest value, minus the threshold, and those of the "
        f"chip have none: in float that changes {changed:,} of {compared:,} spikes of these inputs"
    )


def _with_notes(program: FloatProgram, notes: Iterable[str]) -> FloatProgram:
    reading = (*program.notes.reading, *notes)
    return replace(program, notes=replace(program.notes, reading=reading))
