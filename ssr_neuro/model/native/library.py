"""The compiled kernels of `layer.c`."""

import ctypes
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path

import torch

from ssr_neuro.native import build, variants
from ssr_neuro.native.thread_pool import thread_pool

SOURCE = Path(__file__).with_name("layer.c")
HEADERS = tuple(sorted(SOURCE.parent.glob("*.h")))
BFLOAT16 = "avx512_bf16"  # of the processor: products of bfloat16


class LayerShape(ctypes.Structure):
    """`Layer` of layer.h."""

    _fields_ = [
        *((name, ctypes.c_int64) for name in ("rows", "samples", "steps", "features")),
        *((name, ctypes.c_int64) for name in ("inputs", "by_row", "part")),
        *((name, ctypes.c_float) for name in ("inverse", "level", "alpha")),
    ]


@cache
def library() -> ctypes.CDLL | None:
    """None where there is no compiler (`ssr_neuro.native.build`)."""
    found = build.library("layer", SOURCE, headers=HEADERS, flags=_flags())
    if found is not None:
        found.silent_rows.restype = ctypes.c_int64
        if found.multiplies_bfloat16():
            found.unmix_space.restype = ctypes.c_int64
    return found


def multiplies() -> bool:
    """Whether the library has the products, for which the processor needs instructions."""
    found = library()
    return found is not None and bool(found.multiplies_bfloat16())


def name() -> str:
    """What computes a spiking layer in training on this processor: a variant, or numba."""
    variant = variants.choose()
    if library() is None or variant is None:
        return "numba"
    return f"{variant.name}-bf16" if multiplies() else variant.name


def _flags() -> tuple[str, ...]:
    variant = variants.choose()
    wide = variant is not None and variant.name == "avx512-vnni"
    return ("-mavx512bf16",) if wide and BFLOAT16 in variants.features() else ()


def address(x: torch.Tensor | None) -> ctypes.c_void_p:
    """Of the first element; the tensor must be contiguous and live as long as the call."""
    return ctypes.c_void_p(0 if x is None else x.data_ptr())


def in_parts(run: Callable[[int, int], None], parts: int) -> None:
    """run(first, last) of all parts, shared among as many threads as torch has."""
    threads = min(torch.get_num_threads(), parts)
    if threads <= 1:
        return run(0, parts)
    edges = [parts * i // threads for i in range(threads + 1)]
    pool = thread_pool(threads)
    for done in [pool.submit(run, a, b) for a, b in pairwise(edges)]:
        done.result()
    return None
