"""Every exporter's profile against the framework itself: random networks, equal outputs."""

import numpy as np
import pytest
from framework_networks import NETWORKS, read_outputs

from converters.nir.exporters import choose_reading
from converters.nir.graph import flatten
from ssr_neuro.errors import BadInput

CASES = [(exporter, network) for exporter, found in NETWORKS.items() for network in found]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("exporter", "network"), CASES)
def test_a_profile_means_what_its_framework_means(exporter: str, network: str, seed: int) -> None:
    made = NETWORKS[exporter][network](seed)
    np.testing.assert_array_equal(read_outputs(made, exporter, made.choices), made.outputs)
    assert made.outputs.any()


PLAIN = ("snntorch", "Leaky, reset_mechanism='zero'")  # what a NIR file says, to the letter


@pytest.mark.parametrize(("exporter", "network"), [case for case in CASES if case != PLAIN])
def test_the_plain_reading_means_something_else(exporter: str, network: str) -> None:
    """Or is refused; on one of the seeds at least, so that the profile is needed."""
    differs = []
    for seed in range(3):
        made = NETWORKS[exporter][network](seed)
        try:
            differs.append((read_outputs(made, "nir", {}) != made.outputs).any())
        except BadInput:
            differs.append(True)
    assert any(differs)


def test_rockpool_is_told_from_its_names_with_its_dt() -> None:
    made = NETWORKS["rockpool"]["LIFTorch"](0)
    reading = choose_reading(flatten(made.graph), None, {}, None)
    assert (reading.exporter, reading.dt_s) == ("rockpool", 1e-3)
    np.testing.assert_array_equal(read_outputs(made, reading.exporter, {}), made.outputs)
