"""Arithmetic, memory and the paper's accounting, priced on paper; identities of ratios."""

import tomllib
from dataclasses import replace
from importlib.resources import files

import pytest
from energy_by_hand import counts
from hypothesis import given
from hypothesis import strategies as st

from ssr_neuro.chip import Precision, Price, load_chip
from ssr_neuro.costs.accounting.arithmetic import arithmetic_sheet, bound_sheet
from ssr_neuro.costs.accounting.memory import memory_sheet
from ssr_neuro.costs.accounting.memory_model import MemoryModel
from ssr_neuro.costs.accounting.sheet import Sheet, sheet
from ssr_neuro.costs.accounting.ssr_paper import ACCOUNTING, CONTRADICTIONS, ssr_paper_sheet
from ssr_neuro.costs.bill import Bill, bill, charge
from ssr_neuro.costs.models.ssr_ann import AnnShape
from ssr_neuro.costs.scoring import ScoringCounts
from ssr_neuro.errors import BadInput

LOGIC = load_chip("generic-45nm")
SCORED = ScoringCounts(items=5, code_bits=8, ones=15, additions=20, code_bytes=5)
SHAPE = AnnShape(positions=2, features=3, blocks=1, ffn_ratio=2, items=5)
# 2 N^2 D, 4 N D, 4 N^2 D, 2 r N D^2, D^2, D V
DFT, FILTER, INVERSE, FFN, READOUT, SCORING = 24, 24, 48, 72, 9, 15
MACS = DFT + FILTER + INVERSE + FFN + READOUT + SCORING
# As a device runs it. FFTs of two numbers: 2 MACs and an addition for each of 3 features, and back;
# 2 frequencies filtered, 4 multiplications and 2 additions each; the network at one position.
DEVICE_MACS, DEVICE_ADDITIONS, DEVICE_PRODUCTS = 12 + 36 + 9 + 3 * 6, 6 + 12, 24
# Filter, network, three norms of scale and shift, readout with bias.
WEIGHTS = 12 + 36 + 2 * (2 + 6 + 3) + 12
# Read and written: transform, filter, back; both layers; readout; scores.
ACTIVATIONS = (6 + 12) + (12 + 12) + (12 + 6) + (3 + 6) + (6 + 3) + (3 + 3) + (3 + 6)
TABLE = 6 * (3 + 1)


def totals(found: Sheet) -> list[float | None]:
    return [one.total_pj for one in found.bills]


def device(add: float, mac: float, multiply: float) -> float:
    """The arithmetic of SSR-ANN as a device runs it."""
    return DEVICE_MACS * mac + DEVICE_ADDITIONS * add + DEVICE_PRODUCTS * multiply


@pytest.mark.parametrize(
    ("precision", "add", "mac", "multiply"), [("int8", 0.1, 0.3, 0.2), ("fp32", 0.9, 4.6, 3.7)]
)
def test_arithmetic_on_paper(precision: Precision, add: float, mac: float, multiply: float) -> None:
    """Sums of int8 are additions of 32 bits."""
    found = arithmetic_sheet(counts(), SCORED, SHAPE, LOGIC, precision)
    ours = (100 + 3 * 40 + 20) * add
    assert totals(found) == pytest.approx([ours, device(add, mac, multiply)])
    assert found.bills[0].spread_pj == pytest.approx(20 * add)
    assert found.bills[1].spread_pj is None


@pytest.mark.parametrize(
    ("precision", "prices", "width", "state", "words"),
    [("int8", (0.1, 0.3, 0.2), 1, 3, 2), ("fp32", (0.9, 4.6, 3.7), 4, 4, 5)],
)
def test_memory_on_paper(
    precision: Precision, prices: tuple[float, float, float], width: int, state: int, words: int
) -> None:
    """8 bytes of SRAM of 8, 32 and 1024 KB cost 10, 20 and 100 pJ; 10 rows of so many words."""
    found = memory_sheet(counts(), SCORED, SHAPE, LOGIC, precision)
    spiking = 100 * prices[0] + 10 * words * 20 + 2 * state * 100 * 10 / 8
    ssr = spiking + 140 * prices[0] + 2 * state * 40 * 10 / 8 + (5 + 5 * width) * 100 / 8
    ann = device(*prices) + width * ((WEIGHTS + ACTIVATIONS) * 20 / 8 + TABLE * 100 / 8)
    assert totals(found) == pytest.approx([ssr, ann])
    assert found.bills[0].spread_pj == pytest.approx(0.2 * spiking)
    assert found.mode == f"memory-{precision}"


def test_memory_of_other_widths_and_sizes() -> None:
    found = memory_sheet(counts(), SCORED, SHAPE, LOGIC, "int8")
    ssr, ann = (one.total_pj or 0 for one in found.bills)
    by_what = {s.what: s.total_pj for s in found.sensitivity}
    weights = 10 * 2 * 20
    moved, theirs = ssr - 240 * 0.1 - weights, ann - device(0.1, 0.3, 0.2)
    # 80 bits are two words of 64 or three of 32; 20 and 40 bits are one of 64.
    assert by_what["width of a memory access"] == {
        "SSR": pytest.approx((ssr, ssr + moved + weights / 2)),
        "SSR-ANN": pytest.approx((ann, ann + theirs)),
    }
    assert by_what["width of a stored weight"] == {
        "SSR": pytest.approx((ssr - weights / 2, ssr - weights / 2, ssr)),
        "SSR-ANN": pytest.approx((ann - 0.75 * WEIGHTS * 2.5, ann - 0.5 * WEIGHTS * 2.5, ann)),
    }
    there = WEIGHTS + ACTIVATIONS
    assert by_what["size of the memory that holds weights and activations"] == {
        "SSR": pytest.approx((ssr - weights / 2, ssr, ssr + 4 * weights)),
        "SSR-ANN": pytest.approx((ann - 1.25 * there, ann, ann + 10 * there)),
    }


def test_accumulators_are_moved_in_four_ways() -> None:
    """100 accumulators of 24 bits in rows of 10: 4 words of 64 a row, read and written."""
    found = memory_sheet(counts(), SCORED, SHAPE, LOGIC, "int8")
    (one,) = (s for s in found.sensitivity if s.what.startswith("accumulators"))
    assert one.values == pytest.approx((0, 24 / 64, 10 * 4 / 100, 1))
    ssr = found.bills[0].total_pj or 0
    alone = ssr - 750
    assert one.total_pj["SSR"] == pytest.approx((alone, ssr, alone + 800, alone + 2000))
    assert len(set(one.total_pj["SSR-ANN"])) == 1


def test_rows_that_no_report_recorded_are_no_figure() -> None:
    old = replace(counts(), weight_rows=(), target_rows=(), sops_with_zeros=None)
    found = memory_sheet(old, SCORED, SHAPE, LOGIC, "int8")
    assert (found.bills[0].total_pj, found.bills[0].unknown) == (None, ("weight words",))
    assert "compile the model again" in next(
        term.source for term in found.bills[0].terms if term.name == "weight words"
    )
    assert not any(s.what.startswith("accumulators") for s in found.sensitivity)


def test_sums_of_8_bits_are_a_bound_of_their_own() -> None:
    found = bound_sheet(counts(), SCORED, SHAPE, LOGIC)
    bound = [240 * 0.03, device(0.03, 0.23, 0.2)]
    assert totals(found) == pytest.approx(bound)
    assert found.mode == "arithmetic-int8-bound"
    assert "8-bit sums (a bound)" in found.title
    wide = arithmetic_sheet(counts(), SCORED, SHAPE, LOGIC, "int8")
    (sums,) = (s for s in wide.sensitivity if s.what == "width of a sum")
    for one, least in zip(wide.bills, bound, strict=True):
        assert sums.total_pj[one.subject] == pytest.approx((least, one.total_pj))


def test_operations_of_a_weight_of_zero_stand_beside_those_without() -> None:
    found = arithmetic_sheet(counts(), SCORED, SHAPE, LOGIC, "int8")
    (zeros,) = (s for s in found.sensitivity if s.what == "operations of a stored weight of zero")
    assert zeros.total_pj["SSR"] == pytest.approx((240 * 0.1, 260 * 0.1))


def test_additions_of_an_update_are_an_assumption() -> None:
    found = arithmetic_sheet(counts(), None, None, LOGIC, "fp32")
    updates = found.sensitivity[0]
    assert updates.values == (1, 3, 6)
    assert updates.total_pj["SSR"] == pytest.approx(tuple((100 + x * 40) * 0.9 for x in (1, 3, 6)))


def test_the_papers_accounting_on_paper() -> None:
    found = ssr_paper_sheet(counts(), SHAPE, LOGIC)
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
    off = {
        name: one["SSR-ANN"][1]
        for name, one in cells.items()
        if abs(one["SSR-ANN"][1] - rule[name]) > 0.0055
    }
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
    bills = ssr_paper_sheet(counts(), default, LOGIC).bills
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
            return arithmetic_sheet(run, SCORED, SHAPE, LOGIC, "fp32")
        if mode == "memory":
            return memory_sheet(run, SCORED, replace(SHAPE, items=50), LOGIC, "fp32")
        return ssr_paper_sheet(run, SHAPE, LOGIC)

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
