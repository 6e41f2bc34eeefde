"""The table of chips against GPUs: what each row rests on, and what is not known."""

from dataclasses import replace
from datetime import date

from report_pages import whole_report

from ssr_neuro.report.chip_against_gpu import Deployment, FigureRange
from ssr_neuro.report.contents import Reports
from ssr_neuro.report.page import accuracy, page
from ssr_neuro.report.page.chip_against_gpu import UNJUDGED, table
from ssr_neuro.report.page.sources import Sources
from ssr_neuro.report.tables_markdown import to_markdown
from ssr_neuro.report_builder.chip_against_gpu import NO_TIME, chip_against_gpu

ROOFLINE = Deployment(
    "lrurec, full",
    "NVIDIA A100",
    "roofline, batch 1",
    FigureRange(1e-4, 3e-4, "roofline", "peak and bandwidth"),
    FigureRange(6e9, 9e10, "roofline", "idle to board power"),
)


def test_ssr_stands_in_every_mode_but_the_papers() -> None:
    report = whole_report()
    found = chip_against_gpu(report.energy, report.latency, report.measured)
    modes = [sheet for sheet in report.energy if sheet.mode != "ssr-paper"]
    assert [one.basis for one in found.on_chip] == [sheet.title for sheet in modes]
    for one, sheet in zip(found.on_chip, modes, strict=True):
        bill = sheet.bills[0]
        assert one.energy_pj.high == bill.total_pj
        assert one.energy_pj.low == (bill.known_pj if bill.unknown else bill.total_pj)
    assert found.on_chip[0].latency_s.why == NO_TIME


def test_latency_is_that_of_the_chip_whose_events_are_priced() -> None:
    report = whole_report()
    assert report.latency is not None
    last = chip_against_gpu(report.energy, report.latency, ()).on_chip[-1]
    assert last.latency_s.evidence == "modelled"
    assert last.latency_s.low == report.latency.modelled.latency_s
    unknown = replace(report.latency, modelled=replace(report.latency.modelled, latency_s=None))
    last = chip_against_gpu(report.energy, unknown, ()).on_chip[-1]
    published = [one.latency_s for one in report.latency.published if one.latency_s]
    assert (last.latency_s.low, last.latency_s.high) == (min(published), max(published))
    assert last.latency_s.evidence == "published"


def test_a_measured_run_is_a_range_from_net_of_idle_to_gross() -> None:
    report = whole_report()
    known, unknown = chip_against_gpu((), None, report.measured).on_gpu
    assert (known.energy_pj.low, known.energy_pj.high) == (0.25e12, 0.5e12)
    assert known.basis == "fp32, batch 4, the best of those tried"
    assert (unknown.energy_pj.low, unknown.energy_pj.why) == (None, "no counter")


def test_every_cell_names_its_kind_of_evidence_and_its_source() -> None:
    report, sources = whole_report(), Sources()
    against = chip_against_gpu(report.energy, report.latency, report.measured, (ROOFLINE,))
    found = table(replace(report, chip_against_gpu=against), sources)
    assert found is not None
    assert len(found.rows) == len(against.on_chip) + len(against.on_gpu)
    row = next(row for row in found.rows if row[1].text == "NVIDIA A100")
    assert [cell.text for cell in row[2:]] == [
        "100.0 µs to 300.0 µs",
        "6.000 mJ to 90.00 mJ",
        "0.1000",
        "0.0641",
    ]
    assert [cell.small for cell in row[2:]] == [
        "roofline",
        "roofline",
        "window left out 0.1200",
        "window left out 0.0810",
    ]
    for row in found.rows:
        for cell in row[2:4]:
            assert cell.small == ("" if cell.value is None else cell.small)
            assert cell.ref is not None
    assert "Roofline: idle to board power" in sources.texts


def test_a_lower_bound_says_at_least() -> None:
    report = whole_report()
    against = chip_against_gpu(report.energy, report.latency, ())
    found = table(replace(report, chip_against_gpu=against), Sources())
    assert found is not None
    assert any(row[3].text.startswith("at least ") for row in found.rows)


def test_without_any_accuracy_one_sentence_takes_the_place_of_its_columns() -> None:
    report = whole_report()
    bare = replace(report, model=replace(report.model, metrics={}), baselines=())
    found = table(bare, Sources())
    assert found is not None
    assert [column.title for column in found.columns] == ["Model", "Device", "Latency", "Energy"]
    assert found.note.endswith(UNJUDGED)


def test_an_easier_order_of_ties_is_said_below_accuracies() -> None:
    report = replace(whole_report(), order_warning="ties ascend")
    for found in (table(report, Sources()), accuracy.table(report, Sources(), "")):
        assert found is not None
        assert found.note.endswith("ties ascend.")
    assert "ties ascend." in page(report, date(2026, 1, 1))
    assert "ties ascend." in to_markdown(Reports((report,)))


def test_a_report_without_such_a_table_shows_none() -> None:
    assert table(replace(whole_report(), chip_against_gpu=None), Sources()) is None
