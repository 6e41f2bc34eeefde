"""The folder that `ssr-compile` leaves: integers, golden vectors, report, a hash of each file."""

from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

import ssr_neuro
from ssr_neuro.bundle import golden, handoff
from ssr_neuro.evaluation.item_table import ItemTable
from ssr_neuro.files import manifest, npz, output_folder
from ssr_neuro.program import program_file
from ssr_neuro.program.arrays import IntArray
from ssr_neuro.program.ir import IntegerProgram, Program
from ssr_neuro.program.trace import Trace

SCRIPTS = ("README.md", "check.py", "check_report.py", "run_lava.py")
WORKER = "lava_worker"
COPIED = (".py", ".txt")  # of the worker: sources and requirements, not what Python made of them


def write(
    folder: Path,
    program: IntegerProgram,
    trace: Trace,
    others: tuple[Callable[[Path], Any], ...],
    provenance: dict[str, Any],
    *,
    overwrite: bool = False,
    inputs: Iterable[Path] = (),
) -> None:
    """A folder that checks itself, manifest last. trace: what a chip must reproduce.

    `others` write what else belongs there; `golden/` exists already. overwrite, inputs: as in
    `output_folder.check`, which raises BadInput.
    """
    with output_folder.create(folder, provenance, overwrite=overwrite, inputs=inputs) as fresh:
        program_file.save(program, fresh)
        golden.write(fresh / "golden", golden.record(program, trace))
        for writer in others:
            writer(fresh)
        write_scripts(fresh)


def write_program(
    folder: Path,
    program: Program,
    provenance: dict[str, Any],
    *,
    overwrite: bool = False,
    inputs: Iterable[Path] = (),
) -> None:
    """A program alone, at any stage, and a manifest."""
    with output_folder.create(folder, provenance, overwrite=overwrite, inputs=inputs) as fresh:
        program_file.save(program, fresh)


def copy(source: Path, folder: Path, made: Mapping[str, Any], *, overwrite: bool = False) -> None:
    """Every file that the manifest of `source` lists, under that manifest's provenance.

    made: the manifest, as it was read. Raises Mismatch where a file is not as it lists it.
    """
    provenance = {k: v for k, v in made.items() if k != "files"}
    with output_folder.create(folder, provenance, overwrite=overwrite, inputs=[source]) as fresh:
        for name in made["files"]:
            manifest.demand(source, name, made["files"])
            target = fresh / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((source / name).read_bytes())


def write_scripts(folder: Path) -> None:
    """What the receiver reads and runs, and the worker that runs programs on Lava."""
    for name in SCRIPTS:
        (folder / name).write_bytes((files(handoff) / name).read_bytes())
    # Beside this package, not by its name: `simulators` is one that others use, too.
    worker = Path(ssr_neuro.__file__).parents[1] / "simulators" / WORKER
    for path in (p for p in worker.rglob("*") if p.suffix in COPIED):
        copy = folder / WORKER / path.relative_to(worker)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())


def write_items(path: Path, items: ItemTable) -> None:
    """codes: packed bits (V, ceil(T*D/8)), shape: (V, T, D), bias: int64 (V,), ids: text (V,)."""
    arrays = {
        "codes": items.packed,
        "shape": np.array(items.codes.shape),
        "bias": items.bias,
        "ids": np.array(items.ids, dtype=np.str_),
    }
    npz.write(path, arrays)


def write_ranking(folder: Path, items: ItemTable, sequences: IntArray, top10: IntArray) -> None:
    """What a recommender has beside a network: items, sequences of the golden inputs, top 10."""
    write_items(folder / "items.npz", items)
    np.save(folder / "golden" / "sequences.npy", sequences)
    np.save(folder / "golden" / "top10.npy", top10)
