"""Training speed of every model, and of the same SSR on SpikingJelly's plain torch neurons.

    python benchmarks/train_throughput.py [--items 3416] [--batch 256] [--steps 8] [--threads 1]
        [--models ssr sasrec ...] [--out benchmarks/results/train-throughput.json]

One run, one process: forward, backward and an AdamW step on random windows, the least time of
`--steps` after two to warm up, in float32 and with products in bfloat16 (`--mixed-precision bf16`
of `ssr train`). SSR runs a third time from the same weights with torch's normalisation and
SpikingJelly's multi-step neuron one after the other, in float32, as one writes it first; the losses
after the last step must agree: to 1e-4 in float32, to 5e-3 in bfloat16. Prints JSON: windows per
second and the ratios.
"""

import argparse
import platform
import time
from importlib.metadata import version
from pathlib import Path

import torch
from result_output import print_result

import ssr_neuro.model.ssr as ssr_model
from ssr_neuro.model import build, config_from_dict, kinds, model_type
from ssr_neuro.model.parts import spiking

AGREE = {"float32": 1e-4, "bfloat16": 5e-3}


def main() -> None:
    given = options()
    torch.set_num_threads(given.threads)
    trained = [kind for kind in given.models or kinds() if trains(kind)]
    rows = {
        kind: {name: round(given.batch / timed(kind, given, name)[0], 1) for name in AGREE}
        for kind in trained
    }
    found = {
        "threads": torch.get_num_threads(),
        "batch": given.batch,
        "items": given.items,
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("torch", "spikingjelly", "numba")},
        "windows_per_second": rows,
        "ssr_beside_plain_spikingjelly": beside_plain(given),
    }
    print_result(found, given.out)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--items", type=int, default=3416)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--models", nargs="*", help="by default all")
    parser.add_argument("--out", type=Path)
    return parser.parse_args()


def beside_plain(given: argparse.Namespace) -> dict[str, object]:
    """How many times faster than plain SpikingJelly; exits where the losses differ."""
    fused = {name: timed("ssr", given, name) for name in AGREE}
    own = spiking.fits, ssr_model.lif_fits
    spiking.fits = ssr_model.lif_fits = lambda *_: False
    try:
        plain_s, plain_loss = timed("ssr", given, "float32")
    finally:
        spiking.fits, ssr_model.lif_fits = own
    for name, (_, loss) in fused.items():
        if abs(loss - plain_loss) > AGREE[name] * abs(plain_loss):
            raise SystemExit(f"the losses differ: {loss} in {name}, {plain_loss} plain")
    return {
        "plain_windows_per_second": round(given.batch / plain_s, 1),
        "times_faster": {name: round(plain_s / s, 2) for name, (s, _) in fused.items()},
        "losses": {"plain": plain_loss} | {name: loss for name, (_, loss) in fused.items()},
    }


def trains(kind: str) -> bool:
    """Whether there is anything to lower by gradients."""
    model = build(kind, config_from_dict(kind, {"items": 9}))
    return any(parameter.requires_grad for parameter in model.parameters())


def timed(kind: str, given: argparse.Namespace, products: str) -> tuple[float, float]:
    """The least seconds of a step, and the loss after the last."""
    torch.manual_seed(0)
    model = build(kind, config_from_dict(kind, {"items": given.items})).train()
    optimizer = torch.optim.AdamW(model.parameters(), 1e-3)
    items = torch.randint(1, given.items + 1, (given.batch, model.config.positions))
    targets = torch.randint(1, given.items + 1, (given.batch,))
    if model_type(kind).needs_times:
        items = torch.stack([items, 86_400 * torch.arange(items.shape[1]).expand_as(items)], dim=-1)
    least, value = float("inf"), 0.0
    for step in range(2 + given.steps):
        torch.manual_seed(step)
        start = time.perf_counter()
        with torch.autocast("cpu", torch.bfloat16, enabled=products == "bfloat16"):
            loss = model(items, targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        value = float(loss.detach())
        if step >= 2:
            least = min(least, time.perf_counter() - start)
    return least, value


if __name__ == "__main__":
    main()
