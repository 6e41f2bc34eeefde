"""A few changed files for each reader, in processes of their own; `make fuzz` tries many more."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from fuzz.counts import FAULTS, ReaderCounts
from fuzz.forked import Outcome
from fuzz.readers import MODULES

SUPPORT = Path(__file__).parents[1] / "support"
INPUTS = 5


# Bundles are changed and judged in tests/bundle/test_claims.py; pages of reports and databases take
# a second an input, so `make fuzz` alone tries them.
LONG = ("bundle", "report", "sqlite")
OTHERS = [name for name in MODULES if name not in ("data", *LONG)]


@pytest.mark.parametrize("names", [["data"], OTHERS], ids=["data", "the others"])
def test_changed_files_are_read_or_refused_in_words(names: list[str]) -> None:
    """Data files in a process of their own, in which no thread of polars ran before the fork."""
    script = (
        "import sys\nfrom fuzz.__main__ import fuzz\n"
        f"for name in {names}:\n"
        f"    for o in fuzz(name, range({INPUTS}), 'tests'):\n"
        "        print(f'{name} {o.number}: {o.end} {o.said!r}')\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script],
        cwd=SUPPORT,
        env={**os.environ, "PYTHONPATH": str(SUPPORT), "POLARS_MAX_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    lines = [line for line in ended.stdout.splitlines() if line.startswith(tuple(names))]
    ends = [line.partition(": ")[2] for line in lines]
    assert len(ends) == INPUTS * len(names)
    assert [line for line, end in zip(lines, ends, strict=True) if end.startswith(FAULTS)] == []


def test_a_run_goes_on_with_counts_and_tries_faults_again() -> None:
    row = ReaderCounts()
    row.add([Outcome(0, "accepted", ""), Outcome(1, "traceback", "why"), Outcome(2, "hang", "")])
    assert (row.inputs, row.is_good) == (3, False)
    assert set(row.faults) == {"1", "2"}
    row.again([Outcome(1, "user error", "refused"), Outcome(2, "hang", "")])
    assert (row.ends["traceback"], row.ends["user error"], row.ends["hang"]) == (0, 1, 1)
    assert (row.inputs, row.mended, set(row.faults)) == (3, 1, {"2"})
    assert json.loads(json.dumps(row.faults)) == {"2": ["hang", ""]}
