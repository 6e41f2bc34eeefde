"""The networks of the field stay within the time and the memory that the page states."""

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
RESULTS = BENCHMARKS / "results" / "field-networks.json"
ROWS = json.loads(RESULTS.read_text(encoding="utf-8"))["rows"]


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("field_networks")


def test_every_network_is_measured_and_within_the_limits(script: Any) -> None:
    assert [row["name"] for row in ROWS] == list(script.NETWORKS)
    for row in ROWS:
        assert row["seconds"] <= script.LIMIT_S
        assert row["peak_mib"] <= script.LIMIT_MIB
        assert "lava_cpu" in row["simulators"]
        assert (row["mismatches"], row["spikes_fired"] > 0) == (0, True)


def test_one_beyond_the_limits_ends_the_program(
    script: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Ended:
        returncode, stderr = 0, ""
        stdout = json.dumps({"name": "MNIST", "seconds": 1.0, "peak_mib": script.LIMIT_MIB + 1})

    monkeypatch.setattr(script.subprocess, "run", lambda *_, **__: Ended)
    monkeypatch.setattr("sys.argv", ["field_networks.py", next(iter(script.NETWORKS))])
    with pytest.raises(SystemExit, match="beyond 300 s or 1024 MiB: MNIST"):
        script.main()
