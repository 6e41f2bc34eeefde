"""The folder that `ssr-compile` leaves: integers, golden vectors, report, a hash of each file."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

import ssr_neuro
from ssr_neuro.bundle import golden, handoff
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.item_table import Ints, ItemTable
from ssr_neuro.files import manifest, npz
from ssr_neuro.files.manifest import MANIFEST
from ssr_neuro.program import program_file
from ssr_neuro.program.ir import Program
from ssr_neuro.program.trace import Trace

SCRIPTS = ("README.md", "check.py", "run_lava.py")
WORKER = "lava_worker"
COPIED = (".py", ".txt")  # of the worker: sources and requirements, not what Python made of them


def check_free(folder: Path) -> None:
    """Raises BadInput, before any work, where `folder` could not be made or is not a bundle."""
    if folder.is_symlink() or folder.resolve() == Path.cwd():
        raise BadInput(f"{folder} is a link or the current folder; name a new folder with --out")
    if folder.exists() and not _replaceable(folder):
        raise BadInput(
            f"{folder} exists and is no folder made by ssr-compile (it has no {MANIFEST}); "
            "name another with --out"
        )
    parent = next(p for p in folder.absolute().parents if p.exists())
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise BadInput(f"{folder} cannot be made: {parent} is no folder one can write to")


def _replaceable(folder: Path) -> bool:
    return folder.is_dir() and ((folder / MANIFEST).is_file() or not any(folder.iterdir()))


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """A fresh folder that takes the place of `folder` at the end, or vanishes on an error."""
    check_free(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise BadInput(
            f"{folder} cannot be made ({error.strerror}); name another folder with --out"
        ) from error
    old = fresh.with_name(f"{fresh.name}-old")
    try:
        yield fresh
        fresh.chmod(0o755)
        if folder.exists():
            folder.rename(old)
        fresh.rename(folder)
    finally:
        if old.exists() and not folder.exists():
            old.rename(folder)
        for done in (fresh, old):
            shutil.rmtree(done, ignore_errors=True)


def write(
    folder: Path,
    program: Program,
    trace: Trace,
    others: tuple[Callable[[Path], Any], ...],
    provenance: dict[str, Any],
) -> None:
    """A folder that checks itself, manifest last. trace: what a chip must reproduce.

    `others` write what else belongs there; `golden/` exists already.
    """
    with replacing(folder) as fresh:
        program_file.save(program, fresh)
        golden.write(fresh / "golden", golden.record(program, trace))
        for writer in others:
            writer(fresh)
        write_scripts(fresh)
        manifest.write(fresh, provenance)


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


def write_ranking(folder: Path, items: ItemTable, sequences: Ints, top10: Ints) -> None:
    """What a recommender has beside a network: items, sequences of the golden inputs, top 10."""
    write_items(folder / "items.npz", items)
    np.save(folder / "golden" / "sequences.npy", sequences)
    np.save(folder / "golden" / "top10.npy", top10)
