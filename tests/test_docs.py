"""What the documents show by hand is what the code does."""

import numpy as np

from ssr_neuro import neuron
from ssr_neuro.ir import IntegerLif


def test_the_neuron_followed_by_hand_in_numbers_md() -> None:
    lif = IntegerLif(dv=2048, vth=10, bias_mant=np.zeros(1, np.int64), bias_exp=0)
    membranes, fired = [], []
    state = neuron.rest((1,))
    for spike in (1, 0, 1, 1, 1):
        state, out, v = neuron.step(lif, state, np.array([7 * spike]))
        membranes.append(int(v[0]))
        fired.append(int(out[0]))
    assert membranes == [448, 224, 560, 728, 448]
    assert fired == [0, 0, 0, 1, 0]
