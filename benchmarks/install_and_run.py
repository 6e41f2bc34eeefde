"""The wheel with its dependencies on every Python that it is for, as `pip install` gives it.

    python benchmarks/install_and_run.py [--python 3.12 ...] [--out results/install.json]

For each version that is found (on PATH, in pyenv) the wheel of this folder is installed with
`[train]` in a new environment, which then trains a small model, compiles it, verifies the bundle
and runs the bundle's own check. The environment is removed afterwards. Ends with 1 where a step
fails or a version that was named is not there. `make test-install` runs it.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path
from typing import Any

from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[1]
VERSIONS = ("3.11", "3.12", "3.13")
SMALL = ("--features", "16", "--blocks", "1", "--max-steps", "20", "--eval-every", "20")
STEPS = (
    ("ssr", "--version"),
    ("ssr", "train", "--data", "generated", *SMALL, "--out", "model.pt"),
    ("ssr-compile", "model.pt", "--target", "program", "--data", "generated", "--out", "bundle"),
    ("ssr", "verify", "bundle"),
    ("python", "bundle/check.py"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--python", nargs="+", metavar="VERSION", help="all must be here")
    parser.add_argument("--out", type=Path, help="JSON of what was installed and ran")
    given = parser.parse_args()
    found = {version: interpreter(version) for version in given.python or VERSIONS}
    missing = [version for version, program in found.items() if program is None]
    if missing:
        print(f"no Python {', '.join(missing)} here", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        (wheel,) = WheelBuilder(str(ROOT)).build(directory=folder, versions=["standard"])
        rows = [
            install_and_run(program, Path(wheel))
            for program in found.values()
            if program is not None
        ]
    if given.out:
        given.out.write_text(json.dumps({"installs": rows}, indent=1) + "\n")
    failed = any(row["failed"] for row in rows)
    raise SystemExit(1 if failed or not rows or (given.python and missing) else 0)


def interpreter(version: str) -> str | None:
    """A program that answers as this Python and can make environments."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    programs = [
        *map(str, root.glob(f"versions/{version}.*/bin/python")),
        shutil.which(f"python{version}"),
    ]
    probe = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
    for program in filter(None, programs):
        said = subprocess.run([program, "-c", probe], capture_output=True, text=True)
        if said.returncode == 0 and said.stdout.strip() == version:
            return program
    return None


def install_and_run(program: str, wheel: Path) -> dict[str, Any]:
    """What was installed, how large it is and how long each step took; the step that failed."""
    with tempfile.TemporaryDirectory(prefix="ssr-install-") as name:
        folder = Path(name)
        _run(folder, [program, "-m", "venv", "venv"])
        start = time.perf_counter()
        pip = ["venv/bin/python", "-m", "pip", "install", "--quiet", f"{wheel}[train]"]
        ended = _run(folder, pip)
        row: dict[str, Any] = {
            "python": _run(folder, ["venv/bin/python", "--version"]).stdout.split()[-1],
            "machine": f"{platform.system()} {platform.machine()}",
            "install_s": round(time.perf_counter() - start),
            "failed": None if ended.returncode == 0 else "pip install",
            "steps_s": {},
        }
        for step in STEPS:
            if row["failed"]:
                print(ended.stdout[-2000:], ended.stderr[-2000:], file=sys.stderr)
                break
            start = time.perf_counter()
            ended = _run(folder, [f"venv/bin/{step[0]}", *step[1:]])
            row["steps_s"][" ".join(step)] = round(time.perf_counter() - start, 1)
            row["failed"] = " ".join(step) if ended.returncode else None
        row["bytes"] = _size(folder / "venv")
        row["packages"] = _packages(folder)
        print(json.dumps({k: v for k, v in row.items() if k != "packages"}), flush=True)
        return row


def _run(folder: Path, command: list[str]) -> subprocess.CompletedProcess[str]:
    """In the folder, without this environment's own packages."""
    clean = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=clean)


def _size(folder: Path) -> int:
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files)


def _packages(folder: Path) -> dict[str, str]:
    """Those named by the project, by version."""
    (site,) = (folder / "venv" / "lib").glob("python*/site-packages")
    wanted = ("torch", "numpy", "spikingjelly", "nir", "numba", "polars", "accelerate", "optuna")
    known = {
        d.metadata["Name"].lower(): d.version for d in metadata.distributions(path=[str(site)])
    }
    return {name: known[name] for name in wanted if name in known}


if __name__ == "__main__":
    main()
