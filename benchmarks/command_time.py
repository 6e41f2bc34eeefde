"""How long short commands take: CPU time of whole processes, with Python's own start beside it.

    ssr-compile ssr-ml-1m-20k.pt --target program --out build/ssr
    ssr-compile sasrec-ml-1m.pt --target onnx --out build/sasrec
    python benchmarks/command_time.py build/ssr build/sasrec --rounds 20 --out FILE

Each folder answers `ssr recommend FOLDER --history ...` for the same ids. In each round all take
turns; the least of the rounds, and the spread, their median over it. Prints JSON.
"""

import argparse
import platform
import resource
import statistics
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from result_output import print_result

from ssr_neuro.measure.device import cpu_name

CALL = "import sys; from ssr_neuro.cli.process import ssr; ssr()"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", type=Path, nargs="+", help="bundles and ONNX folders")
    parser.add_argument("--history", default="858,1221,318")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    commands = {"python": [], "import-numpy": [], "help": ["--help"]}
    for folder in given.folders:
        words = ["recommend", str(folder), "--history", given.history]
        commands[f"recommend-{folder.name}"] = words
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(given.rounds):
        for name, words in commands.items():
            seconds[name].append(cpu_seconds(name, words))
    found = {
        "machine": cpu_name(),
        "python": platform.python_version(),
        "torch_installed": find_spec("torch") is not None,
        "rounds": given.rounds,
        "commands": {
            name: {
                "cpu_s": round(min(taken), 3),
                "spread": round(statistics.median(taken) / min(taken), 2),
            }
            for name, taken in seconds.items()
        },
    }
    print_result(found, given.out)


def cpu_seconds(name: str, words: list[str]) -> float:
    """User and system time of one process, its children included. Raises where it fails."""
    code = {"python": "pass", "import-numpy": "import numpy"}.get(name, CALL)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code, *words], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
