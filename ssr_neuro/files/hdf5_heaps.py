"""Heaps of an HDF5 file, in which texts of any length stand.

HDF5 2.0.0 walks through a heap by the sizes that its objects declare, without end where one wraps
around 64 bits ("III.E. Disk Format: Level 1E - Global Heap" of its file format specification).
"""

import mmap
import struct
from typing import BinaryIO

HEAD = b"GCOL\x01\0\0\0"  # signature, version, reserved; then the size of the heap
OBJECT = struct.Struct("<HHIQ")  # number, references, reserved, size; free space has the number 0
ALIGNED = 8


def check_heaps(file: BinaryIO, size: int) -> None:
    """Raises ValueError where the objects of a heap do not lie within it, one after the other.

    size: bytes of the file.
    """
    if not size:
        return  # an empty file cannot be mapped
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        start = content.find(HEAD)
        while start >= 0:
            _check_heap(content, start)
            start = content.find(HEAD, start + 1)


def _check_heap(content: mmap.mmap, start: int) -> None:
    at = start + len(HEAD) + 8
    end = start + int.from_bytes(content[start + len(HEAD) : at], "little")
    if not at <= end <= len(content):
        raise ValueError(f"a heap of texts at byte {start} ends beyond the file")
    while end - at >= OBJECT.size:
        number, _, _, size = OBJECT.unpack_from(content, at)
        taken = OBJECT.size + -(-size // ALIGNED) * ALIGNED if number else size
        if taken < OBJECT.size or at + taken > end:
            raise ValueError(f"a heap of texts at byte {start} holds one of {size:,} bytes")
        at += taken
