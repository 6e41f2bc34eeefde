"""`ssr` in a process of its own that need not load torch again, which takes two seconds.

Python's fork server loads the large libraries once and forks for each command; what is ours is
imported by each. Tests of what a command loads, of signals and of streams start a plain process.
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

CONTEXT = multiprocessing.get_context("forkserver")
# Without polars, whose threads do not outlive a fork, and without any package that a test hides.
CONTEXT.set_forkserver_preload(["torch", "torch.export", "numba", "scipy.sparse", "nir"])
COMMANDS = {"ssr": "main", "ssr-compile": "compile_main"}


def run_command(
    words: Sequence[str | Path],
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    *,
    together: bool = False,
) -> "subprocess.CompletedProcess[str]":
    """`ssr ...` or `ssr-compile ...`. environment: beside this one. together: stderr in stdout."""
    return call(_command, (list(map(str, words)),), cwd, environment, together=together)


def call(
    function: Callable[..., object],
    arguments: tuple[Any, ...],
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    *,
    together: bool = False,
) -> "subprocess.CompletedProcess[str]":
    """A function of a module, and how its process ended."""
    with tempfile.TemporaryDirectory(prefix="ssr-warm-") as folder:
        out, err = Path(folder) / "out", Path(folder) / ("out" if together else "err")
        env = {**os.environ, **(environment or {})}
        process = CONTEXT.Process(
            target=_enter, args=(function, arguments, cwd or Path.cwd(), env, out, err)
        )
        process.start()
        process.join()
        said = "" if together else err.read_text(encoding="utf-8")
        stdout = out.read_text(encoding="utf-8")
        return subprocess.CompletedProcess(arguments, process.exitcode or 0, stdout, said)


def _enter(
    function: Callable[..., object],
    arguments: tuple[Any, ...],
    cwd: Path,
    environment: dict[str, str],
    out: Path,
    err: Path,
) -> None:
    """In the new process: its folder, environment, packages and streams; then the function."""
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:0] = [p for p in environment.get("PYTHONPATH", "").split(os.pathsep) if p]
    for path, stream in ((out, 1), (err, 2)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    function(*arguments)


def _command(words: list[str]) -> None:
    from ssr_neuro import cli

    sys.argv = words
    getattr(cli, COMMANDS[words[0]])()
