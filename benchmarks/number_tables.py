"""The tables of README.md and docs/ that are made from benchmarks/results/, by name."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cost_tables import TABLES as COST_TABLES
from number_regions import energy_text

RESULTS = Path(__file__).parent / "results"
HEADLINE = (
    ("SSR as in the paper", "ssr-ml-1m"),
    ("half spectrum, rate penalty 1", "ssr-ml-1m-half-penalty-1"),
    ("half spectrum, rate penalty 3", "ssr-ml-1m-half-penalty-3"),
)
# What a device would run in their place: title, trained model, subject of its bill.
BASELINES = (
    ("SSR-ANN, the same without spikes", "ssr-ann-ml-1m", "SSR-ANN"),
    ("LRURec, one item more at a time", "lrurec-ml-1m", "lrurec, incremental"),
    ("SASRec, keys and values kept", "sasrec-ml-1m", "sasrec, cached"),
)
MODES = ("arithmetic-int8", "memory-int8")


# Beside every figure of ML-1M until networks are trained on the order of `ratings.dat`.
TIES = (
    "*ML-1M here is `ml-1m.txt`: interactions of the same second stand in order of item number, an "
    "easier order than that of `ratings.dat`.*"
)


def headline() -> str:
    """SSR on ML-1M: accuracy of its integers, operations, energy; models without spikes beside."""
    lines = [
        "| | HR@10 | NDCG@10 | synaptic operations | arithmetic | with memory |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for title, name in HEADLINE:
        ranked, report = _read(f"{name}.test-set")["integer"]["8"], _read(f"{name}.cost")
        operations = f"{report['counts']['sops']['mean']:,.0f}"
        lines.append(_line(title, ranked, operations, _energies(report, "SSR")))
    report = _read(f"{HEADLINE[0][1]}.cost")
    for title, name, subject in BASELINES:
        ranked = _read(f"{name}.train")["training"]["test"]
        lines.append(_line(title, ranked, "", _energies(report, subject)))
    return "\n".join(lines)


def _line(title: str, ranked: dict[str, float], operations: str, energies: list[str]) -> str:
    accuracy = f"{ranked['hr@10']:.4f} | {ranked['ndcg@10']:.4f}"
    return f"| {title} | {accuracy} | {operations} | {' | '.join(energies)} |"


def _energies(report: dict[str, Any], subject: str) -> list[str]:
    """Of one inference in int8, arithmetic alone and with memory."""
    sheets = {sheet["mode"]: sheet for sheet in report["energy"]}
    return [
        energy_text(bill["total_pj"])
        for mode in MODES
        for bill in sheets[mode]["bills"]
        if bill["subject"] == subject
    ]


def _read(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    return document


TABLES: dict[str, Callable[[], str]] = {"headline": headline, "ties": lambda: TIES, **COST_TABLES}
