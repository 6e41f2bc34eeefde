"""Kill commands at random moments and look at what is left: `python benchmarks/kill_runs.py`.

A run is at fault where a file is taken for whole and is not, where something stray is left beside
it, where a child process outlives it, or where the same command then fails or waits.
After SIGKILL hidden files may stay (nobody was left to remove them), but no result.

Every fifth run is a process of its own from the start; the others are forked from one that has
imported the packages, so that the kills fall into the work and not into the imports.
"""

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from forked_commands import Started, import_packages, in_child
from result_output import write_result

from ssr_neuro.files import npz

SIGNALS = (signal.SIGKILL, signal.SIGINT, signal.SIGTERM)
SHELL = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGKILL: -9}
WAIT_S = 120
IDLE_S, LEAST_CPU_S = 75, 0.5  # a run that works less than this in so long waits for something
FRESH = 5
MODEL = ("--data", "../train.inter", "--model", "ssr", "--set", "features=8", "--set", "blocks=1")
TRAIN = ("train", *MODEL, "--max-steps", "24", "--eval-every", "8")
SEARCH = ("search", *MODEL, "--trials", "2", "--max-steps", "8")
COMPILE = ("compile", "model.pt", "--samples", "8", "--target")
USERS = 500  # of the file that is answered
LEARNT, HISTORY, ITEMS = 200, 12, 50  # users of the file that is learnt, their items, of so many


@dataclass(frozen=True)
class KilledJob:
    """command: in the folder of the run. whole: whether what lies there is whole or absent.

    again: options with which an interrupted run goes on. modules: what it imports.
    """

    name: str
    command: tuple[str, ...]
    whole: Callable[[Path], bool]
    again: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()


def loads(folder: Path) -> bool:
    from ssr_neuro import checkpoint

    if (folder / "model.pt").exists():
        checkpoint.load(folder / "model.pt")
    return True


def verifies(folder: Path) -> bool:
    from ssr_neuro.library.bundles import verify

    if (folder / "bundle").exists():
        verify(folder / "bundle")
    return True


def is_sealed(folder: Path) -> bool:
    from ssr_neuro.files import manifest

    if (folder / "report").exists():
        manifest.check(folder / "report")
    return True


def answers_all(folder: Path) -> bool:
    path = folder / "top.csv"
    return not path.exists() or len({x.split(",")[0] for x in path.open()}) == USERS + 1


TRAINING = ("ssr_neuro.library.training", "ssr_neuro.training", "ssr_neuro.cli")
SEARCHING = ("ssr_neuro.library.searching", "optuna", "sqlalchemy", *TRAINING)
COMPILING = ("ssr_neuro.compiler.ssr", "simulators.fast", "ssr_neuro.cli")
JOBS = {
    job.name: job
    for job in (
        KilledJob("train", (*TRAIN, "--out", "model.pt"), loads, ("--resume",), TRAINING),
        KilledJob(
            "compile, with Lava",
            ("compile", "../model.pt", *COMPILE[2:], "lava-sim", "--out", "bundle"),
            verifies,
            modules=COMPILING,
        ),
        KilledJob(
            "search, SQLite",
            (*SEARCH, "--storage", "s.db", "--out", "model.pt"),
            loads,
            modules=SEARCHING,
        ),
        KilledJob(
            "search, journal",
            (*SEARCH, "--storage", "s.log", "--out", "model.pt"),
            loads,
            modules=SEARCHING,
        ),
        KilledJob(
            "report",
            ("report", "../bundle", "--out", "report"),
            is_sealed,
            modules=("ssr_neuro.library.reporting", "ssr_neuro.cli"),
        ),
        KilledJob(
            "recommend",
            ("recommend", "../bundle", "--users", "../users.inter", "--out", "top.csv"),
            answers_all,
            modules=("ssr_neuro.library.recommending", "ssr_neuro.data", "ssr_neuro.cli"),
        ),
    )
}


def kill_once(job: KilledJob, number: int, delay_s: float, folder: Path, fresh: bool) -> list[str]:
    """Faults of one run that gets a signal after so long."""
    running = Started(job.command, folder, fresh=fresh)
    end = time.monotonic() + delay_s
    children: list[psutil.Process] = []
    while time.monotonic() < end and not running.poll():
        children = psutil.Process(running.pid).children(recursive=True)
        time.sleep(0.02)
    if not running.poll():
        os.kill(running.pid, number)
    if not running.wait(WAIT_S):
        os.kill(running.pid, signal.SIGKILL)
        running.wait(WAIT_S)
        return ["it did not end"]
    _gone, alive = psutil.wait_procs(children, timeout=5)
    # -number: it came before the command had begun, while Python itself started.
    expected = (0, SHELL[signal.Signals(number)], -number)
    faults = [] if running.code in expected else [f"it ended with {running.code}{_said(running)}"]
    faults += [f"{p.pid} lives on" for p in alive if p.status() != "zombie"]
    if number != signal.SIGKILL:
        faults += [f"{p.name} is left" for p in folder.iterdir() if p.name.startswith(".")]
    if not in_child(lambda: job.whole(folder)):
        faults.append("what is left is not whole")
    return faults


def goes_on(job: KilledJob, folder: Path) -> list[str]:
    """The same command ends well, and never waits for what the killed one left.

    Told by its CPU time, as other work on the machine makes it slow by the clock.
    """
    state = list(folder.glob("*.state"))
    running = Started(
        (*job.command, *(job.again if state else ("--overwrite",))), folder, fresh=False
    )
    worked_s = 0.0
    while not running.wait(IDLE_S):
        before_s, worked_s = worked_s, _cpu_s(running.pid)
        if worked_s - before_s < LEAST_CPU_S:
            os.kill(running.pid, signal.SIGKILL)
            running.wait(WAIT_S)
            return [f"does not go on: it waits for {IDLE_S} s"]
    return [] if running.code == 0 else [f"does not go on: {running.code}{_said(running)}"]


def _cpu_s(pid: int) -> float:
    """CPU time of a process and its children, those that have ended included."""
    own = psutil.Process(pid)
    used_s = float(sum(own.cpu_times()[:4]))
    for child in own.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            used_s += sum(child.cpu_times()[:4])
    return used_s


def _said(running: Started) -> str:
    return f" ({running.log.read_text()[-300:]})"


def prepare(top: Path, demo: Path | None) -> None:
    """Histories to learn, a model, a bundle of it (of `make demo`, or made here), and users."""
    rng = random.Random(0)
    _write_histories(
        top / "train.inter",
        [[f"i{n}" for n in rng.sample(range(ITEMS), HISTORY)] for _ in range(LEARNT)],
    )
    if demo is not None:
        shutil.copy(demo / "model.pt", top)
        shutil.copytree(demo / "bundle", top / "bundle")
    else:
        for command in (
            (*TRAIN, "--out", "model.pt", "--quiet"),
            (*COMPILE, "program", "--out", "bundle", "--quiet"),
        ):
            inside = [word.removeprefix("../") for word in command]
            running = Started(inside, top, log=top / "prepare.log")
            assert running.wait(600), command
            assert running.code == 0, _said(running)
    ids = npz.read(top / "bundle" / "items.npz")["ids"][:7].tolist()
    _write_histories(
        top / "users.inter", [[ids[(u + k) % 7] for k in range(5)] for u in range(USERS)]
    )


def _write_histories(path: Path, histories: list[list[str]]) -> None:
    """An .inter file of users u0, u1, ... and the items of each, oldest first."""
    lines = ["user_id:token\titem_id:token\ttimestamp:float"]
    lines += [
        f"u{u}\t{item}\t{k}" for u, items in enumerate(histories) for k, item in enumerate(items)
    ]
    path.write_text("\n".join([*lines, ""]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("jobs", nargs="*", help=f"of {', '.join(JOBS)}; all where none is given")
    parser.add_argument("--kills", type=int, default=34, help="of each job, in all runs")
    parser.add_argument("--seconds", type=float, default=1e9, help="end after so long")
    parser.add_argument("--demo", type=Path, help="build/demo of `make demo`; else one is made")
    parser.add_argument("--out", type=Path, help="the counts as JSON, to be gone on with")
    given = parser.parse_args()
    counts = json.loads(given.out.read_text()) if given.out and given.out.exists() else {}
    end = time.monotonic() + given.seconds
    # A shell starts what runs in the background deaf to Ctrl-C, and children inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="ssr-kills-") as made:
        top = Path(made)
        names = given.jobs or list(JOBS)
        import_packages(module for name in names for module in JOBS[name].modules)
        prepare(top, given.demo)
        for place, name in enumerate(names):
            share = (end - time.monotonic()) / (len(names) - place)
            row = counts.setdefault(name, {"faults": 0, **{s.name: 0 for s in SIGNALS}})
            for _ in kill_many(JOBS[name], row, given.kills, time.monotonic() + share, top):
                if given.out:
                    write_result(counts, given.out)
            print(name, row, flush=True)
    sys.exit(any(row["faults"] for row in counts.values()))


def kill_many(
    job: KilledJob, row: dict[str, Any], kills: int, end: float, top: Path
) -> Iterator[None]:
    """Add to the counts of one job, kill by kill, until it has so many or the time is over."""
    usual_s = None
    while (done := sum(row[s.name] for s in SIGNALS)) < kills and time.monotonic() < end:
        if usual_s is None:
            folder = top / f"{job.name}-whole".replace(", ", "-").replace(" ", "-")
            folder.mkdir()
            began, running = time.monotonic(), Started(job.command, folder, fresh=False)
            assert running.wait(600), "it does not end"
            assert running.code == 0, _said(running)
            usual_s = time.monotonic() - began
            print(f"{job.name}: {usual_s:.1f} s where nobody stops it", flush=True)
        folder = top / f"{job.name}-{done}".replace(", ", "-").replace(" ", "-")
        folder.mkdir()
        number, rng = SIGNALS[done % len(SIGNALS)], random.Random(f"{job.name} {done}")
        fresh = done % FRESH == 0
        delay_s = rng.uniform(0.05, usual_s) + (3 if fresh else 0)
        faults = kill_once(job, number, delay_s, folder, fresh) + goes_on(job, folder)
        row[number.name] += 1
        row["faults"] += len(faults)
        for fault in faults:
            print(f"{job.name}, {number.name} after {delay_s:.2f} s: {fault}", flush=True)
        yield


if __name__ == "__main__":
    main()
