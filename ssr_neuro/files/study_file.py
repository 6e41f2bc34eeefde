"""The file of a search, looked at before Optuna opens it, which would write into any database."""

import json
import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from ssr_neuro.errors import BadInput
from ssr_neuro.files import output_file
from ssr_neuro.files.limits import LINE_BYTES

JOURNALS = (".log", ".journal")
TABLE = "studies"  # of every database that Optuna made
LINE_S = 0.5  # for another process that writes a line of the same journal
WAIT_S = 60  # for another process that writes to the same SQLite file


def check(place: str) -> None:
    """Raises BadInput where `place` is a file that no search made, or cannot be written.

    A storage URL is left to its driver.
    """
    if "://" in place:
        return
    path = Path(place)
    output_file.check_parent(path, "--storage")
    if path.is_dir():
        raise BadInput(f"--storage {place} is a folder; name a file in it")
    if path.exists() and path.stat().st_size and (fault := _find_fault(path)):
        raise BadInput(
            f"--storage {place}: cannot keep a study ({fault}); name a new file, or one that "
            "ssr search made"
        )


def is_journal(path: Path) -> bool:
    """Whether a study is kept there as a journal, and not as a database of SQLite."""
    return path.suffix in JOURNALS


def _find_fault(path: Path) -> str | None:
    try:
        return _find_journal_fault(path) if is_journal(path) else _find_database_fault(path)
    except (OSError, ValueError, RecursionError, sqlite3.DatabaseError) as error:
        return str(error)


def _find_journal_fault(path: Path) -> str | None:
    """Every line is an entry: what is written behind a broken one could never be read again.

    The last line may be another search's that writes at this moment, so it is given some time.
    """
    end = time.monotonic() + LINE_S
    while not (whole := _ends_a_line(path)) and time.monotonic() < end:
        time.sleep(0.1)
    with path.open("rb") as file:
        lines = iter(lambda: file.readline(LINE_BYTES), b"")
        for number, line in enumerate(lines, 1):
            if not (line.endswith(b"\n") and _is_entry(line)):
                if number > 1 and not whole and file.tell() == path.stat().st_size:
                    return f"its last line, {number}, was cut off: delete that line to go on"
                return f"its line {number} is no entry of a journal"
    return None


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read() == b"\n"


def _is_entry(line: bytes) -> bool:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(entry, dict) and "op_code" in entry


def _find_database_fault(path: Path) -> str | None:
    """A database without any table is one that another search is about to fill.

    Opened for writing, or what a killed search left half written could not be taken back.
    """
    place = f"{path.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(place, uri=True, timeout=WAIT_S)) as database:
        rows = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        tables = {name for (name,) in rows}
    return f"it has no table {TABLE!r}" if tables and TABLE not in tables else None
