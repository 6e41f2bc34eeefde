"""Kill commands at random moments and look at what is left: `python benchmarks/kill_runs.py`.

A run is at fault where a file is taken for whole and is not, where something stray is left beside
it, where a child process outlives it, or where the same command cannot go on. After SIGKILL hidden
files may stay (nobody was left to remove them), but no result.
"""

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

SIGNALS = (signal.SIGKILL, signal.SIGINT, signal.SIGTERM)
SHELL = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGKILL: -9}
WAIT_S = 120
SSR = (sys.executable, "-m", "ssr_neuro.cli")
MODEL = ("--data", "generated", "--features", "8", "--blocks", "1")
TRAIN = ("train", *MODEL, "--max-steps", "60", "--eval-every", "20")
SEARCH = ("search", *MODEL, "--trials", "2", "--max-steps", "8")


@dataclass(frozen=True)
class KilledJob:
    """command: in the folder of the run. whole: whether what lies there is whole or absent.

    again: options with which an interrupted run goes on.
    """

    name: str
    command: tuple[str, ...]
    whole: Callable[[Path], bool]
    again: tuple[str, ...] = ()


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


def jobs(target: str) -> dict[str, KilledJob]:
    compile_it = ("compile", "../model.pt", "--target", target, "--samples", "8", "--out", "bundle")
    found = (
        KilledJob("train", (*TRAIN, "--out", "model.pt"), loads, ("--resume",)),
        KilledJob("compile", compile_it, verifies),
        KilledJob("search, SQLite", (*SEARCH, "--storage", "s.db", "--out", "model.pt"), loads),
        KilledJob("search, journal", (*SEARCH, "--storage", "s.log", "--out", "model.pt"), loads),
    )
    return {job.name: job for job in found}


def kill_once(job: KilledJob, number: int, delay_s: float, folder: Path) -> list[str]:
    """Faults of one run that gets a signal after so long."""
    running = subprocess.Popen(
        [*SSR, *job.command], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    end = time.monotonic() + delay_s
    children: list[psutil.Process] = []
    while time.monotonic() < end and running.poll() is None:
        children = psutil.Process(running.pid).children(recursive=True)
        time.sleep(0.05)
    running.send_signal(number)
    try:
        code = running.wait(WAIT_S)
    except subprocess.TimeoutExpired:
        running.kill()
        return ["it did not end"]
    time.sleep(2)
    faults = [] if code in (0, SHELL[signal.Signals(number)]) else [f"it ended with {code}"]
    faults += [f"{p.pid} lives on" for p in children if p.is_running() and p.status() != "zombie"]
    if number != signal.SIGKILL:
        faults += [f"{p.name} is left" for p in folder.iterdir() if p.name.startswith(".")]
    if not job.whole(folder):
        faults.append("what is left is not whole")
    return faults


def goes_on(job: KilledJob, folder: Path) -> list[str]:
    """The same command ends well, within the time that it takes."""
    state = list(folder.glob("*.state"))
    again = job.again if state else ("--overwrite",)
    ended = subprocess.run(
        [*SSR, *job.command, *again], cwd=folder, capture_output=True, text=True, timeout=600
    )
    return [] if ended.returncode == 0 else [f"does not go on: {ended.stderr[-300:]}"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("jobs", nargs="*", help="names of jobs; all where none is given")
    parser.add_argument("--kills", type=int, default=50, help="of each job")
    parser.add_argument("--seconds", type=float, default=20, help="the latest moment of a kill")
    parser.add_argument("--target", default="lava-sim", help="of compile; program needs no Lava")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    rng, counts = random.Random(0), {}
    with tempfile.TemporaryDirectory(prefix="ssr-kills-") as made:
        top = Path(made)
        subprocess.run([*SSR, *TRAIN, "--out", "model.pt", "--quiet"], cwd=top, check=True)
        for name, job in jobs(given.target).items():
            if given.jobs and name not in given.jobs:
                continue
            found: Counter[str] = Counter()
            for kill in range(given.kills):
                folder = top / f"{name}-{kill}"
                folder.mkdir()
                number = SIGNALS[kill % len(SIGNALS)]
                faults = kill_once(job, number, rng.uniform(0.5, given.seconds), folder)
                faults += goes_on(job, folder)
                found[number.name] += 1
                found["faults"] += len(faults)
                for fault in faults:
                    print(f"{name}, {number.name}: {fault}", flush=True)
            counts[name] = dict(found)
            print(name, counts[name], flush=True)
    if given.out:
        given.out.write_text(json.dumps(counts, indent=1) + "\n")
    sys.exit(any(row["faults"] for row in counts.values()))


if __name__ == "__main__":
    main()
