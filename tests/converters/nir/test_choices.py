"""What each choice of semantics changes, counted on given inputs."""

import nir
import numpy as np
from nir_graphs import cuba, ends, full, graph, lif

from converters.nir.exporters import ExporterReading
from converters.nir.profiles import NAMES
from converters.nir.semantics_table import Choice, explain, explain_exporters
from ssr_neuro.program.semantics import Semantics

X = {"x": np.array([[[1], [1], [0]]], np.uint8)}


def found(made: nir.NIRGraph, semantics: Semantics | None = None) -> dict[str, Choice]:
    reading = ExporterReading(semantics or Semantics(), 1e-4, "nir")
    choices = explain(made, 3, X, reading)
    return {choice.name: choice for choice in choices if choice.value != "none"}


def test_a_membrane_at_its_threshold_is_a_tie() -> None:
    """v = 1, 1, 0 with a threshold of 1: silent above it, two spikes at it."""
    made = graph("x>n>y", **ends((1,)), n=nir.Threshold(np.ones(1)))
    assert found(made)["fires"] == Choice("fires", "at", 2, 3, 2 / 3)
    assert found(made, Semantics(fires="at"))["fires"] == Choice("fires", "above", 2, 3, 2 / 3)


def test_what_plays_no_part_changes_nothing() -> None:
    made = graph("x>n>y", **ends((1,)), n=nir.Threshold(np.full(1, 0.5)))
    assert list(found(made)) == ["fires", "reset", "bias", "charge"]
    assert {(c.spikes_changed, c.readouts_changed) for c in found(made).values()} == {(0, 0.0)}


def test_a_charge_without_dt_fires_at_once() -> None:
    made = graph("x>n>y", **ends((1,)), n=nir.IF(**full((1,), r=1, v_threshold=0.5, v_reset=0)))
    assert found(made)["charge"] == Choice("charge", "step", 2, 3, 2 / 3)


def test_a_soft_reset_keeps_the_rest() -> None:
    """r dt = 0.75, threshold 0.5: 0.75 fires; then 0.75 again, or 0.25 + 0.75, and 0.5 is left."""
    made = graph("x>n>y", **ends((1,)), n=nir.IF(**full((1,), r=7500, v_threshold=0.5, v_reset=0)))
    assert found(made)["reset"].spikes_changed == 0
    made.nodes["n"] = nir.IF(**full((1,), r=9000, v_threshold=0.5, v_reset=0))
    assert found(made)["reset"].spikes_changed == 1  # 0.4 + 0.4 is left, above 0.5


def test_without_a_reset_it_fires_on() -> None:
    """r dt = 0.75, threshold 0.5: 0.75, 1.5 and 1.5 are above it, and no spike takes any away."""
    made = graph("x>n>y", **ends((1,)), n=nir.IF(**full((1,), r=7500, v_threshold=0.5, v_reset=0)))
    choices = explain(made, 3, X, ExporterReading(Semantics(), 1e-4, "nir"))
    (none,) = (choice for choice in choices if choice.value == "none")
    assert (none.name, none.spikes_changed) == ("reset", 1)


def test_a_bias_that_is_filtered_grows_with_the_current() -> None:
    """Current: 1/2, 3/4, 7/8. Membrane: 1/2 in each step, and 1/2 is not above 1/2."""
    node = cuba((1,), tau_syn=2, tau_mem=1, v_threshold=0.5)
    made = graph("x>w>n>y", **ends((1,)), w=nir.Affine(np.zeros((1, 1)), np.ones(1)), n=node)
    assert found(made)["bias"] == Choice("bias", "membrane", 2, 3, 2 / 3)


def test_every_exporter_is_counted_that_the_graph_allows() -> None:
    """tau of two steps: Sinabs would take 2e-4 steps, and decay all at once; Norse 20 steps."""
    made = graph("x>n>y", **ends((1,)), n=lif((1,), tau=2, v_threshold=0.4))
    choices = explain_exporters(made, 3, X)
    assert [c.value for c in choices if c.name == "exporter"] == [n for n in NAMES if n != "nir"]
    assert [c.name for c in choices if c.name != "exporter"] == ["decay", "membrane"]
    counted = {c.value: c.spikes_changed for c in choices}
    assert counted["spikingjelly"] == 0
    assert counted["sinabs"] == 2  # 2, 2, 0: twice the threshold at once; 1, 1, 0 as NIR says


def test_a_reading_that_is_impossible_is_left_out() -> None:
    """Half a step of 1e-4 s is no time constant of forward Euler for Norse, whose dt is 1e-3."""
    made = graph("x>n>y", **ends((1,)), n=lif((1,), tau=0.001))
    reading = ExporterReading(Semantics(tau="steps", decay="exponential"), 1e-4, "")
    values = [c.value for c in explain_exporters(made, 3, X, reading) if c.name == "exporter"]
    assert "sinabs" in values
    assert "norse" not in values
