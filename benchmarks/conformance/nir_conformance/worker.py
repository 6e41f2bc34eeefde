"""One engine in a process of its own: `python -m nir_conformance.worker JOB.json`.

For every graph it leaves a file beside the job: `NAME.npz` with the outputs, or `NAME.json` with
the words of a refusal. The first graph without either is the one at which it died.
"""

import json
import platform
import sys
import time
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import numpy as np

from . import engines, suite

ABSENT, READY = "absent.json", "ready.json"
OUTPUT = "output/"  # before the name of an Output, in the file of a graph


def main(job_file: Path) -> None:
    job = json.loads(job_file.read_text(encoding="utf-8"))
    folder = job_file.parent
    try:
        engine = engines.load(job["engine"])
        found = {**engines.versions(engine), "python": platform.python_version()}
    except (ImportError, PackageNotFoundError) as error:
        lacking = error.name if isinstance(error, ImportError) else str(error.args[0])
        _write(folder / ABSENT, {"words": f"{lacking} is not installed"})
        return
    if words := _unready(engine):
        _write(folder / ABSENT, {"words": words})
        return
    _write(folder / READY, {"about": engine.about, "versions": found})
    held = suite.load(Path(job["suite"]))
    entries = {entry.name: entry for entry in held.entries}
    for name in job["graphs"]:
        _run(engine, entries[name], held.dt_s, folder)


def _unready(engine: engines.Engine) -> str:
    """Why the engine cannot run here although its packages are; "" where it can."""
    try:
        getattr(engine, "ready", lambda: None)()
    except Exception as error:  # whatever an engine raises is what it says
        return str(error)
    return ""


def _run(engine: engines.Engine, entry: suite.Entry, dt_s: float, folder: Path) -> None:
    begun = time.monotonic()
    try:
        outputs = engine.run(entry.graph(), entry.x(), dt_s)
        arrays = {name: np.asarray(values) for name, values in outputs.items()}
    except Exception as error:  # whatever an engine raises is what it says about the graph
        words = f"{type(error).__name__}: {error}".strip()
        _write(folder / f"{entry.name}.json", {"words": words, "seconds": _since(begun)})
        return
    part = folder / f"{entry.name}.part.npz"
    kept: dict[str, Any] = {f"{OUTPUT}{name}": values for name, values in arrays.items()}
    np.savez(part, seconds=_since(begun), **kept)
    part.rename(folder / f"{entry.name}.npz")


def _since(begun: float) -> float:
    return round(time.monotonic() - begun, 3)


def _write(path: Path, found: dict[str, Any]) -> None:
    part = path.with_suffix(".part")
    part.write_text(json.dumps(found), encoding="utf-8")
    part.rename(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
