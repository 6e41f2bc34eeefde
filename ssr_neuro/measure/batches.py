"""The batch with the largest throughput, found by doubling."""

from collections.abc import Callable, Sequence
from typing import Literal

from ssr_neuro.errors import DoesNotFit
from ssr_neuro.measure.contents import Probe, Search

LARGEST = 1 << 16
# What a doubled batch must bring to count as a gain, and how many in a row may bring less.
GAIN, PATIENCE = 1.02, 3


def best_batch(throughput: Callable[[int], float | None]) -> tuple[int, Search]:
    """throughput: windows per second of a batch; None where the memory does not hold it.

    Returns the best batch and every probe. Raises DoesNotFit where not even one window fits.
    """
    probes: list[Probe] = []
    since, batch = 0, 1
    ended: Literal["no gain", "memory", "limit"] = "limit"
    while batch <= LARGEST:
        found = throughput(batch)
        if found is None:
            ended = "memory"
            break
        since = 0 if found > GAIN * _best(probes) else since + 1
        probes.append(Probe(batch, found))
        if since == PATIENCE:
            ended = "no gain"
            break
        batch *= 2
    if not probes:
        raise DoesNotFit(
            "the memory of the device does not hold the model and one window; measure on another"
        )
    best = max(probes, key=lambda probe: probe.windows_per_s)
    return best.batch, Search(tuple(probes), ended)


def _best(probes: Sequence[Probe]) -> float:
    return max((probe.windows_per_s for probe in probes), default=0.0)
