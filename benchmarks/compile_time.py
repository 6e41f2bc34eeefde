"""How long `ssr-compile --target program` of a trained model takes, whole processes in turns.

    python benchmarks/compile_time.py MODEL --rounds 14 --out benchmarks/results/compile-time.json

`import torch`, which every compilation of a model.pt needs, takes turns with it. Prints JSON:
seconds by the clock and of CPU, the least, the median and the most of the rounds.
"""

import argparse
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from result_output import print_result

from ssr_neuro.measure.device import cpu_name

COMPILE = "from ssr_neuro.cli.process import ssr_compile; ssr_compile()"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--rounds", type=int, default=14)
    parser.add_argument("--beside", default="nothing", help="what else ran on the machine")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    taken: dict[str, list[tuple[float, float]]] = {"import-torch": [], "compile": []}
    # Modules are read as an installed package has them: compiled.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    for _ in range(given.rounds + 1):
        with tempfile.TemporaryDirectory() as folder:
            words = [str(given.model), "--target", "program", "--out", f"{folder}/bundle"]
            taken["compile"].append(_seconds([COMPILE, *words], environment))
        taken["import-torch"].append(_seconds(["import torch"], environment))
    found = {
        "machine": cpu_name(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "beside": given.beside,
        "model": given.model.name,
        "rounds": given.rounds,
        # The first round fills the caches.
        "seconds": {name: _summary(rounds[1:]) for name, rounds in taken.items()},
    }
    print_result(found, given.out)


def _seconds(code: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """By the clock and of CPU, of one process. Raises where it fails."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run([sys.executable, "-c", *code], check=True, capture_output=True, env=environment)
    clock, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _summary(rounds: list[tuple[float, float]]) -> dict[str, dict[str, float]]:
    """Of the clock and of CPU."""
    return {
        name: {
            "least": round(min(values), 2),
            "median": round(statistics.median(values), 2),
            "most": round(max(values), 2),
        }
        for name, values in zip(("clock_s", "cpu_s"), zip(*rounds, strict=True), strict=True)
    }


if __name__ == "__main__":
    main()
