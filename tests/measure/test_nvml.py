"""What is asked of NVML, with a library that answers as a GPU of some kind would."""

from dataclasses import dataclass, field
from typing import Any

import pynvml
import pytest
import torch

from ssr_neuro.errors import BackendFailed
from ssr_neuro.measure import meters, nvml
from ssr_neuro.measure.energy import CounterMeter
from ssr_neuro.measure.meters import open_meter
from ssr_neuro.measure.nvml import gpu
from ssr_neuro.measure.power_samples import PowerMeter

UUID = "6a1c"
UNSUPPORTED = pynvml.NVMLError(pynvml.NVML_ERROR_NOT_SUPPORTED)
DENIED = pynvml.NVMLError(pynvml.NVML_ERROR_NO_PERMISSION)
MISSING = pynvml.NVMLError(pynvml.NVML_ERROR_LIBRARY_NOT_FOUND)


@dataclass
class Library:
    """Answers in the units of NVML, mJ and mW; an error is raised in the place of an answer."""

    energies: list[Any] = field(default_factory=lambda: [0])
    power: Any = 50_000
    limit: Any = 700_000
    init: Any = None
    clock: Any = 1980
    kind: str = "GPU"
    log: list[str] = field(default_factory=list)

    def nvmlInit(self) -> None:
        self.log.append("init")
        answer(self.init)

    def nvmlShutdown(self) -> None:
        self.log.append("shutdown")

    def nvmlDeviceGetHandleByUUID(self, uuid: str) -> Any:
        if uuid != f"{self.kind}-{UUID}":
            raise pynvml.NVMLError(pynvml.NVML_ERROR_NOT_FOUND)
        return "handle" if self.kind == "GPU" else "instance"

    def nvmlDeviceGetDeviceHandleFromMigDeviceHandle(self, handle: Any) -> Any:
        assert handle == "instance"
        return "handle"

    def nvmlDeviceGetClockInfo(self, handle: Any, clock: int) -> Any:
        assert (handle, clock) == ("handle", pynvml.NVML_CLOCK_SM)
        return answer(self.clock)

    def nvmlDeviceGetName(self, handle: Any) -> str:
        return "NVIDIA H200" if handle == "handle" else "NVIDIA H200 MIG 1g.18gb"

    def nvmlSystemGetDriverVersion(self) -> str:
        return "580.1"

    def nvmlDeviceGetEnforcedPowerLimit(self, handle: Any) -> Any:
        return answer(self.limit)

    def nvmlDeviceGetTotalEnergyConsumption(self, handle: Any) -> Any:
        return answer(self.energies[0] if len(self.energies) == 1 else self.energies.pop(0))

    def nvmlDeviceGetPowerUsage(self, handle: Any) -> Any:
        return answer(self.power)


def answer(given: Any) -> Any:
    if isinstance(given, Exception):
        raise given
    return given


def test_the_total_counter_is_taken_where_there_is_one() -> None:
    with gpu(UUID, Library([0, 7_000, 9_500])) as found:
        meter = found.meter()
        assert isinstance(meter, CounterMeter)
        assert meter.source.name == "nvml-total-energy"
        meter.start()
        assert meter.stop() == pytest.approx(2.5)


def test_without_a_counter_power_is_sampled_and_the_source_says_why() -> None:
    with gpu(UUID, Library([UNSUPPORTED])) as found:
        meter = found.meter()
    assert isinstance(meter, PowerMeter)
    assert meter.read() == pytest.approx(50)
    assert meter.source.name == "nvml-power"
    assert meter.source.notes[0] == "nvmlDeviceGetTotalEnergyConsumption: Not Supported"


@pytest.mark.parametrize(
    ("library", "message"),
    [
        (
            Library([DENIED]),
            r"NVML does not tell its energy \(Insufficient Permissions\); see whether",
        ),
        (
            Library([UNSUPPORTED], power=UNSUPPORTED),
            r"NVML does not tell its power \(Not Supported\)",
        ),
    ],
)
def test_a_gpu_that_tells_nothing_says_why(library: Library, message: str) -> None:
    with gpu(UUID, library) as found, pytest.raises(BackendFailed, match=message):
        found.meter()


def test_a_counter_that_is_lost_or_goes_back_gives_no_energy() -> None:
    with gpu(UUID, Library([0, 5_000, 1_000])) as found:
        meter = found.meter()
        meter.start()
        with pytest.raises(BackendFailed, match="energy counter of NVML went back from 5 to 1 J"):
            meter.stop()
    with gpu(UUID, Library([0, 5_000, DENIED])) as found:
        meter = found.meter()
        meter.start()
        with pytest.raises(BackendFailed, match=r"does not tell energy \(Insufficient Perm"):
            meter.stop()


def test_the_library_is_closed_again() -> None:
    library = Library()
    with gpu(UUID, library) as found:
        assert (found.name, found.driver, found.power_limit_w()) == ("NVIDIA H200", "580.1", 700.0)
    with (
        pytest.raises(BackendFailed, match=r"does not tell of GPU-0 or MIG-0 \(Not Found\)"),
        gpu("0", library),
    ):
        pass
    assert library.log == ["init", "shutdown"] * 2


def test_a_power_limit_may_be_unknown() -> None:
    with gpu(UUID, Library(limit=UNSUPPORTED)) as found:
        assert found.power_limit_w() is None


def on_a_gpu(monkeypatch: pytest.MonkeyPatch, library: Library) -> None:
    """As on a machine with a GPU, as far as its name and meter go."""
    monkeypatch.setattr(meters, "uuid_of", lambda device: UUID)
    monkeypatch.setattr(nvml, "gpu", lambda uuid: gpu(uuid, library))
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "as torch calls it")


def test_a_gpu_is_named_as_nvml_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    on_a_gpu(monkeypatch, Library())
    with open_meter(torch.device("cuda")) as found:
        device = found.device
        assert isinstance(found.meter, CounterMeter)
    assert (device.name, device.driver, device.chip) == ("NVIDIA H200", "580.1", "h200")


def test_without_nvml_there_is_a_reason_and_no_energy(monkeypatch: pytest.MonkeyPatch) -> None:
    on_a_gpu(monkeypatch, Library(init=MISSING))
    with open_meter(torch.device("cuda")) as found:
        pass
    assert (found.device.name, found.device.driver) == ("as torch calls it", None)
    assert found.meter == (
        "NVML does not tell anything (NVML Shared Library Not Found); see whether nvidia-smi works "
        "here, for this user"
    )
    on_a_gpu(monkeypatch, Library([DENIED]))
    with open_meter(torch.device("cuda")) as found:
        assert found.device.driver == "580.1"
        assert "its energy (Insufficient Permissions)" in str(found.meter)


def test_a_mig_instance_has_its_name_and_the_counter_of_its_gpu(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    on_a_gpu(monkeypatch, Library([0], kind="MIG"))
    with open_meter(torch.device("cuda")) as found:
        assert (found.device.name, found.device.chip) == ("NVIDIA H200 MIG 1g.18gb", None)
        assert isinstance(found.meter, CounterMeter)
        assert found.meter.source.covers.endswith("so are its other MIG instances")
        assert found.clock_mhz is not None
        assert found.clock_mhz() == 1980


def test_a_gpu_may_not_tell_its_clock() -> None:
    with gpu(UUID, Library(clock=UNSUPPORTED)) as found:
        assert found.clock() is None
