"""Colours and type of the picture of a Program: plain rules, as not every viewer of SVG knows
variables."""

LIGHT = {
    "paper": "#fbfaf7",
    "card": "#ffffff",
    "ink": "#23272e",
    "soft": "#656c76",
    "line": "#e2dfd8",
    "input": "#3c7a52",
    "population": "#2f5d8a",
    "readout": "#b06f22",
    "next": "#7d858f",
    "skip": "#8a5fb0",
    "late": "#bd4b53",
    "on": "#ffffff",
}
DARK = {
    "paper": "#15181d",
    "card": "#1f242c",
    "ink": "#e4e6ea",
    "soft": "#a3abb6",
    "line": "#2b313a",
    "input": "#7cc096",
    "population": "#7fb0de",
    "readout": "#e0a863",
    "next": "#8b95a1",
    "skip": "#bd9fe0",
    "late": "#ef8a80",
    "on": "#15181d",
}
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
