"""How the tools of hardware design are called: Yosys, nextpnr."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from ssr_neuro.errors import BackendFailed

HOW = 'pip install "ssr-neuro[rtl]"'
TIMEOUT_S = 7200


def run_tool(
    command: Sequence[str], folder: Path, environment: Mapping[str, str] | None, name: str
) -> str:
    """What a command printed that is a tool, or calls it. environment: None is this process's.

    Raises BackendFailed with the tool's name and the end of what it said.
    """
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BackendFailed(f"{name} was not done after {TIMEOUT_S} s") from error
    if done.returncode != 0:
        raise BackendFailed(f"{name} failed:\n{(done.stdout + done.stderr)[-2000:]}")
    return done.stdout
