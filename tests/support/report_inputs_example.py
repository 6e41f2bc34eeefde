"""Bundles, baselines and measurements for `ssr report`, small and untrained."""

import hashlib
import json
from pathlib import Path
from typing import Any

import torch
from trained import DATASET, data_rows, saved_ssr
from typer.testing import CliRunner, Result

from ssr_neuro import checkpoint, data
from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.cli import app
from ssr_neuro.model import build, config_from_dict


def run(*arguments: object) -> Result:
    """`ssr` with these arguments, in this process."""
    return CliRunner().invoke(app, [*map(str, arguments)])


def compiled(folder: Path, *options: object) -> Path:
    """A bundle of a small SSR on the generated data, without metrics."""
    out = folder / "bundle"
    done = run(
        "compile",
        saved_ssr(folder),
        *"--target program --samples".split(),
        8,
        "--out",
        out,
        "--json",
        *options,
    )
    assert done.exit_code == 0, done.output
    return out


def baseline(folder: Path, kind: str, name: str = "", **training: Any) -> Path:
    """model.pt of an untrained model on the generated data; training: over what it says."""
    torch.manual_seed(3)
    config = config_from_dict(kind, {"items": DATASET.n_items, "positions": 8, "features": 8})
    split = data.split(DATASET, positions=8)
    inputs, targets = split.test.batch(data_rows(4))
    said = {
        "data": {"source": DATASET.source, "fingerprint": DATASET.fingerprint},
        "protocol": "ratio",
        "test": {"ndcg@10": 0.25},
    }
    path = folder / f"{name or kind}.pt"
    saved = Checkpoint(
        kind,
        config,
        build(kind, config).state_dict(),
        DATASET.item_ids,
        torch.as_tensor(inputs),
        torch.as_tensor(targets),
        said | training,
    )
    checkpoint.save(path, saved)
    return path


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def report_json(folder: Path) -> Any:
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))
