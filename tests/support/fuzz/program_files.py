"""Compiled programs, and archives of spikes and traces."""

import random
from pathlib import Path
from typing import Any

import handed_over
import numpy as np

from fuzz import files, trees
from fuzz.forked import OtherMeaning
from fuzz.reader import RAW, Reader, run_both, spikes
from ssr_neuro.chip import load_chip
from ssr_neuro.errors import BadInput, Mismatch
from ssr_neuro.files import json_document, manifest
from ssr_neuro.placement import place
from ssr_neuro.program import program_file
from ssr_neuro.program.ir import IntegerProgram
from ssr_neuro.program.spikes_file import read_inputs, read_trace
from ssr_neuro.program.trace import compare
from ssr_neuro.ranking import PackedItems


def _programs(folder: Path) -> list[Any]:
    found = []
    for name in handed_over.GRAPHS:
        program_file.save(handed_over.compiled(name), folder / name)
        document = json_document.read(folder / name / "program.json", "us")
        with np.load(folder / name / "weights.npz") as stored:
            found.append((document, dict(stored)))
    return found


def _program(rng: random.Random, good: Any, folder: Path) -> None:
    document, arrays = rng.choice(good)
    where = rng.random()
    if where < 0.6:
        document = trees.mutate(rng, document, rng.choice((1, 1, 2)))
    if where > 0.4:
        arrays = trees.mutate(rng, arrays, rng.choice((1, 1, 2)))
    files.write_json(rng, folder / "program.json", document)
    files.write_npz(rng, folder / "weights.npz", arrays if isinstance(arrays, dict) else {})
    program = program_file.load(folder)
    if isinstance(program, IntegerProgram) and program.steps < 100:
        place(program, load_chip("loihi1"))
        run_both(program, spikes(program))


def _arrays(folder: Path) -> list[Any]:
    x = np.random.default_rng(0).integers(0, 2, (2, 4, 3), np.uint8)
    return [{"inputs": x}, {"a": x, "a.membrane": x.astype(np.int64), "y": x.astype(np.int64)}]


def _npz(rng: random.Random, good: Any, folder: Path) -> None:
    arrays = trees.mutate(rng, rng.choice(good), rng.choice((1, 1, 2)))
    path = folder / "x.npz"
    files.write_npz(rng, path, arrays)
    if rng.random() < RAW:
        path.write_bytes(trees.flip_bytes(rng, path.read_bytes()))
    try:
        read_inputs(path, ["inputs"])
    finally:
        trace = read_trace(path)
    compare(trace, trace, ("one", "the same"))


def _packed(folder: Path) -> list[Any]:
    """items.json, and the blocks."""
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 2, (70, 2, 9)).astype(np.uint8)
    PackedItems.of(codes, rng.integers(-9, 9, 70)).save(folder / "items")
    about = json_document.read(folder / "items" / "items.json", "us")
    return [(about, (folder / "items" / "blocks.npy").read_bytes())]


def _packed_items(rng: random.Random, good: Any, folder: Path) -> None:
    about, blocks = good[0]
    where = rng.random()
    if where < 0.6:
        about = trees.mutate(rng, about, 1)
    if where > 0.4:
        blocks = trees.flip_bytes(rng, blocks)
    files.write_json(rng, folder / "items.json", about)
    (folder / "blocks.npy").write_bytes(blocks)
    if rng.random() < 0.9:
        manifest.write(folder, {})
    try:
        items = PackedItems.open(folder)
    except Mismatch as error:  # a refusal, not two stages that differ
        raise BadInput(str(error)) from error
    readouts = np.arange(18).reshape(1, 2, 9) - 4
    found = items.top(readouts, 10)
    if found.rows.shape[1] != min(10, items.items) or (found.rows >= items.items).any():
        raise OtherMeaning(f"{found.rows.shape} best of {items.items} items")


READERS = (
    Reader("program", _programs, _program),
    Reader("packed-items", _packed, _packed_items),
    Reader("npz", _arrays, _npz),
)
