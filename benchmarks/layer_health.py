"""Firing rates, gradients and item codes of a trained SSR: where it learns and where it does not.

    python benchmarks/layer_health.py CHECKPOINT --data ml-1m.txt [--sequences 512]

One pass of training mode over random training sequences and its gradient. Prints JSON: the loss;
per layer the firing rate, the share of rows that never fire, the norm of the loss's gradient by its
spikes and by its weights; the share of each item code and the spread of the table behind them.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ssr_neuro import checkpoint, data
from ssr_neuro.errors import BadInput
from ssr_neuro.model.ssr import SSR
from ssr_neuro.training import parts_of


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--data", required=True)
    parser.add_argument("--sequences", type=int, default=512)
    given = parser.parse_args()
    try:
        print(json.dumps(health(given), indent=1))
    except BadInput as error:
        raise SystemExit(f"BadInput {error}") from error


def health(given: argparse.Namespace) -> dict[str, Any]:
    """Raises BadInput where the model and the data do not fit, or the model has no spikes."""
    saved, dataset = checkpoint.load(given.model), data.load(given.data)
    checkpoint.check_data(saved, dataset, given.model)
    model = saved.model().train()
    if not isinstance(model, SSR):
        raise BadInput(f"{given.model} is of kind {saved.kind!r}, which has no spikes; give an ssr")
    train = parts_of(dataset, saved.kind, saved.training["protocol"], saved.config).train
    rows = np.random.default_rng(0).choice(len(train), given.sequences, replace=False)
    spikes: dict[str, torch.Tensor] = {}

    def keep(name: str, out: torch.Tensor) -> None:
        out.retain_grad()
        spikes[name] = out

    for name, layer in model.layers().items():
        layer.register_forward_hook(lambda _, __, out, name=name: keep(name, out))
    loss = model(*map(torch.as_tensor, train.batch(rows)))
    torch.autograd.backward(loss)
    layers = {name: of_layer(layer, spikes[name]) for name, layer in model.layers().items()}
    return {"loss": float(loss.detach()), "layers": layers, "codes": codes(model)}


def of_layer(layer: Any, out: torch.Tensor) -> dict[str, float | None]:
    """Spikes (P, B, T, F) and gradients of one layer; a fixed matrix has no gradient."""
    return {
        "firing_rate": float(out.detach().mean()),
        "rows_that_never_fire": float((out.detach().sum(dim=(1, 2, 3)) == 0).float().mean()),
        "gradient_of_spikes": _norm(out.grad),
        "gradient_of_weights": _norm(layer.weight.grad),
    }


def _norm(gradient: torch.Tensor | None) -> float | None:
    return None if gradient is None else float(gradient.norm())


def codes(model: Any) -> dict[str, Any]:
    """Share of every code, steps written as 0 and 1, and the table's spread in thresholds."""
    with torch.no_grad():
        trains = model.codes()[1:].to(torch.uint8).transpose(1, 2).reshape(-1, model.config.steps)
    found, counts = trains.unique(dim=0, return_counts=True)
    table = model.table.weight.detach()[1:] / model.config.threshold
    return {
        "share": {
            "".join(map(str, code)): count / len(trains)
            for code, count in zip(found.tolist(), counts.tolist(), strict=True)
        },
        "table_mean_in_thresholds": float(table.mean()),
        "table_deviation_in_thresholds": float(table.std()),
    }


if __name__ == "__main__":
    main()
