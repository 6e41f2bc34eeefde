"""Files that hold something else than lines of UTF-8 text, known by their first bytes."""

import shlex

from ssr_neuro.errors import BadInput

UNPACK = "Unpack it and give the file inside"
AS_CSV = "Save it as CSV in UTF-8"
TABLE = "python -c \"import polars, sys; polars.read_{}(sys.argv[1]).write_csv('data.csv')\" {}"
# First bytes -> what such a file is, and what to do; {} stands for the file.
OTHERS = (
    (b"\x28\xb5\x2f\xfd", "packed by Zstandard", "Unpack it with: zstd -d {}"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", UNPACK),
    (b"\x1f\x8b", "packed twice, by gzip", UNPACK),
    (b"PK\x03\x04", "packed twice, by zip", UNPACK),
    (b"PAR1", "a Parquet file", f"Write it as CSV: {TABLE.format('parquet', '{}')}"),
    (b"ARROW1", "an Arrow file", f"Write it as CSV: {TABLE.format('ipc', '{}')}"),
    (b"\x93NUMPY", "a NumPy array", "Write its rows as text, one interaction a line"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file", "Write its table as CSV"),
    (b"SQLite format 3\0", "an SQLite database", "Export its table as CSV"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old spreadsheet or document", AS_CSV),
    (b"\xff\xfe\0\0", "text in UTF-32", "Write it as UTF-8: iconv -f UTF-32 -t UTF-8 {} > NEW"),
    (b"\0\0\xfe\xff", "text in UTF-32", "Write it as UTF-8: iconv -f UTF-32 -t UTF-8 {} > NEW"),
    (b"\xff\xfe", "text in UTF-16", "Write it as UTF-8: iconv -f UTF-16 -t UTF-8 {} > NEW"),
    (b"\xfe\xff", "text in UTF-16", "Write it as UTF-8: iconv -f UTF-16 -t UTF-8 {} > NEW"),
    (b"version https://git-lfs", "a pointer of Git LFS, not the data", "Fetch them: git lfs pull"),
)
PICKLE = tuple(bytes([0x80, protocol]) for protocol in range(2, 6))
PAGES = (b"<!doctype", b"<html", b"<?xml")
TAR_AT, TAR = 257, b"ustar"


def refuse_other_format(start: bytes, place: str) -> None:
    """start: the first bytes. Raises BadInput that names the format and how to get text from it."""
    for magic, what, remedy in OTHERS:
        if start.startswith(magic):
            raise BadInput(f"{place} is {what}. {remedy.replace('{}', shlex.quote(place))}.")
    if start.startswith(PICKLE):
        raise BadInput(f"{place} is a Python pickle, which is not read. Write its table as CSV.")
    if start.lstrip().lower().startswith(PAGES):
        raise BadInput(
            f"{place} is a page of HTML or XML, such as a server sends where a file is missing. "
            "Fetch the data again."
        )
    if start[TAR_AT : TAR_AT + len(TAR)] == TAR:
        raise BadInput(f"{place} is a tar archive. Unpack it with tar -xf and give one file of it.")
