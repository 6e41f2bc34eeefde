"""Soft reset, or none, on a chip that resets to zero: the membrane is held in the current.

A neuron of this kind has two registers, and only the membrane is reset. So the current takes the
membrane's part: its decay is that of the membrane, and the membrane itself is overwritten in every
step (tau of one step), so that its reset to zero takes nothing away. What a spike subtracts comes
back through a synapse of the neuron to itself, one step later:

    u(t) = u(t-1) (1 - 1/tau) + I(t) - theta' s(t-1)      v(t) = u(t)      s(t) = v(t) > theta

in units of tau times the membrane. theta' is tau times the threshold where the framework subtracts
behind the leak of the next step (snnTorch), and (tau - 1) times it where it subtracts at once and
the rest leaks (Sinabs). Without a leak both are the threshold. This is exact in every step.

Several spikes a step are several populations, number j with a threshold j times that of the first,
that share input, membrane and scale; each spike of any is subtracted from all.

Where a spike takes nothing away at all, the same form goes without that synapse.

It costs a synapse for each neuron (for each pair of those that share a membrane), a second synapse
for large weights (`ssr_neuro.lower.two_parts`), and a gap between samples, as every loop does. A
CubaLIF has no such form: its current and its membrane are both taken.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from ssr_neuro.errors import BadInput
from ssr_neuro.lower.names import free_name
from ssr_neuro.program.ir import Affine, FloatProgram, Lif, Population, Source, Synapse
from ssr_neuro.program.linear_maps import Array, identity
from ssr_neuro.program.map_arithmetic import scale_rows


def soft_reset_problems(program: FloatProgram) -> Iterator[str]:
    """Populations whose reset has no exact form, each with the nearest one that has."""
    soft = program.semantics.reset == "subtract"
    if program.semantics.reset == "zero":
        return
    does = "subtracts the threshold" if soft else "takes nothing from the membrane"
    nearest = "whose soft reset is exact" if soft else "which is exact without a reset"
    for population in program.populations:
        if np.any(np.asarray(population.neuron.tau_syn_steps) != 1):
            yield (
                f"{population.name}: a spike {does} of a CubaLIF, and a neuron of "
                "the chip has two registers: its current and its membrane, which are both taken "
                "here, so nothing is left that could hold what the reset to zero takes away; "
                f"nearest are a LIF of the same tau_mem, {nearest}, and --reset "
                "zero, for which --explain counts the spikes that differ"
            )


def hold_membranes_in_currents(
    program: FloatProgram, most_spikes: Mapping[str, int] | None = None
) -> FloatProgram:
    """The same spikes from neurons that reset to zero; `program` as it is where those do.

    program: folded. most_spikes: of a population in a step, where several are possible; 1 where it
    is not named. Raises BadInput that lists what has no exact form.
    """
    if program.semantics.reset == "zero":
        return program
    if problems := list(soft_reset_problems(program)):
        if program.semantics.reset == "none":
            raise BadInput("\n  ".join(["no reset is not possible here:", *problems]))
        raise BadInput("\n  ".join(["soft reset is not possible here:", *problems]))
    copies = _name_copies(program, most_spikes or {})
    taken = {synapse.name for synapse in program.synapses}
    synapses = [
        part for synapse in program.synapses for part in _with_copies(synapse, copies, taken)
    ]
    for population in program.populations:
        synapses += _subtract(population, copies[population.name], program, taken)
    return replace(
        program,
        populations=tuple(copy for p in program.populations for copy in _copies(p, copies[p.name])),
        synapses=tuple(synapses),
        semantics=replace(program.semantics, reset="zero", reset_step="same", spikes="one"),
    )


def with_membranes_seen(
    program: FloatProgram, seen: Mapping[str, tuple[float, float]]
) -> FloatProgram:
    """The program of `hold_membranes_in_currents` with the lowest and highest membranes seen.

    The scale of its integers then leaves room for them.
    """

    def in_thresholds(population: Population[Lif]) -> Population[Lif]:
        first = float(np.min(population.neuron.threshold)) / population.neuron.level
        low, high = seen[population.name]
        return replace(
            population, neuron=replace(population.neuron, seen=(low / first, high / first))
        )

    return replace(program, populations=tuple(map(in_thresholds, program.populations)))


def _name_copies(
    program: FloatProgram, most_spikes: Mapping[str, int]
) -> dict[str, tuple[str, ...]]:
    """The populations that stand for each: itself, and one for every further spike."""
    taken = {node.name for node in program.nodes}
    return {
        name: (
            name,
            *(
                free_name(f"{name}_{level}", taken)
                for level in range(2, most_spikes.get(name, 1) + 1)
            ),
        )
        for name in (population.name for population in program.populations)
    }


def _copies(population: Population[Lif], names: tuple[str, ...]) -> Iterator[Population[Lif]]:
    """The neuron with its membrane in its current, in units of tau times the membrane."""
    neuron = population.neuron
    tau = np.asarray(neuron.tau_steps)
    for level, name in enumerate(names, start=1):
        yield Population(
            name,
            population.shape,
            Lif(
                tau_steps=1.0,
                threshold=_number(tau * neuron.threshold * level),
                bias=np.zeros(population.shape),
                tau_syn_steps=neuron.tau_steps if neuron.leak else np.inf,
                current_bias=neuron.bias,
                level=level,
                levels=len(names),
            ),
        )


def _with_copies(
    synapse: Synapse, copies: Mapping[str, tuple[str, ...]], taken: set[str]
) -> Iterator[Synapse]:
    """A synapse into every copy of its target, from every copy of its sources.

    taken: names of synapses, to which those of the new ones are added.
    """
    sources = tuple(
        Source(name, source.delay, source.lag)
        for source in synapse.sources
        for name in copies.get(source.name, (source.name,))
    )
    for target in copies.get(synapse.target, (synapse.target,)):
        name = synapse.name
        if target != synapse.target:
            name = free_name(f"{synapse.name}_to_{target}", taken)
            taken.add(name)
        yield replace(synapse, name=name, sources=sources, target=target)


def _subtract(
    population: Population[Lif], names: tuple[str, ...], program: FloatProgram, taken: set[str]
) -> Iterator[Synapse]:
    """The synapses that take the threshold off, a step behind the spike.

    taken: names of synapses.
    """
    if program.semantics.reset == "none":
        return
    neuron = population.neuron
    tau = np.asarray(neuron.tau_steps)
    late = program.semantics.reset_step == "next" or not neuron.leak
    weight = tau * neuron.threshold if late else (tau - 1) * neuron.threshold
    if not np.any(weight):
        return
    lasting = identity(population.shape)
    chain = (Affine(scale_rows(lasting, -np.asarray(weight, np.float64)), np.zeros(1)),)
    sources = tuple(Source(name, lag=1) for name in names)
    for target in names:
        yield Synapse(free_name(f"{target}_subtracts", taken), sources, target, chain)


def _number(values: Array) -> float | Array:
    return float(values) if values.ndim == 0 else values
