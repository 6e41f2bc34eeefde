"""A Program as the tables of runtime.h."""

from dataclasses import astuple, dataclass, replace
from math import prod
from typing import Any

import numpy as np

from converters.c.maps import NONE, MapPools, to_form
from converters.c.memory import Memory, plan, words
from converters.c.pools import Pool
from ssr_neuro.errors import DoesNotFit
from ssr_neuro.program.fixed_point import DECAY_ONE, STATE_SHIFT, V_LIMIT, shift
from ssr_neuro.program.ir import Input, IntegerLif, IntegerProgram, Population, Readout
from ssr_neuro.program.synaptic_input import largest_sum

INPUT, POPULATION, READOUT_SUM, READOUT_MEMBRANE = range(4)
EACH_BIAS, EACH_THRESHOLD, EACH_KEEP_V, EACH_KEEP_U = 1, 2, 4, 8
BIAS_FAR = 1 << 32  # a membrane that gets as much is at its limit, whatever else arrives
EXPONENTS = 31
INT32 = 1 << 31


@dataclass(frozen=True)
class NodeRow:
    """One `ssr_node`, its fields in the order of runtime.h."""

    kind: int
    bias_exponent: int
    each: int
    unused: int
    size: int
    first_synapse: int
    synapses: int
    spikes: int
    words: int
    depth: int
    v: int
    u: int
    bias: int
    threshold: int
    keep_v: int
    keep_u: int
    value: int

    BYTES = 56


@dataclass(frozen=True, eq=False)
class CTables:
    """Everything that model.c holds of a network. sum_bits: of an accumulator, 32 or 64."""

    program: IntegerProgram
    memory: Memory
    names: tuple[str, ...]
    nodes: tuple[NodeRow, ...]
    synapses: tuple[tuple[int, ...], ...]
    sources: tuple[tuple[int, int], ...]
    groups: tuple[tuple[int, int, int], ...]
    order: tuple[int, ...]
    pools: tuple[Pool, ...]
    input_words: int
    values: int
    sum_bits: int

    @property
    def sums(self) -> int:
        """Accumulators: neurons of the largest node."""
        shapes = [node.shape for node in self.program.nodes if not isinstance(node, Input)]
        return max(map(prod, shapes), default=1)

    @property
    def flash_bytes(self) -> int:
        """Of all tables; they hold no pointer, so it is the same on every machine."""
        rows = NodeRow.BYTES * len(self.nodes) + 36 * len(self.synapses)
        rows += 8 * len(self.sources) + 12 * len(self.groups) + 2 * len(self.order)
        return rows + sum(pool.bytes for pool in self.pools)

    @property
    def ram_bytes(self) -> int:
        """Of the runtime's static memory: spikes, state, sums."""
        return self.memory.bytes + self.sums * self.sum_bits // 8


class _Builder:
    def __init__(self, program: IntegerProgram) -> None:
        self.program, self.memory = program, plan(program)
        self.weights = Pool("model_weights", (np.int8,))
        self.starts = Pool("model_starts", (np.uint32,))
        self.indices = Pool("model_indices", (np.uint16, np.uint32))
        self.biases = Pool("model_biases", (np.int16, np.int32))
        self.thresholds = Pool("model_thresholds", (np.int32,))
        self.keeps = Pool("model_keeps", (np.uint16,))
        self.synapses: list[tuple[int, ...]] = []
        self.sources: list[tuple[int, int]] = []
        self.numbers = {node.name: i for i, node in enumerate(program.nodes)}
        self.input_words = self.values = 0

    def build(self) -> CTables:
        program, memory = self.program, self.memory
        if len(program.nodes) >= 1 << 16:
            raise DoesNotFit(
                f"{program.name} has {len(program.nodes)} nodes; --target c holds 65,535"
            )
        nodes = tuple(self._node(node) for node in program.nodes)
        groups: list[tuple[int, int, int]] = []
        order: list[int] = []
        for names, state in zip(memory.groups, memory.state, strict=True):
            groups.append((len(order), len(names), state))
            order += [self.numbers[name] for name in names]
        every = (self.weights, self.starts, self.indices, self.biases, self.thresholds, self.keeps)
        return CTables(
            program,
            memory,
            tuple(self.numbers),
            nodes,
            tuple(self.synapses),
            tuple(self.sources),
            tuple(groups),
            tuple(order),
            every,
            self.input_words,
            self.values,
            _sum_bits(program),
        )

    def _node(self, node: Input | Population[IntegerLif] | Readout[IntegerLif]) -> NodeRow:
        row = NodeRow(
            INPUT,
            0,
            0,
            0,
            prod(node.shape),
            len(self.synapses),
            0,
            0,
            words(node.shape),
            self.memory.depth.get(node.name, 1),
            NONE,
            NONE,
            0,
            0,
            0,
            0,
            0,
        )
        if isinstance(node, Input):
            self.input_words += row.words
            return replace(row, spikes=self.input_words - row.words)
        row = replace(row, synapses=self._into(node.name))
        if isinstance(node, Population):
            row = replace(row, kind=POPULATION, spikes=self.memory.spikes[node.name])
        else:
            kind = READOUT_SUM if node.neuron is None else READOUT_MEMBRANE
            row = replace(row, kind=kind, value=self.values)
            self.values += row.size
        if isinstance(node, Readout) and node.neuron is None:
            return replace(row, **self._bias(node.bias, node.shape, f"readout {node.name!r}"))
        return replace(row, **self._law(node.name, node.neuron, node.shape))

    def _into(self, target: str) -> int:
        """Rows of the synapses into a node; how many there are."""
        into = self.program.into(target)
        for synapse in into:
            form = to_form(synapse, MapPools(self.weights, self.starts, self.indices))
            first = len(self.sources)
            self.sources += [(self.numbers[s.name], s.lag) for s in synapse.sources]
            kind, *rest = astuple(form)
            self.synapses.append((kind, synapse.exponent, first, len(synapse.sources), *rest))
        return len(into)

    def _law(self, name: str, law: Any, shape: tuple[int, ...]) -> dict[str, int]:
        """Columns of a neuron's parameters."""
        owner = f"node {name!r}"
        theta = np.clip(np.asarray(law.vth, np.int64) << STATE_SHIFT, -V_LIMIT - 1, V_LIMIT + 1)
        bias = np.clip(shift(law.bias_mant, law.bias_exp), -BIAS_FAR, BIAS_FAR)
        columns = self._bias(bias, shape, owner)
        each = columns.pop("each")
        kept = {"v": DECAY_ONE - np.asarray(law.dv, np.int64)}
        kept["u"] = DECAY_ONE - 1 - np.asarray(law.du, np.int64)
        columns["threshold"], own = _keep(self.thresholds, theta, owner)
        each |= EACH_THRESHOLD * own
        columns["keep_v"], own = _keep(self.keeps, kept["v"], owner)
        each |= EACH_KEEP_V * own
        columns["keep_u"], own = _keep(self.keeps, kept["u"], owner)
        each |= EACH_KEEP_U * own
        return {**columns, "each": each, "v": self.memory.v[name], "u": self.memory.u[name]}

    def _bias(self, bias: Any, shape: tuple[int, ...], owner: str) -> dict[str, int]:
        """The exponent is the largest that divides every bias."""
        values = np.broadcast_to(np.asarray(bias, np.int64), shape)
        low = int(np.bitwise_or.reduce(np.abs(values), axis=None)) if values.size else 0
        exponent = min(EXPONENTS, (low & -low).bit_length() - 1) if low else 0
        first, own = _keep(self.biases, values >> exponent, f"the bias of {owner}")
        return {"bias": first, "bias_exponent": exponent, "each": EACH_BIAS * own}


def build(program: IntegerProgram) -> CTables:
    """Raises DoesNotFit that names what cannot be held."""
    return _Builder(program).build()


def _keep(pool: Pool, values: Any, owner: str) -> tuple[int, bool]:
    """The first place of one number per neuron, or of one for all; and which it is."""
    array = np.asarray(values)
    if array.size == 0 or (array == array.flat[0]).all():
        return pool.keep(array.flat[:1], owner), False
    return pool.keep(array, owner), True


def _sum_bits(program: IntegerProgram) -> int:
    """32 where no readout's sum passes them; membranes wrap there, as the chip's do."""
    for readout in (r for r in program.readouts if r.neuron is None):
        largest = largest_sum(program, readout.name)
        if largest + float(np.abs(readout.bias).max(initial=0)) >= INT32:
            return 64
    return 32
