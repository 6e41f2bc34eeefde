"""Plots put things where their numbers say, and keep their words apart."""

import math
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_pages import whole_report

from ssr_neuro.charts.frame import NARROW, WIDE, Frame
from ssr_neuro.charts.labels import Label, labels, spread_apart
from ssr_neuro.charts.scale import scale
from ssr_neuro.costs.accounting.sheet import Sensitivity
from ssr_neuro.report.core_map import Core, Placed, Resident
from ssr_neuro.report.pictures import cores, lines
from ssr_neuro.report.pictures.latency import legend, readings_to_draw, time_step
from ssr_neuro.report.pictures.pareto import ModelPoint, front, pareto


def marks(svg: str, kind: str) -> list[ET.Element]:
    return [e for e in ET.fromstring(svg).iter() if kind in (e.get("class") or "").split()]


def number(element: ET.Element, name: str) -> float:
    return float(element.get(name) or 0)


def test_a_straight_scale_puts_the_middle_in_the_middle() -> None:
    found = scale([0, 10], 100, 300, zero=True)
    assert found.low == 0
    assert found.at(found.high / 2) == pytest.approx(200)
    assert found.at(1e9) == 300
    assert found.ticks() == [0, 2, 4, 6, 8, 10]


def test_a_scale_over_decades_is_logarithmic() -> None:
    found = scale([1, 100], 0, 100)
    assert found.logarithmic
    assert found.at(10) == pytest.approx(50)
    assert found.ticks() == [1, 2, 5, 10, 20, 50, 100]


@given(st.lists(st.floats(1e-6, 1e12), min_size=1, max_size=9))
def test_every_value_lies_within_its_scale(values: list[float]) -> None:
    found = scale(values, 0, 1)
    places = [found.at(value) for value in sorted(values)]
    assert places == sorted(places)
    assert all(0 <= place <= 1 for place in places)


@given(st.lists(st.floats(0, 200), max_size=9))
def test_labels_are_moved_apart_in_their_order(places: list[float]) -> None:
    moved = spread_apart(places, 10, 0, 200)
    ordered = sorted(moved)
    assert all(after - before >= 10 - 1e-6 for before, after in pairwise(ordered))
    assert all(-1e-6 <= place <= 200 + 1e-6 for place in moved)
    pairs = sorted(zip(places, moved, strict=True))
    assert [b for _, b in pairs] == sorted(b for _, b in pairs)


def test_the_front_holds_what_nothing_beats() -> None:
    cheap, good, bad = (
        ModelPoint("cheap", 1, 0.1, 0, True),
        ModelPoint("good", 9, 0.3, 0, False),
        ModelPoint("bad", 10, 0.2, 0, False),
    )
    same = ModelPoint("same energy, less", 9, 0.25, 0, False)
    assert front([bad, same, good, cheap]) == [cheap, good]


def test_a_pareto_plot_draws_every_point_where_it_belongs() -> None:
    points = [ModelPoint("SSR", 100, 0.1, 0.01, True), ModelPoint("other", 1000, 0.3, 0, False)]
    svg = pareto(points, "NDCG@10", WIDE)
    (ours,), (other,) = marks(svg, "ours"), [e for e in marks(svg, "point") if e.get("cx")]
    left, top = map(float, (ours.get("points") or "").split()[0].split(","))
    assert left < number(other, "cx")
    assert top > number(other, "cy")
    assert len(marks(svg, "error")) == 1
    assert {e.text for e in marks(svg, "name")} == {"SSR", "other"}


def test_lines_meet_where_both_cost_the_same() -> None:
    sheet = whole_report().energy[0]
    ssr, other = sheet.bills[0], sheet.bills[1]
    rate = sheet.break_even[other.subject]
    assert rate is not None
    assert lines.at_rate(ssr, sheet.rate, rate) == pytest.approx(other.total_pj)
    assert lines.at_rate(ssr, sheet.rate, sheet.rate) == pytest.approx(ssr.total_pj)
    found = marks(
        lines.break_even(replace(sheet, break_even={other.subject: 0.5}), WIDE), "meeting"
    )
    assert len(found) == 1


def test_a_model_with_an_unknown_term_is_drawn_as_at_least() -> None:
    found = Sensitivity(
        "hops",
        "",
        (1.0, 2.0),
        {"a": (1.0, 2.0), "b": (None, None)},
        {"a": (1.0, 2.0), "b": (3.0, 4.0)},
    )
    svg = lines.sensitivity(found, WIDE)
    assert [e.text for e in marks(svg, "name")] == ["a", "b, at least"]
    assert len(marks(svg, "point")) == 4


def core(number: int, share: float) -> Core:
    block = Resident("encoder", "population", (0, 4), (0, 64), 256)
    return Core(
        number,
        0,
        number % 2,
        number // 2,
        0,
        {"neurons": int(100 * share), "bits": None},
        {"neurons": share},
        "neurons",
        (block,),
    )


def test_a_core_is_shaded_by_its_fullest_need() -> None:
    shades = [cores.shade(core(0, share)) for share in (0.0, 0.5, 0.99, 1.0)]
    assert shades == [0, 3, 5, 5]
    assert cores.shade(replace(core(0, 0.5), fullest=None)) is None


def test_the_core_map_shows_each_core_in_its_place_and_the_empty_ones() -> None:
    placed = Placed(
        "chip",
        "A chip",
        cores=(core(0, 0.1), core(3, 0.9)),
        mesh="2x2x1",
        columns=2,
        rows=2,
        seats=1,
        cores_per_chip=4,
    )
    svg = cores.core_map(placed, WIDE)
    first, last = marks(svg, "mark")
    assert number(first, "x") < number(last, "x")
    assert number(first, "y") > number(last, "y")
    assert len(marks(svg, "empty")) == 2
    assert "Core 0 holds encoder, positions 0\N{EN DASH}3, features 0\N{EN DASH}63." in svg
    assert "neurons 10, limit unknown; bits unknown" in svg


def test_without_a_mesh_cores_stand_in_rows() -> None:
    bare = replace(core(5, 0.5), column=None, row=None, seat=None)
    placed = Placed("chip", "A chip", cores=(bare,), cores_per_chip=8)
    assert cores.grid(placed) == (4, 2)
    assert len(marks(cores.core_map(placed, WIDE), "empty")) == 7


def test_seats_of_a_tile_stand_together() -> None:
    placed = Placed("chip", "A chip", columns=8, rows=4, seats=4)
    assert cores.tile(4) == (2, 2)
    assert cores.grid(placed) == (16, 8)


def test_the_modelled_step_is_drawn_in_parts() -> None:
    latency = whole_report().latency
    assert latency is not None
    assert readings_to_draw(latency) == [latency.modelled]
    widths = [number(e, "width") for e in marks(time_step(latency, WIDE), "part")]
    spent = [part.ns or 0.0 for part in latency.modelled.parts]
    assert [w / sum(widths) for w in widths] == pytest.approx(
        [n / sum(spent) for n in spent], abs=0.01
    )
    groups = dict.fromkeys(part.group for part in latency.modelled.parts if part.ns)
    assert [name for _, name in legend(latency)] == list(groups)


def test_published_steps_are_drawn_where_none_is_modelled() -> None:
    latency = whole_report().latency
    assert latency is not None
    unknown = replace(latency, modelled=replace(latency.modelled, step_ns=None))
    assert readings_to_draw(unknown) == [one for one in latency.published if one.step_ns]
    assert not re.search("modelled", time_step(unknown, WIDE))


def test_names_stand_beside_their_points_within_the_picture() -> None:
    given = [
        Label("far left", 10, 50, left=True),
        Label("an inner point", 200, 50, left=True),
        Label("a name that is far too long for its room", 250, 50),
        Label("next", 250, 52),
    ]
    svg = f"<svg>{labels(given, 0, 360, 0, 100)}</svg>"
    names = {e.text: e for e in marks(svg, "name")}
    assert set(names) == {
        "far left",
        "an inner point",
        "a name \N{HORIZONTAL ELLIPSIS}ts room",
        "next",
    }
    assert "end" in (names["an inner point"].get("class") or "")
    assert number(names["an inner point"], "x") < 200 < number(names["next"], "x")
    assert number(names["far left"], "x") > 10
    ups = [number(e, "y") for e in names.values() if "end" not in (e.get("class") or "")]
    assert min(b - a for a, b in pairwise(sorted(ups))) >= 15 - 0.1


@pytest.mark.parametrize("frame", [WIDE, NARROW])
def test_every_plot_fits_its_frame(frame: Frame) -> None:
    sheet = whole_report().energy[1]
    points = [
        ModelPoint("SSR", 100, 0.1, 0.01, True),
        ModelPoint("lrurec, incremental", 1000, 0.3, 0, False),
    ]
    for svg in (
        lines.break_even(sheet, frame),
        lines.sensitivity(sheet.sensitivity[0], frame),
        pareto(points, "NDCG@10", frame),
    ):
        root = ET.fromstring(svg)
        assert (root.get("viewBox") or "").startswith(f"0 0 {frame.width:.0f} ")
        places = [number(e, "cx") for e in marks(svg, "point") if e.get("cx")]
        assert all(0 < place < frame.width for place in places)


def test_a_sensitivity_has_a_total_for_each_value() -> None:
    for total, known in (({"SSR": (1.0,)}, {"SSR": (1.0, 2.0)}), ({}, {"SSR": (1.0, 2.0)})):
        with pytest.raises(ValueError, match="each subject needs a total for each of its values"):
            Sensitivity("width of a word", "bits", (16, 32), total, known)


@pytest.mark.parametrize("low", [0.0, 5e-324, 1e-310, 0.5, -1e308])
@pytest.mark.parametrize("high", [5e-324, 1.0, 1e308, 1.7e308])
def test_a_scale_of_any_floats_has_finite_ticks(low: float, high: float) -> None:
    found = scale([low, high], 0, 100)
    assert all(map(math.isfinite, found.ticks()))
    assert len(found.ticks()) < 40
    assert 0 <= found.at(low) <= 100
