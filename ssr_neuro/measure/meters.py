"""The device as it is named, with its energy counter or why it has none that can be read."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import torch

from ssr_neuro import extras
from ssr_neuro.errors import BackendFailed
from ssr_neuro.measure.clocks import ReadMhz
from ssr_neuro.measure.contents import Device
from ssr_neuro.measure.device import describe_device, uuid_of
from ssr_neuro.measure.energy import Meter
from ssr_neuro.measure.rapl import rapl

if TYPE_CHECKING:
    from ssr_neuro.measure.nvml import Gpu

Opened = TypeVar("Opened")


@dataclass(frozen=True, eq=False)
class Metered:
    """meter: or why there is none. clock_mhz: reads the GPU's clock, None where it is not told."""

    device: Device
    meter: Meter | str
    clock_mhz: ReadMhz | None = None


@contextmanager
def open_meter(device: torch.device) -> Iterator[Metered]:
    """NVML answers as long as the context is open."""
    with ExitStack() as stack:
        if device.type == "cpu":
            yield Metered(describe_device(device, None), _or_why(rapl))
            return
        known: Gpu | str = _or_why(lambda: stack.enter_context(_open_gpu(device)))
        if isinstance(known, str):
            yield Metered(describe_device(device, None), known)
        else:
            yield Metered(describe_device(device, known), _or_why(known.meter), known.clock())


def _open_gpu(device: torch.device) -> "AbstractContextManager[Gpu]":
    """Raises BackendFailed where the package that asks NVML is not installed."""
    extras.require("reading the energy of a GPU", "pynvml")
    from ssr_neuro.measure.nvml import gpu

    return gpu(uuid_of(device))


def _or_why(open_it: Callable[[], Opened]) -> Opened | str:
    try:
        return open_it()
    except BackendFailed as error:
        return str(error)
