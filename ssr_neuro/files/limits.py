"""How much of a file from outside is read; docs/reference/reliability.md lists these."""

import resource
from pathlib import Path

from ssr_neuro.errors import BadInput

MEBI = 1 << 20
TABLE_BYTES = 4 * MEBI  # of a TOML file
TABLE_VALUES = 100_000  # of a TOML file: tables, keys, parts of lists
DOCUMENT_BYTES = 64 * MEBI  # of a JSON file
DOCUMENT_VALUES = 2_000_000  # of a JSON file: objects, lists, and what stands in them
CELLS_BYTES = 512 * MEBI  # of a library of cells, unpacked
DEPTH = 64  # of brackets, tables or groups in one another
INTEGER_BITS = 64  # of a whole number in TOML
FLOAT_BITS = 1_000  # of a whole number in JSON: no float holds more
LINE_BYTES = 16 * MEBI  # of a data file: the whole history of one user, at most
COLUMNS = 10_000  # of a table; each takes a part of the work for every block of lines
LITERAL_BYTES = MEBI  # of a line that is a Python literal, whose tree takes a hundred times as much
MEMBERS = 10_000  # arrays of an archive; groups and arrays of an HDF5 file
ARRAY_BYTES = 4096 * MEBI  # all arrays of a file together, unpacked
PACKED_BYTES = 512 * MEBI  # all arrays of a packed file, however small it is
PACKED_TIMES = 128  # beyond that, as many times the bytes of the file
UNPACKS = 1_032  # deflate packs no byte into less than this part of one
SLACK_BYTES = MEBI  # unpacked, whatever the size of the file
SHARE_OF_MEMORY = 4  # a file takes at most this part of the free memory
BOUNDS_OPERATIONS = 1 << 32  # to find what can fire in the gap between two samples of a program
CGROUP = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current"))


def array_bytes(stored: int | None = None) -> int:
    """The most that the arrays of one file may take, in bytes. stored: bytes of a packed file."""
    most = ARRAY_BYTES if stored is None else max(PACKED_BYTES, stored * PACKED_TIMES)
    return min(most, ARRAY_BYTES, free_memory_bytes() // SHARE_OF_MEMORY)


def free_memory_bytes() -> int:
    """Memory that this process can still get: of the machine, its container, its own limit."""
    import psutil

    limits = [int(psutil.virtual_memory().available)]
    allowed, _ = resource.getrlimit(resource.RLIMIT_AS)
    if allowed != resource.RLIM_INFINITY:
        limits.append(allowed - psutil.Process().memory_info().vms)
    try:
        most, used = (int(path.read_text()) for path in CGROUP)
        limits.append(most - used)
    except (OSError, ValueError):  # no container, or one without a limit ("max")
        pass
    return max(0, min(limits))


def demand_memory(needed: int, what: str, remedy: str) -> None:
    """Raises BadInput, which ends in `remedy`, before an allocation that cannot succeed.

    Sizes below MEBI are not looked at: to ask the system takes longer than to take them.
    """
    if needed > MEBI and needed > (free := free_memory_bytes()):
        raise BadInput(
            f"{what} takes {spell_bytes(needed)} of memory, and {spell_bytes(free)} are free; "
            f"{remedy}"
        )


def spell_bytes(size: int) -> str:
    """1.5 GiB, 64 MiB, 12 KiB or 300 bytes."""
    for unit, name in ((1 << 30, "GiB"), (MEBI, "MiB"), (1 << 10, "KiB")):
        if size >= unit:
            return f"{size / unit:,.4g} {name}"
    return f"{size:,} bytes"
