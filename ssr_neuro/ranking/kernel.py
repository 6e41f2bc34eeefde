"""The kernel of `topk.c`, or the same in Numba where it cannot be built: the same bits."""

import ctypes
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ssr_neuro.native import aligned, build, variants
from ssr_neuro.program.arrays import Bits, Ints
from ssr_neuro.ranking.layout import BIAS_ROWS, LANES, WORD_BITS, Blocks

SOURCE = Path(__file__).with_name("topk.c")
HEADERS = tuple(sorted(SOURCE.parent.glob("topk_*.h")))


def top_k(blocks: Blocks, items: int, readouts: Ints, k: int) -> tuple[Ints, Ints]:
    """Rows and scores int64 (samples, k), best first; of equal scores the lower row.

    readouts: int64 (samples, bits), whose sizes and the largest bias sum to less than 2**31.
    """
    spread, samples = _spread(blocks, readouts), len(readouts)
    rows, scores = np.empty((samples, k), np.int64), np.empty((samples, k), np.int32)
    library = _library()
    if library is None:
        from ssr_neuro.ranking import kernel_numba

        kernel_numba.top_k(blocks, items, spread, rows, scores)
    else:
        # Named, so that they live as long as the call: a pointer keeps no array alive.
        space = np.empty(library.best_bytes() * samples, np.uint8)
        scratch = _scratch(library, blocks)
        given = _arguments(blocks, items, spread)
        library.top_k(*given, k, _at(scores), _at(rows), _at(space), _at(scratch))
    return rows, scores.astype(np.int64)


def score_all(blocks: Blocks, items: int, readouts: Ints) -> npt.NDArray[np.int32]:
    """Scores int32 (samples, V) of the same readouts."""
    spread = _spread(blocks, readouts)
    scores = np.empty((len(readouts), len(blocks) * LANES), np.int32)
    library = _library()
    if library is None:
        from ssr_neuro.ranking import kernel_numba

        kernel_numba.score_all(blocks, spread, scores)
    else:
        scratch = _scratch(library, blocks)
        library.score_all(*_arguments(blocks, items, spread), _at(scores), _at(scratch))
    return scores[:, :items]


def stimulus(blocks: Blocks, items: int, windows: Ints, steps: int, features: int) -> Bits | None:
    """Input spikes of item windows int64 (samples, N), as `PackedItems.stimulus`.

    None where the kernel is not built. Items are at most `items`.
    """
    library = _library()
    if library is None:
        return None
    samples, positions = windows.shape
    out = np.empty((samples, steps, positions + positions // steps, features), np.uint8)
    width = blocks.shape[1] - BIAS_ROWS
    given = np.ascontiguousarray(windows)
    code = np.empty(width * WORD_BITS + 1, np.uint8)
    shape = samples, positions, steps, features
    library.stimulus(_at(blocks), items, width, _at(given), *shape, _at(out), _at(code))
    return out


def _spread(blocks: Blocks, readouts: Ints) -> npt.NDArray[np.int32]:
    """Readouts in 32 bits, with zeros behind them for the bits that fill the last word."""
    words = blocks.shape[1] - BIAS_ROWS
    spread = np.zeros((len(readouts), words * WORD_BITS), np.int32)
    spread[:, : readouts.shape[1]] = readouts
    return spread


def _arguments(blocks: Blocks, items: int, spread: npt.NDArray[np.int32]) -> tuple[Any, ...]:
    return _at(blocks), items, blocks.shape[1] - BIAS_ROWS, _at(spread), len(spread)


def _scratch(library: ctypes.CDLL, blocks: Blocks) -> npt.NDArray[np.uint8]:
    return aligned.empty(library.scratch_bytes(blocks.shape[1] - BIAS_ROWS), np.uint8)


def _at(array: npt.NDArray[Any]) -> ctypes.c_void_p:
    return ctypes.c_void_p(aligned.address(array))


@cache
def _library() -> ctypes.CDLL | None:
    found = build.library("topk", SOURCE, headers=HEADERS)
    return None if found is None else with_types(found)


def name() -> str:
    """The instruction set of the kernel in use, or numba."""
    variant = variants.choose()
    return "numba" if _library() is None or variant is None else variant.name


def with_types(library: ctypes.CDLL) -> ctypes.CDLL:
    """The library, whose functions know what they take."""
    pointer, number = ctypes.c_void_p, ctypes.c_int64
    table = (pointer, number, number, pointer, number)
    library.top_k.argtypes = (*table, number, pointer, pointer, pointer, pointer)
    library.score_all.argtypes = (*table, pointer, pointer)
    sizes = (number, number, number, number)
    library.stimulus.argtypes = (pointer, number, number, pointer, *sizes, pointer, pointer)
    library.top_k.restype = library.score_all.restype = library.stimulus.restype = None
    library.scratch_bytes.argtypes, library.scratch_bytes.restype = (number,), number
    library.best_bytes.argtypes, library.best_bytes.restype = (), number
    return library
