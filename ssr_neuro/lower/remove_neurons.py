"""Leave neurons out of an integer Program: what every dropping pass shares.

A pass says which neurons it wants to keep. `allowed` enlarges that to what the structure allows,
`cut` slices populations and maps, and `Notes.kept` records, for every population that lost
neurons, the flat indices left of those it had after the pass `separate`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import prod

import numpy as np

from ssr_neuro.lower.names import free_name
from ssr_neuro.lower.slice_maps import Part, sliced
from ssr_neuro.program.ir import Affine, IntegerLif, Population, Program, Source, Synapse
from ssr_neuro.program.linear_maps import Array, Kron, fan_out

Masks = Mapping[str, Array]  # population -> bool of its shape


def clock_of(program: Program) -> str | None:
    """The population that works between samples, if there is one (see `separate_samples`).

    Within every sample it is silent, so what is proven for the steps of a sample misjudges it.
    """
    clock = program.notes.clock
    there = clock in {p.name for p in program.populations}
    return clock if program.gap and there else None


def gridded(program: Program) -> set[str]:
    """Nodes at either end of a Kron: they can only lose whole positions and whole features."""
    krons = [s for s in program.synapses if isinstance(s.map, Kron)]
    return {name for s in krons for name in (s.target, *(source.name for source in s.sources))}


def as_grid(mask: Array) -> Array:
    """The least set of positions times features around a set of neurons."""
    return np.logical_and.outer(mask.any(axis=1), mask.any(axis=0))


def allowed(program: Program, keep: Masks) -> dict[str, Array]:
    """`keep` (populations that lose neurons), enlarged to what can be cut.

    Grids at a Kron; and one neuron where a readout would lose its last source.
    """
    grids = gridded(program)
    wanted = dict(keep) | {name: keep[name] | mask for name, mask in anchors(program, keep)}
    return {name: as_grid(mask) if name in grids else mask for name, mask in wanted.items()}


def anchors(program: Program, keep: Masks) -> Iterable[tuple[str, Array]]:
    """For each readout that `keep` would leave without any source: one neuron of its first."""
    for readout in program.readouts:
        sources = [source.name for s in program.into(readout.name) for source in s.sources]
        if sources and not any(keep[name].any() if name in keep else True for name in sources):
            mask = np.zeros(program.shape_of(sources[0]), bool)
            mask.flat[0] = True
            yield sources[0], mask


def cut(program: Program, keep: Masks) -> Program:
    """Without the neurons that `keep`, as `allowed` gives it, leaves out.

    Sources of one sum that keep different neurons get a synapse each, with their own columns.
    """
    changed = {name: mask for name, mask in keep.items() if not mask.all()}
    if not changed:
        return program
    grids = gridded(program)
    parts = {
        node.name: Part(changed.get(node.name, np.ones(node.shape, bool)), node.name in grids)
        for node in program.nodes
    }
    taken = {s.name for s in program.synapses}
    return drop_synapses(
        replace(
            program,
            populations=tuple(
                _part_of(p, parts[p.name]) for p in program.populations if parts[p.name].mask.any()
            ),
            synapses=tuple(new for s in program.synapses for new in _sliced(s, parts, taken)),
            notes=replace(program.notes, kept=_kept(program, changed)),
        )
    )


def drop_synapses(program: Program) -> Program:
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


def split_name(synapse: Synapse, source: Source, taken: set[str]) -> str:
    """A free name for a part of a synapse; `taken` is kept up to date."""
    name = free_name(f"{synapse.name}_from_{source.name}", taken)
    taken.add(name)
    return name


def _part_of(population: Population, part: Part) -> Population:
    neuron = population.integer

    def of(value: int | Array) -> int | Array:
        return part.of(value) if isinstance(value, np.ndarray) else value

    cut_neuron = IntegerLif(
        of(neuron.dv), of(neuron.vth), part.of(neuron.bias_mant), neuron.bias_exp, of(neuron.du)
    )
    return replace(population, shape=part.shape, neuron=cut_neuron)


def _sliced(synapse: Synapse, parts: Mapping[str, Part], taken: set[str]) -> list[Synapse]:
    """One synapse for each set of neurons that its sources keep; the first keeps the name."""
    if not parts[synapse.target].mask.any():
        return []
    groups: dict[tuple[bytes, tuple[int, ...]], list[Source]] = {}
    for source in synapse.sources:
        part = parts[source.name]
        if part.mask.any():
            groups.setdefault((part.mask.tobytes(), part.shape), []).append(source)
    slices: list[Synapse] = []
    for sources in groups.values():
        linear = sliced(synapse.map, parts[synapse.target], parts[sources[0].name])
        name = split_name(synapse, sources[0], taken) if slices else synapse.name
        chain = (Affine(linear, synapse.chain[0].bias),)
        slices.append(replace(synapse, name=name, sources=tuple(sources), chain=chain))
    return slices


def _kept(program: Program, changed: Masks) -> dict[str, tuple[int, ...]]:
    before = program.notes.kept

    def left(name: str, mask: Array) -> tuple[int, ...]:
        old = np.asarray(before.get(name, np.arange(prod(mask.shape))))
        return tuple(int(i) for i in old[mask.ravel()])

    return dict(before) | {name: left(name, mask) for name, mask in changed.items()}
