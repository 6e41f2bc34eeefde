"""The tables of README.md and docs/ that are made from benchmarks/results/, by name."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
HEADLINE = (
    ("SSR as in the paper", "ssr-ml-1m"),
    ("half spectrum, rate penalty 1", "ssr-ml-1m-half-penalty-1"),
    ("half spectrum, rate penalty 3", "ssr-ml-1m-half-penalty-3"),
)
PJ_PER_UJ = 1e6


def headline() -> str:
    """SSR on ML-1M: accuracy of its integers, operations, energy beside SSR-ANN's."""
    accuracy = _read("ssr-ann-ml-1m.train")["training"]["test"]
    lines = [
        "| | HR@10 | NDCG@10 | synaptic operations | energy with memory |",
        "|---|---:|---:|---:|---:|",
    ]
    for title, name in HEADLINE:
        ranked, report = _read(f"{name}.test-set")["integer"]["8"], _read(f"{name}.report")
        operations = report["counts"]["sops"]["mean"]
        lines.append(
            f"| {title} | {ranked['hr@10']:.4f} | {ranked['ndcg@10']:.4f} | {operations:,.0f} "
            f"| {_energy(report, 'ssr'):.2f} µJ |"
        )
    ann = _energy(_read("ssr-ml-1m.report"), "ann")
    lines.append(
        f"| SSR-ANN, the same without spikes | {accuracy['hr@10']:.4f} "
        f"| {accuracy['ndcg@10']:.4f} | | {ann:.2f} µJ |"
    )
    return "\n".join(lines)


def _energy(report: dict[str, Any], which: str) -> float:
    """uJ of one inference, int8 arithmetic and memory. which: ssr or ann."""
    (sheet,) = [one for one in report["energy"] if one["mode"].startswith("memory-int8")]
    # Reports of earlier releases have a bill by name; later ones a list, SSR first, then SSR-ANN.
    bill = sheet["bills"][which == "ann"] if "bills" in sheet else sheet[which]
    return float(bill["total_pj"]) / PJ_PER_UJ


def _read(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    return document


TABLES: dict[str, Callable[[], str]] = {"headline": headline}
