"""Every exporter's profile against the framework itself: random networks, equal outputs."""

import nir
import numpy as np
import pytest
import torch
from framework_networks import (
    NETWORKS,
    STEPS,
    Exported,
    differing_values,
    linear,
    quiet,
    read_outputs,
    spikes,
    stepped,
)

import ssr_neuro as sn
from converters.nir.exporters import choose_reading
from converters.nir.graph import flatten
from ssr_neuro.errors import BadInput

CASES = [(exporter, network) for exporter, found in NETWORKS.items() for network in found]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("exporter", "network"), CASES)
def test_a_profile_means_what_its_framework_means(exporter: str, network: str, seed: int) -> None:
    made = NETWORKS[exporter][network](seed)
    assert not differing_values(read_outputs(made, exporter, made.choices), made).any()
    assert made.outputs.any()


OTHERS = [case for case in CASES if "'zero'" not in case[1]]  # which is what a NIR file says


@pytest.mark.parametrize(("exporter", "network"), OTHERS)
def test_the_plain_reading_means_something_else(exporter: str, network: str) -> None:
    """Or is refused; on one of the seeds at least, so that the profile is needed."""
    differs = []
    for seed in range(3):
        made = NETWORKS[exporter][network](seed)
        try:
            differs.append(differing_values(read_outputs(made, "nir", {}), made).any())
        except BadInput:
            differs.append(True)
    assert any(differs)


def test_rockpool_is_told_from_its_names_with_its_dt() -> None:
    made = NETWORKS["rockpool"]["LIFTorch"](0)
    reading = choose_reading(flatten(made.graph), None, {}, None)
    assert (reading.exporter, reading.dt_s) == ("rockpool", 1e-3)
    np.testing.assert_array_equal(read_outputs(made, reading.exporter, {}), made.outputs)


@pytest.mark.parametrize(
    ("network", "node", "kind"),
    [
        ("Synaptic, 'zero', reset_delay=False", "1", "Synaptic"),
        ("RLeaky, 'zero', reset_delay=False", "1.lif", "RLeaky"),
    ],
)
def test_a_pause_behind_a_spike_is_refused_by_node(network: str, node: str, kind: str) -> None:
    """The default reset_delay=True of these, which gives the same file."""
    made = NETWORKS["snntorch"][network](0)
    found = sn.check(made.graph, exporter="snntorch", reset="zero")
    first = found.obstacles[0]
    assert (first.node, first.exit_code) == (node, 2)
    assert f"snnTorch's {kind} with reset_mechanism='zero' keeps its membrane at 0" in first.reason
    assert first.remedy.startswith("--reset-step same reads a reset in the step of the spike")
    with pytest.raises(BadInput, match="the graph cannot be read so"):
        sn.compile(made.graph, inputs=made.inputs[None], exporter="snntorch", reset="zero")
    assert sn.check(made.graph, exporter="snntorch", reset="zero", reset_step="same").compiles


def test_a_plain_leaky_has_no_pause() -> None:
    made = NETWORKS["snntorch"]["Leaky, reset_mechanism='zero'"](0)
    assert sn.check(made.graph, exporter="snntorch", reset="zero").compiles


def test_a_membrane_of_norse_starts_at_v_leak_which_is_said() -> None:
    """At 0.75, above the threshold, where ours comes only after some steps."""
    norse = pytest.importorskip("norse.torch")
    law = norse.LIFBoxParameters(v_leak=torch.tensor(0.75), v_th=torch.tensor(0.5))
    net, x = (
        norse.SequentialState(linear(0, 1, 1, bias=False), norse.LIFBoxCell(law)),
        np.zeros((STEPS, 1), np.uint8),
    )
    exported = quiet(lambda: norse.to_nir(net, torch.zeros(1, 1)))
    theirs = stepped(net, x, stateful=True)
    made = Exported(exported, x, theirs, {})
    assert theirs[0] == 1
    assert read_outputs(made, "norse", {})[0] == 0
    (note,) = choose_reading(flatten(exported), "norse", {}, None).notes
    assert "that a membrane starts at v_leak, where that is not 0: here all start at 0" in note


def test_sinabs_counts_a_membrane_twice_its_threshold_twice_before_it_is_reset() -> None:
    sl = pytest.importorskip("sinabs.layers")
    from sinabs.activation import MembraneReset

    layer = sl.IAF(reset_fn=MembraneReset())
    with torch.no_grad():
        assert layer(torch.tensor([[[1.5], [2.5], [0.5]]])).ravel().tolist() == [1, 2, 0]
    (note,) = choose_reading(flatten(NETWORKS["sinabs"]["LIF"](0).graph), "sinabs", {}, None).notes
    assert (
        "reset_fn=MembraneReset: --reset zero --spikes one, which is it as long as no membrane "
        "reaches twice its threshold"
    ) in note


def test_rockpool_leaves_out_biases_and_recurrent_weights_which_is_said() -> None:
    modules = pytest.importorskip("rockpool.nn.modules")
    from rockpool.nn.combinators import Sequential
    from rockpool.nn.modules.torch.nir import to_nir

    made = quiet(
        lambda: to_nir(
            Sequential(
                modules.LIFNeuronTorch(2, bias=torch.ones(2), dt=1e-3),
                modules.LIFTorch(2, bias=torch.ones(2), has_rec=True, dt=1e-3),
            ),
            torch.zeros(1, STEPS, 2),
        )
    )
    flat = flatten(made)
    neurons = [node for _, node in flat.of(nir.LIF, nir.CubaLIF)]
    assert [node.v_leak.tolist() for node in neurons] == [[0, 0], [0, 0]]
    assert not flat.of(nir.Linear, nir.Affine)
    note = choose_reading(flat, None, {}, None).notes[-1]
    assert "a bias of LIFTorch or LIFNeuronTorch, which Rockpool leaves out" in note
    assert "recurrent weights of LIFTorch(has_rec=True), which it leaves out too" in note


@pytest.mark.parametrize("kind", ["IFNode", "LIFNode"])
def test_a_membrane_of_spikingjelly_starts_at_v_reset(kind: str) -> None:
    """So a graph whose thresholds and leaks are shifted by it, as is advised, fires the same."""
    activation = pytest.importorskip("spikingjelly.activation_based")
    from spikingjelly.activation_based.nir_exchange.to_nir import export_to_nir

    node = getattr(activation.neuron, kind)(v_reset=-0.25)
    net = torch.nn.Sequential(linear(1, 6, 8, bias=False), node).eval()
    with torch.no_grad():
        net[0].weight.copy_((net[0].weight * 4).round() / 4)
    made = quiet(lambda: export_to_nir(net, torch.zeros(1, 6), dt=1e-4))
    activation.functional.reset_net(net)
    x = spikes(1, 6)
    theirs = stepped(net, x, stateful=False)
    with pytest.raises(BadInput, match=r"starts at v_reset instead of 0, as SpikingJelly's does"):
        sn.compile(made, inputs=x[None], exporter="spikingjelly", target="program")
    for neuron in made.nodes.values():
        for name in ("v_leak", "v_threshold"):
            if hasattr(neuron, "v_reset") and hasattr(neuron, name):
                setattr(neuron, name, getattr(neuron, name) - neuron.v_reset)
        if hasattr(neuron, "v_reset"):
            neuron.v_reset = neuron.v_reset * 0
    shifted = Exported(made, x, theirs, {})
    assert not differing_values(read_outputs(shifted, "spikingjelly", {}), shifted).any()
    assert theirs.any()
