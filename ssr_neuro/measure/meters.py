"""The device as it is named, with its energy counter or why it has none that can be read."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TypeVar

import torch

from ssr_neuro.errors import BackendFailed
from ssr_neuro.measure.contents import Device
from ssr_neuro.measure.device import described, uuid_of
from ssr_neuro.measure.energy import Meter
from ssr_neuro.measure.nvml import Gpu, gpu
from ssr_neuro.measure.rapl import rapl

Opened = TypeVar("Opened")


@dataclass(frozen=True, eq=False)
class Metered:
    """meter: or why there is none."""

    device: Device
    meter: Meter | str


@contextmanager
def metered(device: torch.device) -> Iterator[Metered]:
    """NVML answers as long as the context is open."""
    with ExitStack() as stack:
        if device.type == "cpu":
            yield Metered(described(device, None), _or_why(rapl))
            return
        known: Gpu | str = _or_why(lambda: stack.enter_context(gpu(uuid_of(device))))
        if isinstance(known, str):
            yield Metered(described(device, None), known)
        else:
            yield Metered(described(device, known), _or_why(known.meter))


def _or_why(open_it: Callable[[], Opened]) -> Opened | str:
    try:
        return open_it()
    except BackendFailed as error:
        return str(error)
