"""Finds a Python 3.10, the newest that Lava 0.10.0 runs on."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import uv

from ssr_neuro.errors import BackendFailed

SETTING = "SSR_LAVA_PYTHON"
NEEDED = "3.10"
LAVA_VERSION = "0.10.0"
PROBE_TIMEOUT_S = 60
DOWNLOAD_TIMEOUT_S = 900
_PROBE = """
import importlib.metadata as metadata, json, sys
found = {n: ([d.version for d in metadata.distributions(name=n)] + [""])[0]
         for n in ("lava-nc", "lava-dl")}
print(json.dumps({"version": "%d.%d" % sys.version_info[:2], "lava": found["lava-nc"],
                  "lava_dl": found["lava-dl"]}))
"""


@dataclass(frozen=True)
class Python:
    """An interpreter that answered. lava, lava_dl: versions installed beside it, "" for none."""

    path: Path
    version: str
    lava: str
    lava_dl: str = ""


def choose_python() -> Python | None:
    """The interpreter named by SSR_LAVA_PYTHON, None if unset. Raises BackendFailed if wrong."""
    named = os.environ.get(SETTING)
    if not named:
        return None
    answer = ask(Path(named).expanduser())
    if isinstance(answer, str) or answer.version != NEEDED:
        got = answer if isinstance(answer, str) else f"is Python {answer.version}"
        raise BackendFailed(
            f"{SETTING}={named}: {got}; Lava {LAVA_VERSION} needs a Python {NEEDED}. Name one, or "
            "unset the variable to have one looked for"
        )
    return answer


def ask(path: Path) -> Python | str:
    """What the interpreter at `path` says of itself, or why it does not answer."""
    try:
        ran = subprocess.run(
            [path, "-sE", "-c", _PROBE],
            capture_output=True,
            text=True,
            timeout=PROBE_TIMEOUT_S,
            stdin=subprocess.DEVNULL,
        )
        if ran.returncode != 0:
            return f"does not answer ({_last_line(ran.stderr) or f'status {ran.returncode}'})"
        return Python(path, **json.loads(ran.stdout))
    except (OSError, subprocess.TimeoutExpired, ValueError, TypeError) as error:
        return f"does not answer ({error})"


def search() -> tuple[Python | None, list[str]]:
    """The first Python 3.10 on this machine, and what was tried before it."""
    tried: list[str] = []
    for path in _places():
        answer = ask(path)
        if isinstance(answer, Python) and answer.version == NEEDED:
            return answer, tried
        tried.append(f"{path}: {answer if isinstance(answer, str) else answer.version}")
    return None, tried


def find(progress: Callable[[str], None]) -> Python:
    """A Python 3.10 of this machine, else one that uv downloads. Raises BackendFailed."""
    found, tried = search()
    if found is not None:
        return found
    progress(f"no Python {NEEDED} found, asking uv to download one")
    failure = run_uv(["python", "install", "--no-bin", NEEDED], DOWNLOAD_TIMEOUT_S)
    managed = _find_managed()
    if managed is not None:
        answer = ask(managed)
        if isinstance(answer, Python):
            return answer
    tried.append(f"uv python install {NEEDED}: {failure or 'installed nothing that answers'}")
    raise BackendFailed(
        f"Lava {LAVA_VERSION} needs a Python {NEEDED} and none was found. Tried:\n  "
        + "\n  ".join([f"python{NEEDED} on PATH", "pyenv versions", *tried])
        + f"\nInstall one (`pyenv install {NEEDED}`, `uv python install {NEEDED}` or the system's "
        f"python{NEEDED} package), or set {SETTING} to one."
    )


def run_uv(arguments: list[str], timeout_s: float, env: dict[str, str] | None = None) -> str:
    """Run uv; returns "" when it worked, else the last lines of what it said."""
    return run_tool([find_uv(), *arguments], timeout_s, env)


def run_tool(command: list[str], timeout_s: float, env: dict[str, str] | None = None) -> str:
    """Run a command; returns "" when it worked, else the last lines of what it said."""
    try:
        ran = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout_s,
            env={**os.environ, **(env or {})},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if ran.returncode == 0:
        return ""
    return "\n".join(ran.stdout.strip().splitlines()[-8:]) or f"status {ran.returncode}"


def find_uv() -> str:
    """Path of the uv that was installed beside this project."""
    return str(uv.find_uv_bin())


def _places() -> Iterator[Path]:
    for folder in os.get_exec_path():
        path = Path(folder) / f"python{NEEDED}"
        if os.access(path, os.X_OK):
            yield path
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted((root / "versions").glob(f"{NEEDED}.*/bin/python"), reverse=True)
    managed = _find_managed()
    if managed is not None:
        yield managed


def _find_managed() -> Path | None:
    """A Python 3.10 that uv downloaded earlier; None also where uv does not answer in time."""
    ask_uv = [find_uv(), "python", "find", "--managed-python", "--no-python-downloads", NEEDED]
    try:
        ran = subprocess.run(ask_uv, capture_output=True, text=True, timeout=PROBE_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        return None
    return Path(ran.stdout.strip()) if ran.returncode == 0 else None


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or [""])[-1]
