"""Drop silent neurons: those that no input can make fire."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from ssr_neuro.lower.passes import Pass
from ssr_neuro.lower.remove_neurons import (
    clock_of,
    drop_empty_synapses,
    extend_kept,
    remove_neurons,
)
from ssr_neuro.program.firing_bounds import Firing, firing_bounds
from ssr_neuro.program.ir import IntegerProgram, Source, Synapse
from ssr_neuro.program.map_arithmetic import fan_out


@dataclass(frozen=True)
class DropSilent(Pass[IntegerProgram, IntegerProgram]):
    """Exact: a neuron that never fires within a sample sends nothing.

    Proven by `ssr_neuro.program.firing_bounds`, with sources that are silent themselves counted as
    such.
    The clock is silent within every sample too, and stays: its work is between them. Where only
    some neurons of a grid are silent they stay; a sum loses sources whose part is silent.
    """

    name: ClassVar[str] = "drop_silent"
    optimises: ClassVar[bool] = True

    def run(self, program: IntegerProgram) -> IntegerProgram:
        found = firing_bounds(program)
        silent = {p.name: found[p.name].silent for p in program.populations}
        clock = clock_of(program)
        if clock is not None:
            del silent[clock], found[clock]
        reduced = replace(
            program, synapses=tuple(_drop_silent_sources(s, found) for s in program.synapses)
        )
        keep = extend_kept(program, {name: ~mask for name, mask in silent.items()})
        return remove_neurons(drop_empty_synapses(reduced), keep)


def _drop_silent_sources(synapse: Synapse, found: Mapping[str, Firing]) -> Synapse:
    """Without sources none of whose firing neurons has a weight; at least one stays."""
    leaving = fan_out(synapse.map)

    def sends(source: Source) -> bool:
        if source.name not in found:  # an input, or the clock
            return True
        return bool(leaving[~found[source.name].silent].any())

    return replace(synapse, sources=tuple(filter(sends, synapse.sources)) or synapse.sources[:1])
