"""Published data sets, which are not part of the repository."""

import os
from pathlib import Path

import pytest


def published_file(name: str) -> Path:
    """The file of that name in the folder that SSR_TEST_DATA names. Skips the test without it."""
    folder = os.environ.get("SSR_TEST_DATA")
    if folder is None:
        pytest.skip(f"reads {name}: name a folder that has it by SSR_TEST_DATA")
    path = Path(folder) / name
    if not path.exists():
        pytest.skip(f"{path} is not there")
    return path
