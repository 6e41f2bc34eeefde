"""Colours and marks of the series: apart in light and dark, for the colour-blind and in grey.

Every series has a colour and a mark of its own, and its name beside it.
"""

from markupsafe import Markup

LIGHT = {"paper": "#ffffff", "ink": "#23272e", "soft": "#59616b", "grid": "#e4e4e4"}
DARK = {"paper": "#15181d", "ink": "#e4e6ea", "soft": "#a3abb6", "grid": "#2b313a"}
# In the order of Okabe and Ito's palette, dark enough to be read as text on white, and light
# enough on black.
ON_WHITE = ("#0067a8", "#b84300", "#00785a", "#a03c78", "#80600a", "#4b4fa8", "#555b64", "#8a2432")
ON_BLACK = ("#5cb3ea", "#f0884a", "#3fc79f", "#dd94c2", "#e3b842", "#a9acf5", "#c3c9d1", "#f0949f")
LOOKS = len(ON_WHITE)
FILLED = 4  # marks from here on are outlines

TYPE = """
.chart text { font-family: "Helvetica Neue", Arial, "Liberation Sans", sans-serif; }
.chart .name { font-size: 17px; font-weight: 700; } .chart .about { font-size: 12px; }
.chart .panel { font-size: 13px; font-weight: 700; } .chart .note { font-size: 11px; }
.chart .tick { font-size: 11px; } .chart .axis { font-size: 12px; }
.chart .label { font-size: 11px; font-weight: 700; }
.chart .middle { text-anchor: middle; } .chart .end { text-anchor: end; }
.chart .line { fill: none; stroke-width: 1.8; } .chart .bar { fill: none; stroke-width: 1.2; }
.chart .lead { fill: none; stroke-width: 0.8; opacity: 0.6; }
.chart .mark { stroke-width: 1.6; }
.chart .grid { stroke-width: 1; } .chart .level { stroke-width: 1; stroke-dasharray: 4 3; }
.chart .frame { fill: none; stroke-width: 1; }
"""


def _rules(shade: dict[str, str], colours: tuple[str, ...]) -> str:
    series = "\n".join(
        f".chart .s{look} {{ stroke: {colour}; }} .chart .mark.s{look} {{ fill: "
        f"{colour if look < FILLED else shade['paper']}; }} .chart .label.s{look} "
        f"{{ fill: {colour}; stroke: none; }}"
        for look, colour in enumerate(colours)
    )
    return f"""
.chart .paper {{ fill: {shade["paper"]}; }} .chart text {{ fill: {shade["soft"]}; }}
.chart .name, .chart .panel, .chart .axis {{ fill: {shade["ink"]}; }}
.chart .grid {{ stroke: {shade["grid"]}; }} .chart .frame, .chart .level {{
 stroke: {shade["soft"]}; }}
{series}
"""


IN_THE_DARK = f"@media (prefers-color-scheme: dark) {{{_rules(DARK, ON_BLACK)}}}"
STYLE = f"{TYPE}{_rules(LIGHT, ON_WHITE)}{IN_THE_DARK}\n"

_OUTLINES = (
    "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z",
    "M-3.6 -3.6h7.2v7.2h-7.2z",
    "M0 -5l4.6 8.2h-9.2z",
    "M0 -5l4.4 5l-4.4 5l-4.4 -5z",
)


def mark(look: int, x: float, y: float, said: str) -> Markup:
    """The mark of a series at a point; `said` is read out, and shown under a pointer."""
    return Markup(
        '<path class="mark s{}" transform="translate({:.1f} {:.1f})" d="{}">'
        "<title>{}</title></path>"
    ).format(look, x, y, _OUTLINES[look % len(_OUTLINES)], said)
