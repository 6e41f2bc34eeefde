"""Arithmetic, memory and the paper's accounting, priced on paper; identities of ratios."""

import tomllib
from dataclasses import replace
from importlib.resources import files

import pytest
from energy_by_hand import counts
from hypothesis import given
from hypothesis import strategies as st

from ssr_neuro.chip import Precision, Price, load_chip
from ssr_neuro.costs.accounting.arithmetic import arithmetic
from ssr_neuro.costs.accounting.memory import MemoryModel, memory_aware
from ssr_neuro.costs.accounting.sheet import Sheet, sheet
from ssr_neuro.costs.accounting.ssr_paper import ACCOUNTING, CONTRADICTIONS, ssr_paper
from ssr_neuro.costs.bill import Bill, bill, charge
from ssr_neuro.costs.models.ann_shape import AnnShape
from ssr_neuro.costs.scoring import ScoringCounts
from ssr_neuro.errors import BadInput

LOGIC = load_chip("generic-45nm")
SCORED = ScoringCounts(items=5, code_bits=8, ones=15, additions=20, code_bytes=5)
SHAPE = AnnShape(positions=2, features=3, blocks=1, ffn_ratio=2, items=5)
# 2 N^2 D, 4 N D, 4 N^2 D, 2 r N D^2, D^2, D V
DFT, FILTER, INVERSE, FFN, READOUT, SCORING = 24, 24, 48, 72, 9, 15
MACS = DFT + FILTER + INVERSE + FFN + READOUT + SCORING
# 2 N D, two layers with biases, two DFT matrices, the readout; (13 + 2 r) N D + 2 D; V (D + 1)
WEIGHTS, ACTIVATIONS, TABLE = 12 + 36 + 9 + 16 + 12, 17 * 6 + 6, 20


def totals(found: Sheet) -> list[float | None]:
    return [one.total_pj for one in found.bills]


@pytest.mark.parametrize(("precision", "add", "mac"), [("int8", 0.03, 0.23), ("fp32", 0.9, 4.6)])
def test_arithmetic_on_paper(precision: Precision, add: float, mac: float) -> None:
    found = arithmetic(counts(), SCORED, SHAPE, LOGIC, precision)
    assert totals(found) == pytest.approx([(100 + 3 * 40 + 20) * add, MACS * mac])
    assert found.bills[0].spread_pj == pytest.approx(20 * add)
    assert found.bills[1].spread_pj is None


@pytest.mark.parametrize(
    ("precision", "add", "mac", "width", "state"),
    [("int8", 0.03, 0.23, 1, 3), ("fp32", 0.9, 4.6, 4, 4)],
)
def test_memory_on_paper(
    precision: Precision, add: float, mac: float, width: int, state: int
) -> None:
    """8 bytes of SRAM of 8, 32 and 1024 KB cost 10, 20 and 100 pJ."""
    found = memory_aware(counts(), SCORED, SHAPE, LOGIC, precision)
    ssr = 240 * add + 100 * width * 20 / 8 + 2 * state * 40 * 10 / 8 + (5 + 5 * width) * 100 / 8
    ann = MACS * mac + width * ((WEIGHTS + ACTIVATIONS) * 20 / 8 + TABLE * 100 / 8)
    assert totals(found) == pytest.approx([ssr, ann])
    assert found.bills[0].spread_pj == pytest.approx(20 * (add + width * 20 / 8))
    assert found.mode == f"memory-{precision}"


def test_memory_of_other_widths_and_sizes() -> None:
    found = memory_aware(counts(), SCORED, SHAPE, LOGIC, "int8")
    ssr, ann = (one.total_pj or 0 for one in found.bills)
    by_what = {s.what: s.total_pj for s in found.sensitivity}
    moved, theirs = ssr - 240 * 0.03, ann - MACS * 0.23
    assert by_what["width of a memory access"] == {
        "SSR": pytest.approx((ssr, ssr + moved)), "SSR-ANN": pytest.approx((ann, ann + theirs)),
    }  # fmt: skip
    assert by_what["width of a stored weight"] == {
        "SSR": pytest.approx((ssr - 0.75 * 250, ssr - 0.5 * 250, ssr)),
        "SSR-ANN": pytest.approx((ann - 0.75 * WEIGHTS * 2.5, ann - 0.5 * WEIGHTS * 2.5, ann)),
    }
    there = WEIGHTS + ACTIVATIONS
    assert by_what["size of the memory that holds weights and activations"] == {
        "SSR": pytest.approx((ssr - 125, ssr, ssr + 1000)),
        "SSR-ANN": pytest.approx((ann - 1.25 * there, ann, ann + 10 * there)),
    }


def test_wide_accumulators_cost_a_spiking_network_more() -> None:
    found = arithmetic(counts(), SCORED, SHAPE, LOGIC, "int8")
    (wide,) = (s for s in found.sensitivity if s.what == "width of an accumulator")
    assert wide.total_pj["SSR"] == pytest.approx((240 * 0.03, 240 * 0.1))
    assert wide.total_pj["SSR-ANN"] == pytest.approx((MACS * 0.23, MACS * 0.3))


def test_additions_of_an_update_are_an_assumption() -> None:
    found = arithmetic(counts(), None, None, LOGIC, "fp32")
    (updates,) = found.sensitivity
    assert updates.values == (1, 3, 6)
    assert updates.total_pj["SSR"] == pytest.approx(tuple((100 + x * 40) * 0.9 for x in (1, 3, 6)))


def test_the_papers_accounting_on_paper() -> None:
    found = ssr_paper(counts(), SHAPE, LOGIC)
    assert totals(found) == pytest.approx([100 * 46, (MACS - SCORING) * 46])
    assert found.ratios == pytest.approx({"SSR-ANN": 100 / (MACS - SCORING)})
    price, operations = found.sensitivity
    assert price.total_pj["SSR"] == pytest.approx((90, 460, 4600))
    assert operations.total_pj["SSR-ANN"] == pytest.approx(
        tuple((MACS - SCORING) * 46 * x for x in (1, 2, 4, 8))
    )
    assert found.notes == (*ACCOUNTING, *CONTRADICTIONS)


def test_what_is_said_of_the_papers_table_follows_from_its_cells() -> None:
    said = " ".join((*ACCOUNTING, *CONTRADICTIONS))
    text = (files("ssr_neuro.report") / "paper.toml").read_text(encoding="utf-8")
    cells = {d["name"]: d["costs"] for d in tomllib.loads(text)["dataset"]}
    ssr, ann = ([one[m] for one in cells.values()] for m in ("SSR", "SSR-ANN"))
    rule = {name: 46e-3 * one["SSR-ANN"][0] for name, one in cells.items()}
    off = {name: one["SSR-ANN"][1] for name, one in cells.items()
           if abs(one["SSR-ANN"][1] - rule[name]) > 0.0055}  # fmt: skip
    assert off == {"Arts": 0.67}
    assert f"0.67 mJ of SSR-ANN would be {rule['Arts']:.2f} mJ" in said
    each = [1e3 * energy / operations for operations, energy in ssr]
    assert f"{min(each):.1f} to {max(each):.1f} pJ" in said
    cut = [100 * (1 - 0.9 * s[0] / (4.6 * a[0])) for s, a in zip(ssr, ann, strict=True)]
    assert f"save {min(cut):.1f} to {max(cut):.1f} %" in said
    energy, operations = (
        sum(100 * (1 - s[k] / a[k]) for s, a in zip(ssr, ann, strict=True)) / 5 for k in (1, 0)
    )
    assert f"five printed pairs is {energy:.2f} %, that of operations {operations:.2f} %" in said
    assert f"{min(a[0] for a in ann)} to {max(a[0] for a in ann)} million" in said
    default = AnnShape(positions=20, features=64, blocks=2, ffn_ratio=4, items=3416)
    bills = ssr_paper(counts(), default, LOGIC).bills
    macs = sum(term.count or 0 for term in bills[1].terms) / 1e6
    assert f"{macs + 64 * 3416 / 1e6:.1f} million multiply-adds" in said


numbers = st.floats(1e-3, 1e6)


@given(spiking=numbers, fixed=st.floats(0, 1e6), other=numbers, rate=st.floats(1e-4, 1))
def test_at_the_break_even_rate_both_cost_the_same(
    spiking: float, fixed: float, other: float, rate: float
) -> None:
    one = Price(value=1.0, unit="pJ", source="s", evidence="measured")
    ssr = bill("SSR", (charge("a", spiking, one, per_spike=True), charge("b", fixed, one)))
    found = sheet("m", "m", "t", (ssr, bill("x", (charge("c", other, one),))), rate, ())
    assert found.ratios["x"] == pytest.approx((spiking + fixed) / other)
    even = found.break_even["x"]
    if even is None:
        assert other <= fixed * (1 + 1e-9)
    else:
        assert spiking * even / rate + fixed == pytest.approx(other, rel=1e-6)
        assert (even > rate) == (found.ratios["x"] < 1) or found.ratios["x"] == pytest.approx(1)


@pytest.mark.parametrize("mode", ["arithmetic", "memory", "paper"])
def test_a_run_at_the_break_even_rate_costs_what_the_other_costs(mode: str) -> None:
    def made(operations: float) -> Sheet:
        run = counts(operations=operations)
        if mode == "arithmetic":
            return arithmetic(run, SCORED, SHAPE, LOGIC, "fp32")
        if mode == "memory":
            return memory_aware(run, SCORED, replace(SHAPE, items=50), LOGIC, "fp32")
        return ssr_paper(run, SHAPE, LOGIC)

    even = made(100).break_even["SSR-ANN"]
    assert even is not None
    again = made(400 * even)
    assert again.rate == pytest.approx(even)
    assert again.ratios == pytest.approx({"SSR-ANN": 1})


def test_what_never_happens_costs_nothing_at_any_price() -> None:
    unknown = Price(unit="pJ", reason="nobody knows")
    assert bill("SSR", (charge("never", 0, unknown),)).total_pj == 0
    assert bill("SSR", (charge("once", 1, unknown),)).unknown == ("once",)


def test_two_bills_of_one_name_are_refused() -> None:
    one: Bill = bill("x", ())
    with pytest.raises(BadInput, match="m: two bills are called 'x'; give every model a name of"):
        sheet("m", "m", "t", (bill("SSR", ()), one, one), 0.1, ())


def test_a_weight_of_no_bits_is_refused() -> None:
    with pytest.raises(BadInput, match="weight_bits is 0; a weight has at least 1 bit"):
        MemoryModel(weight_bits=0)
