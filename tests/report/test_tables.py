"""The paper's figures, several data sets in one table, and the report as text."""

import json
import re
from dataclasses import replace
from datetime import date
from html import unescape
from typing import Any

import pytest
from report_example import example, example_report

from ssr_neuro.charts import numbers
from ssr_neuro.chip import Price, load_chip
from ssr_neuro.costs.accounting.arithmetic import arithmetic_sheet
from ssr_neuro.costs.accounting.ssr_paper import ssr_paper_sheet
from ssr_neuro.costs.accounting.traffic_terms import traffic_terms
from ssr_neuro.costs.bill import bill, charge
from ssr_neuro.placement import place
from ssr_neuro.report.compare import compare_with_paper
from ssr_neuro.report.contents import Report, Reports
from ssr_neuro.report.document import to_json
from ssr_neuro.report.names import subject_name
from ssr_neuro.report.on_chip import place_report
from ssr_neuro.report.page import page
from ssr_neuro.report.paper import paper_of
from ssr_neuro.report.rivals import Baseline, Measured
from ssr_neuro.report.rows import rows
from ssr_neuro.report.tables_csv import to_csv
from ssr_neuro.report.tables_markdown import to_markdown

DAY = date(2026, 1, 1)

PJ = Price(value=2.0, unit="pJ", source="by hand", evidence="measured")
UNKNOWN = Price(unit="pJ", reason="nobody said")


def whole(name: str = "ml-1m") -> Report:
    """With everything that a report may have."""
    report, logic = example_report(name), load_chip("generic-45nm")
    rival = bill("lrurec, full", (charge("products", 10, PJ), charge("tables", 4, UNKNOWN)))
    program, trace = example()
    chip = place_report(program, load_chip("loihi1"), trace, must_fit=True)
    fp32 = arithmetic_sheet(report.counts, report.scoring, None, logic, "fp32", lambda _: (rival,))
    metrics = {"hr@10": 0.2, "ndcg@10": 0.067, "mrr@10": 0.05, "ndcg@10_window_left_out": 0.075}
    rival_of = ("lrurec", "lrurec.pt", "lrurec", "full", "lrurec, full", 9)
    return replace(
        report,
        dataset=name,
        model=replace(report.model, metrics={"float": metrics}),
        energy=(fp32, ssr_paper_sheet(report.counts, None, logic)),
        placement=chip.placed,
        latency=chip.latency,
        baselines=(Baseline(*rival_of, {"ndcg@10": 0.123}),),
        measured=(
            Measured(
                "lrurec.pt",
                "0" * 64,
                "lrurec",
                "full",
                "a GPU",
                "fp32",
                4,
                True,
                {"p50": 0.002},
                1000.0,
                0.5,
                0.25,
                70.0,
                "the board",
                "",
                "m.json",
            ),
        ),
        paper=paper_of("ml-1m", 3416, "ratio", 20),
    )


def test_the_papers_figures_belong_to_its_own_data_sets() -> None:
    found = paper_of("ML-1M", 3416, "ratio", 20)
    assert found is not None
    assert found.dataset == "Movielens"
    assert found.accuracy["ssr"] == {"hr@10": 0.2312, "ndcg@10": 0.1274, "mrr@10": 0.0959}
    assert [(c.model, c.operations, c.energy_pj) for c in found.costs] == [
        ("SSR", 11_270_000, 0.51e9),
        ("SSR-ANN", 26_600_000, 1.22e9),
    ]
    assert paper_of("ml-1m", 3417, "ratio", 20) is None
    assert paper_of("other", 3416, "ratio", 20) is None


@pytest.mark.parametrize(("protocol", "positions"), [("leave-one-out", 20), ("ratio", 50)])
def test_accuracy_of_another_test_set_is_left_out(protocol: str, positions: int) -> None:
    found = paper_of("ml-1m", 3416, protocol, positions)
    assert found is not None
    assert found.accuracy == {}
    assert found.costs


def test_data_sets_stand_beside_each_other_as_ours_the_papers_and_by_its_accounting() -> None:
    steam = replace(whole("steam"), paper=paper_of("steam", 8606, "ratio", 20))
    found = compare_with_paper((whole(), steam))
    assert found is not None
    assert [(c.dataset, c.whose) for c in found.columns] == [
        (name, whose) for name in ("ml-1m", "steam") for whose in ("ours", "paper", "ssr-paper")
    ]
    ssr = next(row for row in found.rows if row.model == "SSR").figures
    sheet, paper = whole().energy
    assert ssr[0].energy_pj == sheet.bills[0].total_pj
    assert ssr[0].operations == sum(term.count or 0 for term in sheet.bills[0].terms)
    assert (ssr[1].operations, ssr[4].operations) == (11_270_000, 4_970_000)
    assert ssr[2].energy_pj == paper.bills[0].total_pj
    rival = next(row for row in found.rows if row.model == "lrurec, full").figures
    assert (rival[0].operations, rival[0].energy_pj) == (14, None)
    assert rival[0].why == "unknown: tables"
    assert rival[1].why == "the paper's Table 3 has no such cell"


def test_one_data_set_is_compared_only_with_the_paper() -> None:
    assert compare_with_paper((replace(whole(), paper=None),)) is None
    assert compare_with_paper((whole(),)) is not None


def test_two_models_of_one_data_set_are_told_apart() -> None:
    other = replace(whole(), model=replace(whole().model, name="other.pt"))
    found = compare_with_paper((whole(), other))
    assert found is not None
    assert {c.dataset for c in found.columns} == {"ml-1m, ml-1m", "ml-1m, other.pt"}


def test_two_programs_of_one_model_are_numbered() -> None:
    found = compare_with_paper((whole(), whole()))
    assert found is not None
    assert {c.dataset for c in found.columns} == {"ml-1m, ml-1m, 1", "ml-1m, ml-1m, 2"}
    assert page(Reports((whole(), whole()), found), DAY).count('class="set-name"') == 2


def test_a_measured_energy_is_a_row_of_a_mode_of_its_own() -> None:
    *_, gross, net = rows(Reports((whole(),)))
    assert gross.mode == "measured on a GPU, batch 4, fp32, gross"
    assert (gross.energy_pj, net.energy_pj) == (0.5e12, 0.25e12)
    assert (gross.count, gross.price_pj, gross.evidence) == (None, None, "measured")


def test_an_energy_that_was_not_measured_is_unknown_and_says_why() -> None:
    run = replace(whole().measured[0], gross_j=None, net_j=None, source="", why="no counter")
    *_, net = rows(Reports((replace(whole(), measured=(run,)),)))
    assert (net.energy_pj, net.evidence, net.source) == (None, "unknown", "m.json: no counter")


def test_what_is_unknown_is_empty_in_the_csv() -> None:
    lines = to_csv(Reports((whole(),))).splitlines()
    assert 'ml-1m,ml-1m,"lrurec, full",arithmetic-fp32,tables,4,,,nobody said,unknown' in lines


def cells(text: str) -> dict[str, list[str]]:
    """Last cells of the rows under each head of the text: first cell -> the others."""
    found: dict[str, list[str]] = {}
    head = ""
    for line in text.splitlines():
        head = line.lstrip("# ") if line.startswith("#") else head
        if line.startswith("| "):
            first, *others = (cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1])
            found[f"{head}/{first}"] = others
    return found


def test_the_text_has_the_numbers_of_the_json() -> None:
    everything = Reports((whole(),), compare_with_paper((whole(),)))
    told: Any = json.loads(to_json(everything))
    (report,) = told["reports"]
    text = cells(to_markdown(everything))
    for sheet in report["energy"]:
        for one in sheet["bills"]:
            total = text[f"Every term: {sheet['title']}/{subject_name(one['subject'])}"][-1]
            assert total == numbers.energy(one["total_pj"])
    assert text["As the paper prints it, Movielens/SSR"] == ["0.2312", "0.1274", "0.0959"]
    sops = report["counts"]["sops"]
    assert text["Synaptic operations, per sample/All synapses"][1:3] == [
        numbers.mean(sops["mean"]),
        numbers.mean(sops["sd"]),
    ]
    for way in report["placement"]["ways"]:
        name = way["name"] + (" (taken)" if way["taken"] else "")
        assert text[f"Messages per inference/{name}"][-1] == numbers.mean(way["together"])
    modelled = report["latency"]["modelled"]
    shown = text["Latency and throughput/modelled"]
    assert shown[1] == numbers.duration(modelled["latency_s"])
    measured = text["Latency and energy, measured/lrurec, full (lrurec.pt, fp32)"]
    assert (measured[2], measured[5]) == ("2.000 ms", numbers.energy(0.5e12))
    for row in told["compared"]["rows"]:
        ours = text[f"{told['compared']['title']}/{subject_name(row['model'])}"][:2]
        figures = row["figures"][0]
        assert ours == [numbers.count(figures["operations"]), numbers.energy(figures["energy_pj"])]


def test_the_page_says_that_energy_counts_the_messages_of_a_core_to_itself() -> None:
    program, trace = example()
    placement = place(program, load_chip("loihi1"), trace)
    terms = {term.name: term.count for term in traffic_terms(placement, load_chip("loihi1").prices)}
    (way,) = (way for way in whole().placement.ways if way.taken)
    assert terms["messages delivered in a tile"] == placement.traffic.within + way.together
    assert (
        f"{numbers.mean(placement.traffic.within)} spikes per inference stay within their core; "
        "the table leaves them out, and the energy counts them among the messages sent, and "
        "delivered in a tile"
    ) in page(whole(), DAY)


def test_the_text_has_every_table_of_the_page() -> None:
    html, text = page(whole(), DAY), to_markdown(Reports((whole(),)))
    found = [unescape(one) for one in re.findall(r'role="region" aria-label="([^"]+)"', html)]
    captions = {one for one in found if one != "picture"}
    assert len(captions) > 12
    assert captions <= {line[3:] for line in text.splitlines() if line.startswith("## ")}


def test_what_does_not_fit_stands_in_the_text() -> None:
    program, trace = example()
    missed = place_report(program, load_chip("truenorth"), trace, must_fit=False).placed
    text = to_markdown(Reports((replace(whole(), placement=missed, latency=None),)))
    assert "IBM TrueNorth: does not fit" in text
    assert "truenorth has 1 (limits.weight_bits): compile with fewer --weight-bits" in text
