"""Lines and branches that the tests run, of each part that must be covered.

    python benchmarks/measure_coverage.py [--data .coverage] [--least 95] [--out coverage.json]

Reads what `pytest --cov` recorded; `make coverage` runs both. Lines and branches count together,
as coverage.py counts them: a branch is one way out of a line that has several. Ends with 1 where
a part is below --least per cent.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
# Folders and files by part; the first that a file lies in counts it.
PARTS = {
    "readers: `ssr_neuro/files`, `ssr_neuro/data`, checkpoints, `.nir` and `.net`": (
        "ssr_neuro/files/",
        "ssr_neuro/data/",
        "ssr_neuro/checkpoint/",
        "ssr_neuro/torch_file.py",
        "ssr_neuro/program/file_",
        "ssr_neuro/program/program_file.py",
        "converters/nir/read_graph.py",
        "converters/nir/graph_data.py",
        "converters/netx/read.py",
    ),
    "numeric core: `ssr_neuro/program`, `lower`, `compiler`": (
        "ssr_neuro/program/",
        "ssr_neuro/lower/",
        "ssr_neuro/compiler/",
    ),
    "converters: `converters`": ("converters/",),
}


@dataclass
class Covered:
    """What of one part runs. worst: the files with the most lines and branches left."""

    part: str
    lines: int = 0
    lines_run: int = 0
    branches: int = 0
    branches_run: int = 0

    @property
    def percent(self) -> float:
        run, all_of_it = self.lines_run + self.branches_run, self.lines + self.branches
        return 100 * run / all_of_it if all_of_it else 100.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, default=ROOT / ".coverage", help="of coverage.py")
    parser.add_argument("--least", type=float, default=95.0, help="per cent of each part")
    parser.add_argument("--out", type=Path, help="JSON of the counts")
    given = parser.parse_args()
    document = read(given.data)
    parts = sum_up(document["files"])
    for row in parts:
        print(f"{row.percent:5.1f} %  {row.part}")
    for name, left, where in worst_files(document["files"]):
        print(f"  {left:4} left in {name}: {where}")
    if given.out:
        found = {
            "tool": f"coverage {document['meta']['version']}",
            "parts": list(map(asdict, parts)),
        }
        given.out.write_text(json.dumps(found, indent=1) + "\n")
    raise SystemExit(any(row.percent < given.least for row in parts))


def read(data: Path) -> Any:
    """The JSON report of coverage.py. Raises SystemExit where there is none."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "coverage.json"
        command = [sys.executable, "-m", "coverage", "json", f"--data-file={data}"]
        command += ["-o", str(out), "-q"]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if ended.returncode:
            raise SystemExit(f"{data}: {(ended.stdout + ended.stderr).strip()}; run make coverage")
        return json.loads(out.read_text())


def part_of(name: str) -> str | None:
    """The first part whose folders or files hold this file."""
    return next((part for part, places in PARTS.items() if name.startswith(places)), None)


def sum_up(files: dict[str, Any]) -> list[Covered]:
    """Counts of every part."""
    parts = {part: Covered(part) for part in PARTS}
    for name, found in files.items():
        if part := part_of(name):
            row, counts = parts[part], found["summary"]
            row.lines += counts["num_statements"]
            row.lines_run += counts["covered_lines"]
            row.branches += counts["num_branches"]
            row.branches_run += counts["covered_branches"]
    return list(parts.values())


def worst_files(files: dict[str, Any], most: int = 25) -> list[tuple[str, int, str]]:
    """Name, lines and branches that no test runs, and the lines."""
    left = [
        (name, len(found["missing_lines"]) + len(found["missing_branches"]), _places(found))
        for name, found in files.items()
        if part_of(name)
    ]
    return sorted((row for row in left if row[1]), key=lambda row: -row[1])[:most]


def _places(found: dict[str, Any]) -> str:
    lines = [str(line) for line in found["missing_lines"]]
    return " ".join([*lines, *(f"{a}->{b}" for a, b in found["missing_branches"])])


if __name__ == "__main__":
    main()
