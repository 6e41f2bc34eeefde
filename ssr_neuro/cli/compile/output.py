"""What `ssr-compile` prints at the end for a recommender."""

from ssr_neuro.charts.numbers import energy
from ssr_neuro.cli.compile.program_output import show_program
from ssr_neuro.cli.output import console, table, whole
from ssr_neuro.compiler.findings import Found
from ssr_neuro.compiler.options import Wishes
from ssr_neuro.compiler.ssr import Proof
from ssr_neuro.cost.accounting.sheet import Sheet
from ssr_neuro.report.contents import Report
from ssr_neuro.report.page.headline import chip
from ssr_neuro.stopwatch import Stopwatch


def show(report: Report, proof: Proof, found: Found, wishes: Wishes, watch: Stopwatch) -> None:
    """Steps and times, the program, agreement, accuracy, operations and energy, chip, files."""
    table("Steps", ("", "seconds"), [(name, f"{seconds:.2f}") for name, seconds in watch.steps])
    show_program(found, proof.comparisons, wishes.passes)
    agreed = proof.agreement
    console.print(
        f"Top {agreed.k}, float against integer, {len(proof.sequences)} sequences: "
        f"{agreed.overlap:.1%} of items shared, same set in {agreed.same_set:.1%}, "
        f"same first in {agreed.same_first:.1%}\n"
    )
    _accuracy(report)
    _cost(report)
    if placed := chip(report):
        console.print(f"{placed}\n", soft_wrap=True, markup=False)
    report_html = wishes.out / "report.html"
    console.print(f"Report  {report_html}\nBundle  {wishes.out}", soft_wrap=True, markup=False)


def _accuracy(report: Report) -> None:
    if not report.model.metrics:
        return
    names = ("hr@10", "ndcg@10", "mrr@10")
    rows = [
        (kind, whole(found["sequences"]), *(f"{found[name]:.4f}" for name in names))
        for kind, found in report.model.metrics.items()
    ]
    table("Accuracy", ("test set", "sequences", *map(str.upper, names)), rows)


def _cost(report: Report) -> None:
    """Counts per inference, then SSR beside SSR-ANN in each mode that prices both."""
    sops, scoring = report.counts.sops, report.scoring
    rows = [("synaptic operations per inference", whole(sops.mean), f"± {sops.sd:,.0f}")]
    if scoring:
        rows.append(("additions to score all items", whole(scoring.additions), ""))
    rows.append(("firing rate", f"{report.counts.rate:.1%}", ""))
    rows.append(("SSR-ANN multiply-adds", whole(sum(r.macs for r in report.ann)), ""))
    table("Operations", ("", "mean", "spread"), rows)
    table(
        "Energy at 45 nm, one inference",
        ("", "SSR", "SSR-ANN", "SSR / SSR-ANN", "SSR / cheapest SSR-ANN"),
        [_row(sheet) for sheet in report.energy if len(sheet.bills) > 1],
    )


def _row(sheet: Sheet) -> tuple[str, ...]:
    """The cheapest variant computes an FFT and the last block at the read position alone."""
    ssr, ann, *_ = sheet.bills
    cheapest = max((v.ratio for v in sheet.variants if v.ratio), default=None)
    return (
        sheet.title,
        energy(ssr.total_pj),
        energy(ann.total_pj),
        _ratio(sheet.ratios[ann.subject]),
        _ratio(cheapest) if sheet.variants else "",
    )


def _ratio(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.2f}"
