"""Drop silent neurons: those that no input can make fire."""

from collections.abc import Mapping
from dataclasses import replace

from ssr_neuro.lower.bounds import Firing, firing
from ssr_neuro.lower.remove_neurons import allowed, clock_of, cut, drop_synapses
from ssr_neuro.program.ir import Program, Source, Synapse
from ssr_neuro.program.linear_maps import fan_out


def drop_silent(program: Program) -> Program:
    """Exact: a neuron that never fires within a sample sends nothing.

    Proven by `ssr_neuro.lower.bounds`, with sources that are silent themselves counted as such.
    The clock is silent within every sample too, and stays: its work is between them. Where only
    some neurons of a grid are silent they stay; a sum loses sources whose part is silent.
    """
    found = firing(program)
    silent = {p.name: found[p.name].silent for p in program.populations}
    clock = clock_of(program)
    if clock is not None:
        del silent[clock], found[clock]
    heard = replace(program, synapses=tuple(_heard(s, found) for s in program.synapses))
    keep = allowed(program, {name: ~mask for name, mask in silent.items()})
    return cut(drop_synapses(heard), keep)


def _heard(synapse: Synapse, found: Mapping[str, Firing]) -> Synapse:
    """Without sources none of whose firing neurons has a weight; at least one stays."""
    leaving = fan_out(synapse.map)

    def sends(source: Source) -> bool:
        if source.name not in found:  # an input, or the clock
            return True
        return bool(leaving[~found[source.name].silent].any())

    return replace(synapse, sources=tuple(filter(sends, synapse.sources)) or synapse.sources[:1])
