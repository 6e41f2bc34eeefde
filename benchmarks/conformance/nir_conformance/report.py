"""Results as JSON, and as a matrix of words."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from .compare import CRASHED, DIFFERS, EQUAL, EXPLAINED, REFUSED, Verdict
from .run import EngineResult
from .suite import Suite

STATUSES = (EQUAL, EXPLAINED, DIFFERS, REFUSED, CRASHED)
FORMAT, VERSION = "nir-conformance-results", 1
GAP = "  "


def document(suite: Suite, results: Iterable[EngineResult]) -> dict[str, Any]:
    """Plain data: the suite, and every engine with versions and verdicts."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "suite": suite.version,
        "dt_s": suite.dt_s,
        "graphs": [{"name": e.name, "group": e.group, "tests": e.tests} for e in suite.entries],
        "readings": dict(suite.readings),
        "engines": [result.as_json() for result in results],
    }


def cell(verdict: Verdict) -> str:
    """A verdict in a few letters: =, a reading, a count of values, or what happened."""
    if verdict.status == EQUAL:
        return "="
    if verdict.status == EXPLAINED:
        return reading_words(verdict)
    return str(verdict.differ) if verdict.status == DIFFERS else verdict.status


def reading_words(verdict: Verdict) -> str:
    """A reading, by how many steps its outputs come late, and what kind of node is left out."""
    late = f" +{verdict.late}" if verdict.late else ""
    return verdict.reading + late + (f", no {verdict.without}" if verdict.without else "")


def matrix(suite: Suite, results: Sequence[EngineResult]) -> Iterator[str]:
    """Lines: a row for each graph, a column for each engine that ran, then sums and absences."""
    ran = [result for result in results if not result.absent]
    if ran:
        rows = [["graph", *(result.name for result in ran)]]
        rows += [[e.name, *(cell(r.verdicts[e.name]) for r in ran)] for e in suite.entries]
        rows += [[status, *(str(r.count(status)) for r in ran)] for status in STATUSES]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            yield GAP.join(word.ljust(w) for word, w in zip(row, widths, strict=True)).rstrip()
    for result in results:
        if result.absent:
            yield f"{result.name}: not run, {result.absent}"
