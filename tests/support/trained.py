"""A small SSR that fires everywhere, as `ssr train` would save it, made in milliseconds."""

from pathlib import Path
from typing import Any

import torch

from ssr_neuro import checkpoint, data
from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.model.ssr import SSR
from ssr_neuro.settings.models.ssr import SsrConfig

DATASET = data.load("generated")


def awake_ssr(config: SsrConfig, seed: int = 0) -> SSR:
    """Blocks start quiet; here their norms are lifted so that every population fires."""
    torch.manual_seed(seed)
    model = SSR(config)
    for layer in model.layers().values():
        torch.nn.init.normal_(layer.norm.bias, 0.2, 0.5)
        if layer.gains is not None:
            torch.nn.init.normal_(layer.gains, 1.0, 0.5)
    torch.nn.init.normal_(model.readout.weight, std=0.3)
    if model.readout_skip is not None:
        torch.nn.init.normal_(model.readout_skip.gains, std=0.3)
    torch.nn.init.normal_(model.item_bias, std=0.3)
    items = torch.randint(0, config.items + 1, (32, config.positions))
    model.train()
    for _ in range(3):
        model(items)
    return model.eval()


def saved_ssr(folder: Path, features: int = 8, blocks: int = 1, **shape: Any) -> Path:
    """model.pt of an untrained SSR on the generated data."""
    config = SsrConfig(items=DATASET.n_items, features=features, blocks=blocks, **shape)
    split = data.split(DATASET)
    inputs, targets = split.test.batch(data_rows(24))
    path = folder / "model.pt"
    training = {
        "data": {"source": DATASET.source, "fingerprint": DATASET.fingerprint},
        "protocol": "ratio",
    }
    state = awake_ssr(config).state_dict()
    found = Checkpoint(
        "ssr",
        config,
        state,
        DATASET.item_ids,
        torch.as_tensor(inputs),
        torch.as_tensor(targets),
        training,
    )
    checkpoint.save(path, found)
    return path


def data_rows(count: int) -> "torch.Tensor":
    return torch.arange(0, count * 97, 97).numpy()
