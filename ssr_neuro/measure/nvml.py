"""What NVIDIA's management library tells of a GPU: its name, limits and energy."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from pynvml import NVML_CLOCK_SM as SM_CLOCK
from pynvml import NVMLError, NVMLError_NotFound, NVMLError_NotSupported

from ssr_neuro.errors import BackendFailed
from ssr_neuro.measure.clocks import ReadMhz
from ssr_neuro.measure.contents import EnergySource
from ssr_neuro.measure.energy import CounterMeter, EnergyCounter, Meter
from ssr_neuro.measure.power_samples import EVERY_S, PowerMeter

# Counter and power move every 20 to 100 ms: of a second that is at most a tenth.
LEAST_S = 1.0
MILLI = 1e-3
BOARD = "the whole GPU board, memory included; the host is not in it"
Answer = TypeVar("Answer")


class Nvml(Protocol):
    """The functions of `pynvml` that are used; each raises NVMLError where it has no answer."""

    def nvmlInit(self) -> None: ...
    def nvmlShutdown(self) -> None: ...
    def nvmlDeviceGetHandleByUUID(self, uuid: str) -> Any: ...
    def nvmlDeviceGetName(self, handle: Any) -> str: ...
    def nvmlSystemGetDriverVersion(self) -> str: ...
    def nvmlDeviceGetEnforcedPowerLimit(self, handle: Any) -> int: ...
    def nvmlDeviceGetTotalEnergyConsumption(self, handle: Any) -> int: ...
    def nvmlDeviceGetPowerUsage(self, handle: Any) -> int: ...
    def nvmlDeviceGetClockInfo(self, handle: Any, clock: int) -> int: ...
    def nvmlDeviceGetDeviceHandleFromMigDeviceHandle(self, handle: Any) -> Any: ...


@dataclass(frozen=True)
class Gpu:
    """One GPU, by the handle that NVML knows it by. instance: of a MIG instance of it, which has a
    name but no counter of its own; None where the whole GPU is used."""

    nvml: Nvml
    handle: Any
    instance: Any = None

    @property
    def name(self) -> str:
        named = self.handle if self.instance is None else self.instance
        return _ask(lambda: self.nvml.nvmlDeviceGetName(named), "its name")

    @property
    def covers(self) -> str:
        """What its counter counts."""
        return BOARD if self.instance is None else f"{BOARD}; so are its other MIG instances"

    def clock(self) -> ReadMhz | None:
        """Reads the SM clock in MHz; None where the GPU does not tell."""
        try:
            self._clock_mhz()
        except BackendFailed:
            return None
        return self._clock_mhz

    def _clock_mhz(self) -> float:
        handle, nvml = self.handle, self.nvml
        return float(_ask(lambda: nvml.nvmlDeviceGetClockInfo(handle, SM_CLOCK), "its clock"))

    @property
    def driver(self) -> str:
        return _ask(self.nvml.nvmlSystemGetDriverVersion, "the driver's version")

    def power_limit_w(self) -> float | None:
        """None where the GPU does not tell."""
        try:
            return MILLI * self.nvml.nvmlDeviceGetEnforcedPowerLimit(self.handle)
        except NVMLError_NotSupported:
            return None

    def meter(self) -> Meter:
        """The counter of all energy (Volta and later), else samples of the power.

        Raises BackendFailed where the GPU tells neither, or does not let this user ask.
        """
        try:
            self.nvml.nvmlDeviceGetTotalEnergyConsumption(self.handle)
        except NVMLError_NotSupported as error:
            return self._power_meter(f"nvmlDeviceGetTotalEnergyConsumption: {error}")
        except NVMLError as error:
            raise _no_answer("its energy", error) from error
        counter = EnergyCounter("the energy counter of NVML", self._total_j)
        return CounterMeter(EnergySource("nvml-total-energy", self.covers, LEAST_S), [counter])

    def _power_meter(self, why: str) -> PowerMeter:
        self._power_w()
        notes = (
            why,
            f"power read every {EVERY_S:g} s and integrated",
            "from Ampere on (GA100 excepted) a reading is the mean of the last second",
        )
        return PowerMeter(EnergySource("nvml-power", self.covers, LEAST_S, notes), self._power_w)

    def _total_j(self) -> float:
        handle, nvml = self.handle, self.nvml
        return MILLI * _ask(lambda: nvml.nvmlDeviceGetTotalEnergyConsumption(handle), "energy")

    def _power_w(self) -> float:
        return MILLI * _ask(lambda: self.nvml.nvmlDeviceGetPowerUsage(self.handle), "its power")


@contextmanager
def gpu(uuid: str, nvml: Nvml | None = None) -> Iterator[Gpu]:
    """The GPU of that UUID, as CUDA has it, without "GPU-": its place may be another for CUDA.

    CUDA shows the UUID of a MIG instance, which NVML knows as "MIG-..."; power and clock are then
    those of the GPU that it is part of. Raises BackendFailed where NVML is not there or knows
    neither.
    """
    library = nvml if nvml is not None else _pynvml()
    _ask(library.nvmlInit, "anything")
    try:
        yield _ask(lambda: _find(library, uuid), f"of GPU-{uuid} or MIG-{uuid}")
    finally:
        library.nvmlShutdown()


def _find(nvml: Nvml, uuid: str) -> Gpu:
    try:
        return Gpu(nvml, nvml.nvmlDeviceGetHandleByUUID(f"GPU-{uuid}"))
    except NVMLError_NotFound:
        instance = nvml.nvmlDeviceGetHandleByUUID(f"MIG-{uuid}")
        return Gpu(nvml, nvml.nvmlDeviceGetDeviceHandleFromMigDeviceHandle(instance), instance)


def _pynvml() -> Nvml:
    import pynvml

    found: Nvml = pynvml
    return found


def _ask(question: Callable[[], Answer], what: str) -> Answer:
    try:
        return question()
    except NVMLError as error:
        raise _no_answer(what, error) from error


def _no_answer(what: str, error: NVMLError) -> BackendFailed:
    return BackendFailed(
        f"NVML does not tell {what} ({error}); see whether nvidia-smi works here, for this user"
    )
