"""Latency, throughput and energy of models on the machine at hand, and the file they are kept in.

`read` and the values need no torch; `ssr_neuro.measure.run` measures.
"""

from ssr_neuro.measure.contents import (
    Device,
    EnergySource,
    MeasuredRun,
    Measurements,
    Method,
    NotTimed,
    Probe,
    Search,
)
from ssr_neuro.measure.document import read, to_dict, write
from ssr_neuro.measure.figures import Agreement, Clocks, Energy, Idle, Latency

__all__ = [
    "Agreement",
    "Clocks",
    "Device",
    "Energy",
    "EnergySource",
    "Idle",
    "Latency",
    "MeasuredRun",
    "Measurements",
    "Method",
    "NotTimed",
    "Probe",
    "Search",
    "read",
    "to_dict",
    "write",
]
