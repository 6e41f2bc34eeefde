"""Training speed of every model, and of the same SSR on SpikingJelly's plain torch neurons.

    python benchmarks/train_throughput.py [--items 3416] [--batch 256] [--steps 8] [--threads 1]
        [--models ssr sasrec ...] [--out benchmarks/results/train-throughput.json]

One run, one process, step by step in turns: forward, backward and an AdamW step on random windows,
the least time of `--steps` after two to warm up, in float32 and with products in bfloat16
(`--mixed-precision bf16` of `ssr train`); CPU time on one thread, else time by the clock. SSR runs
twice more from the same weights: in bfloat16 by the Numba kernels (SSR_NATIVE=off), and in float32
with torch's normalisation and SpikingJelly's multi-step neuron one after the other, as one writes
it first. The losses of the fifth step must agree: to 1e-4 in float32, to 5e-3 in bfloat16. Prints
JSON: windows per second and the ratios.
"""

import argparse
import os
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib.metadata import version
from pathlib import Path

os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")  # as `ssr train`, before torch is loaded

from unittest.mock import patch

import torch
from result_output import print_result

from ssr_neuro.model import build, config_from_dict, kinds, model_type
from ssr_neuro.model.native import library

WARM_UP = 2
COMPARED = 5  # later, one spike more or less has led to others
AGREE = {"float32": 1e-4, "bfloat16": 5e-3}


def main() -> None:
    given = options()
    torch.set_num_threads(given.threads)
    trained = [kind for kind in given.models or kinds() if trains(kind)]
    rows = {
        kind: {name: round(given.batch / least_seconds(kind, given, name), 1) for name in AGREE}
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
    ways = {
        "float32": TimedSteps("ssr", given, "float32"),
        "bfloat16": TimedSteps("ssr", given, "bfloat16"),
        "numba": TimedSteps("ssr", given, "bfloat16", by_numba),
        "plain": TimedSteps("ssr", given, "float32", by_modules),
    }
    for _ in range(WARM_UP + given.steps):
        for steps in ways.values():
            steps.take()
    losses, plain = {name: steps.loss for name, steps in ways.items()}, ways["plain"]
    for name, steps in ways.items():
        if abs(steps.loss - plain.loss) > AGREE[steps.products] * abs(plain.loss):
            raise SystemExit(f"the losses differ: {losses[name]} by {name}, {plain.loss} plain")
    return {
        "kernels": library.name(),
        "plain_windows_per_second": round(given.batch / plain.least, 1),
        "numba_windows_per_second": round(given.batch / ways["numba"].least, 1),
        "times_faster": {name: round(plain.least / ways[name].least, 2) for name in AGREE},
        "times_faster_than_numba": round(ways["numba"].least / ways["bfloat16"].least, 2),
        "losses": losses,
    }


@contextmanager
def by_numba() -> Iterator[None]:
    os.environ["SSR_NATIVE"] = "off"
    library.library.cache_clear()
    yield
    del os.environ["SSR_NATIVE"]
    library.library.cache_clear()


@contextmanager
def by_modules() -> Iterator[None]:
    with (
        patch("ssr_neuro.model.parts.spiking.fits", lambda *_: False),
        patch("ssr_neuro.model.ssr.lif_fits", lambda *_: False),
    ):
        yield


def trains(kind: str) -> bool:
    """Whether there is anything to lower by gradients."""
    model = build(kind, config_from_dict(kind, {"items": 9}))
    return any(parameter.requires_grad for parameter in model.parameters())


class TimedSteps:
    """Steps of one model on the same windows: the least seconds of one, the loss of the fifth."""

    def __init__(
        self,
        kind: str,
        given: argparse.Namespace,
        products: str,
        by: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self.products, self.by = products, by
        self.clock = time.process_time if given.threads == 1 else time.perf_counter
        torch.manual_seed(0)
        self.model = build(kind, config_from_dict(kind, {"items": given.items})).train()
        self.optimizer = torch.optim.AdamW(self.model.parameters(), 1e-3, fused=True)
        self.items = torch.randint(1, given.items + 1, (given.batch, self.model.config.positions))
        self.targets = torch.randint(1, given.items + 1, (given.batch,))
        if model_type(kind).needs_times:
            days = 86_400 * torch.arange(self.items.shape[1]).expand_as(self.items)
            self.items = torch.stack([self.items, days], dim=-1)
        self.least, self.loss, self.done = float("inf"), 0.0, 0

    def take(self) -> None:
        torch.manual_seed(self.done)
        with self.by():
            start = self.clock()
            with torch.autocast("cpu", torch.bfloat16, enabled=self.products == "bfloat16"):
                loss = self.model(self.items, self.targets)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            if self.done < COMPARED:
                self.loss = float(loss.detach())
            if self.done >= WARM_UP:
                self.least = min(self.least, self.clock() - start)
        self.done += 1


def least_seconds(kind: str, given: argparse.Namespace, products: str) -> float:
    steps = TimedSteps(kind, given, products)
    for _ in range(WARM_UP + given.steps):
        steps.take()
    return steps.least


if __name__ == "__main__":
    main()
