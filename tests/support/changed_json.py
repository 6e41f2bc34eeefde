"""A JSON file of which one value is another."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def change(path: Path, keys: Sequence[str | int], value: Any) -> None:
    """Write the file again with `value` at the place that the keys lead to."""
    document = json.loads(path.read_text())
    inner = document
    for key in keys[:-1]:
        inner = inner[key]
    inner[keys[-1]] = value
    path.write_text(json.dumps(document))
