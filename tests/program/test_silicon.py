"""The integer law against a neuron of a real Loihi, 1,000 steps.

Source: NIR's repository, paper/01_lif/lif_lava_loihi_fixed.csv (BSD-3), columns input, membrane,
spike. Of it stand here the steps of input and spike, and a fingerprint of the membranes.
"""

from hashlib import sha256

import numpy as np
import pytest

from simulators.reference import Reference
from ssr_neuro import registry
from ssr_neuro.program.integer_neuron import rest, step
from ssr_neuro.program.ir import (
    Affine,
    Input,
    IntegerLif,
    IntegerProgram,
    Population,
    Readout,
    Source,
    Synapse,
    zeros,
)
from ssr_neuro.program.linear_maps import Dense

STEPS, WEIGHT = 1000, 10
NEURON = IntegerLif(dv=163, vth=25, bias_mant=zeros((1,)), bias_exp=0, du=4095)
INPUT_STEPS = [
    60,
    220,
    270,
    310,
    320,
    350,
    370,
    400,
    410,
    430,
    440,
    450,
    460,
    470,
    480,
    490,
    500,
    510,
    520,
    530,
    670,
    680,
    690,
    700,
    710,
    720,
    730,
    740,
    750,
    760,
    770,
    780,
    840,
    850,
]
SPIKE_STEPS = [461, 511, 711, 761]  # steps that begin with 0
# sha256 of 1,000 little-endian int64
MEMBRANES = "ed3ac56a8cd07977ddc257c29ed46a90e778c6fab3c84848c69e320345d7ece1"
AT_A_SPIKE = 128  # what the chip's probe shows there


def inputs() -> np.ndarray:
    x = np.zeros(STEPS, np.int64)
    x[INPUT_STEPS] = 1
    return x


def test_every_spike_and_membrane_is_that_of_the_chip() -> None:
    """A synapse takes a step; the membrane is the one behind the reset, but for the probe's 128."""
    state, spikes, membranes = rest((1,)), [], []
    for arriving in np.concatenate([[0], inputs()[:-1]]):
        state, fired, _ = step(NEURON, state, np.array([WEIGHT * arriving]))
        spikes.append(int(fired[0]))
        membranes.append(int(state.v[0]))
    assert np.flatnonzero(spikes).tolist() == SPIKE_STEPS
    assert [membranes[at] for at in SPIKE_STEPS] == [0] * 4
    shown = np.array(membranes, "<i8")
    shown[SPIKE_STEPS] = AT_A_SPIKE
    assert sha256(shown.tobytes()).hexdigest() == MEMBRANES
    assert membranes[SPIKE_STEPS[0] + 1] == 0  # it goes on from 0, not from what the probe shows


def one_neuron() -> IntegerProgram:
    eye = Dense(np.ones((1, 1), np.int64), (1,), (1,))

    def synapse(source: str, target: str, weight: int) -> Synapse:
        chain = (Affine(eye.with_weights(eye.weight * weight), zeros((1,))),)
        return Synapse(f"{source}_to_{target}", (Source(source, delay=1),), target, chain)

    return IntegerProgram(
        "loihi",
        STEPS,
        (Input("x", (1,)),),
        (Population("n", (1,), NEURON, depth=1),),
        (synapse("x", "n", WEIGHT), synapse("n", "y", 1)),
        (Readout("y", (1,), zeros((1,)), depth=2, unit=1.0),),
    )


@pytest.mark.parametrize(
    "name", ["reference", "fast", pytest.param("lava_cpu", marks=pytest.mark.lava)]
)
def test_every_simulator_fires_as_the_chip(name: str) -> None:
    """Without the pipeline's step, which a trace takes off."""
    simulator = Reference() if name == "reference" else registry.load(name)
    trace = simulator.run(one_neuron(), {"x": inputs().reshape(1, STEPS, 1).astype(np.uint8)})
    fired = np.flatnonzero(trace.spikes["n"])
    assert (fired + 1).tolist() == SPIKE_STEPS
