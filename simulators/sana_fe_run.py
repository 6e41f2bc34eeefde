"""Runs SANA-FE in a process of its own. The package is GPL: nothing here ever imports it."""

import json
import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from ssr_neuro.errors import BackendFailed

SETTING = "SSR_SANAFE_PYTHON"
WORKER = Path(__file__).with_name("sana_fe_worker.py")
SCRIPT = "run_sana_fe.py"  # what the worker is called in an exported folder
DIFFERS = 4
TIMEOUT_S = 3600
PROBE_TIMEOUT_S = 60
HOW = (
    f"install it with `pip install sanafe` in an environment of its own, and name that "
    f"environment's interpreter in {SETTING}"
)
Found = dict[str, Any]


def interpreter() -> Path | None:
    """The Python that SSR_SANAFE_PYTHON names, else this one if it has SANA-FE, else None.

    Raises BackendFailed where the one that is named does not have it.
    """
    named = os.environ.get(SETTING)
    if not named:
        return Path(sys.executable) if _is_installed() else None
    path = Path(named).expanduser()
    try:
        probe = subprocess.run(
            [path, "-c", "import sanafe"], capture_output=True, text=True, timeout=PROBE_TIMEOUT_S
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BackendFailed(f"{SETTING}={named}: cannot be run ({error}); {HOW}") from error
    if probe.returncode:
        raise BackendFailed(f"{SETTING}={named}: {_last(probe.stderr)}; {HOW}")
    return path


def version(python: Path) -> str:
    """Of SANA-FE in an interpreter that has it. Raises BackendFailed."""
    words = "from importlib.metadata import version; print(version('sanafe'))"
    asked = subprocess.run(
        [python, "-c", words], capture_output=True, text=True, timeout=PROBE_TIMEOUT_S
    )
    if asked.returncode:
        raise BackendFailed(f"{python}: {_last(asked.stderr)}; {HOW}")
    return asked.stdout.strip()


def run(python: Path, folder: Path, architecture: str, record: Path) -> Found:
    """What the folder's run_sana_fe.py printed; spikes and readouts are in `record` afterwards.

    Raises BackendFailed where it ended otherwise, or took more than an hour.
    """
    script = str(folder / SCRIPT)
    command = [str(python), script, "--architecture", architecture, "--record", str(record)]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired as error:
        raise BackendFailed(
            f"SANA-FE took more than {TIMEOUT_S:,} s on {architecture}; give fewer --samples"
        ) from error
    if ran.returncode not in (0, DIFFERS):
        raise BackendFailed(
            f"SANA-FE ended with {ran.returncode} on {architecture}: {_last(ran.stderr)}; run "
            f"{SCRIPT} of a folder written without SANA-FE to see all that it says"
        )
    found: Found = json.loads(ran.stdout)
    return found


def _is_installed() -> bool:
    """A folder named sanafe, such as an environment of it, is no package of that name."""
    try:
        distribution("sanafe")
    except PackageNotFoundError:
        return False
    return True


def _last(text: str) -> str:
    """The last line: the error itself."""
    lines = text.strip().splitlines()
    return lines[-1] if lines else "it said nothing"
