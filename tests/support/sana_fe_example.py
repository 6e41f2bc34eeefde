"""What a sana_fe.json holds, small and by hand."""

from dataclasses import replace
from typing import Any

from ssr_neuro.files.sana_fe_result import Priced, SanaFe

NO_TIME = "soma latency_update_neuron: timings.neuron_update is not stated"
NO_MESSAGE = "axon_in energy_message_in: prices.message_in is not stated"
OWN = Priced(
    name="",
    title="Intel Loihi 1",
    energy_j={"synapse": 4e-8, "dendrite": None, "soma": 5e-8, "network": 1e-9, "total": 9.1e-8},
    step_s=2e-6,
    latency_s=3.6e-5,
    samples_per_s=1.25e5,
    unknown=(NO_MESSAGE,),
)
THEIRS = Priced(
    name="sana-fe",
    title="Intel Loihi 1, as SANA-FE models it",
    energy_j={"synapse": 6e-8, "dendrite": 1e-9, "soma": 7e-8, "network": None, "total": 1.31e-7},
    step_s=None,
    latency_s=None,
    samples_per_s=None,
    unknown=(NO_MESSAGE, NO_TIME),
)


def example(**others: Any) -> SanaFe:
    """Two samples on Loihi 1, of a model and a program that are no one's."""
    found = SanaFe(
        model="model.pt",
        model_sha256="0" * 64,
        program="ssr",
        program_sha256="1" * 64,
        stimulus_sha256="2" * 64,
        chip="loihi1",
        sana_fe="2.2.9",
        python="3.11.7",
        timing="detailed",
        samples=2,
        counts={
            "spikes": 20,
            "messages": 31,
            "hops": 8,
            "synaptic_operations": 2000,
            "neuron_updates": 90,
        },
        prices=(OWN, THEIRS),
    )
    return replace(found, **others)
