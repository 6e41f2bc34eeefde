"""Random networks of lava-dl's SLAYER and what they fire, as arrays in a .npz.

    python slayer_networks.py FILE.npz SEEDS STEPS

runs in a Python that finds lava-dl 0.6.0 and imports nothing of this project. Each network is two
blocks `slayer.block.cuba.Dense` with the block's own 8-bit weights, and a bias where SLAYER has
one: the mean of a MeanOnlyBatchNorm. Of each seed: `SEED/x` (steps, 6), `SEED/y` (steps, 4), and of
each layer `weight`, `bias`, `current_decay`, `voltage_decay`, `threshold`.
"""

import sys
from types import ModuleType

import numpy as np
import torch

# SLAYER imports its detectors of objects, too, which need OpenCV; nothing here detects objects.
DETECTION = "lava.lib.dl.slayer.object_detection"
sys.modules[DETECTION] = ModuleType(DETECTION)
import lava.lib.dl.slayer as slayer  # noqa: E402

SIZES = (6, 8, 4)
DECAYS = ((0.5, 0.25), (1.0, 0.5))  # of current and membrane, by layer


def block(rng, given, out, decays):
    made = slayer.block.cuba.Dense(
        {
            "threshold": 1.0,
            "current_decay": decays[0],
            "voltage_decay": decays[1],
            "norm": slayer.neuron.norm.MeanOnlyBatchNorm,
        },
        given,
        out,
        delay_shift=False,
    ).eval()
    weight = torch.tensor(rng.normal(0.15, 0.5, (out, given)), dtype=torch.float32)
    mean = torch.tensor(rng.normal(0, 0.1, out), dtype=torch.float32)
    made.synapse.weight.data = weight.reshape(made.synapse.weight.shape)
    made.neuron.norm.running_mean = mean
    made.neuron.norm.num_features = out
    return made


def layer(made):
    """What the block computes with: quantised weights, and decays of 12 bits."""
    neuron, synapse = made.neuron, made.synapse
    device = neuron.device_params
    return {
        "weight": synapse.pre_hook_fx(synapse.weight).detach().numpy()[:, :, 0, 0, 0],
        "bias": -neuron.norm.pre_hook_fx(neuron.norm.running_mean).numpy(),
        "current_decay": np.ravel(device["iDecay"])[0] / 4096,
        "voltage_decay": np.ravel(device["vDecay"])[0] / 4096,
        "threshold": neuron.threshold,
    }


def main(path, seeds, steps):
    arrays = {}
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        net = [block(rng, SIZES[at], SIZES[at + 1], decays) for at, decays in enumerate(DECAYS)]
        x = (rng.random((steps, SIZES[0])) < 0.5).astype(np.uint8)
        shown = torch.tensor(x.T[None], dtype=torch.float32)  # (batch, neurons, steps)
        with torch.no_grad():
            for made in net:
                shown = made(shown)
        arrays |= {f"{seed}/x": x, f"{seed}/y": shown[0].numpy().T}
        for at, made in enumerate(net):
            arrays |= {f"{seed}/{at}/{name}": value for name, value in layer(made).items()}
    np.savez(path, **arrays)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
