"""How a measuring script hands over what it found, and goes on with what it found before."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def earlier_rows(out: Path | None, here: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """Rows that --out holds under that key. Ends the run where they were measured elsewhere.

    here: the machine, versions and the like, which a file states once for all its rows.
    """
    if out is None or not out.exists():
        return []
    found = json.loads(out.read_text(encoding="utf-8"))
    if other := [f"{n} {found[n]}, here {value}" for n, value in here.items() if found[n] != value]:
        raise SystemExit(
            f"{out} holds times of something else ({'; '.join(other)}); name another file with "
            "--out, or remove it to measure all of it again"
        )
    rows: list[dict[str, Any]] = found[key]
    return rows


def print_result(found: Any, out: Path | None) -> None:
    """Print it as JSON, and write it where a file was asked for."""
    print(json.dumps(found, indent=1))
    if out:
        write_result(found, out)


def write_result(found: Any, out: Path) -> None:
    """Write it as JSON. A run that is killed leaves the earlier file, or the whole new one."""
    partial = out.with_name(f".{out.name}.partial")
    partial.write_text(f"{json.dumps(found, indent=1)}\n", encoding="utf-8")
    partial.replace(out)
