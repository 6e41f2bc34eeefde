"""What a reader of files is to the fuzzer, and what is done with a program that it gave."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fuzz.forked import OtherMeaning
from simulators.fast import Fast
from simulators.reference import SIMULATOR as REFERENCE
from ssr_neuro.program.ir import IntegerProgram
from ssr_neuro.program.simulator import unready
from ssr_neuro.program.trace import compare

STEPS, SAMPLES = 4, 2
RAW = 0.15  # share of inputs whose bytes are changed, whatever they mean
WORDS = (
    "[" * 2000,
    "9" * 400,
    "[]",
    "{}",
    '""',
    "nan",
    "inf",
    "-1",
    "1e999",
    "true",
    "= =",
    "[a",
    "\x00",
    "é",
    "[[unknown]]",
    '"=1+1"',
    "1e308",
    "18446744073709551616",
    ".".join("a" * 200),
)


@dataclass(frozen=True)
class Reader:
    """make: good files, once. attempt: change one of them and use it; `folder` is its own."""

    name: str
    make: Callable[[Path], Any]
    attempt: Callable[[random.Random, Any, Path], None]


def run_both(program: IntegerProgram, inputs: dict[str, Any]) -> None:
    """The reference and the fast simulator fire the same, or the file means two things."""
    if unready(program):
        return
    slow = REFERENCE.run(program, inputs)
    found = compare(slow, Fast().run(program, inputs), ("reference", "fast"))
    if not found.equal:
        raise OtherMeaning(str(found.first))


def spikes(program: Any, seed: int = 0) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    shape = (SAMPLES, program.steps)
    return {
        node.name: (rng.random((*shape, *node.shape)) < 0.5).astype(np.uint8)
        for node in program.inputs
    }
