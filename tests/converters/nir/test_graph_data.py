"""Spikes in NIR's own form, on a grid or as events, in and out."""

from pathlib import Path

import h5py
import nir
import numpy as np
import pytest
from nir_graphs import DT_S, ends, graph, lif

import ssr_neuro as sn
from converters.nir.graph_data import read_graph_data, spikes_of_data
from ssr_neuro.errors import BadInput

X = (np.random.default_rng(0).random((2, 6, 4)) < 0.5).astype(np.uint8)


def network() -> nir.NIRGraph:
    """Of the shape (2, 2), where NIR's data have four neurons in a row."""
    weight = nir.Linear(np.array([[1.0, 0.5], [0.25, 1.0]])[None].repeat(2, 0))
    return graph("x>w>n>y", **ends((2, 2)), w=weight, n=lif((2, 2), v_threshold=0.3))


def data(observed: object, name: str = "x", key: str = "spikes") -> nir.NIRGraphData:
    return nir.NIRGraphData({name: nir.NIRNodeData({key: observed})})


def gridded(dt_s: float = DT_S) -> nir.TimeGriddedData:
    return nir.TimeGriddedData(X.astype(bool), dt_s)


def events() -> nir.EventData:
    return gridded().to_event(40, time_shift=DT_S / 3)


@pytest.mark.parametrize("made", [gridded, events])
def test_a_file_of_nir_gives_the_spikes_of_an_array(made: object, tmp_path: Path) -> None:
    nir.write_data(tmp_path / "x.h5", data(made()))  # type: ignore[operator]
    compiled = sn.compile(network(), inputs=tmp_path / "x.h5", target="program")
    expected = sn.compile(network(), inputs=X.reshape(2, 6, 2, 2), target="program")
    np.testing.assert_array_equal(compiled.outputs["outputs"], expected.outputs["outputs"])
    assert compiled.outputs["outputs"].any()
    compiled.save(tmp_path / "bundle")
    written = nir.read_data(tmp_path / "bundle" / "outputs.h5").nodes["y"].observables["spikes"]
    np.testing.assert_array_equal(
        written.data, expected.outputs["outputs"].reshape(2, 6, 4).astype(bool)
    )
    assert written.dt == DT_S


def test_data_in_memory_will_do() -> None:
    found = spikes_of_data(data(events(), key="anything"), ["x"], DT_S)
    np.testing.assert_array_equal(found["x"], X)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_events_at_the_start_of_a_step_are_in_it_whatever_their_type(kind: type) -> None:
    """Half of the float32 next to whole milliseconds lie below them."""
    steps = np.arange(2000)
    times = (steps * 1e-3).astype(kind)[None]
    observed = nir.EventData(np.zeros((1, 2000), np.int64), times, 1, float(kind(2.0)))
    found = spikes_of_data(data(observed), ["x"], 1e-3)["x"]
    assert found.shape == (1, 2000, 1)
    assert found.all()


def test_values_that_are_no_spikes_are_refused() -> None:
    analog = data(nir.TimeGriddedData(X * 0.5, DT_S))
    with pytest.raises(BadInput, match="other values than"):
        sn.compile(network(), inputs=analog, target="program")


def valued(*values: float) -> nir.NIRGraphData:
    """Events of the neurons 0, 1 and 2, a step each, and a place without one."""
    idx, steps = np.array([[0, 1, 2, -1]]), np.array([[0.5, 1.5, 2.5, np.inf]])
    return data(nir.ValuedEventData(idx, steps * DT_S, 4, 6 * DT_S, np.array([[*values, 9.0]])))


def test_events_of_value_1_are_spikes_and_those_of_0_are_none() -> None:
    found = spikes_of_data(valued(1, 0, 1), ["x"], DT_S)["x"]
    assert np.argwhere(found).tolist() == [[0, 0, 0], [0, 2, 2]]


@pytest.mark.parametrize("value", [-1, 0.5, 3, np.nan])
def test_events_of_other_values_are_refused(value: float) -> None:
    with pytest.raises(
        BadInput,
        match=rf"the events of 'x' in the NIR data have values other than 0 and 1, the first "
        rf"{float(value)}; give spikes, as 1 or without values \(nir.EventData\)",
    ):
        spikes_of_data(valued(1, value, 1), ["x"], DT_S)


LATE = nir.EventData(np.array([[0]]), np.array([[7e-4]]), 4, 6e-4)
SHORT = nir.EventData(np.array([[0]]), np.array([[0.0]]), 4, 1e-5)


@pytest.mark.parametrize(
    ("made", "problem"),
    [
        (data(gridded(), name="z"), r"hold \['z'\]; they need a node 'x'"),
        (
            data(gridded(1e-3)),
            "steps of 0.001 s, and the graph is read with 0.0001 s; --dt-s",
        ),
        (
            data(nir.EventData(np.array([[0]]), np.array([[7e-4]]), 4, 6e-4)),
            "is at step 7; there are 6",
        ),
        (data(SHORT), "end after 1e-05 s"),
        (data(nir.EventData(np.array([[4]]), np.array([[1e-4]]), 4, 6e-4)), "of neuron 4; there"),
        (data(nir.EventData(np.array([[0]]), np.array([[1e-4]]), 0, 6e-4)), "of 0 neurons"),
        (data(nir.EventData(np.array([[0.5]]), np.array([[1e-4]]), 4, 6e-4)), "need whole numbers"),
        (data(nir.EventData(np.array([[0]]), np.array([[1e-4]]), 4, 1e12)), "can be taken: give a"),
        (data(nir.EventData(np.array([[0]]), np.array([[1e-4]]), 4, np.inf)), "end after inf s"),
    ],
)
def test_data_that_do_not_fit_are_refused(made: nir.NIRGraphData, problem: str) -> None:
    with pytest.raises(BadInput, match=problem):
        spikes_of_data(made, ["x"], DT_S)


def test_events_of_a_neuron_that_share_a_step_are_refused_with_a_step_that_separates_them() -> None:
    """Neuron 0 at 0.1, 0.5 and 1.2 steps, in another order; neuron 1 within one of its own."""
    idx, steps = np.array([[0, 1, 0, 0, -1]]), np.array([[1.2, 0.6, 0.1, 0.5, np.inf]])
    made = data(nir.EventData(idx, steps * DT_S, 4, 6 * DT_S))
    with pytest.raises(
        BadInput,
        match=r"events of 'x' .* share a step with an earlier one of their neuron, 1 of 4, and a "
        "neuron spikes once in a step; --dt-s of at most 4e-05 separates them",
    ):
        spikes_of_data(made, ["x"], DT_S)
    assert spikes_of_data(made, ["x"], 4e-5)["x"].sum(axis=(0, 1)).tolist() == [3, 1, 0, 0]


def test_events_of_a_neuron_at_the_same_time_are_refused() -> None:
    made = data(nir.EventData(np.array([[2, 2]]), np.full((1, 2), DT_S), 4, 6 * DT_S))
    with pytest.raises(BadInput, match=r"1 of 2, .* some are at the same time: keep one of them"):
        spikes_of_data(made, ["x"], DT_S)


def test_a_file_that_holds_something_else_is_refused(tmp_path: Path) -> None:
    nir.write(tmp_path / "graph.h5", network())
    with pytest.raises(BadInput, match="cannot be read as NIR data"):
        sn.compile(network(), inputs=tmp_path / "graph.h5", target="program")


def test_links_to_elsewhere_are_refused_before_they_are_followed(tmp_path: Path) -> None:
    path = tmp_path / "x.h5"
    nir.write_data(path, data(gridded()))
    with h5py.File(path, "r+") as file:
        observed = file
        while "data" not in observed:
            observed = next(iter(observed.values()))
        del observed["data"]
        observed["data"] = h5py.ExternalLink("/etc/passwd", "/x")
    with pytest.raises(BadInput, match="/data is a link; write what it leads to; write such a"):
        read_graph_data(path)
