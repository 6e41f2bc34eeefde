"""Prices times counts: literals, the worked ratio, and what an unknown price does."""

from dataclasses import replace

import pytest
from report_example import example, example_report

from ssr_neuro.chip import Precision, load_chip
from ssr_neuro.costs.accounting.arithmetic import arithmetic_sheet
from ssr_neuro.costs.accounting.memory import memory_sheet
from ssr_neuro.costs.accounting.memory_model import MemoryModel
from ssr_neuro.costs.accounting.sheet import break_even_rate
from ssr_neuro.costs.bill import Bill, Term, bill
from ssr_neuro.costs.counting import count
from ssr_neuro.costs.counts import Counts
from ssr_neuro.costs.models.ssr_ann import AnnShape, device_twin
from ssr_neuro.costs.scoring import ScoringCounts
from ssr_neuro.errors import BadInput

LOGIC, LOIHI = load_chip("generic-45nm"), load_chip("loihi1")
SHAPE = AnnShape(6, 4, 2, 4, 1349)
SCORED = ScoringCounts(items=10, code_bits=16, ones=50, additions=60, code_bytes=20)


def counted() -> Counts:
    return count(*example())


def energies(b: Bill) -> dict[str, float | None]:
    return {term.name: term.energy_pj for term in b.terms}


@pytest.mark.parametrize(("precision", "add", "mac"), [("int8", 0.1, 0.3), ("fp32", 0.9, 4.6)])
def test_arithmetic_is_additions_beside_macs(precision: Precision, add: float, mac: float) -> None:
    counts = counted()
    sheet = arithmetic_sheet(counts, SCORED, SHAPE, LOGIC, precision)
    work = counts.sops.mean + 3 * counts.updates + 60
    products, multiply = device_twin(SHAPE).products, {"int8": 0.2, "fp32": 3.7}[precision]
    twin = products.macs * mac + products.additions * add + products.multiplications * multiply
    assert sheet.bills[0].total_pj == pytest.approx(work * add)
    assert sheet.bills[1].total_pj == pytest.approx(twin)
    assert sheet.ratios == pytest.approx({"SSR-ANN": work * add / twin})


def test_the_break_even_rate_makes_both_cost_the_same() -> None:
    sheet = arithmetic_sheet(counted(), SCORED, SHAPE, LOGIC, "fp32")
    rate = sheet.break_even["SSR-ANN"]
    assert rate is not None
    grown = [
        (t.energy_pj or 0) * (rate / sheet.rate if t.per_spike else 1) for t in sheet.bills[0].terms
    ]
    assert sum(grown) == pytest.approx(sheet.bills[1].total_pj)


def test_no_rate_breaks_even_where_the_rest_alone_costs_more() -> None:
    ssr = bill("SSR", (term("a", 1.0, per_spike=True), term("b", 5.0)))
    assert break_even_rate(ssr, bill("SSR-ANN", (term("c", 4.0),)), 0.1) is None


def test_a_silent_run_has_no_break_even_rate() -> None:
    ssr = bill("SSR", (term("a", 0.0, per_spike=True), term("b", 1.0)))
    assert break_even_rate(ssr, bill("SSR-ANN", (term("c", 4.0),)), 0.0) is None


def term(name: str, energy: float | None, per_spike: bool = False) -> Term:
    return Term(name, 1, energy, energy, "invented", "unknown", per_spike)


def test_an_unknown_term_refuses_the_total_and_is_named() -> None:
    refused = bill("SSR", (term("known", 2.0), term("dark", None)))
    assert (refused.total_pj, refused.unknown) == (None, ("dark",))
    sheet = arithmetic_sheet(counted(), SCORED, SHAPE, LOIHI, "int8")
    assert sheet.bills[0].total_pj is None
    assert (sheet.ratios, sheet.break_even) == ({"SSR-ANN": None}, {"SSR-ANN": None})
    assert sheet.bills[0].unknown == ("synaptic operations", "neuron updates", "item scoring")


@pytest.mark.parametrize(("word_bits", "per_byte"), [(64, 2.5), (32, 5.0)])
def test_memory_prices_spread_one_access_over_its_bytes(word_bits: int, per_byte: float) -> None:
    counts = counted()
    sheet = memory_sheet(counts, SCORED, SHAPE, LOGIC, "int8", MemoryModel(word_bits))
    energy = energies(sheet.bills[0])
    words = sum(-(-8 * row.length // word_bits) * row.read.mean for row in counts.weight_rows)
    assert energy["weight words"] == pytest.approx(words * 20)
    assert energy["accumulator bytes"] == pytest.approx(6 * counts.sops.mean * per_byte / 2)
    assert energy["membrane bytes"] == pytest.approx(6 * counts.updates * per_byte / 2)
    assert energy["item table bytes"] == pytest.approx(30 * per_byte * 5)
    assert f"{word_bits}-bit words" in sheet.title


def test_the_ann_moves_every_number_once_at_its_width() -> None:
    sheet = memory_sheet(counted(), SCORED, SHAPE, LOGIC, "fp32")
    moved = {t.name: t.count for t in sheet.bills[1].terms}
    assert moved["weight bytes"] == 4 * device_twin(SHAPE).weights


def test_other_word_widths_are_refused() -> None:
    with pytest.raises(BadInput, match="word_bits is 48; a memory access is 32 or 64 bits wide"):
        MemoryModel(word_bits=48)


def test_memory_of_a_chip_without_memory_prices_is_unknown() -> None:
    sheet = memory_sheet(counted(), None, None, LOIHI)
    assert {"weight words", "accumulator bytes"} <= set(sheet.bills[0].unknown)
    assert len(sheet.bills) == 1


def test_a_model_without_items_is_not_charged_for_scoring() -> None:
    names = energies(arithmetic_sheet(counted(), None, None, LOGIC, "int8").bills[0]).keys()
    assert "item scoring" not in names


def test_variants_price_every_way_to_compute_the_ann() -> None:
    sheet = example_report().energy[0]
    totals = [v.total_pj or 0 for v in sheet.variants]
    assert len(totals) == 3
    assert totals[0] == sheet.bills[1].total_pj == min(totals)
    assert sheet.variants[0].ratio == sheet.ratios["SSR-ANN"]


def test_doubling_the_spikes_doubles_only_what_depends_on_them() -> None:
    counts = counted()
    twice = replace(counts, sops=replace(counts.sops, mean=2 * counts.sops.mean))
    before, after = (
        energies(arithmetic_sheet(c, SCORED, SHAPE, LOGIC, "int8").bills[0])
        for c in (counts, twice)
    )
    assert after["synaptic operations"] == 2 * (before["synaptic operations"] or 0)
    assert after["neuron updates"] == before["neuron updates"]
