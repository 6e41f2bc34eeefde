"""Instruction sets that kernels are built for, and which of them this processor has."""

import os
import platform
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ssr_neuro.errors import BadInput

SETTING = "SSR_NATIVE"
OFF = "off"


@dataclass(frozen=True)
class Variant:
    """One way to compile a kernel.

    flags: of the compiler. machines: what `platform.machine` may say; none is any. features: what
    the system must list for the processor, which it does only where it saves the registers, too.
    """

    name: str
    flags: tuple[str, ...] = ()
    machines: tuple[str, ...] = ()
    features: tuple[str, ...] = ()


X86 = ("x86_64", "AMD64")
ARM = ("aarch64", "arm64")
# The best first. A kernel asks the preprocessor which it is: __AVX512VNNI__, __AVX2__,
# __ARM_FEATURE_DOTPROD.
VARIANTS = (
    Variant(
        "avx512-vnni",
        ("-mavx512f", "-mavx512bw", "-mavx512dq", "-mavx512vl", "-mavx512vnni", "-mbmi2"),
        X86,
        ("avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512_vnni", "bmi2"),
    ),
    Variant("avx2", ("-mavx2", "-mbmi2"), X86, ("avx2", "bmi2")),
    Variant("neon-dotprod", ("-march=armv8.2-a+dotprod",), ARM, ("asimddp",)),
    Variant("portable"),
)


@cache
def features() -> frozenset[str]:
    """What the system lists for this processor."""
    if sys.platform == "darwin":
        return frozenset(["asimddp"]) if platform.machine() in ARM else frozenset()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return frozenset()
    listed = (line.partition(":")[2] for line in lines if line.startswith(("flags", "Features")))
    return frozenset(next(listed, "").split())


def runnable() -> tuple[Variant, ...]:
    """The variants that this processor can run, the best first; the last runs anywhere."""
    machine, has = platform.machine(), features()
    return tuple(
        v for v in VARIANTS if (not v.machines or machine in v.machines) and has >= {*v.features}
    )


def choose() -> Variant | None:
    """The best, or that which SSR_NATIVE names; None where it says off.

    Raises BadInput on a name that is unknown or that this processor cannot run.
    """
    asked, found = os.environ.get(SETTING), runnable()
    if asked == OFF:
        return None
    if not asked:
        return found[0]
    for variant in found:
        if variant.name == asked:
            return variant
    names = ", ".join(v.name for v in found)
    raise BadInput(f"{SETTING}={asked} cannot be used; on this processor it is {names} or {OFF}")
