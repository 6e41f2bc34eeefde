"""Colours and type of the picture of a Program: plain rules, as not every viewer of SVG knows
variables."""

from ssr_neuro.charts.palette import GRAPH_DARK, GRAPH_LIGHT, PAGE_DARK, PAGE_LIGHT

LIGHT = PAGE_LIGHT | GRAPH_LIGHT
DARK = PAGE_DARK | GRAPH_DARK
TYPE = """
.graph text { font-family: "Helvetica Neue", Arial, "Liberation Sans", sans-serif; }
.graph .name { font-size: 22px; font-weight: 700; } .graph .about { font-size: 13px; }
.graph .depth { font-size: 11.5px; font-weight: 700; } .graph .steps { font-size: 10.5px; }
.graph .node { font-size: 13px; font-weight: 700; } .graph .line { font-size: 11px; }
.graph .count { font-size: 10.5px; font-weight: 700; } .graph .kind { font-size: 10.5px; }
.graph .legend { font-size: 11.5px; } .graph .end { text-anchor: end; }
.graph .tag text { font-size: 10.5px; font-weight: 700; text-anchor: middle; }
.graph .box { stroke-width: 1.4; } .graph .inner { fill: none; stroke-width: 1.1; }
.graph .wire { fill: none; stroke-width: 1.5; }
.graph .grid { stroke-width: 1; } .graph .tag rect { stroke-width: 1; }
"""


def _rules(c: dict[str, str]) -> str:
    kinds = "\n".join(
        f".graph .box.{kind}, .graph .inner.{kind} {{ stroke: {c[kind]}; }}"
        for kind in ("input", "population", "readout")
    )
    lines = "\n".join(
        f".graph .wire.{kind} {{ stroke: {c[kind]}; }} .graph .head.{kind} {{ fill: {c[kind]}; }}"
        f" .graph .tag.{kind} rect {{ fill: {c[kind]}; stroke: {c[kind]}; }}"
        for kind in ("next", "skip", "late")
    )
    return f"""
.graph .paper {{ fill: {c["paper"]}; }} .graph .box {{ fill: {c["card"]}; }}
.graph text {{ fill: {c["soft"]}; }} .graph .grid {{ stroke: {c["line"]}; }}
.graph .name, .graph .node, .graph .count, .graph .depth {{ fill: {c["ink"]}; }}
{kinds}
{lines}
.graph .tag text {{ fill: {c["on"]}; }}
.graph .tag.next rect {{ fill: {c["paper"]}; }} .graph .tag.next text {{ fill: {c["ink"]}; }}
"""


STYLE = f"{TYPE}{_rules(LIGHT)}@media (prefers-color-scheme: dark) {{{_rules(DARK)}}}\n"
