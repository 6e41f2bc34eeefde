"""A folder that a command writes: whole or not at all, with a manifest, never over other files.

A folder that exists is replaced only where the user asked for it (`--overwrite`) and its manifest
lists every file in it, as it is. Anything else in it is named and left alone.
"""

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ssr_neuro.errors import BadInput, Mismatch
from ssr_neuro.files import manifest, output_file

SHOWN = 5  # names of files in one message


def check(folder: Path, *, overwrite: bool = False, inputs: Iterable[Path] = ()) -> None:
    """Raises BadInput, before any work, where `folder` must not or cannot be written.

    inputs: what the same command reads.
    """
    here = Path.cwd()
    if folder.is_symlink() or folder.resolve() in (here, *here.parents):
        raise BadInput(
            f"{folder} is a link, or the current folder or one above it; name a new folder with "
            "--out"
        )
    if folder.exists() and not folder.is_dir():
        raise BadInput(f"{folder} is a file; name a folder with --out")
    output_file.check_parent(folder)
    if is_occupied(folder):
        _check_listed(folder)
        _check_inputs(folder, inputs)
        if not overwrite:
            raise BadInput(
                f"{folder} exists{_maker(folder)}; --overwrite replaces it, or name another folder "
                "with --out"
            )


def is_occupied(folder: Path) -> bool:
    """Whether there is anything in it that would be replaced."""
    return folder.is_dir() and any(folder.iterdir())


def _check_listed(folder: Path) -> None:
    """Raises BadInput where the manifest does not list all that lies there."""
    try:
        foreign = manifest.find_foreign(folder)
    except (BadInput, Mismatch) as error:
        raise BadInput(
            f"{folder} is not empty and has no valid {manifest.MANIFEST}, so it is not replaced; "
            f"it holds {_list_some(sorted(p.name for p in folder.iterdir()))}. Name another folder "
            "with --out"
        ) from error
    if foreign:
        raise BadInput(
            f"{folder} holds other files than those that were made, so it is not replaced: "
            f"{_list_some(foreign)}. Move them away, or name another folder with --out"
        )


def _check_inputs(folder: Path, inputs: Iterable[Path]) -> None:
    place = folder.resolve()
    for path in inputs:
        if path.exists() and path.resolve().is_relative_to(place):
            raise BadInput(
                f"{folder} holds {path}, which this command reads; name another folder with --out"
            )


def _maker(folder: Path) -> str:
    """ ", made by `ssr-compile`": the command in the manifest, without its arguments."""
    words = [str(word) for word in manifest.read(folder).get("command", ())]
    named = words[:1] if words[:1] == ["ssr-compile"] else words[:2]
    return f", made by `{' '.join(named)}`" if named else ""


def _list_some(names: list[str]) -> str:
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more} more" if more > 0 else "")


@contextmanager
def create(
    folder: Path,
    provenance: Mapping[str, Any],
    *,
    overwrite: bool = False,
    inputs: Iterable[Path] = (),
) -> Iterator[Path]:
    """A fresh folder that gets a manifest and takes the name `folder` at the end.

    It vanishes on an error. provenance: what the manifest says beside versions and hashes. Raises
    BadInput as `check` does, also right before the end, and where the disk is full or read-only.
    """
    reads = tuple(inputs)
    check(folder, overwrite=overwrite, inputs=reads)
    above = [p for p in folder.absolute().parents if not p.exists()]
    fresh = _create_empty(folder)
    try:
        with output_file.name_errors(folder, fresh):
            yield fresh
            manifest.write(fresh, dict(provenance))
            check(folder, overwrite=overwrite, inputs=reads)
            _swap(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        for made in above:  # empty where nothing took its place in them
            with suppress(OSError):
                made.rmdir()


def _create_empty(folder: Path) -> Path:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise output_file.unwritable(folder, error) from error
    fresh.chmod(0o755)
    return fresh


def _swap(fresh: Path, folder: Path) -> None:
    old = fresh.with_name(f"{fresh.name}-old")
    try:
        if folder.exists():
            folder.rename(old)
        fresh.rename(folder)
    finally:
        if old.exists() and not folder.exists():
            old.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
