"""Leave neurons out of an integer Program: what every dropping pass shares.

A pass says which neurons it wants to keep. `extend_kept` adds those that the structure cannot
lose, `remove_neurons` slices populations and maps, and `Notes.kept` records, for every population
that lost neurons, the flat indices left of those it had after the pass `separate`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import prod

import numpy as np

from ssr_neuro.lower.names import free_name
from ssr_neuro.lower.slice_maps import KeptNeurons, slice_map
from ssr_neuro.program.ir import Affine, IntegerLif, IntegerProgram, Population, Source, Synapse
from ssr_neuro.program.linear_maps import Array, Kron
from ssr_neuro.program.map_arithmetic import fan_out

Masks = Mapping[str, Array]  # population -> bool of its shape


def clock_of(program: IntegerProgram) -> str | None:
    """The population that works between samples, if there is one (see `separate_samples`).

    It is silent within every sample, so proofs over the steps of a sample do not hold for it.
    """
    clock = program.notes.clock
    there = clock in {p.name for p in program.populations}
    return clock if program.gap and there else None


def grid_nodes(program: IntegerProgram) -> set[str]:
    """Nodes at either end of a Kron: they can only lose whole positions and whole features."""
    krons = [s for s in program.synapses if isinstance(s.map, Kron)]
    return {name for s in krons for name in (s.target, *(source.name for source in s.sources))}


def enclosing_grid(mask: Array) -> Array:
    """The least set of positions times features around a set of neurons."""
    return np.logical_and.outer(mask.any(axis=1), mask.any(axis=0))


def extend_kept(program: IntegerProgram, keep: Masks) -> dict[str, Array]:
    """`keep` and the neurons that cannot be removed without the others.

    At a Kron whole positions and whole features stay, and one neuron stays where a readout would
    otherwise lose its last source.
    """
    grids = grid_nodes(program)
    wanted = dict(keep) | {name: keep[name] | mask for name, mask in readout_anchors(program, keep)}
    return {name: enclosing_grid(mask) if name in grids else mask for name, mask in wanted.items()}


def readout_anchors(program: IntegerProgram, keep: Masks) -> Iterable[tuple[str, Array]]:
    """For each readout that `keep` would leave without any source: one neuron of its first."""
    for readout in program.readouts:
        sources = [source.name for s in program.into(readout.name) for source in s.sources]
        if sources and not any(keep[name].any() if name in keep else True for name in sources):
            mask = np.zeros(program.shape_of(sources[0]), bool)
            mask.flat[0] = True
            yield sources[0], mask


def remove_neurons(program: IntegerProgram, keep: Masks) -> IntegerProgram:
    """Without the neurons that `keep`, as `extend_kept` gives it, leaves out.

    Sources of one sum that keep different neurons get a synapse each, with their own columns.
    """
    changed = {name: mask for name, mask in keep.items() if not mask.all()}
    if not changed:
        return program
    grids = grid_nodes(program)
    kept = {
        node.name: KeptNeurons(
            changed.get(node.name, np.ones(node.shape, bool)), node.name in grids
        )
        for node in program.nodes
    }
    taken = {s.name for s in program.synapses}
    return drop_empty_synapses(
        replace(
            program,
            populations=tuple(
                _shrink_population(p, kept[p.name])
                for p in program.populations
                if kept[p.name].mask.any()
            ),
            synapses=tuple(new for s in program.synapses for new in _slice_synapse(s, kept, taken)),
            notes=replace(program.notes, kept=_record_kept(program, changed)),
        )
    )


def drop_empty_synapses(program: IntegerProgram) -> IntegerProgram:
    """Without synapses that have no weight; a readout keeps its first if it has no other."""
    weighted = [bool(fan_out(s.map).any()) for s in program.synapses]
    fed = {s.target for s, some in zip(program.synapses, weighted, strict=True) if some}
    left = []
    for synapse, some in zip(program.synapses, weighted, strict=True):
        needed = synapse.target not in fed and synapse.target in {r.name for r in program.readouts}
        if some or needed:
            left.append(synapse)
            fed.add(synapse.target)
    return replace(program, synapses=tuple(left))


def free_part_name(synapse: Synapse, source: Source, taken: set[str]) -> str:
    """A free name for a part of a synapse; `taken` is kept up to date."""
    name = free_name(f"{synapse.name}_from_{source.name}", taken)
    taken.add(name)
    return name


def _shrink_population(
    population: Population[IntegerLif], kept: KeptNeurons
) -> Population[IntegerLif]:
    neuron = population.neuron

    def of(value: int | Array) -> int | Array:
        return kept.of(value) if isinstance(value, np.ndarray) else value

    neuron_left = IntegerLif(
        of(neuron.dv), of(neuron.vth), kept.of(neuron.bias_mant), neuron.bias_exp, of(neuron.du)
    )
    return replace(population, shape=kept.shape, neuron=neuron_left)


def _slice_synapse(
    synapse: Synapse, kept: Mapping[str, KeptNeurons], taken: set[str]
) -> list[Synapse]:
    """One synapse for each set of neurons that its sources keep; the first keeps the name."""
    if not kept[synapse.target].mask.any():
        return []
    groups: dict[tuple[bytes, tuple[int, ...]], list[Source]] = {}
    for source in synapse.sources:
        left = kept[source.name]
        if left.mask.any():
            groups.setdefault((left.mask.tobytes(), left.shape), []).append(source)
    slices: list[Synapse] = []
    for sources in groups.values():
        linear = slice_map(synapse.map, kept[synapse.target], kept[sources[0].name])
        name = free_part_name(synapse, sources[0], taken) if slices else synapse.name
        chain = (Affine(linear, synapse.chain[0].bias),)
        slices.append(replace(synapse, name=name, sources=tuple(sources), chain=chain))
    return slices


def _record_kept(program: IntegerProgram, changed: Masks) -> dict[str, tuple[int, ...]]:
    before = program.notes.kept

    def left(name: str, mask: Array) -> tuple[int, ...]:
        old = np.asarray(before.get(name, np.arange(prod(mask.shape))))
        return tuple(int(i) for i in old[mask.ravel()])

    return dict(before) | {name: left(name, mask) for name, mask in changed.items()}
