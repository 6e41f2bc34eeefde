"""The discretisation, held against the frameworks that import or export NIR.

All numbers are multiples of powers of two, so float32 there and float64 here are both exact and
ties at the threshold are real ones.
"""

import contextlib
import io
import warnings
from collections.abc import Callable
from typing import Any

import nir
import norse.torch
import numpy as np
import pytest
import torch
from example_counts import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from nir_graphs import DT_S, Shape, cuba, full, lif, run
from snntorch.import_nir import import_from_nir
from spikingjelly.activation_based import functional, layer, neuron
from spikingjelly.activation_based.nir_exchange.to_nir import export_to_nir

from ssr_neuro.program.semantics import Semantics

STEPS = 8
seeds = given(seed=st.integers(0, 2**32 - 1))
often = settings(max_examples=examples(15))
Neurons = Callable[[np.random.Generator, Shape], nir.NIRNode]


def each(rng: np.random.Generator, shape: Shape, *options: float) -> np.ndarray:
    return rng.choice(options, shape)


def any_lif(rng: np.random.Generator, shape: Shape) -> nir.NIRNode:
    return lif(shape, each(rng, shape, 1, 2, 4), v_threshold=each(rng, shape, 0.25, 0.5, 1))


def any_cuba(rng: np.random.Generator, shape: Shape) -> nir.NIRNode:
    taus = each(rng, shape, 1, 2, 4), each(rng, shape, 1, 2, 4)
    gains = {"r": each(rng, shape, 1, 2), "w_in": each(rng, shape, 1, 2, 4)}
    return cuba(shape, *taus, v_threshold=each(rng, shape, 0.5, 1), **gains)


def any_if(rng: np.random.Generator, shape: Shape) -> nir.NIRNode:
    return nir.IF(**full(shape, r=1, v_threshold=each(rng, shape, 0.75, 1, 2)))


def snntorch_lif(rng: np.random.Generator, shape: Shape) -> nir.NIRNode:
    """One value a layer; r = tau / dt is what snnTorch writes, and what it asks of nested ones."""
    tau = float(rng.choice([1, 2, 4]))
    return lif(shape, tau, r=tau, v_threshold=rng.choice([0.5, 1, 2]))


def snntorch_cuba(rng: np.random.Generator, shape: Shape) -> nir.NIRNode:
    tau_syn, tau_mem = (float(n) for n in rng.choice([1, 2, 4], 2))
    threshold = rng.choice([0.5, 1, 2])
    return cuba(shape, tau_syn, tau_mem, r=tau_mem, w_in=tau_syn, v_threshold=threshold)


def network(seed: int, neurons: Neurons, recurrent: bool) -> tuple[nir.NIRGraph, np.ndarray]:
    """Two layers; each neuron nested with a loop of its own if `recurrent`. Input spikes (T, 6)."""
    rng = np.random.default_rng(seed)

    def dyadic(*shape: int) -> np.ndarray:
        return (rng.integers(-8, 17, shape) / 8).astype(np.float32)

    def population(size: int) -> nir.NIRNode:
        cell = neurons(rng, (size,))
        if not recurrent:
            return cell
        ends = {"input": nir.Input(np.array([size])), "output": nir.Output(np.array([size]))}
        nodes = {"lif": cell, "w_rec": nir.Linear(dyadic(size, size) / 2), **ends}
        edges = ("input", "lif"), ("lif", "w_rec"), ("w_rec", "lif"), ("lif", "output")
        return nir.NIRGraph(nodes, list(edges))

    first, second = nir.Affine(dyadic(5, 6), dyadic(5) / 4), nir.Linear(dyadic(4, 5))
    made = nir.NIRGraph.from_list(first, population(5), second, population(4))
    return made, (rng.random((STEPS, 6)) < 0.5).astype(np.uint8)


def stepped(module: Any, x: np.ndarray) -> np.ndarray:
    """Outputs of a module that takes and returns its state, a batch of one."""
    state, outputs = None, []
    with torch.no_grad():
        for now in torch.tensor(x, dtype=torch.float32):
            out, state = module(now[None], state)
            outputs.append(np.asarray(out).reshape(-1))
    return np.stack(outputs)


def in_norse(made: nir.NIRGraph, x: np.ndarray) -> np.ndarray:
    with warnings.catch_warnings(action="ignore"):
        return stepped(norse.torch.from_nir(made, dt=DT_S), x)


def in_snntorch(made: nir.NIRGraph, x: np.ndarray) -> np.ndarray:
    with contextlib.redirect_stdout(io.StringIO()):
        return stepped(import_from_nir(made), x)


@often
@seeds
@pytest.mark.parametrize("recurrent", [False, True])
@pytest.mark.parametrize("neurons", [any_lif, any_cuba])
def test_norse_fires_the_same(seed: int, neurons: Neurons, recurrent: bool) -> None:
    """With r of 1 for LIF, which Norse leaves out, and v_leak of 0, from which it starts."""
    made, x = network(seed, neurons, recurrent)
    np.testing.assert_array_equal(run(made, x)[1]["output"], in_norse(made, x))


@often
@seeds
@pytest.mark.parametrize("recurrent", [False, True])
def test_norse_integrates_without_dt(seed: int, recurrent: bool) -> None:
    """norse/torch/functional/iaf.py, iaf_feed_forward_step: v_new = state.v + input_spikes."""
    made, x = network(seed, any_if, recurrent)
    ours = run(made, x, Semantics(charge="step"))[1]["output"]
    np.testing.assert_array_equal(ours, in_norse(made, x))


@often
@seeds
@pytest.mark.parametrize("recurrent", [False, True])
@pytest.mark.parametrize("neurons", [snntorch_lif, snntorch_cuba])
def test_snntorch_fires_the_same(seed: int, neurons: Neurons, recurrent: bool) -> None:
    made, x = network(seed, neurons, recurrent)
    np.testing.assert_array_equal(run(made, x)[1]["output"], in_snntorch(made, x))


def test_the_networks_above_are_awake() -> None:
    for neurons in (any_lif, any_cuba, snntorch_lif, snntorch_cuba):
        rates = [run(*network(seed, neurons, True))[1]["output"].mean() for seed in range(20)]
        assert 0.2 < np.mean(rates) < 0.95, neurons


def test_snntorch_has_no_if() -> None:
    """snntorch/import_nir.py makes an IF a Leaky of beta 0.9 with soft reset: its charge leaks.

    It gives spike and membrane; the second is 1.9, where an integrator has 2.
    """
    made = nir.NIRGraph.from_list(nir.Linear(np.ones((1, 1))), nir.IF(np.ones(1), np.full(1, 1.95)))
    x = np.array([[1], [1]], np.uint8)
    assert run(made, x, Semantics(charge="step"))[1]["output"].ravel().tolist() == [0, 1]
    np.testing.assert_allclose(in_snntorch(made, x), [[0, 1], [0, 1.9]], rtol=1e-6)


def spikingjelly_network(rng: np.random.Generator) -> Any:
    """Dyadic weights, so that membranes meet the threshold exactly, where it fires."""
    net = torch.nn.Sequential(
        layer.Conv2d(2, 3, 3, padding=1),
        neuron.IFNode(),
        layer.AvgPool2d(2),
        layer.Flatten(),
        layer.Linear(12, 5),
        neuron.LIFNode(tau=2.0, decay_input=False),
        layer.Linear(5, 4, bias=False),
        neuron.LIFNode(tau=4.0),
    )
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.copy_(torch.tensor(rng.integers(-3, 5, parameter.shape) / 4))
    return net.eval()


@pytest.mark.parametrize("seed", range(5))
def test_spikingjelly_fires_the_same_at_its_threshold(seed: int) -> None:
    """It writes r = 1 / dt for IF, shapes of all layers, and fires at v >= v_threshold."""
    rng = np.random.default_rng(seed)
    net, x = spikingjelly_network(rng), (rng.random((STEPS, 2, 5, 5)) < 0.5).astype(np.uint8)
    frames = torch.tensor(x, dtype=torch.float32)[:, None]
    made = export_to_nir(net, frames[0], dt=DT_S)
    functional.reset_net(net)
    with torch.no_grad():
        theirs = np.stack([net(frame)[0].numpy() for frame in frames])
    (ours,) = run(made, x, Semantics(fires="at"))[1].values()
    np.testing.assert_array_equal(ours, theirs)
    at, above = run(made, x, Semantics(fires="at"))[0], run(made, x)[0]
    assert any((at[name] != above[name]).any() for name in at), "no tie to tell them apart"
