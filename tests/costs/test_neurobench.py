"""Synaptic operations of a small SSR against NeuroBench's effective ACs, layer by layer."""

import numpy as np
import torch
from counted_programs import case
from neurobench.hooks.layer import LayerHook
from neurobench.metrics.workload import SynapticOperations
from neurobench.models import TorchModel
from torch import nn

from converters.program_to_ssr import item_table
from simulators.reference import Reference
from ssr_neuro.costs.events import sops


class Exported(nn.Module):
    """A Linear for each source of each synapse; forward takes what each source sends."""

    def __init__(self, matrices: list[np.ndarray]) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(m.shape[1], len(m), bias=False) for m in matrices)
        for layer, matrix in zip(self.layers, matrices, strict=True):
            layer.weight = nn.Parameter(torch.from_numpy(matrix.astype(np.float32)), False)

    def forward(self, sent: list[torch.Tensor]) -> None:
        for layer, spikes in zip(self.layers, sent, strict=True):
            layer(spikes)


def test_effective_acs_are_ours() -> None:
    model, items, programs = case()
    program = list(programs.values())[-1]
    stimulus = {"input": item_table(model, 1.0, ()).stimulus(items.numpy())}
    trace = Reference().run(program, stimulus)
    links = [(s, source.name) for s in program.synapses for source in s.sources]
    net = Exported([s.map.expanded().toarray() for s, _ in links])
    bench = TorchModel(net)
    bench.connection_hooks = [LayerHook(layer) for layer in net.layers]
    spikes = trace.inputs | trace.spikes
    net(
        [
            torch.from_numpy(spikes[name].reshape(-1, layer.in_features).astype(np.float32))
            for (_, name), layer in zip(links, net.layers, strict=True)
        ]
    )
    found = SynapticOperations()(bench, None, (items, None))
    ours = sum(int(operations.sum()) for operations in sops(program, trace).values())
    assert (found["Effective_ACs"], found["Effective_MACs"]) == (ours / len(items), 0)
