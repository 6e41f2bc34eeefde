"""Synaptic operations of a forward pass, against a count over the exported program."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from trained import awake_ssr

from converters.nir_to_program import to_program
from converters.ssr_to_nir import to_nir
from ssr_neuro.lower import lower
from ssr_neuro.model.parts.rounded_ssr import RoundedSSR
from ssr_neuro.model.ssr import SSR
from ssr_neuro.settings.models.ssr import SsrConfig

CONFIG = SsrConfig(items=40, positions=8, features=6, blocks=2)
ITEMS = torch.randint(0, 41, (48, 8), generator=torch.Generator().manual_seed(3))


def counted(model: SSR) -> tuple[float, float, float]:
    """Operations of ITEMS, operations if all fired, and the firing rate of what is read."""
    program = lower(to_program(to_nir(model), CONFIG.steps), until="fold")
    trains = {name: x.numpy() for name, x in model.spike_trains(ITEMS)[0].items()}
    trains["input"] = model.stimulus(ITEMS).detach().permute(1, 2, 0, 3).numpy()
    leaving = {node.name: np.zeros(int(np.prod(node.shape))) for node in program.nodes}
    for target in reversed([*program.populations, *program.readouts]):
        read = leaving[target.name] > 0 if target in program.populations else slice(None)
        for synapse in program.into(target.name):
            for source in synapse.sources:
                leaving[source.name] += (synapse.map.expanded().toarray()[read] != 0).sum(axis=0)
    spikes = {name: x.reshape(len(ITEMS) * CONFIG.steps, -1) for name, x in trains.items()}
    done = sum(float((spikes[name] @ leaving[name]).sum()) for name in spikes)
    full = sum(leaving[name].sum() * len(x) for name, x in spikes.items())
    read_spikes = [x[:, leaving[name] > 0] for name, x in spikes.items() if name != "input"]
    return done, full, float(np.concatenate(read_spikes, axis=1).mean())


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"spectrum": "half"},
        {"encoder_skip": True},
        {"feature_gains": True},
        {"readout_skip": True},
    ],
)
def test_operations_and_rate_are_those_of_the_program_without_what_nobody_reads(
    change: dict[str, Any],
) -> None:
    model = awake_ssr(replace(CONFIG, **change)).double()
    done, full, rate = counted(model)
    activity = model.activity()
    model(ITEMS)
    assert float(activity.synaptic_operations().detach()) == pytest.approx(done / full)
    assert activity.rate() == pytest.approx(rate)
    assert 0.05 < rate < 0.95


def test_weights_that_round_to_zero_cost_nothing() -> None:
    model = RoundedSSR(awake_ssr(CONFIG), 2).eval()
    plain = SSR(model.config)
    plain.load_state_dict(model.finish()[1])
    done, full, _ = counted(plain.double().eval())
    activity = model.activity()
    model(ITEMS)
    assert float(activity.synaptic_operations().detach()) == pytest.approx(done / full, rel=1e-5)
    assert full < 0.9 * counted(awake_ssr(CONFIG).double())[1]


def test_a_network_that_always_fires_does_all_operations() -> None:
    model = awake_ssr(CONFIG)
    torch.nn.init.constant_(model.table.weight, 9.0)
    for layer in model.layers().values():
        torch.nn.init.constant_(layer.norm.get_parameter("bias"), 99.0)
    activity = model.activity()
    model(torch.ones(3, 8, dtype=torch.long))
    assert float(activity.synaptic_operations().detach()) == pytest.approx(1)
    assert activity.rate() == pytest.approx(1)


def test_the_gradient_lowers_the_operations() -> None:
    model = awake_ssr(CONFIG).train()
    activity = model.activity()
    optimizer = torch.optim.Adam(model.parameters(), 3e-2)
    found = []
    for _ in range(15):
        activity.clear()
        model(ITEMS)
        share = activity.synaptic_operations()
        found.append(float(share.detach()))
        optimizer.zero_grad()
        torch.autograd.backward(share)
        optimizer.step()
    assert found[-1] < 0.8 * found[0]
    assert model.table.weight.grad is not None
    assert model.table.weight.grad.any()


def test_a_pass_that_nobody_listens_to_is_not_counted() -> None:
    model = awake_ssr(CONFIG)
    activity = model.activity()
    activity.listening = False
    model(ITEMS)
    assert not activity.counts
