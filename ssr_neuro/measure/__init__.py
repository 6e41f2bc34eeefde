"""Latency, throughput and energy of models on the machine at hand, and the file they are kept in.

`read` and the values need no torch; `ssr_neuro.measure.run` measures.
"""

from ssr_neuro.measure.contents import (
    Agreement,
    Clocks,
    Device,
    Energy,
    EnergySource,
    Idle,
    Latency,
    MeasuredRun,
    Measurements,
    Method,
    Probe,
    Search,
)
from ssr_neuro.measure.document import read, to_dict, write

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
    "Probe",
    "Search",
    "read",
    "to_dict",
    "write",
]
