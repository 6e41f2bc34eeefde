"""Tiny models of any kind as jobs for the ONNX exporter."""

import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from trained import awake_ssr
from windows import lively

from converters.export_onnx import EXPORTER
from ssr_neuro import data
from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.exporter import Deployed, Job
from ssr_neuro.model import build, config_from_dict
from ssr_neuro.model.parts.recommender import RecommenderModel
from ssr_neuro.stopwatch import Stopwatch

ITEMS, POSITIONS, SEQUENCES = 400, 4, 6
SHAPES: dict[str, dict[str, Any]] = {
    # So many that codes of items are not folded into a constant, as in a real model.
    "ssr": {"items": 9000, "features": 16, "blocks": 1, "steps": 2},
    "ssr-ann": {"features": 16, "blocks": 1, "ffn_ratio": 2},
    "lrurec": {"features": 16, "blocks": 1, "ffn_ratio": 2},
    "tim4rec": {"features": 16, "blocks": 1, "heads": 2, "state": 4, "ffn_ratio": 2},
    "sasrec": {"features": 16, "blocks": 1},
}


def tiny(kind: str, **shape: Any) -> Checkpoint:
    """An untrained model all of whose paths carry something, with item sequences beside it."""
    given = {"items": ITEMS, "positions": POSITIONS, **shape}
    config = config_from_dict(kind, given)
    model = awake_ssr(config) if kind == "ssr" else calm(kind, config)
    items = windows(SEQUENCES)
    if model.needs_times:
        waits = torch.randint(0, 90_000, items.shape, generator=torch.Generator().manual_seed(1))
        items = torch.stack([items, 978_300_000 + waits.cumsum(dim=1)], dim=-1)
    names = tuple(f"film {number}" for number in range(1, config.items + 1))
    targets = torch.ones(SEQUENCES, dtype=torch.int64)
    return Checkpoint(kind, config, model.state_dict(), names, items, targets, {})


def calm(kind: str, config: Any) -> RecommenderModel:
    torch.manual_seed(0)
    return lively(build(kind, config), std=0.3)


def windows(count: int) -> torch.Tensor:
    """Left-padded windows of 1 to N items of 1..V, (count, N)."""
    generator = torch.Generator().manual_seed(0)
    drawn = torch.randint(1, ITEMS + 1, (count, POSITIONS), generator=generator)
    lengths = torch.arange(count)[:, None] % POSITIONS + 1
    return drawn * (torch.arange(POSITIONS) >= POSITIONS - lengths)


def job(saved: Checkpoint, split: data.Split | None = None) -> Job:
    return Job(
        path=Path("model.pt"),
        saved=saved,
        sequences=saved.inputs.numpy(),
        split=split,
        chip="loihi2",
        layout="compact",
        watch=Stopwatch(),
        integer=_refused,
    )


def _refused() -> Deployed:
    raise AssertionError("no integer program is needed")


@dataclass(frozen=True)
class Made:
    """A folder that the exporter filled, and what it returned."""

    saved: Checkpoint
    folder: Path
    found: dict[str, Any]

    @property
    def model(self) -> RecommenderModel:
        """Of an SSR in float64, as its file decides spikes."""
        model = copy.deepcopy(self.saved.model())
        return model.double() if self.saved.kind == "ssr" else model


def make(folder: Path, saved: Checkpoint, split: data.Split | None = None) -> Made:
    return Made(saved, folder, dict(EXPORTER.export(job(saved, split), folder)))
