"""A file that shows how much of it has been read."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from ssr_neuro.progress import task
from ssr_neuro.progress.task import Task

BUFFER_BYTES = 2**20


class _Counted(io.RawIOBase):
    """The bytes of a stream, each of them counted as it is read."""

    def __init__(self, stream: BinaryIO, work: Task) -> None:
        self._stream, self._work = stream, work

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        read = self._stream.read(len(buffer))
        buffer[: len(read)] = read
        self._work.update(self._work.done + len(read))
        return len(read)


@contextmanager
def count_bytes(stream: BinaryIO, size: int, name: str, *, shown: bool) -> Iterator[BinaryIO]:
    """`stream` of `size` bytes; on standard error how much of the file called `name` was read."""
    with task(f"reading {name}", size, shown=shown) as work:
        yield io.BufferedReader(_Counted(stream, work), BUFFER_BYTES)
