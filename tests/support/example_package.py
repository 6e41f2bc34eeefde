"""tests/packages/ssr_neuro_example: a package of another author, built and installed."""

import subprocess
import sys
from pathlib import Path

import pytest
from warm_process import run_command

FOLDER = Path(__file__).parents[1] / "packages" / "ssr_neuro_example"


def install_into(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """From now on `pip install` writes into `folder`, from no index and without dependencies."""
    options = {"TARGET": folder, "NO_DEPS": 1, "NO_INDEX": 1, "NO_BUILD_ISOLATION": 0}
    for name, value in options.items():  # 0: pip reads the last one as "no isolation: yes"
        patch.setenv(f"PIP_{name}", str(value))


def installed(folder: Path, patch: pytest.MonkeyPatch) -> Path:
    """`folder`, with the example package in it."""
    install_into(folder, patch)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, str(FOLDER)], check=True)
    return folder


def run(command: str, *arguments: str, path: Path) -> subprocess.CompletedProcess[str]:
    """`ssr` or `ssr-compile` in a process that also imports from `path`."""
    environment = {"PYTHONPATH": str(path), "COLUMNS": "300"}
    return run_command([command, *arguments], environment=environment)
