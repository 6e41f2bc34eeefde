"""Run by lava-dl's own Python: `slayer_net.py FILE` exports a small network as slayer does."""

import sys

import h5py
import lava.lib.dl.slayer as slayer
import torch

torch.manual_seed(3)
PARAMETERS = {"threshold": 1.25, "current_decay": 0.25, "voltage_decay": 0.03}
BLOCKS = [
    slayer.block.cuba.Conv(PARAMETERS, 2, 3, 3, stride=(1, 2), padding=1, weight_scale=3),
    slayer.block.cuba.Flatten(),
    slayer.block.cuba.Dense(PARAMETERS, 3 * 3 * 6, 7, weight_scale=2, weight_norm=True),
    slayer.block.cuba.Dense({**PARAMETERS, "current_decay": 1}, 7, 4, weight_scale=2),
]
with torch.no_grad():
    x = (torch.rand(1, 2, 6, 6, 8) < 0.4).float()
    for block in BLOCKS:  # slayer knows its shapes only once it has run
        x = block(x)
with h5py.File(sys.argv[1], "w") as file:
    layers = file.create_group("layer")
    first = layers.create_group("0")
    first.create_dataset("type", (1,), "S10", [b"input"])
    first.create_dataset("shape", data=[2, 6, 6])
    for i, block in enumerate(BLOCKS, 1):
        block.export_hdf5(layers.create_group(str(i)))
