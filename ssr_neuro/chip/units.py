"""The units a chip file may use, and how they convert. A unit that is not here is refused."""

from math import isinf

SIZES: dict[str, dict[str, float]] = {
    "energy": {"fJ": 1e-3, "pJ": 1, "nJ": 1e3, "uJ": 1e6, "mJ": 1e9, "J": 1e12},
    "energy per access": {"pJ/access": 1},
    "energy per bit": {"fJ/bit": 1e-3, "pJ/bit": 1},
    "power": {"uW": 1e-3, "mW": 1, "W": 1e3},
    "time": {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9},
    "data": {
        "bits": 1,
        "bytes": 8,
        "KB": 8e3,
        "MB": 8e6,
        "GB": 8e9,
        "KiB": 8 * 2**10,
        "MiB": 8 * 2**20,
        "GiB": 8 * 2**30,
    },
    "data rate": {"GB/s": 1, "TB/s": 1e3},
    "rate of floating-point operations": {"GFLOPS": 1e-3, "TFLOPS": 1, "PFLOPS": 1e3},
    "rate of integer operations": {"TOPS": 1},
    "length": {"nm": 1, "um": 1e3},
    "area": {"mm2": 1},
    **{
        name: {name: 1}
        for name in (
            "cores",
            "neurons",
            "synapses",
            "axons",
            "entries",
            "words",
            "steps",
            "pixels",
            "channels",
            "classes",
            "inferences/s",
        )
    },
}

DIMENSION = {unit: dimension for dimension, sizes in SIZES.items() for unit in sizes}


def convert(value: float, unit: str, base: str) -> float:
    """`value` in `unit`, in `base`. Raises ValueError with the units that are allowed."""
    allowed = SIZES[DIMENSION[base]]
    if unit not in allowed:
        what = f"a unit of {DIMENSION[unit]}" if unit in DIMENSION else "not a known unit"
        raise ValueError(f"unit {unit!r} is {what}; this figure takes {', '.join(allowed)}")
    if unit == base or isinf(value):
        return value
    converted = value * allowed[unit] / allowed[base]
    return int(converted) if converted.is_integer() and isinstance(value, int) else converted
