"""How the time and memory of compiling grow with N, D, T, L and V: untrained SSRs, one at a time.

    python benchmarks/compile_growth.py --out benchmarks/results/compile-growth.json

Each size is `ssr-compile --target program` of 4 sequences in a process of its own: its CPU time and
its largest memory, from the start of Python to the written bundle. Sizes differ from the paper's
SSR (N = 20, D = 64, T = 4, L = 2, V = 3,416) in one number each; one has N = 200, D = 256, L = 3.
Sizes that --out holds already are not measured again; they must be of this machine, this Python and
the same --beside. Prints JSON.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from result_output import earlier_rows, print_result, write_result

from ssr_neuro.measure.device import cpu_name


@dataclass(frozen=True)
class Size:
    """positions N, features D, steps T, blocks L, items V."""

    positions: int = 20
    features: int = 64
    steps: int = 4
    blocks: int = 2
    items: int = 3_416


PAPER = Size()
LARGE = Size(positions=200, features=256, blocks=3)
VARIED = {
    "positions": (20, 60, 200),
    "features": (64, 128, 256),
    "steps": (2, 4, 10),
    "blocks": (1, 2, 4),
    "items": (3_416, 30_000, 100_000),
}
SEQUENCES = 4
MAKE = """
import json, sys
from pathlib import Path
import torch
from ssr_neuro import checkpoint
from ssr_neuro.model import build
from ssr_neuro.settings.models import config_type

size, sequences, path = json.loads(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
torch.manual_seed(1)
config = config_type("ssr")(**size)
model = build("ssr", config)
shown = torch.randint(1, config.items + 1, (sequences, config.positions))
ids = tuple(str(number) for number in range(1, config.items + 1))
about = {"data": {"source": "generated", "fingerprint": "0" * 64}, "protocol": "ratio"}
saved = checkpoint.Checkpoint(
    "ssr", config, model.state_dict(), ids, shown, shown[:, -1].clone(), about
)
checkpoint.save(path, saved)
"""
COMPILE = "from ssr_neuro.cli.process import ssr_compile; ssr_compile()"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--beside", default="nothing", help="what else ran on the machine")
    parser.add_argument("--jobs", type=int, default=1, help="compilations at a time")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    here = {
        "machine": cpu_name(),
        "python": platform.python_version(),
        "beside": given.beside,
        "sequences": SEQUENCES,
    }
    rows = earlier_rows(given.out, here, "sizes")
    missing = [s for s in sizes() if not any(asdict(s).items() <= row.items() for row in rows)]
    found = {**here, "sizes": rows}
    with ThreadPoolExecutor(given.jobs) as pool:
        for made in as_completed(pool.submit(measured, size) for size in missing):
            rows.append(made.result())
            rows.sort(key=lambda row: [row[name] for name in VARIED])
            if given.out:
                write_result(found, given.out)
    print_result(found, None)


def sizes() -> list[Size]:
    """Every size once."""
    varied = (
        replace(PAPER, **{name: value}) for name, values in VARIED.items() for value in values
    )
    return list(dict.fromkeys((PAPER, LARGE, *varied)))


def measured(size: Size) -> dict[str, float]:
    """A size with the CPU seconds and largest memory of its compilation. Raises where it fails."""
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "model.pt"
        words = [json.dumps(asdict(size)), str(SEQUENCES), str(model)]
        subprocess.run([sys.executable, "-c", MAKE, *words], check=True)
        words = [str(model), "--target", "program", "--out", str(Path(folder) / "out")]
        command = [sys.executable, "-c", COMPILE, *words]
        process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
        said = process.stderr.read() if process.stderr else b""
        _, status, used = os.wait4(process.pid, 0)
        if status:
            raise SystemExit(f"{size}: {said.decode()}")
        return {
            **asdict(size),
            "cpu_s": round(used.ru_utime + used.ru_stime, 1),
            "peak_mb": round(used.ru_maxrss * _unit() / 1e6),
        }


def _unit() -> int:
    """Bytes of `ru_maxrss`: kilobytes but on macOS."""
    return 1 if sys.platform == "darwin" else 1024


if __name__ == "__main__":
    main()
