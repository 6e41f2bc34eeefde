"""What every pass saved: counts of the Program after each, and the work of the same inputs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from math import ceil, isfinite, prod

import numpy as np

from ssr_neuro.costs.accounting.memory_model import MemoryModel
from ssr_neuro.costs.events import sops
from ssr_neuro.errors import BadInput, Mismatch
from ssr_neuro.lower import Stage
from ssr_neuro.program.arrays import Bits
from ssr_neuro.program.fixed_point import NO_CURRENT_MEMORY
from ssr_neuro.program.ir import IntegerLif, IntegerProgram, Program
from ssr_neuro.program.linear_maps import Array, Dense, Kron, LinearMap
from ssr_neuro.program.map_arithmetic import synapse_count
from ssr_neuro.program.simulator import Simulator, unready
from ssr_neuro.program.trace import Trace

STANDARD_BITS = 8
STORED = (np.int8, np.int16, np.int32, np.int64)
ArraysOf = Callable[[LinearMap], tuple[Array, ...]]


@dataclass(frozen=True)
class PassRow:
    """The Program after one pass.

    synapses: non-zero weights, expanded. sops: synaptic operations per inference, mean over the
    samples. spikes: of populations, likewise. relay_neurons: what a chip without delays needs to
    hold late spikes, one per neuron and step of its longest delay past the first. weight_bytes:
    every stored weight once, at its bits. stored_bytes: all arrays of the maps, shared ones
    once, in the smallest integer type that holds them. state_bytes: membranes, and currents that
    are remembered, at the width of the energy model.
    """

    name: str
    populations: int
    neurons: int
    synapses: int
    sops: float
    spikes: float
    depth: int
    latency_steps: int
    interval_steps: int
    relay_neurons: int
    weight_bytes: int
    stored_bytes: int
    state_bytes: int


@dataclass(frozen=True)
class Saving:
    """One column before the first and after the last pass; ratio: how many times less."""

    column: str
    before: float
    after: float
    ratio: float

    @property
    def times(self) -> str:
        """The ratio as it is shown; "all" where nothing is left."""
        return f"{self.ratio:.2f}x" if isfinite(self.ratio) else "all"


@dataclass(frozen=True)
class PassTable:
    """Rows in the order of the passes, from the first integer Program on."""

    samples: int
    rows: tuple[PassRow, ...]

    @property
    def savings(self) -> tuple[Saving, ...]:
        first, last = self.rows[0], self.rows[-1]
        columns = [name for name in vars(first) if name != "name"]
        return tuple(_compute_saving(c, getattr(first, c), getattr(last, c)) for c in columns)

    def saving(self, column: str) -> Saving:
        return next(saving for saving in self.savings if saving.column == column)


def pass_table(stages: Iterable[Stage], inputs: dict[str, Bits], simulator: Simulator) -> PassTable:
    """Run the Program after every pass from `quantise` on, on the same inputs.

    Stages before are passed over, and so is `quantise` itself where samples are kept apart by
    the next pass: alone it cannot be run in a stream. Raises Mismatch where a readout of a stage
    is not that of the first one, BadInput where no stage is quantised.
    """
    rows: list[PassRow] = []
    first: Trace | None = None
    before: Stage | None = None
    for stage in stages:
        program = stage.program
        if not isinstance(program, IntegerProgram) or unready(program):
            continue
        if before is not None and _are_same(before.program, program):
            rows.append(replace(rows[-1], name=stage.name))
        else:
            trace = simulator.run(program, inputs)
            first = first or trace
            _demand_equal(first, trace, stage.name, (before or stage).name)
            rows.append(_row(stage, trace))
        before = stage
    if first is None:
        raise BadInput("none of the stages is quantised; lower the program to the end")
    return PassTable(first.samples, tuple(rows))


def _are_same(before: Program, after: Program) -> bool:
    """Whether a pass left everything but the notes as it was."""
    others = [field.name for field in fields(before) if field.name != "notes"]
    return all(getattr(before, name) is getattr(after, name) for name in others)


def _demand_equal(first: Trace, trace: Trace, name: str, before: str) -> None:
    for readout, values in first.readouts.items():
        wrong = int((values != trace.readouts[readout]).sum())
        if wrong:
            raise Mismatch(
                f"after the pass {name!r} {wrong} of {values.size} values of readout {readout!r} "
                f"are not what they were after {before!r}; every pass must leave them as they are"
            )


def _row(stage: Stage, trace: Trace) -> PassRow:
    program = stage.program
    done = sum(int(operations.sum()) for operations in sops(program, trace).values())
    fired = sum(int(spikes.sum()) for spikes in trace.spikes.values())
    return PassRow(
        name=stage.name,
        populations=len(program.populations),
        neurons=sum(prod(p.shape) for p in program.populations),
        synapses=sum(synapse_count(s.map) for s in program.synapses),
        sops=done / trace.samples,
        spikes=fired / trace.samples,
        depth=program.depth,
        latency_steps=program.latency_steps,
        interval_steps=program.interval,
        relay_neurons=_relays(program),
        weight_bytes=_weight_bytes(program),
        stored_bytes=sum(_smallest_format(array) for array in _distinct(program, _arrays)),
        state_bytes=_state_bytes(program),
    )


def _relays(program: Program) -> int:
    """A delay line is shared by all that read a population: its longest delay counts."""
    longest: dict[str, int] = {}
    for synapse in program.synapses:
        for source in synapse.sources:
            longest[source.name] = max(longest.get(source.name, 1), source.delay or 1)
    return sum(prod(program.shape_of(name)) * (delay - 1) for name, delay in longest.items())


def _weight_bytes(program: Program) -> int:
    bits = program.notes.weight_bits or STANDARD_BITS
    weights = _distinct(program, lambda linear: (linear.weights,))
    return ceil(sum(w.size for w in weights) * bits / 8)


def _distinct(program: Program, arrays_of: ArraysOf) -> list[Array]:
    arrays = (array for s in program.synapses for array in arrays_of(s.map))
    return list({id(array): array for array in arrays}.values())


def _arrays(linear: LinearMap) -> tuple[Array, ...]:
    if isinstance(linear, Kron):
        return (linear.left, linear.right)
    if isinstance(linear, Dense):
        return (linear.weight,)
    matrix = linear.expanded()
    return (matrix.data, matrix.indices, matrix.indptr)


def _smallest_format(array: Array) -> int:
    fitting = (t for t in STORED if (array.astype(t) == array).all())
    return array.size * np.dtype(next(fitting)).itemsize


def _state_bytes(program: Program) -> int:
    width = MemoryModel().state_bytes
    total = 0
    for node in program.stateful:
        law = node.neuron
        if isinstance(law, IntegerLif):
            remembering = np.broadcast_to(np.asarray(law.du) != NO_CURRENT_MEMORY, node.shape)
            total += width * (prod(node.shape) + int(remembering.sum()))
    return total


def _compute_saving(column: str, before: float, after: float) -> Saving:
    ratio = before / after if after else float("inf") if before else 1.0
    return Saving(column, before, after, ratio)
