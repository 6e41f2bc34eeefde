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


def network(**metadata: float) -> nir.NIRGraph:
    made = graph("x>w>n>y", **ends((2,)), w=nir.Linear(np.eye(2)), n=lif((2,), tau=20, r=4))
    made.nodes["n"].metadata.update(metadata)
    return made


def dt_of(made: nir.NIRGraph, given: float | None = None, exporter: str | None = None) -> float:
    return choose_reading(flatten(made), exporter, {}, given).dt_s


def test_a_dt_in_metadata_is_taken_and_said(tmp_path: Path) -> None:
    assert dt_of(network()) == 1e-4
    assert dt_of(network(dt=1e-3)) == 1e-3
    assert dt_of(network(dt=1e-3), exporter="norse") == 1e-3
    assert dt_of(network(dt=1e-3), given=5e-4) == 5e-4
    nir.write(tmp_path / "g.nir", network(dt=1e-3))
    found = sn.check(tmp_path / "g.nir")
    assert found.dt_s == 1e-3
    assert "read with steps of 0.001 s, as its metadata say; --dt-s goes before" in found.notes


@pytest.mark.parametrize("stated", [0.0, -1e-3, np.inf, np.nan, "1e-3"])
def test_what_is_no_time_step_is_passed_over(stated: float | str) -> None:
    assert dt_of(network(dt=stated)) == 1e-4  # type: ignore[arg-type]


def test_two_that_differ_say_nothing() -> None:
    made = network(dt=1e-3)
    made.metadata["dt"] = 2e-3
    assert dt_of(made) == 1e-4
    made.metadata["dt"] = 1e-3
    assert dt_of(made) == 1e-3


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
