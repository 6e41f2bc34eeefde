"""The Python 3.10 environment that holds Lava 0.10.0, made once under the user's cache folder.

An environment counts as made only when its stamp is there, and the stamp is written last, after
Lava was imported in it: what an interrupted set-up leaves is removed and made again.
"""

import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from simulators import lava_python
from simulators.lava_index import environment_for_uv
from simulators.lava_python import LAVA_VERSION, Python
from ssr_neuro.errors import BackendFailed

REQUIREMENTS = Path(__file__).parent / "lava_worker" / "requirements.txt"
STAMP = "ready.json"
INSTALL_TIMEOUT_S = 1800
LOCK_TIMEOUT_S = 2.0 * INSTALL_TIMEOUT_S
LOCK_POLL_S = 0.2
_CHECK = "import lava.proc.lif.process, lava.proc.sparse.process, lava.magma.core.run_configs"


def ensure(progress: Callable[[str], None] | None = None) -> Path:
    """The interpreter that imports Lava 0.10.0; its environment is made if it is not there.

    progress: told what is being done, in words. SSR_LAVA_PYTHON names the interpreter to use, and
    is used as it is if Lava 0.10.0 is installed beside it. SSR_CACHE moves the environment.
    Raises BackendFailed if there is no Python 3.10 or the packages cannot be installed.
    """
    say = progress or _silent
    chosen = lava_python.chosen()
    if chosen is not None and chosen.lava == LAVA_VERSION:
        return chosen.path
    folder = _folder(chosen)
    if not _is_ready(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _locked(folder.with_name(folder.name + ".lock"), say):
            if not _is_ready(folder):
                _make(folder, chosen or lava_python.find(say), say)
    return _python_in(folder)


def describe() -> list[tuple[str, str]]:
    """What `ensure` would use, as rows of (what, value). Makes and downloads nothing."""
    rows = [("Lava", LAVA_VERSION)]
    try:
        chosen = lava_python.chosen()
    except BackendFailed as error:
        return [*rows, ("interpreter", str(error)), ("ready", "no")]
    if chosen is not None and chosen.lava == LAVA_VERSION:
        return [*rows, ("interpreter", f"{chosen.path} ({lava_python.SETTING})"), ("ready", "yes")]
    folder = _folder(chosen)
    rows.append(("environment", str(folder)))
    if _is_ready(folder):
        stamp = json.loads((folder / STAMP).read_text())
        return [*rows, ("interpreter", stamp["made_from"]), ("ready", "yes")]
    found = chosen or lava_python.search()[0]
    where = str(found.path) if found else "none found; uv will be asked to download one"
    return [*rows, ("interpreter", where), ("ready", "no, made on first use")]


def _folder(chosen: Python | None) -> Path:
    """One folder per set of pins, and per interpreter where the user names one."""
    root = os.environ.get("SSR_CACHE") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    pins = REQUIREMENTS.read_bytes() + (str(chosen.path).encode() if chosen else b"")
    mark = hashlib.sha256(pins).hexdigest()[:12]
    return Path(root).expanduser().absolute() / "ssr-neuro" / f"lava-{LAVA_VERSION}-{mark}"


def _python_in(folder: Path) -> Path:
    return folder / "bin" / "python"


def _is_ready(folder: Path) -> bool:
    """The interpreter is a link: it dangles when the Python it was made from is removed."""
    return (folder / STAMP).exists() and _python_in(folder).exists()


def _make(folder: Path, python: Python, say: Callable[[str], None]) -> None:
    say(f"making the Lava {LAVA_VERSION} environment in {folder} with {python.path} (once)")
    _remove(folder)
    failure = _with_uv(folder, python)
    way = "uv"
    if failure:
        say(f"uv could not install Lava, trying venv and pip; uv said:\n{failure}")
        _remove(folder)
        way, again = "pip", _with_pip(folder, python)
        if again:
            raise BackendFailed(
                f"Lava {LAVA_VERSION} could not be installed in {folder} with {python.path}. "
                f"uv said:\n{failure}\npip said:\n{again}\n"
                "Check that a Python package index can be reached (pip's and uv's settings are "
                f"followed), or install {REQUIREMENTS} into a Python 3.10 yourself and name it "
                f"in {lava_python.SETTING}."
            )
    _verify(folder)
    stamp = {"lava": LAVA_VERSION, "made_from": str(python.path), "made_by": way}
    unborn = folder / (STAMP + ".new")
    unborn.write_text(json.dumps(stamp) + "\n")
    unborn.replace(folder / STAMP)
    say(f"Lava {LAVA_VERSION} is ready (installed with {way})")


def _remove(folder: Path) -> None:
    """The stamp goes first: a removal that is cut short must not look finished."""
    (folder / STAMP).unlink(missing_ok=True)
    if folder.exists():
        shutil.rmtree(folder)


def _with_uv(folder: Path, python: Python) -> str:
    """Returns "" or what went wrong."""
    env = environment_for_uv()
    made = lava_python.run_uv(
        ["venv", "--no-project", "--python", str(python.path), str(folder)], INSTALL_TIMEOUT_S, env
    )
    into = ["--python", str(_python_in(folder)), "-r", str(REQUIREMENTS)]
    return made or lava_python.run_uv(["pip", "install", *into], INSTALL_TIMEOUT_S, env)


def _with_pip(folder: Path, python: Python) -> str:
    """Returns "" or what went wrong."""
    made = lava_python.run_tool([str(python.path), "-m", "venv", str(folder)], INSTALL_TIMEOUT_S)
    install = [str(_python_in(folder)), "-m", "pip", "install", "-r", str(REQUIREMENTS)]
    return made or lava_python.run_tool(install, INSTALL_TIMEOUT_S)


def _verify(folder: Path) -> None:
    answer = lava_python.ask(_python_in(folder))
    failure = lava_python.run_tool([str(_python_in(folder)), "-sE", "-c", _CHECK], 300)
    if failure or isinstance(answer, str) or answer.lava != LAVA_VERSION:
        raise BackendFailed(
            f"Lava {LAVA_VERSION} was installed in {folder} but does not work there "
            f"({failure or answer}); remove the folder and run again, or name another Python 3.10 "
            f"in {lava_python.SETTING}"
        )


@contextmanager
def _locked(path: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Held by one process at a time; freed by the system when the process ends."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"another process is making the Lava environment, waiting for {path}")
            _wait_for(file, path)
        yield


def _wait_for(file: TextIO, path: Path) -> None:
    """As long as two installations may take; then the other process is given up on."""
    end = time.monotonic() + LOCK_TIMEOUT_S
    while time.monotonic() < end:
        time.sleep(LOCK_POLL_S)
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
    raise BackendFailed(
        f"another process has held {path} for {LOCK_TIMEOUT_S:g} s and should have made the Lava "
        "environment by now; end that process and run again"
    )


def _silent(_message: str) -> None:
    return None
