"""What CI runs is there."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]


def test_ci_runs_targets_that_the_makefile_has() -> None:
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "checks.yml").read_text())["jobs"]
    commands = [c for job in jobs.values() for c in job["strategy"]["matrix"]["command"]]
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert {c.split()[1] for c in commands} <= set(targets)
    assert "make same-bytes" in commands
    for job in jobs.values():
        assert job["steps"][-1]["run"] == "${{ matrix.command }}"
