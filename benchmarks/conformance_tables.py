"""Tables and the picture of docs/reference/conformance.md, from results/conformance.json."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from number_regions import RESULTS, read_result

from ssr_neuro.charts.verdicts import draw_verdicts

FILE, PICTURE = "conformance", "pictures/conformance.svg"
SUITE = Path(__file__).parent / "conformance" / "nir_conformance" / "suite" / "suite.json"
STATUSES = ("equal", "explained", "differs", "refused", "crashed")
MOST_READINGS, MOST_WORDS, LETTERS = 4, 5, 140


def pictures() -> dict[str, str]:
    """Name below docs/ -> its text; none where the results are not there."""
    if not (RESULTS / f"{FILE}.json").exists():
        return {}
    return {PICTURE: draw_verdicts(read_result(FILE))}


def engines() -> str:
    """A row for each engine: versions, verdicts, and the readings that explain what differs."""
    heads = ("engine", "version", *STATUSES, "reads with")
    lines = [f"| {' | '.join(heads)} |", f"|---|---|{'---:|' * len(STATUSES)}---|"]
    for engine in _ran():
        verdicts = engine["graphs"].values()
        counts = Counter(verdict["status"] for verdict in verdicts)
        version = next(iter(engine["versions"].values()))
        cells = (
            engine["name"],
            version,
            *(str(counts[s]) for s in STATUSES),
            _readings(engine),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _ran() -> list[Any]:
    return [engine for engine in read_result(FILE)["engines"] if not engine["absent"]]


def _readings(engine: Mapping[str, Any]) -> str:
    explained = [v for v in engine["graphs"].values() if v["status"] == "explained"]
    counts = Counter(map(_reading, explained)).most_common()
    said = [f"{words} ({count})" for words, count in counts[:MOST_READINGS]]
    left = sum(count for _, count in counts[MOST_READINGS:])
    return ", ".join([*said, *([f"others ({left})"] if left else [])])


def _reading(verdict: Mapping[str, Any]) -> str:
    late = f" +{verdict['late']}" if verdict.get("late") else ""
    without = f" without {verdict['without']}" if verdict.get("without") else ""
    return f"`{verdict['reading']}`{late}{without}"


def entries() -> str:
    """How a graph gets into each engine."""
    lines = ["| engine | a graph gets in by |", "|---|---|"]
    lines += [f"| {engine['name']} | {_escape(engine['about'])} |" for engine in _ran()]
    return "\n".join(lines)


def refusals() -> str:
    """Words of each engine, most frequent first, with the number of graphs."""
    lines = ["| engine | graphs | words |", "|---|---:|---|"]
    for engine in _ran():
        lines += [
            f"| {engine['name']} | {count} | {_escape(words)} |"
            for words, count in _refused(engine)
        ]
    return "\n".join(lines)


def _refused(engine: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    said = [v["words"] for v in engine["graphs"].values() if v["status"] in ("refused", "crashed")]
    counts = Counter(said).most_common()
    yield from counts[:MOST_WORDS]
    if left := counts[MOST_WORDS:]:
        yield f"{len(left)} others", sum(count for _, count in left)


def _escape(words: str) -> str:
    short = words if len(words) <= LETTERS else f"{words[:LETTERS]}..."
    return short.translate({ord(c): f"\\{c}" for c in "|<>*_`[]"})


def readings() -> str:
    """Every reading, and the engines that have it where they are not `nir`."""
    lines = ["| reading | differs from `nir` in | explains graphs of |", "|---|---|---|"]
    for name, text in read_result(FILE)["readings"].items():
        found = (
            (engine["name"], sum(v.get("reading") == name for v in _explained(engine)))
            for engine in _ran()
        )
        said = ", ".join(f"{engine} ({count})" for engine, count in found if count)
        lines.append(f"| `{name}` | {'' if name == 'nir' else text} | {said} |")
    return "\n".join(lines)


def _explained(engine: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (v for v in engine["graphs"].values() if v["status"] == "explained")


def graphs() -> str:
    """Every graph with what it tests, and the equation."""
    held = json.loads(SUITE.read_text(encoding="utf-8"))["graphs"]
    lines = ["| graph | of | tests | equation |", "|---|---|---|---|"]
    lines += [
        f"| {graph['name']} | {graph['group']} | {_escape(graph['tests'])} | "
        f"{_escape(graph['equation'])} |"
        for graph in held
    ]
    return "\n".join(lines)


TABLES: dict[str, Callable[[], str]] = {
    "conformance-engines": engines,
    "conformance-entries": entries,
    "conformance-refusals": refusals,
    "conformance-readings": readings,
    "conformance-graphs": graphs,
}
