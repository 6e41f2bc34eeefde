"""C kernels as shared libraries: compiled once into the user's cache, by what they are made of.

    library = build.library("topk", Path(__file__).with_name("topk.c"))
    if library is None: ...  # the same without a compiler; a note was given once

The file's name holds the hash of sources, flags and machine, and a finished library takes that
name in one move: two processes may build at once, and neither sees half a file.
"""

import ctypes
import hashlib
import os
import platform
import sys
import tempfile
import warnings
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

from ssr_neuro.errors import BackendFailed, Note
from ssr_neuro.files.cache_folder import cache_folder
from ssr_neuro.native import compiler, variants
from ssr_neuro.native.variants import Variant

FOLDER = "native"
# No option that lets floating point or aliasing change a result.
FLAGS = ("-std=c11", "-O3", "-fPIC", "-shared", "-fno-math-errno", "-Wall", "-Wextra")


def library(
    name: str, source: Path, *, headers: Sequence[Path] = (), flags: Sequence[str] = ()
) -> ctypes.CDLL | None:
    """The library of one C file for this processor; None where it cannot be made.

    headers: files of the project that `source` includes. flags: more of the compiler's. The reason
    for None is a `Note`, given once in a process; SSR_NATIVE=off asks for None and gives none.
    Raises BadInput on another value of SSR_NATIVE that cannot be used.
    """
    variant = variants.choose()
    if variant is None:
        return None
    return _library(name, source, tuple(headers), tuple(flags), variant)


@cache
def _library(
    name: str, source: Path, headers: tuple[Path, ...], flags: tuple[str, ...], variant: Variant
) -> ctypes.CDLL | None:
    try:
        return load(name, source, headers=headers, flags=flags, variant=variant)
    except BackendFailed as error:
        warnings.warn(
            Note(f"kernel {name!r} is not built, a slower path is taken: {error}"), stacklevel=3
        )
        return None


def load(
    name: str,
    source: Path,
    *,
    headers: Sequence[Path] = (),
    flags: Sequence[str] = (),
    variant: Variant,
) -> ctypes.CDLL:
    """The library for one variant, built if it is not there. Raises BackendFailed."""
    options = (*FLAGS, *variant.flags, *flags)
    path = cache_folder() / FOLDER / f"{name}-{variant.name}-{_mark(source, headers, options)}.so"
    if os.path.exists(path):  # False as well where the cache cannot be looked into
        with suppress(OSError):  # damaged, or of a system that was replaced: build it again
            return ctypes.CDLL(str(path))
    _build(path, source, options)
    try:
        return ctypes.CDLL(str(path))
    except OSError as error:
        raise BackendFailed(f"{path} was built and cannot be loaded ({error})") from error


def _mark(source: Path, headers: Sequence[Path], options: Sequence[str]) -> str:
    digest = hashlib.sha256(repr((sys.platform, platform.machine(), *options)).encode())
    for file in (source, *headers):
        content = file.read_bytes()
        digest.update(f"{file.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]


def _build(path: Path, source: Path, options: Sequence[str]) -> None:
    command = compiler.require(f"building {source.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, fresh = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=".so", dir=path.parent)
    except OSError as error:
        raise BackendFailed(
            f"{path.parent}: cannot be written ({error.strerror}); name another cache folder in "
            "SSR_CACHE"
        ) from error
    os.close(handle)
    try:
        compiler.compile(command, [*options, source, "-o", fresh, "-pthread"])
        Path(fresh).replace(path)
    finally:
        Path(fresh).unlink(missing_ok=True)
