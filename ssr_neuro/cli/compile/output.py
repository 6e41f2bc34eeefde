"""What `ssr-compile` prints at the end."""

from dataclasses import asdict
from json import loads
from pathlib import Path
from typing import Any

from rich.markup import escape

from ssr_neuro.charts.numbers import energy
from ssr_neuro.cli.accuracy import HEADS, accuracy_rows
from ssr_neuro.cli.compile.program_output import show_passes, show_program, show_quantised
from ssr_neuro.cli.output import console, format_whole, print_json, table
from ssr_neuro.cli.process_age import process_age_s
from ssr_neuro.compiler.ssr import Proof
from ssr_neuro.costs.accounting.sheet import Sheet
from ssr_neuro.library.compile_graph import OUTPUTS_FILE
from ssr_neuro.library.compiled import Compiled
from ssr_neuro.report import document
from ssr_neuro.report.contents import Report
from ssr_neuro.report.page.headline import chip
from ssr_neuro.stopwatch import Stopwatch

BASELINES = {"SSR-ANN": "SSR-ANN", "lrurec, incremental": "LRURec", "sasrec, cached": "SASRec"}
ENERGY_LEGEND = (
    "In brackets SSR's energy over theirs. SSR-ANN: the same network with ReLU in place of spikes, "
    "as a device would run it; LRURec and SASRec of the same size: one item more at a time, states "
    "or keys kept (ssr cost says more)."
)
# Short enough for one line in 80 columns; the report says them in full.
MODES = {
    "arithmetic-int8": "arithmetic, int8",
    "memory-int8": "with memory, int8",
    "ssr-paper": "as in SSR's paper",
}
# Ways of accounting that the report has, and that the summary shows with --details alone.
DETAILS = ("arithmetic-fp32", "arithmetic-int8-bound", "memory-fp32")


def show(
    compiled: Compiled, out: Path, stopwatch: Stopwatch, *, passes: bool, details: bool
) -> None:
    """The program and its proof; of a recommender agreement, accuracy, cost, chip; the files."""
    show_program(compiled)
    if passes and compiled.findings and compiled.findings.passes:
        show_passes(compiled.findings.passes)
    if details:
        show_quantised(compiled.findings.quantised if compiled.findings else ())
        table("Steps", ("", "seconds"), _steps(stopwatch))
    if compiled.report is not None and isinstance(compiled.proof, Proof):
        _show_recommender(compiled.proof, compiled.report, details=details)
    written = OUTPUTS_FILE if compiled.report is None else "report.html"
    console.print(f"Bundle   {out}, in it {written}", soft_wrap=True, markup=False)


def show_json(compiled: Compiled, out: Path) -> None:
    """All that was found, as one JSON document."""
    print_json({"out": str(out), **_as_json(compiled)})


def _as_json(compiled: Compiled) -> dict[str, Any]:
    if compiled.findings is None:
        comparisons = [asdict(c) for c in compiled.proof.comparisons]
        return {"program": compiled.program.summary(), "comparisons": comparisons}
    if compiled.report is None:
        return compiled.findings.as_json()
    choices = list(map(asdict, compiled.findings.choices))
    return {"report": loads(document.to_json(compiled.report)), "choices": choices}


def _steps(stopwatch: Stopwatch) -> list[tuple[str, str]]:
    """Seconds of every step, of what is between them, and of the whole process so far."""
    whole = process_age_s()
    rest = whole - sum(seconds for _, seconds in stopwatch.steps)
    rows = [*stopwatch.steps, ("start of Python, and between the steps", rest), ("all", whole)]
    return [(name, f"{seconds:.2f}") for name, seconds in rows]


def _show_recommender(proof: Proof, report: Report, *, details: bool) -> None:
    agreed = proof.agreement
    console.print(
        f"Top {agreed.k}, float against integer, {len(proof.sequences)} sequences: "
        f"{agreed.overlap:.1%} of items shared, same set in {agreed.same_set:.1%}, "
        f"same first in {agreed.same_first:.1%}\n",
        soft_wrap=True,
    )
    _show_accuracy(report)
    _show_cost(report, details=details)
    if placed := chip(report):
        console.print(placed, soft_wrap=True, markup=False)


def _show_accuracy(report: Report) -> None:
    if not report.model.metrics:
        return
    rows = [
        (kind, format_whole(found["sequences"]), *cells)
        for kind, found in report.model.metrics.items()
        for cells in accuracy_rows(found)
    ]
    table("Accuracy", ("test set", "sequences", *HEADS), rows, left=(0, 2))


def _show_cost(report: Report, *, details: bool) -> None:
    """Counts per inference, then SSR beside what a device would run in its place, mode by mode.

    details: also the modes in fp32 and the bounds, and operations whose weight is 0.
    """
    sops, scoring = report.counts.sops, report.scoring
    rows = [("synaptic operations per inference", format_whole(sops.mean), f"± {sops.sd:,.0f}")]
    every = report.counts.sops_with_zeros
    if details and every is not None:
        rows.append(
            ("with those of a stored weight of 0", format_whole(every.mean), f"± {every.sd:,.0f}")
        )
    if scoring:
        rows.append(("additions to score all items", format_whole(scoring.additions), ""))
    rows.append(("firing rate", f"{report.counts.rate:.1%}", ""))
    rows.append(("SSR-ANN multiply-adds", format_whole(sum(r.macs for r in report.ann)), ""))
    table("Operations", ("", "mean", "spread"), rows)
    table(
        "Energy at 45 nm, one inference",
        ("", "SSR", *BASELINES.values()),
        [
            _energy_row(sheet)
            for sheet in report.energy
            if len(sheet.bills) > 1 and (details or sheet.mode not in DETAILS)
        ],
    )
    console.print(escape(ENERGY_LEGEND), soft_wrap=True)


def _energy_row(sheet: Sheet) -> tuple[str, ...]:
    """SSR, then each baseline that the mode prices, with SSR's energy over its energy."""
    priced = {bill.subject: bill for bill in sheet.bills}
    ssr = sheet.bills[0]
    others = (
        f"{energy(priced[name].total_pj)} ({_spell_ratio(sheet.ratios[name])})"
        if name in priced
        else ""
        for name in BASELINES
    )
    return (MODES.get(sheet.mode, sheet.title), energy(ssr.total_pj), *others)


def _spell_ratio(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.3g}"
