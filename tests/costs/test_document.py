"""The sheets recorded for cost.md are what the code makes of the recorded counts."""

import json
from pathlib import Path
from typing import Any

import pytest

from ssr_neuro.chip import load_chip
from ssr_neuro.costs.accounting.sheet import Sheet
from ssr_neuro.costs.accounting.sheets import sheets
from ssr_neuro.report_builder import cost_compiled

RESULTS = Path(__file__).parents[2] / "benchmarks" / "results"
LOIHI = load_chip("loihi1")
RECORDS = ("ssr-ml-1m", "ssr-ml-1m-half-penalty-1", "ssr-ml-1m-half-penalty-3")


def recorded(name: str) -> dict[str, Any]:
    """The sheets of the record, those of a chip with the placement that it had."""
    document = json.loads((RESULTS / f"{name}.cost.json").read_text(encoding="utf-8"))
    return {one["mode"]: one for one in document["energy"]}


def made(name: str) -> dict[str, Sheet]:
    ssr = cost_compiled.read(RESULTS / f"{name}.cost.json")
    return {one.mode: one for one in sheets(ssr.counts, ssr.scoring, ssr.shape, (), LOIHI)}


@pytest.mark.parametrize("name", RECORDS)
def test_recorded_sheets_are_made_again_from_the_recorded_counts(name: str) -> None:
    found, live = recorded(name), made(name)
    assert list(found) == list(live)
    for mode, sheet in live.items():
        if mode.startswith("events-"):  # without the placement the record had
            continue
        was = {b["subject"]: b["total_pj"] for b in found[mode]["bills"]}
        assert {b.subject: b.total_pj for b in sheet.bills} == pytest.approx(was)
        for one, before in zip(sheet.sensitivity, found[mode]["sensitivity"], strict=True):
            assert (one.what, one.unit) == (before["what"], before["unit"])
            assert {k: list(v) for k, v in one.total_pj.items()} == before["total_pj"]


def test_the_figures_of_the_papers_ssr_by_hand() -> None:
    """742,972 operations, 3 additions for each of 86,016 updates, 375,516 to score; 0.1 pJ each."""
    sheet = made("ssr-ml-1m")["arithmetic-int8"]
    additions = 742_971.984375 + 3 * 86_016 + 375_516
    assert sheet.bills[0].total_pj == pytest.approx(0.1 * additions)
    assert sheet.bills[0].total_pj == pytest.approx(137.7e3, abs=50)
    # An incremental LRURec: 2 blocks of 4 layers and a recurrence of 128 complex numbers; scores.
    macs = 2 * (2 * 64 * 2 * 128 + 4 * 128 + 2 * 64 * 256) + 64 * 3417
    assert sheet.ratios["lrurec, incremental"] == pytest.approx(0.1 * additions / (0.3 * macs))
    assert f"{sheet.ratios['lrurec, incremental']:.2f}" == "1.31"
    assert f"{sheet.ratios['SSR-ANN']:.2f}" == "0.49"
    terms = {t.name: t.energy_pj for t in made("ssr-ml-1m")["memory-int8"].bills[0].terms}
    # Read and written, 3 bytes of 1.25 pJ.
    assert terms["accumulator bytes"] == pytest.approx(742_971.984375 * 2 * 3 * 1.25)


def test_loihi_is_priced_from_its_file() -> None:
    terms = recorded("ssr-ml-1m")["events-loihi1"]["bills"][0]["terms"]
    prices = {term["name"]: term["price_pj"] for term in terms}
    for name, key in (
        ("synaptic operations, dense", "synaptic_operation"),
        ("neuron updates, waiting", "neuron_update_idle"),
        ("hops east-west", "hop_east_west"),
        ("barriers", "barrier"),
    ):
        assert prices[name] == LOIHI.prices.named(key).value
