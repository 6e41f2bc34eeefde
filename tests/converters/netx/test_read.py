"""netx files into Programs: what each number becomes, and what is refused by name."""

from pathlib import Path
from typing import Any

import netx_files
import numpy as np
import pytest
import torch
from netx_files import LIF, layer

from converters.netx import read
from converters.netx_to_program import to_program
from simulators.reference import SIMULATOR as REFERENCE
from ssr_neuro.errors import BadInput
from ssr_neuro.library.compile_netx import schedule_layers
from ssr_neuro.program.ir import Program

CONV: dict[str, Any] = {"stride": [1, 1], "padding": [0, 0], "dilation": [1, 1], "groups": 1}
ONE = np.ones((1, 1, 1, 1))


def program_of(path: Path, *layers: dict[str, Any], steps: int = 4) -> Program:
    return to_program(read.read(netx_files.write(path / "net.net", *layers)), steps)


def dense(weight: Any, **others: Any) -> dict[str, Any]:
    return layer("dense", (len(weight),), LIF, weight=np.array(weight), **others)


def test_a_dense_layer_keeps_its_numbers(tmp_path: Path) -> None:
    neuron = {"iDecay": 1000, "vDecay": 300, "vThMant": 77, "type": "LOIHI"}
    file = layer("dense", (2,), neuron, weight=[[3, -4, 0], [127, 1, -127]], bias=[5, -6])
    program = schedule_layers(program_of(tmp_path, layer("input", (3,)), file))
    (population,) = program.populations
    law = population.neuron
    assert (law.du, law.dv, law.vth, law.bias_exp) == (999, 300, 77, 6)
    assert law.bias_mant.tolist() == [5, -6]
    assert (population.name, population.depth, program.inputs[0].shape) == ("layer_1", 1, (3,))
    expanded = program.into("layer_1")[0].map.expanded().toarray()
    assert expanded.tolist() == [[3, -4, 0], [127, 1, -127]]
    assert program.readouts[0].shape == (2,)


def test_a_convolution_is_that_of_pytorch(tmp_path: Path) -> None:
    layers = read.read(netx_files.tiny(tmp_path / "net.net"))
    program = schedule_layers(to_program(layers, 1))
    image = (np.random.default_rng(1).random((2, 5, 4)) < 0.5).astype(np.int64)
    theirs = torch.nn.functional.conv2d(
        torch.tensor(image)[None], torch.tensor(layers[1].weight), stride=(2, 1), padding=1
    )
    ours = sum(s.map.apply(image) << s.exponent for s in program.into("layer_1"))
    np.testing.assert_array_equal(ours, theirs[0].numpy())
    assert program.population("layer_1").shape == (3, 3, 4)
    bias = program.population("layer_1").neuron.bias_mant
    assert (bias == bias[:, :1, :1]).all()


@pytest.mark.parametrize(
    ("weight", "count"),
    [
        ([[127, -127]], 1),
        ([[254, -128]], 1),
        ([[253, -128]], 2),
        ([[1, -256]], 3),
    ],
)
def test_large_weights_are_kept_whole(weight: list[list[int]], count: int, tmp_path: Path) -> None:
    program = schedule_layers(program_of(tmp_path, dense(weight)))
    synapses = program.into("layer_0")
    whole = sum(s.map.expanded().toarray() << s.exponent for s in synapses)
    assert whole.tolist() == weight
    assert len(synapses) == count


@pytest.mark.parametrize(("weight", "count"), [(1024, 1), (-32768, 3)])
def test_a_power_of_two_beyond_the_exponents_is_kept_whole(
    weight: int, count: int, tmp_path: Path
) -> None:
    """The exponent is 7 at most: 8 << 7, and 127, 127 and 2 of those."""
    images = layer("input", (1, 2, 2)), layer("conv", (1, 2, 2), LIF, weight=weight * ONE, **CONV)
    synapses = schedule_layers(program_of(tmp_path, *images)).into("layer_1")
    assert {s.exponent for s in synapses} == {7}
    whole = sum(s.map.expanded().toarray() << s.exponent for s in synapses)
    np.testing.assert_array_equal(whole, weight * np.eye(4))
    assert len(synapses) == count


def test_delays_become_late_sources(tmp_path: Path) -> None:
    file = dense([[30, 40], [50, 60], [7, 8]], delay=np.array([0, 2, 0]))
    program = schedule_layers(program_of(tmp_path, file))
    by_lag = {s.sources[0].lag: s.map.expanded().toarray() for s in program.into("layer_0")}
    assert by_lag[0].tolist() == [[30, 40], [0, 0], [7, 8]]
    assert by_lag[2].tolist() == [[0, 0], [50, 60], [0, 0]]
    assert program.gap == 2


def test_a_last_layer_that_cannot_fire_is_read(tmp_path: Path) -> None:
    last = layer(
        "dense",
        (1,),
        {"iDecay": 4096, "vDecay": 4096, "vThMant": (1 << 18) - 1},
        weight=[[5, -3]],
        bias=[2],
    )
    program = schedule_layers(program_of(tmp_path, last))
    spikes = np.array([[[1, 0], [1, 1], [0, 1], [0, 0]]], np.uint8)
    trace = REFERENCE.run(program, {"input": spikes})
    assert trace.readouts["output"].ravel().tolist() == [64 * 7, 64 * 4, 64 * -1, 64 * 2]


def test_parameters_of_channels_and_of_neurons(tmp_path: Path) -> None:
    neuron = {
        "iDecay": 4096,
        "vDecay": np.array([1, 2, 3]),
        "vThMant": np.arange(12).reshape(2, 2, 3),
    }
    file = layer("conv", (3, 2, 2), neuron, weight=np.ones((3, 1, 1, 1)), **CONV)
    law = program_of(tmp_path, layer("input", (1, 2, 2)), file).populations[0].neuron
    assert law.dv[:, 0, 0].tolist() == [1, 2, 3]  # type: ignore[index]
    assert law.vth[:, 1, 0].tolist() == [3, 4, 5]  # type: ignore[index]  # netx: column, row, channel


def test_without_neurons_netx_adds_up(tmp_path: Path) -> None:
    program = program_of(tmp_path, layer("dense", (1,), weight=[[5, -3]]))
    assert program.readouts[0].neuron is not None
    assert (program.readouts[0].neuron.du, program.readouts[0].neuron.dv) == (-1, 4096)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        (
            [layer("average", (2,)), layer("convT", (2,))],
            r"layer 0 is of type 'average'; supported are input, flatten, dense, conv.*; layer 1 ",
        ),
        ([layer("dense_rec", (2,))], "layer 0 is of type 'dense_rec'"),
        ([layer("input", (2,), LIF)], "layer 0 is an input with neurons, which turn numbers into"),
        ([layer("dense", (1,), LIF)], "layer 0 lacks a part"),
        ([layer("dense", (1,) * 99, LIF, weight=[[1]])], "has a shape of 99 numbers; at most 3"),
        ([layer("dense", (1,), {**LIF, "type": "SDNN"}, weight=[[1]])], "neurons of type 'SDNN'"),
        ([layer("dense", (1,), {**LIF, "gradedSpike": True}, weight=[[1]])], "carry a number"),
        (
            [layer("dense", (1,), {**LIF, "refDelay": 3}, weight=[[1]])],
            "refractory delay other than 1",
        ),
        ([layer("dense", (1,), {**LIF, "iDecay": 5000}, weight=[[1]])], "iDecay of 5000 to 5000"),
        (
            [layer("dense", (1,), LIF, weight=[[0.5]])],
            "layer 0 has a weight of fractions, which netx",
        ),
        ([layer("dense", (1,), LIF, **{"weight/real": [[1]], "weight/imag": [[1]]})], "complex"),
        (
            [layer("dense", (1,), LIF, weight=[[1]], delay=[63])],
            "delays of 63 to 63; they are 0 to 62",
        ),
        (
            [layer("dense", (3,), LIF, weight=np.ones((3, 2)), delay=[1, 1, 1, 1])],
            "delays of shape",
        ),
        (
            [layer("dense", (2,), LIF, weight=np.ones((2, 2)), bias=[1, 2, 3])],
            r"has \(3,\) values for",
        ),
        (
            [layer("conv", (1, 1, 1), LIF, weight=ONE, delay=[2], **CONV)],
            "a convolution with delays, which netx does not read",
        ),
        (
            [layer("conv", (1, 1, 1), LIF, weight=ONE, **CONV)],
            "no input layer gives the size of its images",
        ),
        (
            [layer("input", (1, 2, 2)), layer("conv", (1, 9, 2), LIF, weight=ONE, **CONV)],
            r"layer 1 maps images of \(1, 2, 2\) to \(1, 2, 2\); it reads \(1, 2, 2\) and should ",
        ),
        (
            [layer("input", (4,)), layer("conv", (1, 2, 2), LIF, weight=ONE, **CONV)],
            r"layer 1 is a convolution and reads \(4,\), which is no image",
        ),
        (
            [layer("input", (3,)), dense([[1, 2]])],
            r"layer 1 has weights for 2 neurons and reads \(3,\)",
        ),
        (
            [
                layer("input", (1, 2, 2)),
                layer("conv", (1, 2, 2), LIF, weight=ONE, **CONV),
                dense([[1, 2, 3, 4]]),
            ],
            "layer 2 is dense right behind a convolution; put a flatten between",
        ),
        (
            [dense([[-64, 0]])],
            r"layer 0: lava-dl would compute with other numbers .*\(1 of 2, -64 to 0\)",
        ),
        ([layer("input", (2,))], "holds no dense or conv layer"),
    ],
)
def test_refused_by_name(layers: list[dict[str, Any]], message: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=message):
        program_of(tmp_path, *layers)


def test_a_missing_layer_and_a_foreign_file(tmp_path: Path) -> None:
    path = netx_files.write(tmp_path / "net.net", dense([[1]]), dense([[1]]))
    import h5py

    with h5py.File(path, "a") as file:
        file.move("layer/1", "layer/5")
    with pytest.raises(BadInput, match="layer 1 is missing; netx counts them 0, 1, 2"):
        read.read(path)
    path.write_text("no HDF5")
    with pytest.raises(BadInput, match=r"cannot be read as a netx file .* `export_hdf5`"):
        read.read(path)
