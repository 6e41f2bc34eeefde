"""What is fuzzed: for each reader good files, how they are changed, and what is done with them.

A file that is read is also used: lowered, run on two simulators, placed, written and read again.
Where those disagree the file has changed its meaning.
"""

import random
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from fuzz.forked import OtherMeaning
from fuzz.reader import Reader
from ssr_neuro.errors import Mismatch

# Reader -> the module that has it: one reader alone needs no package of the others.
MODULES = {
    "data": "data_files",
    "nir": "graph_files",
    "nir-spikes": "graph_files",
    "net": "graph_files",
    "program": "program_files",
    "packed-items": "program_files",
    "npz": "program_files",
    "bundle": "bundle_files",
    "onnx": "onnx_folder_files",
    "model": "model_files",
    "state": "state_files",
    "journal": "study_files",
    "sqlite": "study_files",
    "chip": "documents",
    "space": "documents",
    "config": "documents",
    "recipe": "documents",
    "measurement": "documents",
    "sana-fe": "documents",
    "report": "documents",
    "ranks": "documents",
    "titles": "documents",
    "liberty": "documents",
}


def reader(name: str) -> Reader:
    found: tuple[Reader, ...] = import_module(f"fuzz.{MODULES[name]}").READERS
    return next(one for one in found if one.name == name)


def attempt_of(reader: Reader, good: Any, folder: Path, seed: str) -> Callable[[int], None]:
    """One numbered input of a reader; the same number and seed give the same file."""

    def attempt(number: int) -> None:
        rng = random.Random(f"{reader.name} {seed} {number}")
        try:
            reader.attempt(rng, good, folder)
        except Mismatch as error:
            raise OtherMeaning(str(error)) from error

    return attempt
