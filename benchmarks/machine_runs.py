"""Commands on machines that refuse: `python benchmarks/machine_runs.py --out FILE`.

Every command runs under every condition. It is done (0), or refused in words (2, 3 or 5); at fault
is a traceback, another code, a hidden file that stays, or a result that is not whole.
"""

import argparse
import io
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from forked_commands import Started, import_packages, in_child
from kill_runs import COMPILE, JOBS, SEARCH, TRAIN, KilledJob, loads, prepare
from result_output import write_result

WAIT_S = 300
REFUSALS = (2, 3, 5)
FULL_BYTES = 4 << 10  # of the disk that is full: less than any of the commands writes
GROWTH_BYTES = 4 << 10  # of a file under the quota


@dataclass(frozen=True)
class Condition:
    """first: what the child does before it runs the command. mount: options of a file system of its
    own, on which the command works. must_refuse: whether nothing can be written at all."""

    name: str
    first: Callable[[], object] = bool
    mount: str | None = None
    must_refuse: bool = False


def limit(kind: int, most: int) -> Callable[[], None]:
    def apply() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        sys.dont_write_bytecode = True  # Python 3.11 leaves half of a .pyc where it cannot grow
        resource.setrlimit(kind, (most, most))

    return apply


def limit_memory(more: int) -> Callable[[], None]:
    def apply() -> None:
        most = psutil.Process().memory_info().vms + more
        resource.setrlimit(resource.RLIMIT_AS, (most, most))

    return apply


def set_variables(**variables: str | None) -> Callable[[], None]:
    def apply() -> None:
        for name, value in variables.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value

    return apply


def use_ascii() -> None:
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        setattr(sys, name, io.TextIOWrapper(stream.buffer, encoding="ascii", line_buffering=True))


def close_streams() -> None:
    """As a daemon starts a program; standard error stays, to see what is said."""
    os.close(0)
    os.close(1)
    sys.stdout = None


def turn_back_the_clock() -> None:
    """Every look at it shows ten seconds less."""
    real, looks = time.time, iter(range(1 << 40))
    time.time = lambda: real() - 10 * next(looks)


CONDITIONS = (
    Condition("full disk", mount=f"size={FULL_BYTES}", must_refuse=True),
    Condition("files of at most 4 KiB (`ulimit -f`)", limit(resource.RLIMIT_FSIZE, GROWTH_BYTES)),
    Condition("read-only file system", mount="ro", must_refuse=True),
    Condition("no HOME", set_variables(HOME=None, XDG_CACHE_HOME=None, SSR_CACHE=None)),
    Condition("a HOME that is not there", set_variables(HOME="/nowhere/home", SSR_CACHE=None)),
    Condition("a cache that cannot be written", set_variables(SSR_CACHE="/proc/ssr-cache")),
    Condition("a terminal of ASCII", use_ascii),
    Condition("standard input and output closed", close_streams),
    Condition("a clock that goes back", turn_back_the_clock),
    Condition("64 open files (`ulimit -n`)", limit(resource.RLIMIT_NOFILE, 64)),
    Condition("1 GiB of memory more", limit_memory(1 << 30)),
    Condition("64 MiB of memory more (`ulimit -v`)", limit_memory(64 << 20)),
)
COMMANDS = (
    KilledJob("train", (*TRAIN, "--out", "model.pt"), loads),
    KilledJob(
        "compile",
        ("compile", "{top}/model.pt", *COMPILE[2:], "program", "--out", "bundle"),
        JOBS["compile, with Lava"].whole,
    ),
    KilledJob("search, SQLite", (*SEARCH, "--storage", "s.db"), loads),
    KilledJob("search, journal", (*SEARCH, "--storage", "s.log"), loads),
    KilledJob("report", ("report", "{top}/bundle", "--out", "report"), JOBS["report"].whole),
    KilledJob(
        "recommend",
        ("recommend", "{top}/bundle", "--users", "{top}/users.inter", "--out", "top.csv"),
        JOBS["recommend"].whole,
    ),
    KilledJob("verify", ("verify", "{top}/bundle"), loads),
)


def run_one(job: KilledJob, condition: Condition, folder: Path, top: Path) -> tuple[str, str]:
    """How it ended: done, refused, or fault with what was said."""
    command = [word.replace("{top}", str(top)) for word in job.command]
    log = folder.parent / f"{folder.name}.log"
    running = Started(command, folder, first=condition.first)
    if not running.wait(WAIT_S):
        os.kill(running.pid, signal.SIGKILL)
        running.wait(WAIT_S)
        return "fault", "it did not end"
    said = log.read_text(errors="replace")
    if "Traceback" in said or running.code not in (0, *REFUSALS):
        return "fault", f"code {running.code}: {said[-600:]}"
    if left := [p.name for p in folder.iterdir() if p.name.startswith(".")]:
        return "fault", f"left {left}"
    if running.code == 0 and condition.must_refuse and job.name != "verify":
        return "fault", "it took what cannot be for done"
    if running.code != 0 and not said.strip():
        return "fault", f"code {running.code} without a word"
    if not in_child(lambda: job.whole(folder)):
        return "fault", "what is left is not whole"
    last = "".join(said.strip().splitlines()[-1:])[:200]
    return ("refused" if running.code else "done"), last


def mounted(condition: Condition, folder: Path) -> bool:
    """Whether the folder is as the condition wants it."""
    folder.mkdir()
    if condition.mount is None:
        return True
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", condition.mount, "tmpfs", str(folder)], capture_output=True
    )
    return made.returncode == 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="the counts as JSON, to be gone on with")
    parser.add_argument("--demo", type=Path, help="build/demo of `make demo`; else one is made")
    parser.add_argument("--only", default="", help="a part of the names of conditions")
    given = parser.parse_args()
    counts: dict[str, dict[str, int]] = {}
    if given.out and given.out.exists():
        counts = json.loads(given.out.read_text())
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="ssr-machines-") as made:
        top = Path(made)
        import_packages(module for job in JOBS.values() for module in job.modules)
        prepare(top, given.demo)
        for number, condition in enumerate(CONDITIONS):
            row = counts.get(condition.name, dict.fromkeys(("done", "refused", "fault"), 0))
            if given.only not in condition.name or sum(row.values()) == len(COMMANDS):
                continue
            for job in COMMANDS[sum(row.values()) :]:
                folder = top / f"{number}-{job.name.replace(', ', '-')}"
                try:
                    if not mounted(condition, folder):
                        print(f"{condition.name}: no such file system can be made here")
                        break
                    end, said = run_one(job, condition, folder, top)
                finally:
                    if condition.mount:
                        with suppress(OSError):
                            subprocess.run(["umount", str(folder)], capture_output=True)
                row[end] += 1
                counts[condition.name] = row
                print(f"{condition.name}, {job.name}: {end}: {said}", flush=True)
                if given.out:
                    write_result(counts, given.out)
    sys.exit(any(row["fault"] for row in counts.values()))


if __name__ == "__main__":
    main()
