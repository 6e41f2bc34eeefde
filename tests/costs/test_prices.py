"""Bills of costs: each term at its price, unknown prices by name, and the bills of a report."""

import json
from pathlib import Path
from typing import Any

import pytest
from report_example import example, example_report

from ssr_neuro.chip import load_chip
from ssr_neuro.costs import arithmetic_bill, cost, costs, memory_bill
from ssr_neuro.costs.accounting.arithmetic import arithmetic_sheet
from ssr_neuro.costs.accounting.memory import memory_sheet
from ssr_neuro.costs.accounting.memory_model import MemoryModel
from ssr_neuro.costs.accounting.quantised_ann_bound import activation_bits, quantised_ann_bill
from ssr_neuro.costs.counting import count
from ssr_neuro.costs.models.ops import Component, Cost, Ops
from ssr_neuro.costs.models.ssr_ann import AnnShape, ssr_ann
from ssr_neuro.errors import BadInput
from ssr_neuro.report.document import write
from ssr_neuro.report_builder import cost_compiled
from ssr_neuro.settings.models.lrurec import LruRecConfig
from ssr_neuro.settings.models.ssr_ann import SsrAnnConfig

LOGIC = load_chip("generic-45nm")
PARTS = (
    Component("product", Ops(macs=100, multiplications=10), "", moved=8),
    Component("norm", Ops(macs=1, additions=2, special={"rsqrt": 3}), "", product=False),
)
SMALL = Cost("small", "full", PARTS, weights=16, state=4, lookup=2, scoring=32)


def test_products_are_charged_and_what_goes_element_by_element_on_demand() -> None:
    products = 100 * 4.6 + 10 * 3.7
    assert arithmetic_bill(SMALL, LOGIC, "fp32").total_pj == pytest.approx(products)
    whole = arithmetic_bill(SMALL, LOGIC, "fp32", "arithmetic")
    assert whole.total_pj == pytest.approx(products + 4.6 + 2 * 0.9)
    assert [t.name for t in whole.terms] == [
        "product",
        "product, multiplications",
        "norm",
        "norm, additions",
    ]


def test_special_functions_have_no_price_so_a_total_with_them_is_refused() -> None:
    bill = arithmetic_bill(SMALL, LOGIC, "int8", "all")
    assert (bill.total_pj, bill.unknown) == (None, ("rsqrt",))
    assert bill.terms[-1].source == "no chip file has a price of special functions"


def test_a_chip_without_prices_of_arithmetic_has_no_total() -> None:
    bill = arithmetic_bill(SMALL, load_chip("loihi1"), "int8")
    assert (bill.total_pj, bill.unknown) == (None, ("product", "product, multiplications"))


def test_each_number_is_moved_once() -> None:
    bill = memory_bill(SMALL, LOGIC, "int8", model=MemoryModel(word_bits=64))
    moved = {t.name: t.energy_pj for t in bill.terms if t.name.endswith("bytes")}
    assert moved == {
        "weight bytes": 16 * 20 / 8,
        "activation bytes": 8 * 20 / 8,
        "state bytes": 4 * 10 / 8,
        "item table bytes": 32 * 100 / 8,
    }
    assert bill.total_pj == pytest.approx(100 * 0.3 + 10 * 0.2 + sum(filter(None, moved.values())))


def test_words_of_half_the_width_cost_twice_as_much_a_byte() -> None:
    def memory(word_bits: int) -> float:
        bill = memory_bill(SMALL, LOGIC, "fp32", model=MemoryModel(word_bits=word_bits))
        return sum(t.energy_pj or 0 for t in bill.terms if t.name.endswith("bytes"))

    assert memory(32) == 2 * memory(64)


def test_lrurec_costs_what_it_is_known_to_cost() -> None:
    found = {one.form: one for one in costs("lrurec", LruRecConfig(items=3416))}
    assert list(found) == ["full", "sequential", "incremental"]
    bill = arithmetic_bill(found["incremental"], LOGIC, "fp32")
    assert bill.total_pj == pytest.approx(1.61e6, rel=3e-3)
    assert found["incremental"].state == 1024


def test_ssr_ann_in_full_has_the_bill_of_reports() -> None:
    config = SsrAnnConfig(items=50, positions=6, features=4)
    shape = AnnShape(6, 4, 2, 4, 50)
    program, trace = example()
    counts = count(program, trace)
    found = cost("ssr-ann", config, "full")
    for precision in ("fp32", "int8"):
        sheet = arithmetic_sheet(counts, None, shape, LOGIC, precision)
        ours = arithmetic_bill(found, LOGIC, precision).total_pj
        assert ours == pytest.approx(sheet.bills[1].total_pj)
    sheet = memory_sheet(counts, None, shape, LOGIC)
    assert memory_bill(found, LOGIC, "int8").total_pj == pytest.approx(sheet.bills[1].total_pj)


@pytest.mark.parametrize(("steps", "bits"), [(1, 1), (3, 2), (4, 3), (7, 3), (8, 4)])
def test_bits_that_tell_so_many_spikes_apart(steps: int, bits: int) -> None:
    assert activation_bits(steps) == bits


def test_no_steps_are_refused() -> None:
    with pytest.raises(BadInput, match="0 steps; a spiking network has at least 1"):
        activation_bits(0)


def test_few_bits_cost_an_addition_a_bit_and_fewer_bytes() -> None:
    shape = AnnShape(20, 64, 2, 4, 3416)
    macs = sum(row.macs for row in ssr_ann(shape))
    macs -= 8 * 64 * 64 * 19 + 4 * 20 * 64 * 19  # of the last block one position is computed
    arithmetic_only = quantised_ann_bill(shape, 3, LOGIC)
    assert arithmetic_only.subject == "SSR-ANN, 3 bits"
    assert arithmetic_only.total_pj == pytest.approx(macs * (2 * 0.05 + 0.1))
    moved = {t.name: t.count for t in quantised_ann_bill(shape, 3, LOGIC, MemoryModel()).terms}
    assert moved["item table bytes"] == 3416 * 64 * 3 / 8 + 3416
    assert moved["activation bytes"] == 53_888 * 3 / 8


def test_a_compiled_ssr_has_the_bills_of_its_report(tmp_path: Path) -> None:
    report = example_report()
    path, _ = write(report, tmp_path)
    document = json.loads(path.read_text())
    document["model"] |= {"kind": "other"}
    path.write_text(json.dumps(document))
    found = cost_compiled.read(path)
    sheets = {sheet.mode: sheet.bills[0] for sheet in report.energy}
    assert found.bill(LOGIC, "fp32") == sheets["arithmetic-fp32"]
    assert found.bill(LOGIC, "int8") == sheets["arithmetic-int8"]
    assert found.bill(LOGIC, "int8", MemoryModel()) == sheets["memory-int8"]
    assert (found.name, found.shape) == ("ssr-ml100k", None)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"config": []}, r"model\.config is \[\]: Input should be a valid dictionary"),
        ({"config": None}, r"model\.config is None: Input should be a valid dictionary"),
        ({"name": []}, r"model\.name is \[\]: Input should be a valid string"),
        ({"kind": "ssr", "config": {"more": 1}}, "SsrConfig has no more; it knows items"),
    ],
)
def test_a_report_whose_model_is_of_another_form_is_refused(
    change: dict[str, Any], said: str, tmp_path: Path
) -> None:
    path, _ = write(example_report(), tmp_path)
    document = json.loads(path.read_text())
    document["model"] |= change
    path.write_text(json.dumps(document))
    said = rf"report\.json: not a report that can be read \({said}.*\); give the report\.json that"
    with pytest.raises(BadInput, match=said):
        cost_compiled.read(path)


def test_what_is_no_report_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    for text, why in (
        ("{", "cannot be read as JSON .*Expecting property name"),
        ("[]", "not a report that can be .*it does not say that its format is ssr-neuro-report"),
        (
            '{"format": "ssr-neuro-report", "model": {}}',
            "not a report that can be .*scoring is missing",
        ),
    ):
        path.write_text(text)
        with pytest.raises(BadInput, match=rf"report\.json: {why}"):
            cost_compiled.read(path)
    with pytest.raises(BadInput, match=r"gone\.json: .*give the report\.json that ssr-compile"):
        cost_compiled.read(tmp_path / "gone.json")
