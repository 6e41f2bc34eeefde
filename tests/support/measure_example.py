"""A measurement by hand, and the pieces that measuring needs without a GPU."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import torch
from windows import windows

from ssr_neuro import checkpoint
from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.errors import BackendFailed
from ssr_neuro.measure import (
    Agreement,
    Device,
    EnergySource,
    Idle,
    Latency,
    MeasuredRun,
    Measurements,
    Method,
    Probe,
    Search,
)
from ssr_neuro.measure.energy import energy
from ssr_neuro.model import build, config_from_dict

SOURCE = EnergySource("by hand", "nothing", least_s=0.0)
LATENCY = Latency(4, 2.5, 1.0, 2.0, 3.0, 4.0, 1.0, 4.0)
AGREEMENT = Agreement("by hand", 4, 10, 1e-3, 1.0, 1.0, 0.0, 1.0, 1.0)
METHOD = Method("a", "b", "c", "d", 4.0, 1.0, 1.0, 1.0)
SEARCH = Search((Probe(1, 0.5), Probe(2, 0.8)), "no gain")


def example_run(model: str = "a.pt", batch: int = 2) -> MeasuredRun:
    """Four runs of 2.5 s at 100 W, over an idle power of 50 W that rises by 20 W."""
    cost = energy(1000.0, 10.0, 8, (Idle(40.0, 5.0), Idle(60.0, 5.0)))
    return MeasuredRun(
        model,
        "0" * 64,
        "lrurec",
        "incremental",
        30,
        8,
        batch,
        SEARCH,
        10,
        LATENCY,
        0.8,
        cost,
        None,
        AGREEMENT,
    )


def example() -> Measurements:
    device = Device("cuda", "NVIDIA H200", "h200", "580.1", 700.0)
    return Measurements(
        "ssr-neuro 0",
        ("ssr", "measure"),
        {"python": "3.11"},
        "fp32",
        None,
        device,
        METHOD,
        SOURCE,
        None,
        (example_run(), example_run("b.pt")),
    )


def saved_model(folder: Path, kind: str) -> Path:
    """model.pt of an untrained model with four windows, pads in two of them."""
    torch.manual_seed(0)
    config = config_from_dict(kind, {"items": 30, "positions": 8, "features": 8})
    names, ones = tuple(map(str, range(30))), torch.ones(4, dtype=torch.int64)
    items = windows([8, 5, 1, 8], positions=8)
    state = build(kind, config).state_dict()
    path = folder / f"{kind}.pt"
    checkpoint.save(path, Checkpoint(kind, config, state, names, items, ones, {}))
    return path


def readings(*joules: float) -> Callable[[], float]:
    """A counter that shows these one after the other."""
    left: Iterator[float] = iter(joules)
    return lambda: next(left)


@dataclass
class HandMeter:
    """Gives these joules one after the other; a text is why it fails."""

    joules: list[float | str]
    source: EnergySource = SOURCE
    log: list[str] = field(default_factory=list)

    def start(self) -> None:
        self.log.append("start")

    def stop(self) -> float:
        self.log.append("stop")
        given = self.joules.pop(0)
        if isinstance(given, str):
            raise BackendFailed(given)
        return given
