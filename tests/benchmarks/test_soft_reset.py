"""Soft reset beside hard reset: what the results say, and one network measured anew."""

import importlib
import json
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
RESULTS = BENCHMARKS / "results" / "soft-reset.json"


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch) -> dict:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return {name: importlib.import_module(name) for name in ("soft_reset", "soft_reset_tables")}


def test_soft_reset_moves_no_more_spikes_than_hard_reset(modules: dict) -> None:
    rows, share = json.loads(RESULTS.read_text())["rows"], modules["soft_reset_tables"].share
    assert {row["network"] for row in rows} == set(modules["soft_reset"].NETWORKS)
    for name in modules["soft_reset"].NETWORKS:
        of_network = [row for row in rows if row["network"] == name]
        assert share(of_network, "soft") < share(of_network, "hard")
    assert sum(row["soft"]["float_differs"] for row in rows) == 0


def test_a_network_is_measured_as_the_results_say(modules: dict) -> None:
    pytest.importorskip("snntorch")
    name = "snnTorch, 256-64-64-10, beta 0.8"
    kind = modules["soft_reset"].NETWORKS[name]
    found = {
        which: modules["soft_reset"].measure(kind, 3, which == "hard") for which in ("soft", "hard")
    }
    (recorded,) = (
        row
        for row in json.loads(RESULTS.read_text())["rows"]
        if (row["network"], row["seed"]) == (name, 3)
    )
    assert found == {which: recorded[which] for which in found}
