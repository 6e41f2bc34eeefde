"""Charts of studies: every series is named and marked, text is safe, the same bytes come twice."""

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest

from ssr_neuro.charts.colours import contrast
from ssr_neuro.charts.figure import INK, draw
from ssr_neuro.charts.palette import LINES
from ssr_neuro.charts.panels import LOOKS, Axis, Panel, Point, Series

SVG, LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"


def panel(*series: Series, **options: object) -> Panel:
    return Panel("p", Axis("items (%)"), Axis("HR@10"), series, **options)  # type: ignore[arg-type]


def words(svg: str) -> list[str | None]:
    return [text.text for text in ET.fromstring(svg).iter(f"{SVG}text")]


def marks(svg: str, colour: str) -> list[tuple[float, float]]:
    """Places of the marks of one colour; error bars end in marks of their own."""
    found = [use for use in ET.fromstring(svg).iter(f"{SVG}use") if f"fill: {colour}" in style(use)]
    return [(float(use.get("x") or 0), float(use.get("y") or 0)) for use in found]


def style(element: ET.Element) -> str:
    return element.get("style") or ""


def test_a_chart_names_every_series_axis_and_note_and_escapes_them() -> None:
    ssr = Series("ssr <&> $co$", (Point(0, 0.2, 0.01), Point(5, 0.1, 0.01)), 0)
    other = Series("sasrec", (Point(0, 0.3), Point(5, 0.2)), 5)
    svg = draw("Noise", "ml-1m", [panel(ssr, other)], ["A note."])
    told = {"Noise", "ml-1m", "ssr <&> $co$", "sasrec", "items (%)", "HR@10", "A note."}
    assert told <= set(words(svg))
    assert len(marks(svg, LINES[0])) == 2 + 2 * 2  # two points and both ends of two bars
    assert len(marks(svg, LINES[5])) == 2


def test_equal_content_gives_equal_bytes_without_a_date_or_a_version() -> None:
    def drawn() -> str:
        return draw("Noise", "ml-1m", [panel(Series("ssr", (Point(0, 0.2), Point(5, 0.1)), 0))])

    assert drawn() == drawn()
    assert not re.search(r"dc:date|Matplotlib|20\d\d-", drawn())


def test_a_character_that_no_xml_may_hold_is_replaced() -> None:
    svg = draw("a\x00b", "", [panel(Series("c\x1bd", (Point(0, 0.2),), 0))])
    assert {"a\ufffdb", "c\ufffdd"} <= set(words(svg))


def test_points_of_one_x_stand_side_by_side_where_they_would_cover_each_other() -> None:
    points = (Point(0, 1.0), Point(1, 1.0))
    both = (Series("a", points, 0), Series("b", points, 1))
    covered, beside = draw("", "", [panel(*both)]), draw("", "", [panel(*both, dodge=True)])
    assert marks(covered, LINES[0]) == marks(covered, LINES[1])
    gaps = [
        b[0] - a[0] for a, b in zip(marks(beside, LINES[0]), marks(beside, LINES[1]), strict=True)
    ]
    assert gaps == pytest.approx([4.0, 4.0], abs=0.01)


def test_a_log_axis_puts_powers_of_two_at_equal_distances() -> None:
    axis = Axis("bytes", log=True)
    series = Series("a", tuple(Point(x, 1.0) for x in (8, 16, 32)), 0)
    svg = draw("", "", [Panel("", axis, Axis("y"), (series,))])
    places = [x for x, _ in marks(svg, LINES[0])]
    assert places[1] - places[0] == pytest.approx(places[2] - places[1], abs=0.01)
    assert {"8", "16", "32"} <= set(words(svg))


def test_given_ticks_and_their_lines_are_written() -> None:
    axis = Axis("history", ticks=((0.0, "short\n7 seq."), (1.0, "long\n9 seq.")))
    series = Series("a", (Point(0, 0.1), Point(1, 0.2)), 0)
    svg = draw("", "", [Panel("", axis, Axis("y"), (series,))])
    assert {"short", "7 seq.", "long", "9 seq."} <= set(words(svg))


def test_only_the_points_asked_for_have_a_mark() -> None:
    points = tuple(Point(x, x / 10) for x in range(5))
    assert len(marks(draw("", "", [panel(Series("a", points, 0, marked=(2,)))]), LINES[0])) == 1


def test_names_of_lines_that_end_at_one_place_do_not_cover_each_other() -> None:
    series = [Series(f"line {k}", (Point(0, 0.1), Point(1, 0.2)), k) for k in range(8)]
    named = [
        text
        for text in ET.fromstring(draw("", "", [panel(*series)])).iter(f"{SVG}text")
        if str(text.text).startswith("line ")
    ]
    heights = sorted(float(text.get("y") or 0) for text in named)
    assert len(heights) == 8
    assert all(b - a >= 9 for a, b in pairwise(heights))


def test_a_series_without_points_is_left_out() -> None:
    svg = draw("", "", [panel(Series("none", (), 0), Series("one", (Point(0, 0.1),), 1))])
    assert "none" not in words(svg)
    assert "one" in words(svg)


def test_colours_stand_out_from_light_and_dark_paper() -> None:
    assert len(set(LINES)) == LOOKS
    assert all(contrast(colour, paper) >= 4 for colour in LINES for paper in ("#ffffff", "#15181d"))


def test_ink_follows_the_page() -> None:
    svg = draw("", "", [panel(Series("a", (Point(0, 0.1),), 0))])
    assert INK not in svg
    assert "currentColor" in svg
    assert "prefers-color-scheme: dark" in svg
