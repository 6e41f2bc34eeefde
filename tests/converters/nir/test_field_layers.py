"""Layers of networks as people train them: batch norm, pools, several ways in and out, readouts."""

from pathlib import Path
from typing import Any

import h5py
import nir
import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils import fuse_conv_bn_eval

import ssr_neuro as sn
from converters.nir.conv import ConvAxis, convolution
from ssr_neuro.errors import BadInput
from ssr_neuro.files import limits

STEPS, SAMPLES, DT_S = 12, 3, 1e-3
Floats = np.ndarray[Any, Any]


def spikes(*shape: int, seed: int = 0) -> Floats:
    return (np.random.default_rng(seed).random((SAMPLES, STEPS, *shape)) < 0.4).astype(np.uint8)


def if_neurons(*shape: int, threshold: float = 1.0) -> nir.IF:
    """They add what arrives: r = 1 / dt."""
    return nir.IF(np.full(shape, 1 / DT_S), np.full(shape, threshold))


def fired(currents: Floats, threshold: float = 1.0) -> Floats:
    """Spikes of IF neurons with a reset to zero; currents (samples, steps, *shape)."""
    membrane, out = np.zeros_like(currents[:, 0]), np.zeros_like(currents)
    for step in range(currents.shape[1]):
        membrane = membrane + currents[:, step]
        out[:, step] = membrane > threshold
        membrane = np.where(out[:, step] > 0, 0.0, membrane)
    return out


def compiled(graph: nir.NIRGraph, inputs: Any, **options: Any) -> Any:
    return sn.compile(graph, inputs=inputs, target="program", dt_s=DT_S, **options)


@pytest.mark.parametrize("axes", [1, 2])
def test_a_convolution_with_its_batch_norm_folded_fires_as_both_do_in_torch(axes: int) -> None:
    torch.manual_seed(axes)
    kinds: Any = (nn.Conv1d, nn.BatchNorm1d, nir.Conv1d), (nn.Conv2d, nn.BatchNorm2d, nir.Conv2d)
    conv_kind, norm_kind, node_kind = kinds[axes - 1]
    conv, norm = conv_kind(2, 3, 3, stride=2, padding=1).eval(), norm_kind(3).eval()
    with torch.no_grad():
        norm.running_mean.uniform_(-0.2, 0.2)
        norm.running_var.uniform_(0.1, 0.5)
        norm.weight.uniform_(0.5, 1.0)
        norm.bias.uniform_(0.1, 0.4)
        x = spikes(2, *(6,) * axes)
        frames = torch.tensor(x, dtype=torch.float32).flatten(0, 1)
        currents = norm(conv(frames)).unflatten(0, x.shape[:2]).double().numpy()
    folded = fuse_conv_bn_eval(conv, norm)
    weight, bias = (p.detach().double().numpy() for p in (folded.weight, folded.bias))
    layer = node_kind(6 if axes == 1 else (6, 6), weight, 2, 1, 1, 1, bias)
    made = nir.NIRGraph.from_list(layer, if_neurons(*currents.shape[2:]))
    (ours,) = compiled(made, x).outputs.values()
    theirs = fired(currents)
    assert 0.05 < theirs.mean() < 0.8
    assert (ours != theirs).mean() < 0.03  # weights of eight bits


@pytest.mark.parametrize("kind", ["SumPool2d", "AvgPool2d"])
def test_pools_between_populations_add_exactly(kind: str) -> None:
    node = nir.SumPool2d if kind == "SumPool2d" else nir.AvgPool2d
    threshold = 1.5 if kind == "SumPool2d" else 0.375
    made = nir.NIRGraph.from_list(
        if_neurons(2, 4, 6, threshold=0.5),
        node(np.array([2, 3]), np.array([2, 3]), np.array([0, 0])),
        if_neurons(2, 2, 2, threshold=threshold),
    )
    x = spikes(2, 4, 6)
    (ours,) = compiled(made, x).outputs.values()
    sums = x.reshape(SAMPLES, STEPS, 2, 2, 2, 2, 3).sum(axis=(4, 6)).astype(float)
    np.testing.assert_array_equal(ours, fired(sums if kind == "SumPool2d" else sums / 6, threshold))


@pytest.mark.parametrize(
    ("kind", "remedy"),
    [
        ("MaxPool2d", "train with average or sum pooling"),
        ("BatchNorm2d", "fold it into the layer before it"),
        ("Spike", "is a Threshold: write that"),
        ("Reset", "say what a spike does by --reset"),
        ("Maxout", "install the nir that wrote the file"),
    ],
)
def test_a_layer_that_nir_does_not_know_is_refused_by_name(
    kind: str, remedy: str, tmp_path: Path
) -> None:
    pool = nir.SumPool2d(np.array([2, 2]), np.array([2, 2]), np.array([0, 0]))
    nodes = {"in": nir.Input(np.array([1, 4, 4])), "p": pool, "n": if_neurons(1, 2, 2)}
    nodes["out"] = nir.Output(np.array([1, 2, 2]))
    path = tmp_path / "net.nir"
    nir.write(path, nir.NIRGraph(nodes, [("in", "p"), ("p", "n"), ("n", "out")]))
    with h5py.File(path, "r+") as file:
        del file["node/nodes/p/type"]
        file["node/nodes/p/type"] = kind
    with pytest.raises(sn.BadInput, match=f"p is a {kind}, which nir [0-9.]+ does not know"):
        sn.compile(path, inputs=spikes(1, 4, 4))
    (obstacle,) = sn.check(path).obstacles
    assert obstacle.reason.endswith("does not know")
    assert remedy in obstacle.remedy


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("refractory_time", "n: this IF has a field 'refractory_time', which nir [0-9.]+ does not"),
        ("v_threshold", "n: this IF lacks v_threshold; write the node with it"),
    ],
)
def test_a_field_of_another_nir_is_told_with_its_node(
    field: str, words: str, tmp_path: Path
) -> None:
    nodes = {"in": nir.Input(np.array([2])), "n": if_neurons(2), "out": nir.Output(np.array([2]))}
    path = tmp_path / "net.nir"
    nir.write(path, nir.NIRGraph(nodes, [("in", "n"), ("n", "out")]))
    with h5py.File(path, "r+") as file:
        if field in file["node/nodes/n"]:
            del file[f"node/nodes/n/{field}"]
        else:
            file[f"node/nodes/n/{field}"] = 1e-3
    with pytest.raises(sn.BadInput, match=words):
        sn.compile(path, inputs=spikes(2))


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("stride", np.inf, "c: stride is inf; give a whole number$"),
        ("weight", 1.0, r"c: cannot be read as a Conv1d of NIR \(.+\); write the graph again"),
    ],
)
def test_a_field_that_nir_stumbles_over_is_told_with_its_node(
    field: str, value: float, words: str, tmp_path: Path
) -> None:
    kernel = nir.Conv1d(6, np.ones((1, 1, 3)), 1, 0, 1, 1, np.zeros(1))
    nodes = {"in": nir.Input(np.array([1, 6])), "c": kernel, "n": if_neurons(1, 4)}
    nodes["out"] = nir.Output(np.array([1, 4]))
    path = tmp_path / "net.nir"
    nir.write(path, nir.NIRGraph(nodes, [("in", "c"), ("c", "n"), ("n", "out")]))
    with h5py.File(path, "r+") as file:
        del file[f"node/nodes/c/{field}"]
        file[f"node/nodes/c/{field}"] = value
    with pytest.raises(sn.BadInput, match=words):
        sn.compile(path, inputs=spikes(1, 6))


def test_several_inputs_and_outputs_keep_their_names_in_the_integers() -> None:
    nodes = {
        "left": nir.Input(np.array([3])),
        "right": nir.Input(np.array([2])),
        "a": nir.Linear(np.array([[1.0, 0, 1], [0, 1, 0]])),
        "b": nir.Linear(np.array([[1.0, 0], [0, -1]])),
        "n": if_neurons(2, threshold=1.5),
        "spikes": nir.Output(np.array([2])),
        "sums": nir.Output(np.array([2])),
    }
    edges = [("left", "a"), ("right", "b"), ("a", "n"), ("b", "n"), ("n", "spikes"), ("b", "sums")]
    x = {"left": spikes(3), "right": spikes(2, seed=1)}
    found = compiled(nir.NIRGraph(nodes, edges), x).outputs
    right = x["right"] * np.array([1.0, -1.0])
    currents = np.stack([x["left"][..., 0] + x["left"][..., 2], x["left"][..., 1]], axis=-1) + right
    np.testing.assert_array_equal(found["spikes"], fired(currents, 1.5))
    np.testing.assert_array_equal(found["sums"], right)


def test_a_class_by_spike_count_and_by_a_leaky_readout() -> None:
    rng = np.random.default_rng(3)
    weight = rng.integers(-4, 6, (5, 8)) / 4
    nodes = {
        "in": nir.Input(np.array([8])),
        "w": nir.Linear(weight),
        "n": if_neurons(5, threshold=1.5),
        "count": nir.Output(np.array([5])),
        "same": nir.Linear(np.eye(5)),
        "li": nir.LI(np.full(5, 4 * DT_S), np.ones(5), np.zeros(5)),
        "membrane": nir.Output(np.array([5])),
    }
    edges = [("in", "w"), ("w", "n"), ("n", "count"), ("n", "same"), ("same", "li")]
    x = spikes(8)
    found = compiled(nir.NIRGraph(nodes, [*edges, ("li", "membrane")]), x).outputs
    theirs = fired(x @ weight.T, 1.5)
    np.testing.assert_array_equal(found["count"].sum(axis=1), theirs.sum(axis=1))
    leaky, membrane = np.zeros_like(theirs), np.zeros_like(theirs[:, 0])
    for step in range(STEPS):
        membrane = membrane + (theirs[:, step] - membrane) / 4
        leaky[:, step] = membrane
    np.testing.assert_allclose(found["membrane"], leaky, atol=0.02)
    assert (found["membrane"][:, -1].argmax(axis=1) == leaky[:, -1].argmax(axis=1)).all()


@pytest.mark.parametrize(
    "options", [{"floor": "threshold"}, {"exporter": "sinabs", "charge": "dt", "spikes": "one"}]
)
def test_a_lowest_membrane_that_the_chip_has_not_is_counted(options: dict[str, str]) -> None:
    """Sinabs' min_v_mem: three spikes of -2 leave a float membrane at -1, the integers at -6."""
    x = np.zeros((1, 8, 2), np.uint8)
    x[0, :3, 1] = x[0, 3:, 0] = 1
    graph = nir.NIRGraph.from_list(nir.Linear(np.array([[2.0, -2.0]])), if_neurons(1))
    (ours,) = (found := compiled(graph, x, **options)).outputs.values()
    plain = compiled(graph, x, **options | {"floor": "none"})
    np.testing.assert_array_equal(ours, next(iter(plain.outputs.values())))
    (note,) = [n for n in found.program.notes.reading if "a lowest value, minus the threshold" in n]
    changed = int(note.partition("in float that changes ")[2].split()[0])
    assert 0 < changed <= 8
    assert not any("a lowest value" in n for n in plain.program.notes.reading)


def test_a_convolution_beyond_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "free_memory_bytes", lambda: 1_000)
    axis = ConvAxis(512, kernel=3, stride=1, pads=(1, 1), dilation=1)
    with pytest.raises(BadInput, match=r"a convolution of 512 x 512 neurons .* of memory, and"):
        convolution(np.ones((1, 1, 3, 3)), axis, axis)
