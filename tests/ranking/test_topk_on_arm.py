"""The kernel's NEON code, run in qemu, gives the scores and the order of NumPy's whole numbers."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from converters.c.toolchain import ARM_COMPILERS, ARM_REMEDY, ARM_RUNNERS
from ssr_neuro.native import compiler
from ssr_neuro.program.arrays import Bits, Ints
from ssr_neuro.ranking import PackedItems, kernel
from ssr_neuro.ranking.layout import LANES, WORD_BITS, words_of
from tests.support.arm import ARM_FLAGS

HERE = Path(__file__).parent


def cases() -> Iterator[tuple[Bits, Ints, Ints, int]]:
    """Codes, biases, readouts and k: sums of one to four bytes, codes of up to 1,200 bits."""
    rng = np.random.default_rng(5)
    for items, bits, queries, largest in (
        (1, 1, 1, 1),
        (33, 15, 2, 30),
        (70, 256, 6, 700),
        (40, 1_200, 3, 15_000),
        (100, 256, 5, 200_000),
        (20, 1_200, 1, 1_500_000),
        (65, 30, 4, 60_000_000),
    ):
        codes = rng.integers(0, 2, (items, 1, bits)).astype(np.uint8)
        bias = rng.integers(-largest, largest + 1, items)
        for readouts in (
            rng.integers(-largest, largest + 1, (queries, bits)),
            rng.integers(0, 2, (queries, bits)) * largest,
            -rng.integers(0, 2, (queries, bits)) * largest,
        ):
            yield codes, bias, readouts, min(items, 10)


def given_to(codes: Bits, bias: Ints, readouts: Ints, k: int) -> bytes:
    words = words_of(codes.shape[2])
    spread = np.zeros((len(readouts), words * WORD_BITS), np.int32)
    spread[:, : readouts.shape[1]] = readouts
    sizes = np.array([len(codes), words, len(readouts), k], np.int64)
    blocks = PackedItems.of(codes, bias).blocks
    return b"".join(array.tobytes() for array in (sizes, blocks, spread))


def test_scores_and_order_on_arm(tmp_path: Path) -> None:
    command = next((c for c in ARM_COMPILERS if shutil.which(c)), None)
    runner = next((c for c in ARM_RUNNERS if shutil.which(c)), None)
    if command is None or runner is None:
        pytest.skip(f"32-bit ARM cannot be run here; {ARM_REMEDY}")
    program = tmp_path / "topk"
    source, include = HERE / "topk_on_arm.c", f"-I{kernel.SOURCE.parent}"
    flags = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", *ARM_FLAGS, include]
    compiler.compile([command], [*flags, source, "-o", program])
    every = list(cases())
    ran = subprocess.run(
        [runner, "-cpu", "max", program],
        input=b"".join(given_to(*case) for case in every),
        capture_output=True,
        check=True,
    )
    said = memoryview(ran.stdout)

    def take(kind: type[np.generic], *shape: int) -> Ints:
        nonlocal said
        count = int(np.prod(shape))
        found = np.frombuffer(said, kind, count).reshape(shape)
        said = said[found.nbytes :]
        return found

    for codes, bias, readouts, k in every:
        queries, lanes = len(readouts), -(-len(codes) // LANES) * LANES
        scores, rows = take(np.int32, queries, k), take(np.int64, queries, k)
        all_scores = take(np.int32, queries, lanes)[:, : len(codes)]
        expected = readouts @ codes[:, 0].astype(np.int64).T + bias
        np.testing.assert_array_equal(all_scores, expected)
        order = np.argsort(-expected, axis=1, kind="stable")[:, :k]
        np.testing.assert_array_equal(rows, order)
        np.testing.assert_array_equal(scores, np.take_along_axis(expected, order, axis=1))
    assert not said.nbytes
