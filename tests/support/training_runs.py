"""What several tests share of train."""

from pathlib import Path
from typing import Any

import numpy as np
import torch

from ssr_neuro import checkpoint
from ssr_neuro.data import Dataset, split
from ssr_neuro.settings.models.ssr import SsrConfig
from ssr_neuro.settings.training import TrainSettings
from ssr_neuro.training import TrainResult, train

ITEMS = 12


CONFIG = SsrConfig(items=ITEMS, positions=4, features=16, steps=2, blocks=1, ffn_ratio=2)


SETTINGS = TrainSettings(
    max_steps=12, epochs=1000, batch_size=16, eval_every=5, warmup_steps=2, device="cpu"
)


def circle(users: int = 20, length: int = 15) -> Dataset:
    """Every user walks round the items: the next item follows from the last."""
    starts = np.random.default_rng(0).integers(0, ITEMS, users)
    items = (starts[:, None] + np.arange(length)) % ITEMS + 1
    return Dataset(
        name="circle",
        items=items.ravel().astype(np.int32),
        offsets=np.arange(users + 1) * length,
        item_ids=tuple(f"i{k}" for k in range(ITEMS)),
        user_ids=tuple(f"u{k}" for k in range(users)),
        times_s=None,
        source="made here",
        fingerprint="circle",
    )


DATA = circle()


SPLIT = split(DATA, positions=4)


def trained(out: Path, settings: TrainSettings = SETTINGS, **options: Any) -> TrainResult:
    return train(DATA, SPLIT, "ssr", CONFIG, settings, out, **options)


class Killed(Exception):
    """Stands for the end of the process."""


def kill_at(step: int) -> Any:
    def on_step(now: int, loss: float) -> None:
        if now == step:
            raise Killed

    return on_step


def weights(path: Path) -> dict[str, torch.Tensor]:
    return checkpoint.load(path).state
