"""first-bundle.md: its commands run and show what it shows."""

import json
from pathlib import Path

import pytest
from docs_pages import DOCS, ROOT, follow

RESULTS = ROOT / "benchmarks" / "results"


@pytest.mark.lava
def test_the_tutorial_can_be_followed_in_an_empty_folder(tmp_path: Path) -> None:
    assert follow(DOCS / "tutorial" / "first-bundle.md", tmp_path) == 12


def test_the_figures_of_movielens_in_the_tutorial_are_those_recorded() -> None:
    page = (DOCS / "tutorial" / "first-bundle.md").read_text(encoding="utf-8")
    table = page.partition("## The same on MovieLens-1M")[2]
    ranked = json.loads((RESULTS / "ssr-ml-1m.test-set.json").read_text())
    report = json.loads((RESULTS / "ssr-ml-1m.report.json").read_text())
    trained = ranked["trained"]
    eight_bits, sizes, lava = ranked["integer"]["8"], report["program"], report["exactness"][-1]
    config = report["model"]["config"]
    sequences = lava["readouts_compared"] // (config["steps"] * config["features"])
    told = [
        both(trained["test"]),
        both(eight_bits),
        f"{trained['seconds'] / 60:.0f} minutes",
        f"{sizes['neurons']:,}, {sizes['synapses']:,}, {sizes['depth']}",
        f"{lava['spikes_compared'] / sequences:,.0f}, {lava['mismatches']}",
        f"{eight_bits['synaptic_operations']:,}",
    ]
    assert [figure for figure in told if figure not in table] == []


def both(accuracy: dict[str, float]) -> str:
    return f"{accuracy['hr@10']:.4f} / {accuracy['ndcg@10']:.4f}"
