"""Energy counters of x86 processors (RAPL) as Linux shows them under /sys/class/powercap."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from ssr_neuro.errors import BackendFailed
from ssr_neuro.measure.contents import EnergySource
from ssr_neuro.measure.energy import CounterMeter, EnergyCounter

POWERCAP = Path("/sys/class/powercap")
# The counters move about every millisecond; a hundred such steps are 1 %.
LEAST_S = 0.1
MICRO = 1e-6


def rapl(folder: Path = POWERCAP) -> CounterMeter:
    """All processor packages, and their memory where it is counted apart.

    Raises BackendFailed where there is no counter or one cannot be read.
    """
    counters = list(_counters(folder))
    if not counters:
        raise BackendFailed(
            f"there is no RAPL counter of a processor package in {folder}; it is there on Linux "
            "on x86, mostly not in a virtual machine"
        )
    for counter in counters:
        counter.read()
    covers = ", ".join(counter.name for counter in counters)
    notes = ("everything that runs on the machine is in it",)
    return CounterMeter(EnergySource("rapl", covers, LEAST_S, notes), counters)


def _counters(folder: Path) -> Iterator[EnergyCounter]:
    """Packages, intel-rapl:0, and their DRAM, intel-rapl:0:2; what else there is lies within."""
    for zone in sorted(folder.glob("intel-rapl:*")):
        name = _text(zone / "name")
        if name.startswith("package"):
            yield _counter(zone, name)
        elif name == "dram":
            yield _counter(
                zone, f"{_text(zone.parent / zone.name.rpartition(':')[0] / 'name')} dram"
            )


def _counter(zone: Path, name: str) -> EnergyCounter:
    range_j = MICRO * _number(zone / "max_energy_range_uj")
    return EnergyCounter(name, partial(_joules, zone / "energy_uj"), range_j)


def _joules(path: Path) -> float:
    return MICRO * _number(path)


def _number(path: Path) -> int:
    text = _text(path)
    if not text.isdecimal():
        raise BackendFailed(f"{path} holds {text!r}, no energy in microjoules")
    return int(text)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except PermissionError as error:
        raise BackendFailed(
            f"{path} cannot be read ({error.strerror}); an administrator can allow it with "
            f"`chmod a+r {path}`"
        ) from error
    except OSError as error:
        raise BackendFailed(f"{path} cannot be read ({error.strerror})") from error
