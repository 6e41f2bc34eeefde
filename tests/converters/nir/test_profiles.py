"""Every exporter's profile against the framework itself: random networks, equal outputs."""

import numpy as np
import pytest
from framework_networks import NETWORKS, differing_values, read_outputs

import ssr_neuro as sn
from converters.nir.exporters import choose_reading
from converters.nir.graph import flatten
from ssr_neuro.errors import BadInput

CASES = [(exporter, network) for exporter, found in NETWORKS.items() for network in found]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("exporter", "network"), CASES)
def test_a_profile_means_what_its_framework_means(exporter: str, network: str, seed: int) -> None:
    made = NETWORKS[exporter][network](seed)
    assert not differing_values(read_outputs(made, exporter, made.choices), made).any()
    assert made.outputs.any()


OTHERS = [case for case in CASES if "'zero'" not in case[1]]  # which is what a NIR file says


@pytest.mark.parametrize(("exporter", "network"), OTHERS)
def test_the_plain_reading_means_something_else(exporter: str, network: str) -> None:
    """Or is refused; on one of the seeds at least, so that the profile is needed."""
    differs = []
    for seed in range(3):
        made = NETWORKS[exporter][network](seed)
        try:
            differs.append(differing_values(read_outputs(made, "nir", {}), made).any())
        except BadInput:
            differs.append(True)
    assert any(differs)


def test_rockpool_is_told_from_its_names_with_its_dt() -> None:
    made = NETWORKS["rockpool"]["LIFTorch"](0)
    reading = choose_reading(flatten(made.graph), None, {}, None)
    assert (reading.exporter, reading.dt_s) == ("rockpool", 1e-3)
    np.testing.assert_array_equal(read_outputs(made, reading.exporter, {}), made.outputs)


@pytest.mark.parametrize(
    ("network", "node", "kind"),
    [
        ("Synaptic, 'zero', reset_delay=False", "1", "Synaptic"),
        ("RLeaky, 'zero', reset_delay=False", "1.lif", "RLeaky"),
    ],
)
def test_a_pause_behind_a_spike_is_refused_by_node(network: str, node: str, kind: str) -> None:
    """The default reset_delay=True of these, which gives the same file."""
    made = NETWORKS["snntorch"][network](0)
    found = sn.check(made.graph, exporter="snntorch", reset="zero")
    first = found.obstacles[0]
    assert (first.node, first.exit_code) == (node, 2)
    assert f"snnTorch's {kind} with reset_mechanism='zero' keeps its membrane at 0" in first.reason
    assert first.remedy.startswith("--reset-step same reads a reset in the step of the spike")
    with pytest.raises(BadInput, match="the graph cannot be read so"):
        sn.compile(made.graph, inputs=made.inputs[None], exporter="snntorch", reset="zero")
    assert sn.check(made.graph, exporter="snntorch", reset="zero", reset_step="same").compiles


def test_a_plain_leaky_has_no_pause() -> None:
    made = NETWORKS["snntorch"]["Leaky, reset_mechanism='zero'"](0)
    assert sn.check(made.graph, exporter="snntorch", reset="zero").compiles
