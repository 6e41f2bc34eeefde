"""Batch axes of 1 that exporters leave are dropped and said; other axes are named."""

import re

import nir
import numpy as np
import pytest
import torch
from nir_graphs import ends, fires, graph, lif

import ssr_neuro as sn
from converters.nir_to_program import to_program
from ssr_neuro.errors import BadInput
from ssr_neuro.program import float_simulator

RNG = np.random.default_rng(0)


def spikes(*shape: int) -> np.ndarray:
    return (RNG.random(shape) < 0.5).astype(np.uint8)


def shapes(made: nir.NIRGraph) -> dict[str, tuple[int, ...]]:
    return {node.name: node.shape for node in to_program(made, 2).nodes}


def notes(made: nir.NIRGraph) -> tuple[str, ...]:
    return to_program(made, 2).notes.reading


def test_an_mlp_of_nirtorch() -> None:
    """Input (1, 3), Output (1, 2), a neuron of one number."""
    made = graph(
        "x>w>n>y", **ends((1, 3), (1, 2)), w=nir.Linear(RNG.normal(0, 1, (2, 3))), n=lif(())
    )
    assert shapes(made) == {"x": (3,), "n": (2,), "y": (2,)}
    assert notes(made) == (
        "x: the shape (1, 3) of this Input begins with the batch axis of the exporter; it is read "
        "as (3,)",
        "y: the shape (1, 2) of this Output begins with the batch axis of the exporter; it is read "
        "as (2,)",
    )


def test_two_axes_of_one_at_the_output_alone() -> None:
    made = graph("x>n>y", **ends((2,), (1, 1, 2)), n=fires((2,)))
    assert shapes(made) == {"x": (2,), "n": (2,), "y": (2,)}


def test_an_axis_of_one_that_belongs_to_the_graph_stays() -> None:
    kernel = nir.Conv2d(None, np.ones((2, 1, 3, 3)), 1, 1, 1, 1, np.zeros(2))
    made = graph("x>c>n>y", **ends((1, 4, 4), (2, 4, 4)), c=kernel, n=fires((2, 4, 4)))
    assert shapes(made)["x"] == (1, 4, 4)
    assert notes(made) == ()
    made.nodes["x"] = nir.Input(np.array([1, 1, 4, 4]))
    assert shapes(made)["x"] == (1, 4, 4)
    assert len(notes(made)) == 1
    alone = graph("x>n>y", **ends((1,)), n=fires((1,)))
    assert shapes(alone)["x"] == (1,)


def test_a_flatten_that_counts_it_tells_that_the_input_has_one() -> None:
    """Input (1, 2, 3, 3) and start_dim 1 fit with the axis and without; spikes may have it."""
    flat = nir.Flatten({"input": np.array([1, 2, 3, 3])}, 1, -1)
    made = graph("x>f>n>y", **ends((1, 2, 3, 3), (1, 18)), f=flat, n=fires((18,)))
    assert shapes(made) == {"x": (2, 3, 3), "n": (18,), "y": (18,)}
    for given in ((1, 2, 2, 3, 3), (1, 2, 1, 2, 3, 3)):
        sn.compile(made, inputs=spikes(*given), target="program")


@pytest.mark.parametrize("declared", [None, (1, 2, 2, 2)])
def test_a_flatten_that_counts_the_batch_axis(declared: tuple[int, ...] | None) -> None:
    """nir's own default, start_dim of 1, keeps the batch axis of PyTorch."""
    kind = None if declared is None else np.array(declared)
    flat = nir.Flatten({"input": kind}, 1, -1)
    made = graph(
        "x>n>f>w>m>y",
        **ends((1, 2, 2, 2), (1, 3)),
        n=fires((2, 2, 2)),
        f=flat,
        w=nir.Linear(RNG.normal(0, 1, (3, 8))),
        m=lif((3,)),
    )
    assert shapes(made) == {"x": (2, 2, 2), "n": (2, 2, 2), "m": (3,), "y": (3,)}
    assert any(note.startswith("f: ") for note in notes(made))


def test_a_flatten_that_keeps_an_axis_of_the_graph_is_left_alone() -> None:
    made = graph(
        "x>n>f>y",
        **ends((2, 2, 2), (2, 4)),
        n=fires((2, 2, 2)),
        f=nir.Flatten({"input": np.array([2, 2, 2])}, 1, -1),
    )
    assert shapes(made)["y"] == (2, 4)
    assert notes(made) == ()


@pytest.mark.parametrize("declared", [None, np.array([4])])
@pytest.mark.parametrize(
    ("reader", "shape"),
    [
        (nir.Linear(np.ones((3, 4))), (3,)),
        (nir.Scale(np.array(2.0)), (4,)),
        (fires((4, 1)), (4, 1)),
    ],
)
def test_a_flatten_of_a_vector_leaves_it_one_unless_a_reader_takes_a_last_axis_of_1(
    declared: np.ndarray | None, reader: nir.NIRNode, shape: tuple[int, ...]
) -> None:
    flat = nir.Flatten({"input": declared}, 1, -1)
    made = graph("x>f>r>n>y", **ends((4,), shape), f=flat, r=reader, n=lif(shape))
    assert shapes(made)["n"] == shape
    told = "f: start_dim 1 of this Flatten counts a batch axis; it is read as 0"
    assert notes(made) == ((told,) if shape != (4, 1) else ())


def test_axes_of_batch_and_time_of_rockpool() -> None:
    made = graph(
        "x>w>n>y", **ends((1, 5, 3), (1, 5, 2)), w=nir.Linear(RNG.normal(0, 1, (2, 3))), n=lif((2,))
    )
    assert shapes(made) == {"x": (3,), "n": (2,), "y": (2,)}
    assert notes(made)[0] == (
        "x: the shape (1, 5, 3) of this Input begins with axes of batch or time of the exporter; "
        "it is read as (3,)"
    )


def test_spikes_of_a_declared_shape_whose_axes_were_dropped_are_refused_with_the_reason() -> None:
    made = graph("x>w>n>y", **ends((3, 4), (2,)), w=nir.Linear(np.ones((2, 4))), n=lif((2,)))
    with pytest.raises(BadInput) as caught:
        sn.compile(made, inputs=spikes(1, 5, 3, 4), target="program")
    assert str(caught.value) == (
        "the spikes of input 'x' have the shape (3, 4) in each step; the graph takes (4,), as the "
        "shape (3, 4) of this Input is read without axes of batch or time"
    )


def test_axes_left_where_something_else_does_not_fit_either_are_named() -> None:
    made = graph(
        "x>w>n>y", **ends((8, 3), (8, 2)), w=nir.Linear(RNG.normal(0, 1, (2, 3))), n=lif((5,))
    )
    with pytest.raises(BadInput) as caught:
        to_program(made, 2)
    assert (
        "the exporter left (8,), axes of batch or time, in the shape of 'x'; make it (3,)"
        in str(caught.value)
    )


def test_parameters_may_be_tensors_as_norse_leaves_them() -> None:
    single = lif((2,))
    tensors = {
        name: torch.tensor(np.asarray(getattr(single, name)))
        for name in ("tau", "r", "v_leak", "v_threshold", "v_reset")
    }
    made = graph("x>n>y", **ends((2,)), n=nir.LIF(**tensors))
    x = spikes(1, 4, 2)
    made_of_arrays = graph("x>n>y", **ends((2,)), n=single)
    for program in (to_program(made, 4), to_program(made_of_arrays, 4)):
        assert program.population("n").neuron.tau_steps == 2
        assert float_simulator.run(program, {"x": x})[0]["n"].shape == (1, 4, 2)


@pytest.mark.parametrize("axes", [(), (1,)])
def test_spikes_may_come_with_the_batch_axis_or_without(axes: tuple[int, ...]) -> None:
    made = graph(
        "x>w>n>y", **ends((1, 3), (1, 2)), w=nir.Linear(RNG.integers(-1, 3, (2, 3))), n=lif((2,))
    )
    x = spikes(4, 5, 3)
    compiled = sn.compile(made, inputs=x.reshape(4, 5, *axes, 3), target="program")
    expected = float_simulator.run(to_program(made, 5), {"x": x})[1]["y"]
    np.testing.assert_array_equal(compiled.outputs["outputs"], expected)


def test_axes_of_one_before_the_parameters_of_neurons_go_too() -> None:
    """Everything with the batch axis of the example; a recurrent neuron has no other reader."""
    weight, back = RNG.integers(-2, 5, (3, 4)) / 4, RNG.integers(-4, 2, (3, 3)) / 4
    parts = {"w": nir.Linear(weight), "b": nir.Linear(back)}
    marked = graph("x>w>n>y, n>b>n", **ends((1, 4), (1, 3)), n=lif((1, 3), r=2), **parts)
    plain = graph("x>w>n>y, n>b>n", **ends((4,), (3,)), n=lif((3,), r=2), **parts)
    assert shapes(marked) == {"x": (4,), "n": (3,), "y": (3,)}
    assert (
        "n: the shape (1, 3) of this LIF begins with the batch axis of the exporter; it is read "
        in ("".join(notes(marked)))
    )
    x = spikes(1, 9, 4)
    found, expected = (
        float_simulator.run(to_program(made, 9), {"x": x})[0]["n"] for made in (marked, plain)
    )
    np.testing.assert_array_equal(found, expected)
    assert found.any()


@pytest.mark.parametrize("shape", [(2, 3), (1, 2, 3)])
def test_other_axes_of_a_neuron_are_refused(shape: tuple[int, ...]) -> None:
    made = graph("x>n>y", **ends((3,)), n=lif(shape))
    with pytest.raises(BadInput, match=re.escape(f"n: it takes {shape}, and 'x' gives (3,)")):
        to_program(made, 2)


def test_an_input_without_axes_fits_no_convolution() -> None:
    """How one shape is the other moved is asked of shapes that have axes."""
    kernel = nir.Conv2d((4, 4), np.ones((2, 1, 3, 3)), 1, 1, 1, 1, np.zeros(2))
    made = graph("x>c>n>y", **ends((1, 4, 4), (2, 4, 4)), c=kernel, n=fires((2, 4, 4)))
    made.nodes["x"] = nir.Input({"input": np.array([], np.int64)})
    with pytest.raises(BadInput, match=r"'x' gives \(\); Flatten changes a shape"):
        to_program(made, 2)
