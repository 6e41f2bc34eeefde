"""Charts: round ticks, names that do not cover each other, text that is safe and repeatable."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssr_neuro.charts.study import LOOKS, Axis, Panel, Point, Series, draw
from ssr_neuro.charts.study_labels import HEIGHT, Label, spread
from ssr_neuro.charts.study_scale import round_values, scale
from ssr_neuro.charts.study_style import ON_BLACK, ON_WHITE

SVG = "{http://www.w3.org/2000/svg}"


def panel(*series: Series, **options: object) -> Panel:
    return Panel("p", Axis("items (%)"), Axis("HR@10"), series, **options)  # type: ignore[arg-type]


def test_ticks_are_round_and_hold_all_values() -> None:
    assert round_values(0.0623, 0.1594) == [0.06, 0.08, 0.10, 0.12, 0.14, 0.16]
    assert round_values(7.0, 7.0)[0] < 7 < round_values(7.0, 7.0)[-1]
    assert round_values(0.0, 0.0)[0] <= 0 <= round_values(0.0, 0.0)[-1]


@given(st.floats(-1e3, 1e3), st.floats(1e-6, 1e3))
def test_ticks_are_few_and_hold_any_range(low: float, span: float) -> None:
    ticks = round_values(low, low + span)
    unseen = 1e-6 * (ticks[1] - ticks[0])  # far below a pixel
    assert ticks[0] <= low + unseen
    assert ticks[-1] >= low + span - unseen
    assert 2 <= len(ticks) <= 8


def test_a_log_axis_has_powers_of_two_at_equal_distances() -> None:
    found = scale(Axis("bytes", log=True), [9.0, 60.0], 0.0, 300.0)
    assert [said for _, said in found.ticks] == ["8", "16", "32", "64"]
    assert [found.at(value) for value, _ in found.ticks] == pytest.approx([0, 100, 200, 300])
    alone = scale(Axis("bytes", log=True), [32.0], 0.0, 300.0)
    assert alone.at(32.0) == pytest.approx(150)


def test_given_ticks_stand_inside_the_axis() -> None:
    found = scale(Axis("T", ticks=((1.0, "1"), (8.0, "8"))), [1.0, 8.0], 0.0, 300.0)
    assert 0 < found.at(1.0) < found.at(8.0) < 300


def test_names_move_apart_and_keep_their_order() -> None:
    labels = [Label(name, 10.0, y, 40.0, 0) for name, y in (("a", 50), ("b", 51), ("c", 50))]
    a, b, c = spread(labels, 0.0, 100.0)
    assert a < c < b
    assert c - a == pytest.approx(HEIGHT, abs=0.1)
    assert b - c == pytest.approx(HEIGHT, abs=0.1)


def test_names_stay_inside_and_leave_names_elsewhere_alone() -> None:
    left = [Label("a", 0.0, 99.0, 40.0, 0), Label("b", 0.0, 99.0, 40.0, 1)]
    low, other = spread(left, 0.0, 100.0)
    assert max(low, other) <= 100
    assert abs(other - low) >= HEIGHT - 0.1
    apart = [Label("a", 0.0, 50.0, 40.0, 0), Label("b", 200.0, 50.0, 40.0, 1)]
    assert spread(apart, 0.0, 100.0) == [50.0, 50.0]


def test_a_chart_is_one_document_with_every_point_bar_and_name() -> None:
    ssr = Series("ssr <&> co", (Point(0, 0.2, 0.01), Point(5, 0.1, 0.01)), 0)
    other = Series("sasrec", (Point(0, 0.3), Point(5, 0.2)), 5)
    svg = draw("Noise", "ml-1m", [panel(ssr, other)], ["A note."])
    assert draw("Noise", "ml-1m", [panel(ssr, other)], ["A note."]) == svg
    tree = ET.fromstring(svg)
    kinds = [path.get("class") for path in tree.iter(f"{SVG}path")]
    assert kinds.count("mark s0") == kinds.count("mark s5") == 2
    assert kinds.count("bar s0") == 2
    assert "bar s5" not in kinds
    words = [text.text for text in tree.iter(f"{SVG}text")]
    assert {"ssr <&> co", "sasrec", "items (%)", "HR@10", "A note."} <= set(words)
    titles = [title.text for title in tree.iter(f"{SVG}title")]
    assert "ssr <&> co: 0.2 ± 0.01 at 0" in titles


def test_dodged_points_of_one_x_stand_side_by_side() -> None:
    points = (Point(0, 1.0), Point(1, 1.0))
    svg = draw("", "", [panel(Series("a", points, 0), Series("b", points, 1), dodge=True)])
    places = [
        path.get("transform")
        for path in ET.fromstring(svg).iter(f"{SVG}path")
        if str(path.get("class")).startswith("mark")
    ]
    assert len(set(places)) == 4


def test_colours_can_be_read_on_their_paper() -> None:
    assert len(ON_WHITE) == len(ON_BLACK) == LOOKS
    assert all(contrast(colour, "#ffffff") >= 4.5 for colour in ON_WHITE)
    assert all(contrast(colour, "#15181d") >= 4.5 for colour in ON_BLACK)


def contrast(one: str, other: str) -> float:
    """Of two sRGB colours, 1 to 21, as WCAG 2 defines it."""
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return sum(w * s for w, s in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
