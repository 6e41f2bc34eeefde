"""Every colour of pages, charts and pictures, for light and for dark paper.

Whatever carries meaning stands out from its paper by 3:1 at least (WCAG 2.2, 1.4.11).
"""

# The page: paper, cards on it, ink, and what is drawn between.
PAGE_LIGHT = {
    "paper": "#fbfaf7",
    "card": "#ffffff",
    "ink": "#23272e",
    "soft": "#596069",
    "line": "#e2dfd8",
    "track": "#ece8df",
    "edge": "#8a8f98",
    "accent": "#1f5c99",
    "pale": "#8fb4da",
    "good": "#256b3d",
    "bad": "#a92b22",
    "tip": "#23272e",
    "tip-ink": "#ffffff",
}
PAGE_DARK = {
    "paper": "#15181d",
    "card": "#1c2027",
    "ink": "#e4e6ea",
    "soft": "#a3abb7",
    "line": "#313741",
    "track": "#2a303a",
    "edge": "#7d8693",
    "accent": "#84b6e4",
    "pale": "#3f648c",
    "good": "#7cc096",
    "bad": "#ef8a80",
    "tip": "#e4e6ea",
    "tip-ink": "#15181d",
}
# Kinds of terms in bars, told apart also by readers with protanopia, deuteranopia or tritanopia.
KINDS_LIGHT = (
    "#0054cc",
    "#009cb4",
    "#c07854",
    "#845448",
    "#78489c",
    "#246c00",
    "#c06ce4",
    "#9c9000",
    "#6e747e",
)
KINDS_DARK = (
    "#6084fc",
    "#00786c",
    "#c0480c",
    "#a86c48",
    "#b430a8",
    "#30c084",
    "#e484e4",
    "#c0a80c",
    "#969eaa",
)
# From empty to full.
SHADES_LIGHT = ("#dbe7f5", "#b3cdea", "#82aedb", "#4f8ac6", "#2a65a3", "#113f73")
SHADES_DARK = ("#22364d", "#2b4f78", "#356aa5", "#4f8bcf", "#84b2e6", "#c3dcf7")
# Lines of charts whose file has one colour for both papers: each stands out from both by 4:1.
LINES = (
    "#1d7cca",
    "#cf4f05",
    "#078a5e",
    "#bd509c",
    "#96740c",
    "#8265d8",
    "#717985",
    "#d74256",
)
# Boxes and wires of the picture of a program; on: what is written on a wire's tag.
GRAPH_LIGHT = {
    "input": "#3c7a52",
    "population": "#2f5d8a",
    "readout": "#b06f22",
    "next": "#7d858f",
    "skip": "#8a5fb0",
    "late": "#bd4b53",
    "on": "#ffffff",
}
GRAPH_DARK = {
    "input": "#7cc096",
    "population": "#7fb0de",
    "readout": "#e0a863",
    "next": "#8b95a1",
    "skip": "#bd9fe0",
    "late": "#ef8a80",
    "on": "#15181d",
}
# What is written on a patch of colour.
INKS = ("#ffffff", "#000000")
