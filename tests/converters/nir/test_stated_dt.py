"""The time step of a graph that states it in metadata, and small matters of odd graphs."""

from pathlib import Path

import nir
import numpy as np
import pytest
from nir_graphs import ends, fires, graph, lif, run

import ssr_neuro as sn
from converters.nir.exporters import choose_reading
from converters.nir.graph import flatten
from converters.nir_to_program import to_program
from ssr_neuro.errors import BadInput


def network(**metadata: object) -> nir.NIRGraph:
    made = graph("x>w>n>y", **ends((2,)), w=nir.Linear(np.eye(2)), n=lif((2,), tau=20, r=4))
    made.nodes["n"].metadata.update(metadata)
    return made


def dt_of(made: nir.NIRGraph, given: float | None = None, exporter: str | None = None) -> float:
    return choose_reading(flatten(made), exporter, {}, given).dt_s


def problems_of(made: nir.NIRGraph, given: float | None = None) -> tuple[str, ...]:
    return choose_reading(flatten(made), None, {}, given).problems


def test_a_dt_in_metadata_is_taken_and_said(tmp_path: Path) -> None:
    assert dt_of(network()) == 1e-4
    assert dt_of(network(dt=1e-3)) == 1e-3
    assert dt_of(network(dt=1e-3), exporter="norse") == 1e-3
    assert dt_of(network(dt=1e-3), given=5e-4) == 5e-4
    nir.write(tmp_path / "g.nir", network(dt=1e-3))
    found = sn.check(tmp_path / "g.nir")
    assert found.dt_s == 1e-3
    assert "read with steps of 0.001 s, as its metadata say; --dt-s goes before" in found.notes


def test_a_dt_may_be_an_array_of_one_and_stand_in_a_nested_graph() -> None:
    assert dt_of(network(dt=np.array([1e-3]))) == 1e-3
    inner = network()
    inner.metadata["dt"] = 2e-3
    assert dt_of(graph("x>g>y", **ends((2,)), g=inner)) == 2e-3


@pytest.mark.parametrize(
    ("stated", "shown"),
    [
        (0.0, "0.0"),
        (-1e-3, "-0.001"),
        (np.inf, "inf"),
        (np.nan, "nan"),
        (True, "True"),
        ("1 ms", "'1 ms'"),
        (np.array([1e-3, 1e-3]), "[0.001, 0.001]"),
    ],
)
def test_what_is_no_time_step_is_refused_unless_one_is_given(stated: object, shown: str) -> None:
    made = network(dt=stated)
    problem = (
        f"n: its metadata state a dt of {shown}, which is no number of seconds above 0; give the "
        "time step by --dt-s"
    )
    assert problems_of(made) == (problem,)
    assert problems_of(made, given=1e-3) == ()
    with pytest.raises(BadInput, match="give the time step by --dt-s"):
        sn.compile(made, inputs=np.zeros((1, 3, 2), np.uint8), target="program")


def test_two_that_differ_are_refused_unless_one_is_given() -> None:
    made = network(dt=1e-3)
    made.metadata["dt"] = 2e-3
    problem = "the metadata state time steps of 0.001 s (n) and 0.002 s (the graph); choose one by "
    assert problems_of(made) == (problem + "--dt-s",)
    assert problems_of(made, given=1e-3) == ()
    found = sn.check(made)
    assert [(one.node, one.remedy) for one in found.obstacles] == [("", "choose one by --dt-s")]
    for same in (1e-3, np.float32(1e-3)):
        made.metadata["dt"] = same
        assert dt_of(made) == same


def test_a_node_may_have_the_empty_name() -> None:
    made = graph("x>n>y", **ends((2,)), n=fires((2,)))
    made.nodes[""] = nir.Linear(2 * np.eye(2))
    made.edges = [("x", ""), ("", "n"), ("n", "y")]
    x = [[0, 1], [1, 1], [0, 0]]
    np.testing.assert_array_equal(run(made, x)[1]["y"], x)


def test_a_threshold_that_reads_a_membrane_says_what_is_exact() -> None:
    """An LI and a Threshold are a LIF whose spike takes nothing away."""
    leaky = nir.LI(tau=np.full(2, 2e-4), r=np.ones(2), v_leak=np.zeros(2))
    made = graph("x>l>t>y", **ends((2,)), l=leaky, t=fires((2,)))
    with pytest.raises(
        BadInput, match=r"make the two one neuron with that threshold .* --reset none"
    ):
        to_program(made, 3)
