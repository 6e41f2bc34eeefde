"""Colours stand out from the paper and from each other, for readers of every kind of sight."""

import math
import re
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from ssr_neuro.charts import colours, palette
from ssr_neuro.report.pictures.cores import SHADES
from ssr_neuro.report.pictures.kinds import KINDS

# Machado, Oliveira and Fernandes 2009, severity 1: what a reader without one kind of cone sees.
SIGHT = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.01182, 0.04294, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.3039),
    ),
}
XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
WHITE = (0.9505, 1.0, 1.089)
SCHEMES = {
    "light": (palette.KINDS_LIGHT, palette.SHADES_LIGHT),
    "dark": (palette.KINDS_DARK, palette.SHADES_DARK),
}
Three = tuple[float, float, float]


def times(matrix: tuple[Three, Three, Three], vector: Three) -> Three:
    first, second, third = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return first, second, third


def lab(colour: str, sight: str) -> Three:
    seen = times(SIGHT[sight], colours.linear(colour))
    cut = (min(max(seen[0], 0), 1), min(max(seen[1], 0), 1), min(max(seen[2], 0), 1))
    parts = (value / white for value, white in zip(times(XYZ, cut), WHITE, strict=True))
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in parts)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def test_black_on_white_has_the_largest_contrast() -> None:
    assert colours.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colours.contrast("#777777", "#777777") == 1


@pytest.mark.parametrize("scheme", SCHEMES)
def test_kinds_stand_out_from_the_paper(scheme: str) -> None:
    paper = colours.PAPERS[scheme]
    assert all(colours.contrast(colour, paper) >= 3 for colour in SCHEMES[scheme][0])


@pytest.mark.parametrize("scheme", SCHEMES)
def test_letters_can_be_read_on_their_colour(scheme: str) -> None:
    for colour in (*SCHEMES[scheme][0], *SCHEMES[scheme][1]):
        assert colours.contrast(colour, colours.ink(colour)) >= 4.5


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_kinds_can_be_told_apart(scheme: str, sight: str) -> None:
    for one, other in combinations(SCHEMES[scheme][0], 2):
        assert math.dist(lab(one, sight), lab(other, sight)) > 15, (one, other)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_shades_go_from_the_paper_on(scheme: str) -> None:
    paper = colours.PAPERS[scheme]
    contrasts = [colours.contrast(shade, paper) for shade in SCHEMES[scheme][1]]
    assert contrasts == sorted(contrasts)
    assert min(b / a for a, b in pairwise(contrasts)) > 1.2


def test_there_is_a_colour_for_every_kind_and_shade() -> None:
    assert len(palette.KINDS_LIGHT) == len(palette.KINDS_DARK) == len(KINDS)
    assert len(palette.SHADES_LIGHT) == len(palette.SHADES_DARK) == SHADES


@pytest.mark.parametrize(
    ("page", "graph"),
    [(palette.PAGE_LIGHT, palette.GRAPH_LIGHT), (palette.PAGE_DARK, palette.GRAPH_DARK)],
)
def test_words_and_wires_stand_out_from_the_page(
    page: dict[str, str], graph: dict[str, str]
) -> None:
    for name in ("ink", "soft", "accent", "good", "bad"):
        assert colours.contrast(page[name], page["card"]) > 4.5, name
        assert colours.contrast(page[name], page["paper"]) > 4.5, name
    for name in graph.keys() - {"on"}:
        assert colours.contrast(graph[name], page["card"]) > 3, name
        assert colours.contrast(graph[name], page["paper"]) > 3, name
    assert page.keys() == palette.PAGE_LIGHT.keys()


def test_no_other_file_has_colours_of_its_own() -> None:
    root = Path(colours.__file__).parents[1]
    files = [path for path in root.rglob("*") if path.suffix in (".py", ".css", ".jinja", ".js")]
    own = [
        path.name for path in files if re.search(r"[\"' (]#[0-9a-f]{6}\b", path.read_text("utf-8"))
    ]
    assert sorted(own) == ["figure.py", "palette.py"]  # figure's stands for currentColor
