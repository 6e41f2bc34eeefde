"""What bz2 or xz packed, to the end of the file: one stream of bytes, or several in a row."""

import bz2
import io
import lzma
from collections.abc import Callable
from typing import BinaryIO

StartUnpacker = Callable[[], bz2.BZ2Decompressor | lzma.LZMADecompressor]
CHUNK_BYTES = 1 << 16
PADDING_UNIT = 4  # xz allows zeros behind a stream, as many as this or a multiple of it


def unpack_streams(raw: BinaryIO, start: StartUnpacker, padding: bytes = b"") -> BinaryIO:
    """The unpacked bytes of all streams in `raw`.

    bz2.BZ2File and lzma.LZMAFile leave out whatever behind the first stream cannot be unpacked;
    here it raises as the unpacker does: EOFError, OSError or LZMAError. start: makes an unpacker.
    padding: b"\\0" where zeros may stand behind a stream, else nothing.
    """
    return io.BufferedReader(_Unpacked(raw, start, padding), CHUNK_BYTES)


class _Unpacked(io.RawIOBase):
    def __init__(self, raw: BinaryIO, start: StartUnpacker, padding: bytes) -> None:
        self._raw, self._start, self._padding = raw, start, padding
        self._unpacker, self._fed = start(), b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        found = b""
        while not found:
            if self._unpacker.eof:
                self._fed = self._behind(self._unpacker.unused_data)
                if not self._fed:
                    return 0
                self._unpacker = self._start()
            elif self._unpacker.needs_input and not self._fed:
                self._fed = self._raw.read(CHUNK_BYTES)
                if not self._fed:
                    raise EOFError("the file ends before its packed data do")
            found = self._unpacker.decompress(self._fed, len(buffer))
            self._fed = b""
        buffer[: len(found)] = found
        return len(found)

    def _behind(self, rest: bytes) -> bytes:
        """What follows a stream, without padding; nothing at the end of the file."""
        while not rest.strip(self._padding):
            more = self._raw.read(CHUNK_BYTES)
            if not more:
                break
            rest = rest[len(rest) - len(rest) % PADDING_UNIT :] + more
        zeros = len(rest) - len(rest.lstrip(self._padding))
        return rest[zeros - zeros % PADDING_UNIT :]
