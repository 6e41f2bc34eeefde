"""Small models without spikes, as `ssr train` would save them, with norms that are not trivial."""

from pathlib import Path
from typing import Any

import torch
from trained import DATASET, data_rows

from ssr_neuro import checkpoint, data, model
from ssr_neuro.checkpoint import Checkpoint


def saved_model(folder: Path, kind: str, seed: int = 0, **shape: Any) -> Path:
    """model.pt of an untrained model on the generated data."""
    torch.manual_seed(seed)
    config = model.model_type(kind).config_type(items=DATASET.n_items, **shape)
    found = model.build(kind, config)
    for name, parameter in found.named_parameters():
        if "norm" in name or name == "item_bias":
            torch.nn.init.normal_(parameter, 0.3, 0.5)
    found.train()
    items = torch.randint(0, config.items + 1, (32, config.positions))
    for _ in range(3):
        found(items)
    inputs, targets = data.split(DATASET).test.batch(data_rows(24))
    training = {
        "data": {"source": DATASET.source, "fingerprint": DATASET.fingerprint},
        "protocol": "ratio",
    }
    path = folder / f"{kind}.pt"
    saved = Checkpoint(
        kind,
        config,
        found.eval().state_dict(),
        DATASET.item_ids,
        torch.as_tensor(inputs)[:, -config.positions :],
        torch.as_tensor(targets),
        training,
    )
    checkpoint.save(path, saved)
    return path
