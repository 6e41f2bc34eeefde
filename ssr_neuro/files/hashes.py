"""SHA-256 of files and bytes, as hexadecimal digits."""

import hashlib
from pathlib import Path


def sha256_of_file(path: Path) -> str:
    """Read in pieces, so that a large file needs no memory of its size."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_of_bytes(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
