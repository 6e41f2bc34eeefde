"""How many bytes of an object file a device keeps beside the data that it may write."""

import struct
from pathlib import Path

ALLOCATED, WRITABLE = 2, 1
UNWINDING = (b".eh_frame", b".ARM.exidx", b".ARM.extab")  # for debuggers and exceptions


def read_only_bytes(path: Path) -> int:
    """Code and constants of an ELF object, 32 or 64 bits; 0 where it is no little-endian ELF."""
    content = path.read_bytes()
    if content[:4] != b"\x7fELF" or content[5] != 1:
        return 0
    wide = content[4] == 2
    (table,) = struct.unpack_from("<Q" if wide else "<I", content, 40 if wide else 32)
    width, count, names_at = struct.unpack_from("<HHH", content, 58 if wide else 46)
    form, pick = ("<IIQQQQ", (0, 2, 4, 5)) if wide else ("<IIIIII", (0, 2, 4, 5))
    headers = [struct.unpack_from(form, content, table + width * i) for i in range(count)]
    sections = [tuple(h[k] for k in pick) for h in headers]
    names = content[sections[names_at][2] :]
    return sum(
        size
        for name, flags, _, size in sections
        if flags & ALLOCATED and not flags & WRITABLE
        if not names[name : names.index(b"\0", name)].startswith(UNWINDING)
    )
