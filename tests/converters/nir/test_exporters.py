"""Graphs as exporters write them: layer shapes, names, what they leave open; through a file."""

from pathlib import Path

import nir
import numpy as np
import pytest
from nir_graphs import DT_S, ends, full, graph, run

from converters.nir_to_program import to_program
from simulators.reference import Reference
from ssr_neuro.lower import lower
from ssr_neuro.program.linear_maps import Array
from ssr_neuro.program.semantics import Semantics

RNG = np.random.default_rng(3)


def integrate_and_fire(shape: tuple[int, ...], threshold: float = 1.0) -> nir.IF:
    """As Sinabs writes an IAF: r of 1, one threshold, float32."""
    values = full(shape, r=1, v_threshold=threshold, v_reset=0)
    return nir.IF(**{name: value.astype(np.float32) for name, value in values.items()})


def sinabs_cnn() -> nir.NIRGraph:
    """Numbered nodes, input shapes open, pooling by tuples, a Flatten without batch axis."""
    rng = np.random.default_rng(1)
    weight = (rng.integers(-4, 8, (4, 2, 3, 3)) / 8).astype(np.float32)
    last = (rng.integers(-5, 5, (3, 36)) / 8).astype(np.float32)
    return graph(
        "input>0>1>2>3>4>5>output",
        input=nir.Input(np.array([2, 6, 6])),
        output=nir.Output(np.array([3])),
        **{
            "0": nir.Conv2d(None, weight, (1, 1), (1, 1), (1, 1), 1, np.zeros(4, np.float32)),
            "1": integrate_and_fire((4, 6, 6)),
            "2": nir.SumPool2d((2, 2), (2, 2), (0, 0)),
            "3": nir.Flatten({"input": np.zeros(4, int)}, 0, -1),
            "4": nir.Affine(last, np.zeros(3, np.float32)),
            "5": integrate_and_fire((3,)),
        },
    )


def by_hand(made: nir.NIRGraph, x: Array) -> Array:
    """The network above, one neuron and tap after the other."""
    weight, last = made.nodes["0"].weight, made.nodes["4"].weight
    v, out, membrane = np.zeros((4, 6, 6)), [], np.zeros(3)
    for frame in x:
        padded = np.pad(frame, ((0, 0), (1, 1), (1, 1))).astype(float)
        for c, row, column in np.ndindex(v.shape):
            v[c, row, column] += (weight[c] * padded[:, row : row + 3, column : column + 3]).sum()
        fired = v > 1
        v[fired] = 0
        pooled = fired[:, ::2, ::2] * 1 + fired[:, 1::2, ::2] + fired[:, ::2, 1::2]
        membrane += last @ (pooled + fired[:, 1::2, 1::2]).reshape(-1)
        spikes = membrane > 1
        membrane[spikes] = 0
        out.append(spikes)
    return np.array(out)


@pytest.mark.parametrize("stored", [False, True])
def test_a_convolutional_network_of_sinabs(stored: bool, tmp_path: Path) -> None:
    made = sinabs_cnn()
    x = (np.random.default_rng(2).random((6, 2, 6, 6)) < 0.3).astype(np.uint8)
    expected = by_hand(made, x)
    if stored:  # nir fills in the shapes that are open, and writes no graph with open ones
        made.nodes["3"] = nir.Flatten(None, 0, -1)
        nir.write(tmp_path / "cnn.nir", nir.NIRGraph(made.nodes, made.edges))
        made = nir.read(tmp_path / "cnn.nir")
    _, readouts = run(made, x, Semantics(charge="step"))
    np.testing.assert_array_equal(readouts["output"], expected)
    assert 0.1 < expected.mean() < 0.9


def rockpool_rnn(size: int) -> nir.NIRGraph:
    """A recurrent CubaLIF nested, transposed weights, one time constant a neuron, w_in left out."""
    tau_mem = np.linspace(4, 9, size).astype(np.float32) * np.float32(DT_S)
    tau_syn = np.linspace(2, 5, size).astype(np.float32) * np.float32(DT_S)
    cell = nir.CubaLIF(
        tau_syn=tau_syn,
        tau_mem=tau_mem,
        r=(tau_mem * np.exp(-DT_S / tau_mem) / DT_S),
        v_leak=np.zeros(size, np.float32),
        v_threshold=np.full(size, 0.5, np.float32),
    )
    back = nir.Affine(RNG.normal(0, 0.5, (size, size)).T, np.zeros(size))
    shape = {"input": nir.Input(np.array([size])), "output": nir.Output(np.array([size]))}
    edges = [("input", "lif"), ("lif", "w_rec"), ("w_rec", "lif"), ("lif", "output")]
    return nir.NIRGraph({"lif": cell, "w_rec": back, **shape}, edges)


def test_a_recurrent_network_of_rockpool(tmp_path: Path) -> None:
    weight = RNG.normal(0.5, 1, (4, 3)).T
    linear = {"in": nir.Linear(weight), "out": nir.Linear(RNG.normal(0, 1, (3, 2)).T)}
    made = graph("x>in>rec>out>y", **ends((4,), (2,)), rec=rockpool_rnn(3), **linear)
    nir.write(tmp_path / "rnn.nir", made)
    x = (RNG.random((10, 4)) < 0.5).astype(np.uint8)
    spikes, readouts = run(nir.read(tmp_path / "rnn.nir"), x)
    np.testing.assert_array_equal(spikes["rec.lif"], recurrent_by_hand(made, x))
    assert spikes["rec.lif"].any()
    np.testing.assert_allclose(readouts["y"], spikes["rec.lif"] @ made.nodes["out"].weight.T)


def recurrent_by_hand(made: nir.NIRGraph, x: Array) -> Array:
    cell, back = (made.nodes["rec"].nodes[name] for name in ("lif", "w_rec"))
    current, v, z, out = np.zeros(3), np.zeros(3), np.zeros(3), []
    for spikes in x:
        drive = made.nodes["in"].weight @ spikes + back.weight @ z
        current = current + DT_S / cell.tau_syn * (drive - current)
        v = v + DT_S / cell.tau_mem * (cell.r * current - v)
        z = (v > cell.v_threshold).astype(float)
        v[z > 0] = 0
        out.append(z)
    return np.array(out)


def test_a_readout_network_of_snntorch_on_the_chip() -> None:
    """Leaky of one beta; the membrane of the last layer is what is read."""
    one = full((), tau=2 * DT_S, r=2, v_leak=0)
    made = graph(
        "x>fc1>lif1>fc2>lif2>y",
        **ends((4,), (2,)),
        fc1=nir.Affine(RNG.integers(-2, 5, (5, 4)) / 4, np.full(5, 0.25)),
        lif1=nir.LIF(**one, v_threshold=np.array(0.953)),
        fc2=nir.Linear(RNG.integers(-2, 5, (2, 5)) / 4),
        lif2=nir.LI(**one),
    )
    x = (RNG.random((4, 4)) < 0.5).astype(np.uint8)
    _, readouts = run(made, x)
    program = lower(to_program(made, 4))
    chip = Reference().run(program, {"x": x[None]}).readouts["y"][0] * program.readouts[0].unit
    np.testing.assert_allclose(chip, readouts["y"], atol=0.02)
    assert readouts["y"].any()
