"""The tables of cost.md are what the code makes of the counts recorded for ssr-ml-1m."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ssr_neuro.chip import Precision, load_chip
from ssr_neuro.costs import FORMS, arithmetic_bill, cost, costs, memory_bill
from ssr_neuro.costs.accounting.memory_model import MemoryModel
from ssr_neuro.costs.accounting.quantised_ann_bound import quantised_ann_bill
from ssr_neuro.costs.accounting.sheet import Sheet
from ssr_neuro.costs.accounting.sheets import sheets
from ssr_neuro.model import config_from_dict
from ssr_neuro.report_builder import cost_compiled

ROOT = Path(__file__).parents[2]
RECORD = ROOT / "benchmarks" / "results" / "ssr-ml-1m.cost.json"
LOGIC, LOIHI = load_chip("generic-45nm"), load_chip("loihi1")
PRECISIONS: tuple[Precision, ...] = ("fp32", "int8")
NAMES = {
    "bert4rec": "BERT4Rec",
    "bsarec": "BSARec",
    "caser": "Caser",
    "fism": "FISM",
    "fmlp-rec": "FMLP-Rec",
    "fpmc": "FPMC",
    "gru4rec": "GRU4Rec",
    "lrurec": "LRURec",
    "mamba4rec": "Mamba4Rec",
    "mf": "MF",
    "narm": "NARM",
    "popularity": "Popularity",
    "sasrec": "SASRec",
    "ssd4rec": "SSD4Rec",
    "ssr-ann": "SSR-ANN",
    "tim4rec": "TiM4Rec",
    "tisasrec": "TiSASRec",
}


def table(after: str, number: int = 0) -> list[list[str]]:
    """Rows of a table below that heading, without its own heading."""
    text = (ROOT / "docs" / "background" / "cost.md").read_text(encoding="utf-8")
    section = text.partition(f"### {after}\n")[2].partition("\n#")[0]
    parts = (part.strip() for part in section.split("\n\n"))
    tables = [part for part in parts if part.startswith("|")]
    return [[cell.strip() for cell in line.strip().strip("|").split("|")]
            for line in tables[number].splitlines()[2:]]  # fmt: skip


@cache
def made() -> dict[str, Sheet]:
    ssr = cost_compiled.read(RECORD)
    rivals = [c for kind in ("lrurec", "sasrec", "tim4rec")
              for c in costs(kind, config_from_dict(kind, {"items": 3416}))]  # fmt: skip
    found = sheets(ssr.counts, ssr.scoring, ssr.shape, (), LOIHI, rivals)
    return {one.mode: one for one in found}


@cache
def recorded() -> dict[str, Any]:
    """The sheets of the record, those of a chip with the placement that it had."""
    return {one["mode"]: one for one in json.loads(RECORD.read_text(encoding="utf-8"))["energy"]}


def micro(pj: float | None) -> str:
    return "" if pj is None else f"{pj / 1e6:.3f} µJ"


def numbers(totals: Sequence[float | None]) -> str:
    return ", ".join(micro(pj).removesuffix(" µJ") for pj in totals)


def test_arithmetic_and_memory() -> None:
    shown = {(model, form): rest for model, form, *rest in table("Arithmetic and memory")}
    ssr = cost_compiled.read(RECORD)
    assert ssr.shape is not None
    models = [MemoryModel.of(p) for p in PRECISIONS]
    own = [ssr.bill(LOGIC, p) for p in PRECISIONS]
    own += [ssr.bill(LOGIC, p, model) for p, model in zip(PRECISIONS, models, strict=True)]
    assert shown.pop(("SSR", "compiled")) == ["0", *(micro(one.total_pj) for one in own)]
    few = [quantised_ann_bill(ssr.shape, 4, LOGIC, model) for model in (None, models[1])]
    assert shown.pop(("SSR-ANN", "3 bits, at most")) == [
        "0", "", micro(few[0].total_pj), "", micro(few[1].total_pj),
    ]  # fmt: skip
    for kind, forms in FORMS.items():
        for form in forms:
            one = cost(kind, config_from_dict(kind, {"items": 3416}), form)
            bills = [arithmetic_bill(one, LOGIC, p) for p in PRECISIONS]
            bills += [memory_bill(one, LOGIC, p, model=m)
                      for p, m in zip(PRECISIONS, models, strict=True)]  # fmt: skip
            assert shown.pop((NAMES[kind], form)) == [
                f"{one.products.macs + one.products.multiplications:,}",
                *(micro(b.total_pj) for b in bills),
            ]
    assert shown == {}


def test_chips_and_the_papers_accounting() -> None:
    shown = {mode.strip("`"): rest for mode, *rest in table("Chips, and the paper's accounting")}
    for mode, (total, *rest) in shown.items():
        (own, *_) = recorded()[mode]["bills"]
        assert total == (micro(own["total_pj"]) or "refused")
        assert rest == [micro(own["known_pj"]), micro(own["spread_pj"]), ", ".join(own["unknown"])]
        if not own["unknown"]:
            assert micro(made()[mode].bills[0].total_pj) == total
    assert list(shown) == [mode for mode in made() if not mode.startswith(("arith", "memory"))]


def test_loihi_term_by_term_at_the_prices_of_its_file() -> None:
    terms = recorded()["events-loihi1"]["bills"][0]["terms"]
    assert table("Chips, and the paper's accounting", 1) == [
        [
            term["name"], f"{term['count']:,.0f}",
            "unknown" if term["price_pj"] is None else f"{term['price_pj']:g}",
            micro(term["energy_pj"]) or "unknown", term["evidence"],
        ]
        for term in terms
    ]  # fmt: skip
    prices = {term["name"]: term["price_pj"] for term in terms}
    for name, key in (
        ("synaptic operations, dense", "synaptic_operation"),
        ("neuron updates, waiting", "neuron_update_idle"),
        ("hops east-west", "hop_east_west"),
        ("barriers", "barrier"),
    ):
        assert prices[name] == LOIHI.prices.named(key).value


def test_break_even() -> None:
    columns = ("arithmetic-fp32", "arithmetic-int8", "memory-fp32", "memory-int8", "ssr-paper")
    for subject, *rates in table("Break-even"):
        for mode, shown in zip(columns, rates, strict=True):
            found = made()[mode].break_even
            rate = found.get(subject)
            expected = "" if subject not in found else "none" if rate is None else f"{rate:.2%}"
            assert shown.replace(" %", "%") == expected
    assert f"{made()['memory-int8'].rate:.2%}" == "12.44%"


@pytest.mark.parametrize("number", [0, 1])
def test_sensitivity(number: int) -> None:
    rows = table("Sensitivity", number)
    for mode, what, values, *shown in rows:
        sheet = recorded()[mode.strip("`")]
        (found,) = (s for s in sheet["sensitivity"] if s["what"] == what)
        assert values == ", ".join(f"{v:g}" for v in found["values"]) + f" {found['unit']}"
        if number == 1:
            assert shown == [numbers(found["known_pj"]["SSR"])]
            continue
        live = next(s for s in made()[mode.strip("`")].sensitivity if s.what == what)
        subjects = ("SSR", "SSR-ANN", "lrurec, incremental")
        assert shown == [numbers(live.total_pj[subject]) for subject in subjects]
    assert len(rows) == (9, 6)[number]
