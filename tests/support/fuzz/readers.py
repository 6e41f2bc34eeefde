"""What is fuzzed: for each reader good files, how they are changed, and what is done with them.

A file that is read is also used: lowered, run on two simulators, placed. Where those disagree the
file has changed its meaning.
"""

import copy
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import handed_over
import netx_files
import nir
import numpy as np
import torch
from measure_example import example as measured_example
from trained import saved_ssr

from converters.netx_to_program import to_program as netx_program
from converters.nir.read_graph import read_graph
from converters.nir_to_program import to_program
from converters.program_to_ssr import item_table
from fuzz import files, trees
from fuzz.forked import OtherMeaning
from simulators.fast import Fast
from simulators.reference import SIMULATOR as REFERENCE
from ssr_neuro import checkpoint
from ssr_neuro.chip import load_chip
from ssr_neuro.compiler.ssr import export
from ssr_neuro.errors import Mismatch
from ssr_neuro.files import hdf5, json_document
from ssr_neuro.library.compile_netx import schedule_layers
from ssr_neuro.lower import Lowering, lower
from ssr_neuro.measure import document as measurements
from ssr_neuro.placement import place
from ssr_neuro.program import program_file
from ssr_neuro.program.ir import IntegerProgram, as_integer
from ssr_neuro.program.simulator import unready
from ssr_neuro.program.spikes_file import read_inputs, read_trace
from ssr_neuro.program.trace import compare
from ssr_neuro.search import space_file
from ssr_neuro.stopwatch import Stopwatch

STEPS, SAMPLES = 4, 2
RAW = 0.15  # share of inputs whose bytes are changed, whatever they mean
TARGETS = Path(__file__).parents[3] / "hw_targets"
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


def _graphs(folder: Path) -> list[Any]:
    found = []
    for name, graph in handed_over.GRAPHS.items():
        nir.write(folder / f"{name}.nir", graph)
        content = (folder / f"{name}.nir").read_bytes()
        found.append((content, hdf5.read(folder / f"{name}.nir", "a graph", "write it")))
    return found


def _hdf5(rng: random.Random, good: list[Any], path: Path) -> Path:
    content, tree = rng.choice(good)
    if rng.random() < RAW:
        path.write_bytes(trees.flip_bytes(rng, content))
    else:
        files.write_hdf5(rng, path, trees.mutate(rng, tree, rng.choice((1, 1, 2, 4))))
    return path


def _nir(rng: random.Random, good: Any, folder: Path) -> None:
    graph = read_graph(_hdf5(rng, good, folder / "x.nir"))
    program = lower(to_program(graph, STEPS), Lowering(optimise=True))
    run_both(as_integer(program), spikes(program))


def _nets(folder: Path) -> list[Any]:
    found = []
    for seed in range(2):
        path = netx_files.tiny(folder / f"{seed}.net", seed)
        found.append((path.read_bytes(), hdf5.read(path, "netx", "write it")))
    return found


def _net(rng: random.Random, good: Any, folder: Path) -> None:
    from converters.netx import read

    program = schedule_layers(netx_program(read.read(_hdf5(rng, good, folder / "x.net")), STEPS))
    run_both(program, spikes(program))


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


def _models(folder: Path) -> list[Any]:
    paths = [saved_ssr(folder)]
    return [torch.load(path, weights_only=True) for path in paths]


def _model(rng: random.Random, good: Any, folder: Path) -> None:
    path = folder / "model.pt"
    content = _odd_tensors(rng, copy.deepcopy(rng.choice(good)))
    torch.save(content, path)
    if rng.random() < RAW:
        path.write_bytes(trees.flip_bytes(rng, path.read_bytes()))
    found = checkpoint.load(path)
    exported = export(found, Stopwatch())
    program = as_integer(lower(exported.program, Lowering()))
    item_table(exported.model, float(program.readouts[0].unit or 1), found.item_ids)
    run_both(program, exported.stimulus(found.inputs[:SAMPLES].numpy()))


def _odd_tensors(rng: random.Random, content: Any) -> Any:
    """Plain data changed as other trees; tensors in other layouts, kinds and shapes."""
    tensors = content["state"]
    plain = {key: value for key, value in content.items() if key not in ("state", "examples")}
    if rng.random() < 0.5:
        plain = trees.mutate(rng, plain, rng.choice((1, 1, 2)))
    else:
        name = rng.choice(list(tensors))
        tensors[name] = rng.choice(ODD_TENSORS)(rng, tensors[name])
        if rng.random() < 0.2:
            content["examples"]["inputs"] = rng.choice(ODD_TENSORS)(
                rng, content["examples"]["inputs"]
            )
    return {**content, **plain, "state": tensors} if isinstance(plain, dict) else plain


def _number(rng: random.Random, tensor: Any) -> Any:
    changed = tensor.clone()
    if changed.numel() and changed.is_floating_point():
        changed.view(-1)[rng.randrange(changed.numel())] = rng.choice((1e30, -1e25, 0.0, 1e-40))
    return changed


ODD_TENSORS: tuple[Callable[[random.Random, Any], Any], ...] = (
    _number,
    _number,
    lambda rng, x: x.to_sparse(),
    lambda rng, x: x.to(rng.choice((torch.float16, torch.float64, torch.int8, torch.complex64))),
    lambda rng, x: x.to(rng.choice((torch.bool, torch.bfloat16, torch.int64))),
    lambda rng, x: x[None],
    lambda rng, x: x.reshape(-1)[:0],
    lambda rng, x: torch.ones(1).expand(10**9),
    lambda rng, x: x.reshape(-1)[:1].expand(x.shape or (1,)),
    lambda rng, x: x * float("nan"),
    lambda rng, x: x.tolist(),
    lambda rng, x: torch.nn.Parameter(x) if x.is_floating_point() else x,
)


def _chips(folder: Path) -> list[str]:
    return [path.read_text() for path in sorted(TARGETS.glob("*.toml"))]


def _chip(rng: random.Random, good: Any, folder: Path) -> None:
    path = folder / "x.toml"
    path.write_text(files.mutate_text(rng, rng.choice(good), WORDS))
    chip = load_chip(path)
    place(PLACED, chip)


PLACED = handed_over.compiled("CubaLIF")
SPACES = """[lr]
low = 1e-4
high = 1e-2
log = true
[steps]
choices = [2, 4]
[weight_decay]
low = 0.0
high = 0.5
step = 0.1
"""


def _space(rng: random.Random, good: Any, folder: Path) -> None:
    path = folder / "x.toml"
    path.write_text(files.mutate_text(rng, rng.choice(good), WORDS))
    space_file.read(path, "ssr")


def _measured(folder: Path) -> list[Any]:
    measurements.write(folder / "m.json", measured_example())
    return [json_document.read(folder / "m.json", "us")]


def _measurement(rng: random.Random, good: Any, folder: Path) -> None:
    files.write_json(rng, folder / "m.json", trees.mutate(rng, rng.choice(good), 1))
    measurements.read(folder / "m.json")


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


READERS = (
    Reader("nir", _graphs, _nir),
    Reader("net", _nets, _net),
    Reader("program", _programs, _program),
    Reader("model", _models, _model),
    Reader("chip", _chips, _chip),
    Reader("space", lambda folder: [SPACES], _space),
    Reader("measurement", _measured, _measurement),
    Reader("npz", _arrays, _npz),
)
BY_NAME = {reader.name: reader for reader in READERS}


def attempt_of(reader: Reader, good: Any, folder: Path, seed: str) -> Callable[[int], None]:
    """One numbered input of a reader; the same number and seed give the same file."""

    def attempt(number: int) -> None:
        rng = random.Random(f"{reader.name} {seed} {number}")
        try:
            reader.attempt(rng, good, folder)
        except Mismatch as error:
            raise OtherMeaning(str(error)) from error

    return attempt
