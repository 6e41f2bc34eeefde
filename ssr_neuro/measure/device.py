"""The device that is measured: whether it is there, what it is, and what its memory holds."""

import platform
import re
import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import torch

from ssr_neuro.chip import chip_names, load_chip
from ssr_neuro.errors import BadInput
from ssr_neuro.measure.contents import Device, Precision

if TYPE_CHECKING:
    from ssr_neuro.measure.nvml import Gpu

CPU_INSTEAD = "--device cpu (make gpu GPU_DEVICE=cpu) tries the command without a GPU"
BF16 = (8, 0)  # the compute capability from which GPUs have it
CPUINFO = Path("/proc/cpuinfo")


def choose_device(name: str) -> torch.device:
    """cpu, cuda (the first) or cuda:N. Raises BadInput on another name."""
    if not isinstance(name, str) or not re.fullmatch(r"cpu|cuda(:\d{1,2})?", name):
        raise BadInput(f"device is {name!r}; it must be cpu, cuda or cuda:N")
    return torch.device("cuda:0" if name == "cuda" else name)


def why_absent(device: torch.device) -> str | None:
    """Why the device cannot be measured here and what brings it; None where it can."""
    if device.type == "cpu":
        return None
    if torch.version.cuda is None:
        return (
            f"no GPU: this torch, {torch.__version__}, is built without CUDA; install PyTorch's "
            f"build for CUDA (https://pytorch.org/get-started/locally). {CPU_INSTEAD}"
        )
    if not torch.cuda.is_available():
        return (
            f"no GPU: torch {torch.__version__} finds no CUDA device here; nvidia-smi lists those "
            f"that the driver sees, CUDA_VISIBLE_DEVICES may hide them. {CPU_INSTEAD}"
        )
    if device.index >= torch.cuda.device_count():
        return f"no GPU {device.index}: there are {torch.cuda.device_count()} here, from 0"
    return None


def check_precision(device: torch.device, precision: Precision) -> None:
    """Raises BadInput where the device does not compute in that precision by itself."""
    if precision == "fp16" and device.type == "cpu":
        raise BadInput("--precision fp16 is for GPUs; give bf16 or fp32 with --device cpu")
    if precision == "bf16" and device.type == "cuda":
        if torch.cuda.get_device_capability(device) < BF16:
            raise BadInput(
                f"{torch.cuda.get_device_name(device)} has no bf16; give --precision fp16 or fp32"
            )


def check_graphs(device: torch.device, asked: bool) -> None:
    """Raises BadInput where CUDA graphs are asked of a device that has none."""
    if asked and device.type != "cuda":
        raise BadInput(f"--cuda-graphs is for GPUs; leave it out with --device {device.type}")


def uuid_of(device: torch.device) -> str:
    """As CUDA has it, of a whole GPU or a MIG instance; the order of GPUs may differ in NVML."""
    return str(torch.cuda.get_device_properties(device).uuid)


def describe_device(device: torch.device, gpu: "Gpu | None") -> Device:
    """gpu: what NVML knows it as, None where NVML is not there or the CPU is measured."""
    if device.type == "cpu":
        return Device("cpu", cpu_name(), threads=torch.get_num_threads())
    name = gpu.name if gpu else torch.cuda.get_device_name(device)
    return Device(
        "cuda",
        name,
        chip=chip_named(name),
        driver=gpu.driver if gpu else None,
        power_limit_w=gpu.power_limit_w() if gpu else None,
    )


def cpu_name(cpuinfo: Path = CPUINFO) -> str:
    """As the system calls the processor; its architecture where it does not."""
    try:
        text = cpuinfo.read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    found = re.search(r"^model name\s*:\s*(.+?)\s*$", text, re.MULTILINE)
    return found[1] if found else platform.processor() or platform.machine()


def chip_named(name: str) -> str | None:
    """The chip of `ssr chips` with that title: GPUs there are titled as NVML names them."""
    gpus = (chip for chip in map(load_chip, chip_names()) if chip.kind == "gpu")
    return next((chip.name for chip in gpus if chip.title == name), None)


class HostMemory:
    """Whether the host's memory will hold twice what the process has held at most since then.

    Cautious: what it held before, and gave back, counts too.
    """

    def __init__(self) -> None:
        self._before = psutil.Process().memory_info().rss

    def holds_twice(self) -> bool:
        return bool(2 * (_peak_bytes() - self._before) < psutil.virtual_memory().available)


def _peak_bytes() -> int:
    """Linux counts it in KiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak
