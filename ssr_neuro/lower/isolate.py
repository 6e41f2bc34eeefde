"""One node with its synapses as a program of its own: what it reads comes from inputs."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ssr_neuro.program.arrays import Bits
from ssr_neuro.program.ir import AnyProgram, Input, Population, Program, Readout, Source, Synapse

SENT = "sent."  # sources stand as inputs under names that no node has
NOTHING = Input("", (1,))  # a program needs an input, also for a neuron that nothing reaches


def isolate(program: AnyProgram, name: str) -> AnyProgram:
    """The node `name` of a program at any stage; each source becomes an input, lags stay."""

    def outside(synapse: Synapse) -> Synapse:
        sources = (Source(SENT + s.name, lag=s.lag) for s in synapse.sources)
        return replace(synapse, sources=tuple(sources))

    node, into = program.node(name), program.into(name)
    read = dict.fromkeys(s.name for y in into for s in y.sources)
    return replace(
        program,
        inputs=tuple(Input(SENT + n, program.shape_of(n)) for n in read) or (NOTHING,),
        populations=(node,) if isinstance(node, Population) else (),
        readouts=(node,) if isinstance(node, Readout) else (),
        synapses=tuple(map(outside, into)),
        # As in `separate_samples`; all sources are inputs, which are silent in it.
        gap=max((s.lag for y in into for s in y.sources), default=0),
    )


def sources_of(program: Program, sent: Mapping[str, Bits], samples: int) -> dict[str, Bits]:
    """Inputs of a program made by `isolate` from the spikes that every node sent."""
    nothing = {NOTHING.name: np.zeros((samples, program.steps, 1), np.uint8)}
    if program.inputs == (NOTHING,):
        return nothing
    return {node.name: sent[node.name.removeprefix(SENT)] for node in program.inputs}
