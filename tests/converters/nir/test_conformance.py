"""Our reading of NIR against the conformance suite, whose equations share no code with ours."""

import numpy as np
import pytest
from nir_conformance.readings import READINGS, Reading
from nir_conformance.suite import Entry, load

from converters.nir_to_program import to_program
from ssr_neuro.errors import BadInput
from ssr_neuro.lower.fold import Fold
from ssr_neuro.program import float_simulator
from ssr_neuro.program.semantics import Semantics

SUITE = load()
NOT_OURS = {"order", "resistance", "loop", "reset_to", "w_in", "dt"}  # not in `Semantics`
# What no chip of this kind can do, and is refused with the reason.
REFUSED = {
    "lif_reset": "v_reset is not 0",
    "if_reset": "v_reset is not 0",
    "cuba_reset": "v_reset is not 0",
    "no_neuron": "the graph has no neurons",
}
READ = [entry for entry in SUITE.entries if entry.name not in REFUSED]
OURS = [
    reading
    for reading in READINGS
    if not NOT_OURS & reading.choices().keys() and reading.charge != "input"
]


def semantics_of(reading: Reading) -> Semantics:
    choices = reading.choices()
    if "reset" not in choices:
        return Semantics(**choices)
    return Semantics(**{**choices, "reset": "subtract"})


@pytest.mark.parametrize("entry", READ, ids=lambda entry: entry.name)
def test_every_reading_gives_the_golden_outputs_and_spikes(entry: Entry) -> None:
    graph, x = entry.graph(), {name: x[None] for name, x in entry.x().items()}
    for reading in OURS:
        golden = entry.golden(reading.name)
        if entry.readings[reading.name] == "nir" != reading.name:
            continue  # it computes what `nir` does
        if "reset" in reading.choices() and entry.group == "Threshold":
            continue  # there is no membrane that anything could be subtracted from
        if max((s.max() for s in golden.spikes.values()), default=0) > float_simulator.MOST_SPIKES:
            continue  # a loop that several spikes a step let grow without end
        semantics = semantics_of(reading)
        program = Fold().run(to_program(graph, entry.steps, semantics=semantics))
        spikes, outputs = float_simulator.run(program, x)
        for name, expected in golden.outputs.items():
            said = f"{reading.name}: {name}"
            np.testing.assert_allclose(outputs[name][0], expected, 1e-5, 1e-6, err_msg=said)
        for name, expected in golden.spikes.items():
            np.testing.assert_array_equal(spikes[name][0], expected, f"{reading.name}: {name}")


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_chip_can_do_is_refused_with_the_reason(name: str) -> None:
    (entry,) = (entry for entry in SUITE.entries if entry.name == name)
    with pytest.raises(BadInput, match=REFUSED[name]):
        to_program(entry.graph(), entry.steps)
