"""HDF5 files from outside: what they declare is checked before a byte of their content is read.

Refused are links to elsewhere, arrays whose bytes stand in other files or nowhere, filters that
load a plugin, groups in a loop, and more than `limits` allow.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from secrets import token_hex
from typing import Any

import h5py
import numpy as np

from ssr_neuro.errors import BadInput
from ssr_neuro.files import gate, limits
from ssr_neuro.files.hdf5_heaps import check_heaps
from ssr_neuro.files.limits import spell_bytes
from ssr_neuro.files.names import is_text

# Deflate, shuffle, checksum, szip, n-bit, scale-offset, LZF: what HDF5 and h5py have built in.
FILTERS = {1, 2, 3, 4, 5, 6, 32000}
KINDS = "biufcS"
WIDEST = {"b": 1, "i": 8, "u": 8, "f": 8, "c": 16}
Tree = dict[str, Any]
CHUNKS = 1 << 20  # of an array
TEXT_BYTES = 1 << 16  # of one text: a name, a kind, an end of an edge
AXES = 16


@contextmanager
def open_file(path: Path, kind: str, remedy: str) -> Iterator[Any]:
    """The open `h5py.File`, checked; what is read of it within stands behind the gate, too."""
    with gate.open_file(path, kind, remedy) as plain:
        check_heaps(plain, size := path.stat().st_size)
        with h5py.File(plain, "r") as file:
            check(file, path, size, remedy)
            yield file


def to_bytes(fill: Callable[[Any], object]) -> bytes:
    """A new file, as `fill` of an open `h5py.File` makes it.

    It is made in memory, because HDF5 ends the process where a file cannot be written any further.
    """
    # HDF5 knows open files by name, and two threads may each have one at a time.
    with h5py.File(f"memory-{token_hex(8)}", "w", driver="core", backing_store=False) as file:
        fill(file)
        file.flush()
        return bytes(file.id.get_file_image())


def read(path: Path, kind: str, remedy: str) -> Tree:
    """Groups as dictionaries, arrays as NumPy's, a single text as str. Raises BadInput."""
    with open_file(path, kind, remedy) as file:
        return _tree(file)


def _tree(group: Any) -> Tree:
    return {
        name: _tree(found) if isinstance(found, h5py.Group) else _value(found)
        for name, found in group.items()
    }


def _value(array: Any) -> Any:
    """Text is decoded; numbers come in this machine's byte order."""
    if h5py.check_string_dtype(array.dtype):
        array = array.asstr()
        return array[()] if array.ndim == 0 else array[...].astype(np.str_)
    values = np.asarray(array[()])
    return values.astype(values.dtype.newbyteorder("="), copy=False)


def check(file: Any, path: object, size: int, remedy: str) -> None:
    """Raises BadInput that names the first object which is refused. size: bytes of the file."""
    walk = _Walk(size, limits.array_bytes(size))
    try:
        walk.group(file, "", ())
    except ValueError as error:
        raise BadInput(f"{path}: {error}; {remedy}") from error


@dataclass
class _Walk:
    """Through all objects of a file of `size` bytes, whose arrays may take `most` in all."""

    size: int
    most: int
    objects: int = 0
    bytes: int = 0
    seen: set[Any] = field(default_factory=set)

    def group(self, group: Any, place: str, above: tuple[Any, ...]) -> None:
        address = h5py.h5o.get_info(group.id).addr
        if address in self.seen:
            loop = "a loop of links leads back to it" if address in above else "it has two names"
            raise ValueError(f"the group {place or '/'}: {loop}; write each group once")
        self.seen.add(address)
        if len(above) > limits.DEPTH:
            raise ValueError(f"the group {place}: nested deeper than {limits.DEPTH} groups")
        for name in group:
            inner = f"{place}/{name}"
            self.objects += 1
            if self.objects > limits.MEMBERS:
                raise ValueError(f"more than {limits.MEMBERS:,} groups and arrays")
            self.member(group, name, inner, (*above, address))

    def member(self, group: Any, name: str, place: str, above: tuple[Any, ...]) -> None:
        if not is_text(name):
            raise ValueError(f"{place!r} is no name in UTF-8")
        link = group.get(name, getlink=True)
        if not isinstance(link, h5py.HardLink):
            raise ValueError(f"{place} is a link; write what it leads to")
        found = group[name]
        if isinstance(found, h5py.Group):
            self.group(found, place, above)
        elif isinstance(found, h5py.Dataset):
            self.array(found, place)
        else:
            raise ValueError(f"{place} is neither a group nor an array")

    def array(self, array: Any, place: str) -> None:
        creation = array.id.get_create_plist()
        if creation.get_layout() == h5py.h5d.VIRTUAL or creation.get_external_count():
            raise ValueError(f"{place}: its content stands in other files; write it into this one")
        filters = {creation.get_filter(i)[0] for i in range(creation.get_nfilters())}
        if unknown := sorted(filters - FILTERS):
            raise ValueError(f"{place}: packed by filter {unknown[0]}; deflate it or leave it bare")
        if array.shape is None:
            raise ValueError(f"{place} is an array of nothing")
        self._kind(array, place)
        self._size(array, place)

    def _kind(self, array: Any, place: str) -> None:
        kind = array.dtype
        if text := h5py.check_string_dtype(kind):
            self._texts(array, place, text.length)
        elif kind.kind not in KINDS or kind.itemsize > WIDEST.get(kind.kind, TEXT_BYTES):
            raise ValueError(f"{place} holds {kind}; numbers of at most 64 bits and text are read")
        if len(array.shape) > AXES:
            raise ValueError(f"{place} has {len(array.shape)} axes; at most {AXES} are read")

    def _texts(self, array: Any, place: str, length: int | None) -> None:
        """Texts of any length stand apart from their array, and many entries may share a long one:
        each is looked at before all are read."""
        if array.size > limits.MEMBERS:
            raise ValueError(f"{place} holds {array.size:,} texts; {limits.MEMBERS:,} are read")
        longest = length or 0
        if length is None:
            lengths = [len(array[at]) for at in np.ndindex(array.shape)]
            longest = max(lengths, default=0)
            self.bytes += sum(lengths)
        if longest > TEXT_BYTES:
            raise ValueError(f"{place} holds a text of {longest:,} bytes; at most {TEXT_BYTES:,}")

    def _size(self, array: Any, place: str) -> None:
        needed = array.size * array.dtype.itemsize
        stored = array.id.get_storage_size()
        if needed and not stored:
            raise ValueError(f"{place} declares {array.size:,} values and holds none of them")
        if needed > limits.SLACK_BYTES + limits.UNPACKS * min(stored, self.size):
            raise ValueError(
                f"{place} declares {spell_bytes(needed)} and holds {spell_bytes(stored)}, which "
                "cannot be all of it"
            )
        chunk = prod(array.chunks or (0,)) * array.dtype.itemsize
        self.bytes += needed
        if max(self.bytes, chunk) > self.most:
            raise ValueError(
                f"{place}: with it the arrays take {spell_bytes(max(self.bytes, chunk))}, more "
                f"than the {spell_bytes(self.most)} that a file of its size may take of this "
                "machine's memory"
            )
        if array.chunks and needed // max(1, chunk) > CHUNKS:
            raise ValueError(f"{place} stands in more than {CHUNKS:,} pieces")
