"""How a measuring script hands over what it found."""

import json
from pathlib import Path
from typing import Any


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
