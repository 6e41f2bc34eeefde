"""Synaptic operations of a small SSR against those that SpikingJelly counts."""

import numpy as np
import torch
from counted_programs import case
from spikingjelly.activation_based.op_counter import DispatchCounterMode, SynOpCounter

from converters.program_to_ssr import item_table
from simulators.reference import Reference
from ssr_neuro.costs.events import sops
from ssr_neuro.model.ssr import SSR
from ssr_neuro.program import float_simulator
from ssr_neuro.program.trace import Trace

# Layers whose one input is spikes and of whose weights none is 0: SpikingJelly takes sums of
# spikes, as after a skip, for numbers that are multiplied, and counts a weight of 0 as a synapse.
PLAIN = (
    "block0_filter",
    "block0_reconstruct",
    "block0_ffn_out",
    "block1_filter",
    "block1_reconstruct",
)


def spikejelly_by_module(model: SSR, items: torch.Tensor) -> dict[str, int]:
    counter = SynOpCounter()
    with torch.no_grad(), DispatchCounterMode([counter]):
        model(items)
    return {scope: sum(found.values()) for scope, found in counter.get_counts().items()}


def test_a_forward_pass_of_ssr_counts_alike() -> None:
    model, items, programs = case()
    program = programs["fold"]
    stimulus = {"input": item_table(model, 1.0, ()).stimulus(items.numpy())}
    spikes, _ = float_simulator.run(program, stimulus)
    ours = sops(program, Trace(stimulus, spikes, {}))
    theirs = spikejelly_by_module(model, items)
    for name in PLAIN:
        (synapse,) = program.into(name)
        assert ours[synapse.name].sum() > 0
        module = "SSR.blocks." + name.removeprefix("block").replace("_", ".", 1)
        assert ours[synapse.name].sum() == theirs[module], name


def test_every_synapse_of_the_compiled_program_counts_alike() -> None:
    model, items, programs = case()
    program = list(programs.values())[-1]
    stimulus = {"input": item_table(model, 1.0, ()).stimulus(items.numpy())}
    trace = Reference().run(program, stimulus)
    ours = sops(program, trace)
    for synapse in program.synapses:
        matrix = synapse.map.expanded().toarray()
        exists = torch.from_numpy((matrix != 0).astype(np.float32))
        counter = SynOpCounter()
        with DispatchCounterMode([counter]):
            for source in synapse.sources:
                sent = trace.inputs.get(source.name, trace.spikes.get(source.name))
                assert sent is not None
                torch.from_numpy(sent.reshape(-1, exists.shape[1]).astype(np.float32)) @ exists.T
        assert counter.get_total() == ours[synapse.name].sum(), synapse.name
