"""Every exporter's profile against the framework itself: random networks, equal outputs."""

import numpy as np
import pytest
from framework_networks import NETWORKS, Exported

from converters.nir.exporters import choose_reading
from converters.nir.graph import flatten
from converters.nir_to_program import to_program
from ssr_neuro.errors import BadInput
from ssr_neuro.library.spikes import drop_batch_axes
from ssr_neuro.program import float_simulator

CASES = [(exporter, network) for exporter, found in NETWORKS.items() for network in found]


def read(made: Exported, exporter: str | None, choices: dict[str, str]) -> np.ndarray:
    """Outputs of our float reading, (steps, neurons)."""
    reading = choose_reading(flatten(made.graph), exporter, choices, None)
    program = to_program(made.graph, len(made.inputs), reading.dt_s, semantics=reading.semantics)
    inputs = drop_batch_axes(program, {program.inputs[0].name: made.inputs[None]})
    (outputs,) = float_simulator.run(program, inputs)[1].values()
    return outputs[0].reshape(len(made.inputs), -1)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("exporter", "network"), CASES)
def test_a_profile_means_what_its_framework_means(exporter: str, network: str, seed: int) -> None:
    made = NETWORKS[exporter][network](seed)
    np.testing.assert_array_equal(read(made, exporter, made.choices), made.outputs)
    assert made.outputs.any()


PLAIN = ("snntorch", "Leaky, reset_mechanism='zero'")  # what a NIR file says, to the letter


@pytest.mark.parametrize(("exporter", "network"), [case for case in CASES if case != PLAIN])
def test_the_plain_reading_means_something_else(exporter: str, network: str) -> None:
    """Or is refused; on one of the seeds at least, so that the profile is needed."""
    differs = []
    for seed in range(3):
        made = NETWORKS[exporter][network](seed)
        try:
            differs.append((read(made, "nir", {}) != made.outputs).any())
        except BadInput:
            differs.append(True)
    assert any(differs)


def test_rockpool_is_told_from_its_names_with_its_dt() -> None:
    made = NETWORKS["rockpool"]["LIFTorch"](0)
    reading = choose_reading(flatten(made.graph), None, {}, None)
    assert (reading.exporter, reading.dt_s) == ("rockpool", 1e-3)
    np.testing.assert_array_equal(read(made, None, {}), made.outputs)
