"""Whether a bundle is the same bytes under other settings of a process and in other Pythons.

    python benchmarks/same_bytes.py [--python 3.12 ...] [--out results/same-bytes.json]

A small model is trained once. `ssr-compile` then compiles it under each of SETTINGS, and every file
of the bundle is compared with the first one's. The graphs of `compile_graphs.py` are compiled by
each Python of 3.11, 3.12 and 3.13 that is found, with the packages of this environment, in an
environment of 0.3 GB below build/. Ends with 1 where a byte differs, and where a version that was
named is not there. `make same-bytes` runs it.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

from install_and_run import SMALL, VERSIONS, interpreter

ROOT = Path(__file__).parents[1]
ENVIRONMENTS = ROOT / "build" / "same-bytes"
PACKAGES = ("h5py", "nir", "numpy", "psutil", "pydantic", "scipy")
SETTINGS: dict[str, dict[str, str]] = {
    "hash seed 0, 1 thread, locale C.UTF-8, UTC": {
        "PYTHONHASHSEED": "0",
        "OMP_NUM_THREADS": "1",
        "NUMBA_NUM_THREADS": "1",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    },
    "hash seed 1": {"PYTHONHASHSEED": "1"},
    "hash seed drawn anew": {"PYTHONHASHSEED": "random"},
    "2 threads": {"OMP_NUM_THREADS": "2", "NUMBA_NUM_THREADS": "2"},
    "4 threads": {"OMP_NUM_THREADS": "4", "NUMBA_NUM_THREADS": "2"},
    "locale C (ASCII)": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "time zone of Auckland": {"TZ": "Pacific/Auckland"},
}


@dataclass(frozen=True)
class SameBytes:
    """Files of one run against those of the first. differ: their names."""

    setting: str
    files: int
    differ: tuple[str, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--python", nargs="+", metavar="VERSION", help="all must be here")
    parser.add_argument("--out", type=Path, help="JSON of what was compared")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ssr-same-bytes-") as folder:
        settings = compare_settings(Path(folder))
        pythons, absent = compare_pythons(Path(folder), given.python or VERSIONS)
    if given.out:
        found = {
            "machine": f"{platform.system()} {platform.machine()}",
            "packages": {name: metadata.version(name) for name in PACKAGES},
            "settings": [asdict(row) for row in settings],
            "pythons": [asdict(row) for row in pythons],
        }
        given.out.write_text(json.dumps(found, indent=1) + "\n")
    differ = any(row.differ for row in settings + pythons)
    raise SystemExit(1 if differ or (given.python and absent) else 0)


def compare_settings(folder: Path) -> list[SameBytes]:
    """The bundle of one trained model under each of SETTINGS."""
    ssr = Path(sys.executable).parent / "ssr"
    _run(folder, [ssr, "train", "--data", "generated", *SMALL, "--out", "model.pt"])
    return compare({name: _bundle(folder, name, SETTINGS[name]) for name in SETTINGS})


def _bundle(folder: Path, setting: str, environment: dict[str, str]) -> dict[str, str]:
    """Hashes in the manifest of a bundle that was made under this setting, and its own."""
    first = next(iter(SETTINGS.values()))
    place = folder / f"setting{len(list(folder.glob('setting*')))}"
    place.mkdir()
    (place / "model.pt").write_bytes((folder / "model.pt").read_bytes())
    command = [str(Path(sys.executable).with_name("ssr-compile")), "model.pt"]
    options = [
        "--target",
        "program",
        "--samples",
        "16",
        "--optimise",
        "--data",
        "generated",
        "--out",
        "bundle",
    ]
    _run(place, [*command, *options], first | environment)
    made = json.loads((place / "bundle" / "MANIFEST.json").read_text())
    return {**made["files"], "MANIFEST.json": made["sha256_of_the_rest"]}


def compare_pythons(folder: Path, versions: Sequence[str]) -> tuple[list[SameBytes], list[str]]:
    """Bundles of graphs by every Python that is here; versions that are not."""
    found, absent = {}, []
    for version in versions:
        program = interpreter(version)
        reason = "is not here" if program is None else _make_environment(version, program)
        if reason:
            print(f"Python {version} {reason}", file=sys.stderr)
            absent.append(version)
            continue
        python = ENVIRONMENTS / version / "bin" / "python"
        where = {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests' / 'support'}"}
        graphs = [python, ROOT / "benchmarks" / "compile_graphs.py", folder / version]
        found[f"Python {version}"] = json.loads(_run(folder, graphs, where))
    return compare(found), absent


def _make_environment(version: str, program: str) -> str | None:
    """PACKAGES as they are here, for this Python; why that did not work."""
    place = ENVIRONMENTS / version
    pins = [f"{name}=={metadata.version(name)}" for name in PACKAGES]
    done = place / "installed"
    if done.exists() and done.read_text() == " ".join(pins):
        return None
    pip = [str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", *pins]
    for command in ([program, "-m", "venv", "--clear", str(place)], pip):
        ended = subprocess.run(command, capture_output=True, text=True)
        if ended.returncode:
            return f"has no environment: {ended.stderr.strip().splitlines()[-1:]}"
    done.write_text(" ".join(pins))
    return None


def compare(found: dict[str, dict[str, str]]) -> list[SameBytes]:
    """Each against the first one; one line is printed for each."""
    first = next(iter(found.values()), {})
    rows = []
    for setting, hashes in found.items():
        names = sorted(first.keys() | hashes.keys())
        differ = tuple(name for name in names if first.get(name) != hashes.get(name))
        rows.append(SameBytes(setting, len(names), differ))
        print(f"{setting}: {len(names)} files, {len(differ)} differ {', '.join(differ)}".rstrip())
    return rows


def _run(
    folder: Path, command: Sequence[Path | str], environment: dict[str, str] | None = None
) -> str:
    """What it prints. Raises SystemExit with what it said where it fails."""
    ended = subprocess.run(
        command, cwd=folder, env=os.environ | (environment or {}), capture_output=True, text=True
    )
    if ended.returncode:
        raise SystemExit(
            f"{' '.join(map(str, command))} ended with {ended.returncode}\n{ended.stderr}"
        )
    return ended.stdout


if __name__ == "__main__":
    main()
