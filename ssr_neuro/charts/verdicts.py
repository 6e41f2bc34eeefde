"""The matrix of the conformance suite: a row for each graph, a column for each engine.

A standalone picture, in plain rules of style, as not every viewer of SVG knows variables.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from ssr_neuro.charts.palette import (
    KINDS_DARK,
    KINDS_LIGHT,
    PAGE_DARK,
    PAGE_LIGHT,
)
from ssr_neuro.charts.svg import element, rect, shorten, text, text_width

ROW, CELL_GAP, GROUP_GAP = 17, 2, 8
LEFT, COLUMN, TOP, MARGIN = 168, 82, 92, 14
STATUSES = ("equal", "explained", "differs", "refused", "crashed")
WORDS = {
    "equal": "NIR's equations",
    "explained": "another reading, named",
    "differs": "output values that differ",
    "refused": "refused",
    "crashed": "crashed, or no answer in time",
}


def draw_verdicts(document: Mapping[str, Any]) -> str:
    """The text of an SVG. document: of `Conformance.as_json`; engines that ran are shown."""
    ran = [engine for engine in document["engines"] if not engine["absent"]]
    marks, top, group = [], float(TOP), ""
    for graph in document["graphs"]:
        if graph["group"] != group:
            group, top = graph["group"], top + GROUP_GAP
            marks.append(text(group, MARGIN, top + 12, "group"))
        marks.append(text(graph["name"], LEFT - 8, top + 12, "graph"))
        marks += _row(graph, ran, top)
        top += ROW
    marks += _sums(ran, top + GROUP_GAP)
    height = top + GROUP_GAP + len(STATUSES) * ROW + MARGIN
    width = LEFT + COLUMN * len(ran) + MARGIN
    title = f"{len(document['graphs'])} NIR graphs in {len(ran)} engines"
    inside = Markup("").join([*_head(title, ran), *marks])
    return _page(title, width, height, inside)


def _head(title: str, engines: Sequence[Mapping[str, Any]]) -> Iterator[Markup]:
    yield text(title, MARGIN, 26, "title")
    left = float(MARGIN)
    for status in STATUSES:
        yield rect(left, 38, 14, 12, status, rx=2)
        yield text(WORDS[status], left + 19, 48.5, "legend")
        left += 30 + text_width(WORDS[status], 11)
    for number, engine in enumerate(engines):
        middle = LEFT + COLUMN * (number + 0.5)
        name, version = engine["name"], _version(engine)
        yield text(name.removeprefix("ssr-neuro-") or name, middle, TOP - 16, "engine")
        yield text(_of(name, version), middle, TOP - 3, "version")


def _of(name: str, version: str) -> str:
    """What stands below the name of an engine: whose it is, or its version."""
    return "of ssr-neuro" if name.startswith("ssr-neuro-") or name == "lava" else version


def _version(engine: Mapping[str, Any]) -> str:
    return str(next(iter(engine["versions"].values()), ""))


def _row(
    graph: Mapping[str, Any], engines: Sequence[Mapping[str, Any]], top: float
) -> Iterator[Markup]:
    for number, engine in enumerate(engines):
        verdict = engine["graphs"][graph["name"]]
        left = LEFT + COLUMN * number
        status = verdict["status"]
        yield rect(
            left + CELL_GAP / 2,
            top + CELL_GAP / 2,
            COLUMN - CELL_GAP,
            ROW - CELL_GAP,
            status,
            f"{engine['name']}, {graph['name']}: {_tip(verdict)}",
            rx=2,
        )
        word = shorten(_word(verdict), COLUMN + 10)
        yield text(word, left + COLUMN / 2, top + 12, f"cell on-{status}")


def _word(verdict: Mapping[str, Any]) -> str:
    status = verdict["status"]
    if status == "equal":
        return "="
    if status == "explained":
        late = f" +{verdict['late']}" if verdict.get("late") else ""
        left_out = f" -{verdict['without']}" if verdict.get("without") else ""
        return f"{verdict['reading']}{late}{left_out}"
    return f"{verdict['differ']:,}" if status == "differs" else ""


def _tip(verdict: Mapping[str, Any]) -> str:
    status = verdict["status"]
    if words := verdict.get("words"):
        return f"{status}, {words}"
    if status == "equal":
        return "the spikes of NIR's equations"
    late = f", {verdict['late']} steps late" if verdict.get("late") else ""
    left_out = f", without its {verdict['without']}" if verdict.get("without") else ""
    reading = f"{verdict['reading']}{late}{left_out}"
    if status == "explained":
        return f"the reading {reading}; {verdict['differ']} values are not those of nir"
    return (
        f"{verdict['differ']} of {verdict['values']} values differ; nearest is {reading}, from "
        f"which {verdict['left']} differ"
    )


def _sums(engines: Sequence[Mapping[str, Any]], top: float) -> Iterator[Markup]:
    for number, status in enumerate(STATUSES):
        y = top + ROW * number
        yield text(status, LEFT - 8, y + 12, "graph")
        for column, engine in enumerate(engines):
            count = Counter(verdict["status"] for verdict in engine["graphs"].values())[status]
            yield text(f"{count}", LEFT + COLUMN * (column + 0.5), y + 12, "sum")


def _page(title: str, width: float, height: float, inside: Markup) -> str:
    style = element("style", content=Markup(_style()))
    paper = rect(0, 0, width, height, "paper")
    body = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" width="{}" role="img">'
    )
    head = body.format(f"{width:g}", f"{height:g}", f"{width:g}")
    named = element("title", content=Markup("{}").format(title))
    return f"{head}{named}{style}{paper}{inside}</svg>\n".replace("><", ">\n<")


def _style() -> str:
    type_rules = """
text { font-family: "Helvetica Neue", Arial, "Liberation Sans", sans-serif; font-size: 11px; }
.title { font-size: 16px; font-weight: 700; } .engine { font-weight: 700; }
.engine, .version, .cell, .sum { text-anchor: middle; } .graph { text-anchor: end; }
.version, .cell { font-size: 9.5px; } .group { font-weight: 700; font-size: 10px; }
"""
    dark = f"@media (prefers-color-scheme: dark) {{ {_rules(PAGE_DARK, KINDS_DARK)} }}"
    return f"{type_rules}{_rules(PAGE_LIGHT, KINDS_LIGHT)}\n{dark}\n"


def _rules(page: Mapping[str, str], kinds: Sequence[str]) -> str:
    fills = {
        "equal": kinds[0],
        "explained": kinds[1],
        "differs": kinds[2],
        "refused": page["track"],
        "crashed": page["bad"],
    }
    said = [f".{status} {{ fill: {colour}; }}" for status, colour in fills.items()]
    return (
        f".paper {{ fill: {page['paper']}; }} text {{ fill: {page['ink']}; }} "
        f".version, .legend, .group {{ fill: {page['soft']}; }} {' '.join(said)} "
        f".on-equal, .on-explained, .on-differs {{ fill: {page['tip-ink']}; }}"
    )
