"""How a measuring script hands over what it found."""

import json
from pathlib import Path
from typing import Any


def print_result(found: Any, out: Path | None) -> None:
    """Print it as JSON, and write it where a file was asked for."""
    text = json.dumps(found, indent=1)
    print(text)
    if out:
        out.write_text(f"{text}\n")
