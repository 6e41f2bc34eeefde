"""Training speed of every model, and of the same SSR on SpikingJelly's plain torch neurons.

    python benchmarks/train_throughput.py [--items 3416] [--batch 256] [--steps 8]

One run, one process: forward, backward and an Adam step on random sequences, the least time of
`--steps` after two to warm up. SSR runs twice from the same weights, with the fused normalisation
and LIF and without; their losses must agree. Prints JSON: sequences per second, ratios.
"""

import argparse
import json
import time

import torch

from ssr_neuro.model import build, config_from_dict, kinds, model_type
from ssr_neuro.model.parts import spiking
from ssr_neuro.model.parts.norm_lif import fits

AGREE = 1e-4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--items", type=int, default=3416)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--steps", type=int, default=8)
    given = parser.parse_args()
    rows = {kind: timed(kind, given)[0] for kind in kinds() if trains(kind)}
    fused_s, fused_loss = timed("ssr", given)
    spiking.fits = lambda *_: False  # type: ignore[assignment]
    plain_s, plain_loss = timed("ssr", given)
    spiking.fits = fits
    if abs(fused_loss - plain_loss) > AGREE * abs(plain_loss):
        raise SystemExit(f"the losses differ: {fused_loss} fused, {plain_loss} plain")
    found = {
        "threads": torch.get_num_threads(),
        "batch": given.batch,
        "sequences_per_second": {k: round(given.batch / s, 1) for k, s in rows.items()},
        "ssr_plain_spikingjelly_sequences_per_second": round(given.batch / plain_s, 1),
        "ssr_times_faster_than_plain": round(plain_s / fused_s, 2),
        "losses": [fused_loss, plain_loss],
    }
    print(json.dumps(found, indent=1))


def trains(kind: str) -> bool:
    """Whether there is anything to lower by gradients."""
    model = build(kind, config_from_dict(kind, {"items": 9}))
    return any(parameter.requires_grad for parameter in model.parameters())


def timed(kind: str, given: argparse.Namespace) -> tuple[float, float]:
    """The least seconds of a step, and the loss after the last."""
    torch.manual_seed(0)
    model = build(kind, config_from_dict(kind, {"items": given.items})).train()
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    items = torch.randint(1, given.items + 1, (given.batch, model.config.positions))
    targets = torch.randint(1, given.items + 1, (given.batch,))
    if model_type(kind).needs_times:
        items = torch.stack([items, 86_400 * torch.arange(items.shape[1]).expand_as(items)], dim=-1)
    least, value = float("inf"), 0.0
    for step in range(2 + given.steps):
        torch.manual_seed(step)
        start = time.perf_counter()
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
