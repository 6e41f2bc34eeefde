"""Engines held against the suite, each in a process of its own, which may crash or hang."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from . import worker
from .arrays import Array
from .compare import CRASHED, REFUSED, Verdict, judge, settle
from .skipped import explain_skips
from .suite import FOLDER, Entry, Suite

PACKAGE = Path(__file__).parent
POLL_S = 0.05
WORDS = 300  # letters of a refusal that are kept
LOG_LINES = 3
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Limits:
    """Seconds. graph: for one graph. start: for the first, which imports the engine."""

    graph: float = 60.0
    start: float = 300.0


@dataclass(frozen=True)
class EngineResult:
    """absent: why it did not run, "" where it did. verdicts: by graph, in the suite's order."""

    name: str
    about: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    absent: str = ""
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)

    def count(self, status: str) -> int:
        """Graphs with that verdict."""
        return sum(verdict.status == status for verdict in self.verdicts.values())

    def as_json(self) -> dict[str, Any]:
        """Plain data, without what only helped to find the verdicts."""
        graphs = {name: _plain(verdict) for name, verdict in self.verdicts.items()}
        return {
            "name": self.name,
            "about": self.about,
            "versions": dict(self.versions),
            "absent": self.absent,
            "graphs": graphs,
        }


@dataclass(frozen=True)
class Engines:
    """places: name -> "module:object". pythons: interpreters of engines that have one of their own.
    paths: folders that the others import from, besides those of this Python."""

    places: Mapping[str, str]
    pythons: Mapping[str, Path] = field(default_factory=dict)
    paths: tuple[Path, ...] = ()


def run_engines(
    suite: Suite,
    engines: Engines,
    names: Iterable[str],
    limits: Limits = Limits(),
    tell: Tell | None = None,
) -> list[EngineResult]:
    """Every engine on every graph. tell: called with engine, graphs done, graphs in all."""
    return [_run_engine(suite, engines, name, limits, tell) for name in names]


def probe_engine(engines: Engines, name: str) -> str:
    """Why an engine cannot run here; "" where it can. Its packages are not imported."""
    with tempfile.TemporaryDirectory(prefix="nir-conformance-") as made:
        folder = Path(made)
        ended = _run_worker(Suite("", 1.0, {}, ()), engines, name, [], folder, Limits(), None)
        if (absent := folder / worker.ABSENT).exists():
            return str(_read(absent)["words"])
        return "" if (folder / worker.READY).exists() else f"its process {ended}"


def _run_engine(
    suite: Suite, engines: Engines, name: str, limits: Limits, tell: Tell | None
) -> EngineResult:
    left = list(suite.entries)
    verdicts: dict[str, Verdict] = {}
    outputs: dict[str, dict[str, Array]] = {}
    about: dict[str, Any] = {}
    while left:
        with tempfile.TemporaryDirectory(prefix="nir-conformance-") as made:
            folder = Path(made)
            ended = _run_worker(suite, engines, name, left, folder, limits, tell)
            if (absent := folder / worker.ABSENT).exists():
                return EngineResult(name, absent=_read(absent)["words"])
            if not (ready := folder / worker.READY).exists():
                return EngineResult(name, absent=f"its process {ended}")
            about = _read(ready)
            given = _outputs(left, folder)
            done = _refusals(left, folder) | _judge(left, given)
            verdicts |= done
            outputs |= {name: arrays for name, (arrays, _) in given.items()}
            left = [entry for entry in left if entry.name not in done]
            if left:  # the first of them is where the process ended
                verdicts[left[0].name] = Verdict(CRASHED, words=ended)
                left = left[1:]
    ordered = {entry.name: verdicts[entry.name] for entry in suite.entries}
    settled = explain_skips(suite.entries, suite.dt_s, settle(ordered), outputs)
    if tell is not None:
        tell(
            name, len(suite.entries), len(suite.entries)
        )  # the last answers came between two looks
    return EngineResult(name, about["about"], about["versions"], "", settled)


def _run_worker(
    suite: Suite,
    engines: Engines,
    name: str,
    entries: list[Entry],
    folder: Path,
    limits: Limits,
    tell: Tell | None,
) -> str:
    """Runs the graphs until the process ends or one takes too long; how it ended, in words."""
    job = {
        "engine": engines.places[name],
        "suite": str((suite.entries[0].folder if suite.entries else FOLDER).resolve()),
        "graphs": [entry.name for entry in entries],
    }
    job_file = folder / "job.json"
    job_file.write_text(json.dumps(job), encoding="utf-8")
    python = engines.pythons.get(name)
    command = [str(python or sys.executable), "-m", "nir_conformance.worker", str(job_file)]
    environment = _environment(folder, None if python else engines.paths)
    with (folder / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=log, env=environment, start_new_session=True
        )
        try:
            late = _wait(process, name, len(suite.entries), entries, folder, limits, tell)
        finally:
            _end(process)
    return late or _ending(process.returncode, folder)


def _wait(
    process: subprocess.Popen[bytes],
    name: str,
    total: int,
    entries: list[Entry],
    folder: Path,
    limits: Limits,
    tell: Tell | None,
) -> str:
    """Until the process ends; words where a graph took longer than its limit."""
    done, since = 0, time.monotonic()
    while process.poll() is None:
        now = sum(_answer(folder, entry) is not None for entry in entries)
        if now != done:
            done, since = now, time.monotonic()
            if tell is not None:
                tell(name, total - len(entries) + done, total)
        limit = limits.graph if done else limits.start
        if time.monotonic() - since > limit:
            return f"gave no answer in {limit:g} s"
        time.sleep(POLL_S)
    return ""


def _answer(folder: Path, entry: Entry) -> Path | None:
    files = (folder / f"{entry.name}{end}" for end in (".npz", ".json"))
    return next((path for path in files if path.exists()), None)


def _outputs(entries: list[Entry], folder: Path) -> dict[str, tuple[dict[str, Array], float]]:
    """By graph: outputs by Output, and the seconds that they took."""
    found = {}
    for entry in entries:
        path = folder / f"{entry.name}.npz"
        if path.exists():
            with np.load(path) as file:
                seconds = float(file["seconds"])
                held = {k.removeprefix(worker.OUTPUT): file[k] for k in file.files}
            del held["seconds"]
            found[entry.name] = held, seconds
    return found


def _judge(
    entries: list[Entry], given: Mapping[str, tuple[dict[str, Array], float]]
) -> dict[str, Verdict]:
    return {e.name: judge(e, *given[e.name]) for e in entries if e.name in given}


def _refusals(entries: list[Entry], folder: Path) -> dict[str, Verdict]:
    found = {}
    for entry in entries:
        path = folder / f"{entry.name}.json"
        if path.exists():
            said = _read(path)
            words = " ".join(said["words"].split())[:WORDS]
            found[entry.name] = Verdict(REFUSED, words=words, seconds=said["seconds"])
    return found


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the process and all that it started, which are a group of their own."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def _ending(status: int, folder: Path) -> str:
    lines = (folder / "worker.log").read_text(errors="replace").strip().splitlines()
    said = f": {' / '.join(lines[-LOG_LINES:])[:WORDS]}" if lines else ""
    if status < 0:
        return f"ended by {signal.Signals(-status).name}{said}"
    return f"ended with status {status}{said}"


def _environment(folder: Path, paths: Iterable[Path] | None) -> dict[str, str]:
    """The process finds this package. paths: None where it has a Python of its own, whose packages
    nothing of ours may hide."""
    alone = folder / "path"
    alone.mkdir()
    (alone / PACKAGE.name).symlink_to(PACKAGE.resolve(), target_is_directory=True)
    places = [alone]
    if paths is not None:
        given = os.environ.get("PYTHONPATH", "").split(os.pathsep)
        places += [*paths, *map(Path, filter(None, given))]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, places))}


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _plain(verdict: Verdict) -> dict[str, Any]:
    usual = asdict(Verdict(""))
    found = asdict(verdict)
    del found["fitting"], found["own"]
    return {n: v for n, v in found.items() if n == "status" or v != usual[n]}
