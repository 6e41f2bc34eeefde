"""What stands in a .net file and beside it, on networks small enough to read."""

import json
from pathlib import Path

import h5py
import numpy as np
from small_programs import neuron, synapse

from converters.netx.chain import to_chain
from converters.netx.write import write, write_neurons
from ssr_neuro.program.ir import Input, IntegerProgram, Population, Program, Readout
from ssr_neuro.program.linear_maps import Dense

W = np.array([[3, -4], [5, 6]])


def two_layers() -> Program:
    """x -> a -> out, and x also into out, one step later."""
    weight = Dense(W, (2,), (2,))
    return IntegerProgram(
        "small",
        4,
        (Input("x", (2,)),),
        (Population("a", (2,), neuron((2,), 5, np.array([8, 16])), 1),),
        (
            synapse("x_a", "a", weight, ("x", 1)),
            synapse("ax_out", "out", weight, ("a", 1), ("x", 2)),
        ),
        (Readout("out", (2,), np.array([7, -9]), 2, 1.0),),
    )


def stored(program: Program, path: Path) -> dict[str, np.ndarray]:
    write(to_chain(program), path)
    found: dict[str, np.ndarray] = {}
    with h5py.File(path) as file:
        file.visititems(
            lambda name, x: found.update({name: x[()]}) if hasattr(x, "dtype") else None
        )
    return found


def test_the_input_is_a_shape_without_neurons(tmp_path: Path) -> None:
    file = stored(two_layers(), tmp_path / "net")
    assert file["layer/0/type"].tolist() == [b"input"]
    assert file["layer/0/shape"].tolist() == [2]
    assert not any(name.startswith("layer/0/neuron") for name in file)


def test_a_skip_is_relayed_and_becomes_columns(tmp_path: Path) -> None:
    file = stored(two_layers(), tmp_path / "net")
    relay = np.array([[0, 0], [0, 0], [1, 0], [0, 1]])
    up = file["layer/1/weight"][0, 0] // 3
    np.testing.assert_array_equal(file["layer/1/weight"], up * np.vstack([W, 0 * W]) + relay)
    np.testing.assert_array_equal(file["layer/2/weight"], np.hstack([W, W]))
    assert (file["layer/2/inFeatures"], file["layer/2/outFeatures"]) == (4, 2)


def test_neurons_in_the_terms_of_netx(tmp_path: Path) -> None:
    file = stored(two_layers(), tmp_path / "net")
    assert file["layer/1/neuron/type"] == b"CUBA"
    assert file["layer/1/neuron/iDecay"] == 4096  # du + 1
    assert file["layer/1/neuron/vDecay"].tolist() == [2048, 2048, 4096, 4096]
    assert file["layer/1/neuron/vThMant"].tolist()[2:] == [0, 0]
    assert file["layer/1/bias"].tolist()[2:] == [0, 0]
    assert file["layer/2/neuron/vThMant"] == 1 << 17
    assert file["layer/2/bias"].tolist() == [7, -9]


def test_weights_beyond_what_netx_holds_are_shared_out(tmp_path: Path) -> None:
    program = two_layers()
    strong = synapse("ax_out", "out", Dense(10 * W, (2,), (2,)), ("a", 1), ("x", 2))
    strong = type(strong)(strong.name, strong.sources, strong.target, strong.chain, 3)
    changed = IntegerProgram(**{**vars(program), "synapses": (program.synapses[0], strong)})
    file = stored(changed, tmp_path / "net")
    assert np.abs(file["layer/2/weight"]).max() <= 254
    copies = file["layer/2/weight"].shape[1] // 4
    assert copies == 2
    by_source = file["layer/2/weight"].reshape(2, 2, copies, 2).sum(axis=2)
    np.testing.assert_array_equal(by_source, np.stack([80 * W, 80 * W], axis=1))


def test_whose_neurons_are_where(tmp_path: Path) -> None:
    write_neurons(to_chain(two_layers()), tmp_path / "n.json", reset_offset=1)
    found = json.loads((tmp_path / "n.json").read_text())
    assert found["load"] == {"reset_interval": 4, "reset_offset": 1, "sparse_fc_layer": True}
    assert found["inputs"] == [{"name": "x", "shape": [2], "first": 0}]
    (own, relay), (readout,) = found["layers"]
    assert (own["node"], own["role"], own["first"]) == ("a", "population", 0)
    assert (relay["node"], relay["role"], relay["first"], relay["neurons"]) == (
        "x",
        "relay",
        2,
        [0, 1],
    )
    assert (readout["node"], readout["role"]) == ("out", "readout")


def test_a_matrix_that_netx_would_spoil_gets_a_neuron_nobody_reads(tmp_path: Path) -> None:
    program = two_layers()
    minus = synapse("x_a", "a", Dense(-64 * np.eye(2, dtype=int), (2,), (2,)), ("x", 1))
    alone = IntegerProgram(**{**vars(program), "synapses": (minus,), "readouts": ()})
    (layer,) = to_chain(alone).layers
    assert [block.role for block in layer.blocks] == ["population", "guard"]
    assert layer.weight.toarray()[2].tolist() == [1, 0]
