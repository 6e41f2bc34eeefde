"""A report with every part that a page can show, and pages broken in one way each."""

from collections.abc import Callable
from dataclasses import replace

from report_example import example, example_report
from sana_fe_example import example as sana_fe

from ssr_neuro.chip import Price, load_chip
from ssr_neuro.costs.accounting.arithmetic import arithmetic_sheet
from ssr_neuro.costs.accounting.sheet import Sensitivity, sheet
from ssr_neuro.costs.bill import Bill, bill, charge
from ssr_neuro.report.beside_sana_fe import compare_with_sana_fe
from ssr_neuro.report.compare import compare_with_paper
from ssr_neuro.report.contents import Report, Reports
from ssr_neuro.report.on_chip import place_report
from ssr_neuro.report.paper import paper_of
from ssr_neuro.report.rivals import Baseline, Measured
from ssr_neuro.report_builder.chip_against_gpu import chip_against_gpu

PJ = Price(value=2.0, unit="pJ", source="by hand", evidence="measured")
UNKNOWN = Price(unit="pJ", reason="nobody said")


def rivals() -> tuple[Bill, ...]:
    """One with a total, one without."""
    return (
        bill("lrurec, full", (charge("products", 40_000, PJ), charge("item scoring", 9_000, PJ))),
        bill("sasrec, full", (charge("products", 10_000, PJ), charge("tables", 4, UNKNOWN))),
    )


def whole_report(name: str = "ml-1m") -> Report:
    """Placed, timed, with baselines, measured runs and the paper's figures."""
    report, logic = example_report(f"ssr-{name}.pt"), load_chip("generic-45nm")
    program, trace = example()
    chip = place_report(program, load_chip("loihi1"), trace, must_fit=True)
    fp32 = arithmetic_sheet(report.counts, report.scoring, None, logic, "fp32", lambda _: rivals())
    totals: dict[str, tuple[float | None, ...]] = {
        "SSR": (1.0e4, 2.0e4, 4.0e4),
        "lrurec, full": (9.0e4, 9.0e4, None),
    }
    known = {name: tuple(total or 5.0e4 for total in found) for name, found in totals.items()}
    changing = Sensitivity("width of a word", "bits", (16, 32, 64), totals, known)
    again = sheet(
        "again", "Once more", "by hand", fp32.bills, fp32.rate, fp32.notes, sensitivity=(changing,)
    )
    metrics = {
        "HR@10": 0.1,
        "NDCG@10": 0.0641,
        "NDCG@10_error": 0.002,
        "sequences": 512,
        "HR@10_window_left_out": 0.12,
        "NDCG@10_window_left_out": 0.081,
    }
    placed = replace(report, placement=chip.placed, latency=chip.latency)
    sheets = (fp32, again, *report.energy[2:])
    runs = (_measured(4, 0.5, ""), _measured(1, None, "no counter"))
    return replace(
        placed,
        dataset=name,
        energy=sheets,
        sana_fe=compare_with_sana_fe(placed, sana_fe(), "sana_fe.json", same_samples=True),
        baselines=(
            _baseline("lrurec", metrics, 98_000.0),
            _baseline("sasrec", {**metrics, "NDCG@10": 0.0702}, None),
        ),
        measured=runs,
        paper=paper_of("ml-1m", 3416, "ratio", 20),
        chip_against_gpu=chip_against_gpu(sheets, chip.latency, runs),
    )


def two_reports() -> Reports:
    """Of two data sets, with the table that compares them."""
    reports = (whole_report(), whole_report("beauty"))
    return Reports(reports, compare_with_paper(reports))


def _baseline(kind: str, metrics: dict[str, float], energy_pj: float | None) -> Baseline:
    prices = {"arithmetic-fp32": energy_pj, "again": energy_pj}
    return Baseline(
        kind,
        f"{kind}.pt",
        kind,
        "full",
        f"{kind}, full",
        1234,
        metrics,
        50_000,
        300,
        20,
        {"exp": 7},
        prices,
    )


def _measured(batch: int, gross_j: float | None, why: str) -> Measured:
    net = None if gross_j is None else gross_j / 2
    return Measured(
        "lrurec.pt",
        "0" * 64,
        "lrurec",
        "full",
        "a GPU",
        "fp32",
        batch,
        batch > 1,
        {"p50": 0.002, "p95": 0.003},
        1000.0,
        gross_j,
        net,
        70.0,
        "the board's counter",
        why,
        "m.json",
    )


def swapped(old: str, new: str) -> Callable[[str], str]:
    """Breaks a page: the first `old` becomes `new`."""

    def change(html: str) -> str:
        assert old in html, f"{old!r} is not on the page, so it cannot be broken there"
        return html.replace(old, new, 1)

    return change
