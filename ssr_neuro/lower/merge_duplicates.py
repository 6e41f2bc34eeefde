"""Merge duplicates: neurons that always fire alike become one, with the weights of all."""

from collections import Counter
from dataclasses import dataclass, replace
from math import prod
from typing import Any, ClassVar

import numpy as np
import scipy.sparse as sp

from ssr_neuro.lower.equal_rows import number_rows, row_numbers
from ssr_neuro.lower.passes import Pass
from ssr_neuro.lower.remove_neurons import clock_of, free_part_name, grid_nodes, remove_neurons
from ssr_neuro.lower.slice_maps import merge_columns
from ssr_neuro.program.firing_bounds import Firing, firing_bounds
from ssr_neuro.program.fixed_point import WEIGHT_BITS
from ssr_neuro.program.ir import Affine, IntegerLif, IntegerProgram, Population, Synapse
from ssr_neuro.program.linear_maps import Array, Kron, LinearMap


@dataclass(frozen=True)
class MergeDuplicates(Pass[IntegerProgram, IntegerProgram]):
    """Exact: equal parameters, bias and incoming weights of the same sources give equal spikes.

    So do spike trains that are proven to be the same whatever the inputs. One neuron of them is
    kept and sends the sum of their weights; only where every summed weight still fits
    `Notes.weight_bits`, and a Kron stays one. In a grid whole positions are merged, and whole
    features. A sum that also reads other populations is split: their columns are not touched.
    Merged weights can make more neurons equal, so it is done until nothing changes.
    """

    name: ClassVar[str] = "merge_duplicates"
    optimises: ClassVar[bool] = True

    def run(self, program: IntegerProgram) -> IntegerProgram:
        while (merged := _merge_once(program)) is not program:
            program = merged
        return program


def _merge_once(program: IntegerProgram) -> IntegerProgram:
    found, clock = firing_bounds(program), clock_of(program)
    grids = grid_nodes(program)
    for population in program.populations:
        if population.name == clock:
            continue
        labels = _labels(program, population, found[population.name])
        for axis in (0, 1) if population.name in grids else (None,):
            owner = _owners(program, population.name, axis, labels)
            stays = owner == np.arange(len(owner))
            if not stays.all():
                program = _merge_weights(program, population.name, axis, owner)
                program = remove_neurons(
                    program, {population.name: _kept_mask(population, axis, stays)}
                )
                break
    return program


def _labels(program: IntegerProgram, population: Population[IntegerLif], found: Firing) -> Array:
    """One number per neuron, the population's shape: neurons with the same fire alike."""
    law, shape = population.neuron, population.shape
    known = found.known.ravel()
    trains = found.must.reshape(program.steps, -1).T
    values = [np.broadcast_to(v, shape).ravel() for v in (law.dv, law.vth, law.du, law.bias_mant)]
    arriving = [row_numbers(s.map) for s in program.into(population.name)]
    unknown = np.stack([*values, *arriving], axis=1)
    labels = np.empty(prod(shape), np.int64)
    labels[known] = number_rows(trains[known].astype(np.int64))
    labels[~known] = number_rows(unknown[~known]) + len(labels)
    return labels.reshape(shape)


def _owners(program: IntegerProgram, name: str, axis: int | None, labels: Array) -> Array:
    """For each index of the axis the one that its weights go to: the latest alike with room."""
    along = labels.reshape(-1, 1) if axis is None else np.moveaxis(labels, axis, 0)
    kinds = [line.tobytes() for line in along]
    often = {kind for kind, times in Counter(kinds).items() if times > 1}
    readers = [s.map for s in program.synapses if name in {x.name for x in s.sources}]
    columns = [_columns(linear, axis, _limit(program)) for linear in readers]
    latest: dict[bytes, tuple[int, list[Any]]] = {}
    owner = np.arange(len(kinds))
    for index, kind in enumerate(kinds):
        if kind not in often:
            continue
        own = [lines[[index]] for lines, _ in columns]
        if (found := latest.get(kind)) is not None:
            sums = [a + b for a, b in zip(found[1], own, strict=True)]
            if all(_fits(total, limit) for total, (_, limit) in zip(sums, columns, strict=True)):
                owner[index] = found[0]
                latest[kind] = (found[0], sums)
                continue
        latest[kind] = (index, own)
    return owner


def _columns(linear: LinearMap, axis: int | None, limit: int) -> tuple[Any, int]:
    """The weights that leave each index of the axis, and the largest that a sum of them may be."""
    if isinstance(linear, Kron):
        factor = linear.right if axis else linear.left
        carries = linear.carrier == ("right" if axis else "left")
        return sp.csr_array(factor.T), limit if carries else 1
    leaving = sp.csr_array(linear.expanded().T)
    if axis is None:
        return leaving, limit
    neurons = np.arange(leaving.shape[0]).reshape(linear.in_shape)
    lines = leaving[np.moveaxis(neurons, axis, 0).ravel()]
    return sp.csr_array(lines.reshape(linear.in_shape[axis], -1)), limit


def _limit(program: IntegerProgram) -> int:
    return (1 << ((program.notes.weight_bits or WEIGHT_BITS) - 1)) - 1


def _fits(total: Any, limit: int) -> bool:
    return bool(np.abs(total.data).max(initial=0) <= limit)


def _merge_weights(
    program: IntegerProgram, name: str, axis: int | None, owner: Array
) -> IntegerProgram:
    """With the weights of all twins on their owner."""
    taken = {s.name for s in program.synapses}
    synapses: list[Synapse] = []
    for synapse in program.synapses:
        ours = tuple(s for s in synapse.sources if s.name == name)
        others = tuple(s for s in synapse.sources if s.name != name)
        if others:
            synapses.append(replace(synapse, sources=others))
        if ours:
            new = free_part_name(synapse, ours[0], taken) if others else synapse.name
            chain = (Affine(merge_columns(synapse.map, axis, owner), synapse.chain[0].bias),)
            synapses.append(replace(synapse, name=new, sources=ours, chain=chain))
    return replace(program, synapses=tuple(synapses))


def _kept_mask(population: Population[IntegerLif], axis: int | None, stays: Array) -> Array:
    if axis is None:
        return stays.reshape(population.shape)
    left: Array = np.broadcast_to(stays[:, None] if axis == 0 else stays[None], population.shape)
    return left
