"""Bars, raster and timeline say what the counts say; numbers are written as people read them."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from report_example import STEPS, example, example_report

from ssr_neuro.charts import numbers
from ssr_neuro.charts.bars import Bar, BarPart, bars
from ssr_neuro.charts.frame import NARROW, WIDE, Frame, draw_both_frames
from ssr_neuro.charts.svg import GLYPH, rect, shorten
from ssr_neuro.chip import Price
from ssr_neuro.costs.bill import bill, charge
from ssr_neuro.costs.counting import count
from ssr_neuro.errors import BadInput
from ssr_neuro.report.pictures.energy import energy_bars, kinds_of, sort_terms
from ssr_neuro.report.pictures.kinds import KINDS, kind_of
from ssr_neuro.report.pictures.raster import spike_raster, timeline
from ssr_neuro.report.pictures.rates import draw_firing_rates, spikes_changed
from ssr_neuro.report.raster import raster


def marks(svg: str, kind: str) -> list[ET.Element]:
    return [e for e in ET.fromstring(svg).iter() if kind in (e.get("class") or "").split()]


def width(element: ET.Element) -> float:
    return float(element.get("width") or 0)


def test_bars_are_as_long_as_the_rates() -> None:
    populations = count(*example()).populations
    lengths = [width(bar) for bar in marks(draw_firing_rates(populations, WIDE), "bar")]
    largest = max(p.rate for p in populations)
    assert lengths == pytest.approx(
        [p.rate / largest * max(lengths) for p in populations], abs=0.01
    )
    shown = [e.text for e in marks(draw_firing_rates(populations, WIDE), "value")]
    assert shown == [numbers.percent(p.rate) for p in populations]


def test_what_a_population_changes_itself_is_part_of_what_changed() -> None:
    rows = example_report().quantised[:2]
    svg = spikes_changed(
        (replace(rows[0], changed=0.4, own=0.1), replace(rows[1], changed=0.2)), WIDE
    )
    inherited, own = ([width(e) for e in marks(svg, kind)] for kind in ("pale", "bar"))
    assert own[0] + inherited[0] == pytest.approx(2 * (own[1] + inherited[1]), abs=0.02)
    assert own[0] == pytest.approx((own[0] + inherited[0]) / 4, abs=0.01)


@pytest.mark.parametrize("number", range(4))
def test_energy_bars_are_stacked_in_proportion(number: int) -> None:
    sheet = example_report().energy[number]
    svg = energy_bars(sheet, WIDE)
    widths = [width(e) for e in marks(svg, "part")]
    energy = [t.energy_pj for b in sheet.bills for t in sort_terms(b) if t.energy_pj is not None]
    assert [w / sum(widths) for w in widths] == pytest.approx(
        [e / sum(energy) for e in energy], abs=1e-3
    )
    assert len(marks(svg, "unknown")) == sum(bool(b.unknown) for b in sheet.bills)


def test_a_box_says_whose_it_is_what_was_counted_and_who_says_the_price() -> None:
    price = Price(value=2.0, unit="pJ", source="a paper", evidence="measured")
    sheet = replace(example_report().energy[0], bills=(bill("SSR", (charge("hops", 10, price),)),))
    (title,) = ET.fromstring(energy_bars(sheet, WIDE)).iter("title")
    assert title.text == "SSR, hops: 20.00 pJ = 10 at 2 pJ. measured: a paper"


def test_an_unknown_total_says_what_is_known() -> None:
    price = Price(value=2.0, unit="pJ", source="a paper", evidence="measured")
    unknown = Price(unit="pJ", reason="nobody said")
    terms = (charge("hops", 10, price), charge("barriers", 3, unknown))
    sheet = example_report().energy[0]
    some = energy_bars(replace(sheet, bills=(bill("SSR", terms),)), WIDE)
    none = energy_bars(replace(sheet, bills=(bill("SSR", terms[1:]),)), WIDE)
    assert [e.text for e in marks(some, "strong")] == ["SSR", "at least 20.00 pJ"]
    assert [e.text for e in marks(none, "strong")] == ["SSR", "unknown"]
    assert "not known: barriers" in some


@pytest.mark.parametrize(
    ("term", "kind"),
    [
        ("synaptic operations, dense", "network"),
        ("recurrence", "network"),
        ("neuron updates, idle", "updates"),
        ("item scoring", "scoring"),
        ("weight bytes", "weights"),
        ("membrane bytes", "states"),
        ("activation bytes", "states"),
        ("item table bytes", "items"),
        ("hops east-west", "messages"),
        ("messages delivered in a tile", "messages"),
        ("barriers", "messages"),
        ("spikes from the host", "host"),
        ("static power (chip-µs)", "static"),
    ],
)
def test_the_name_of_a_term_tells_its_kind(term: str, kind: str) -> None:
    assert kind_of(term).short == kind


def test_a_legend_names_each_kind_once_and_in_order() -> None:
    found = kinds_of(example_report().energy[2].bills)
    assert list(found) == sorted(set(found), key=KINDS.index)
    assert [kind.short for kind in found] == [
        "network",
        "updates",
        "scoring",
        "weights",
        "states",
        "items",
    ]


def test_the_raster_draws_each_spike_of_the_neurons_shown() -> None:
    program, trace = example()
    drawn = raster(program, trace, sample=1, at_most=5)
    svg = str(spike_raster(drawn, WIDE))
    for band in drawn.bands:
        spikes = {**trace.inputs, **trace.spikes}[band.name][1].reshape(program.steps, -1)
        assert len(band.fired) == int(spikes[:, list(band.shown)].sum())
        assert all(spikes[step - 1, band.shown[row]] for step, row in band.fired)
    assert svg.count("M") == sum(len(band.fired) for band in drawn.bands) > 0


def test_a_small_population_is_drawn_whole() -> None:
    bands = raster(*example(), at_most=1000).bands
    assert all(band.shown == tuple(range(band.neurons)) for band in bands)


def test_a_sample_that_was_not_run_cannot_be_drawn() -> None:
    with pytest.raises(BadInput, match="no sample 3 to draw; the trace holds 3"):
        raster(*example(), sample=3)


def test_the_timeline_shifts_each_population_by_its_depth() -> None:
    populations = count(*example()).populations
    svg = timeline(populations, STEPS, WIDE)
    lefts = [float(e.get("x") or 0) for e in marks(svg, "s0")]
    step = lefts[1] - lefts[0]
    assert lefts == pytest.approx([lefts[0] + (p.depth - 1) * step for p in populations], abs=0.1)
    second = [float(e.get("x") or 0) for e in marks(svg, "s1")]
    assert second[0] - lefts[0] == pytest.approx(STEPS * step, abs=0.1)


def test_names_are_escaped_in_pictures_and_tips() -> None:
    populations = count(*example()).populations
    svg = draw_firing_rates((replace(populations[0], name='a<b>&"c"'),), WIDE)
    assert "<b>" not in svg
    assert marks(svg, "label")[0].text == 'a<b>&"c"'
    assert 'data="1"' not in rect(0, 0, 1, 1, "bar", '<x data="1">')


def test_a_long_name_keeps_both_its_ends() -> None:
    assert shorten("block0_reconstruct", 40 * GLYPH) == "block0_reconstruct"
    assert shorten("abcdefghijklmnop", 7 * GLYPH) == "abc…nop"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (numbers.count(1234567), "1,234,567"),
        (numbers.count(12.5), "12.5"),
        (numbers.count(None), "unknown"),
        (numbers.mean(1234), "1,234.0"),
        (numbers.mean(None), "unknown"),
        (numbers.metric(0.05), "0.0500"),
        (numbers.significant(0.00051234), "0.0005123"),
        (numbers.significant(1480123.4), "1,480,000"),
        (numbers.significant(9.9999), "10.000"),
        (numbers.significant(None), "unknown"),
        (numbers.short(4.6), "4.6"),
        (numbers.short(0), "0"),
        (numbers.percent(0.12345), "12.35 %"),
        (numbers.percent_short(0.2), "20 %"),
        (numbers.energy(999.0), "999.0 pJ"),
        (numbers.energy(1234.0), "1.234 nJ"),
        (numbers.energy(8.87e6), "8.870 µJ"),
        (numbers.energy(5.1e8), "510.0 µJ"),
        (numbers.energy(1.22e9), "1.220 mJ"),
        (numbers.energy(0), "0 pJ"),
        (numbers.energy_short(0), "0"),
        (numbers.energy_short(20_000), "20 nJ"),
        (numbers.duration(0.0184), "18.40 ms"),
        (numbers.duration(61.99e-6), "61.99 µs"),
        (numbers.duration(4e-9), "4.000 ns"),
        (numbers.duration(None), "unknown"),
        (numbers.times(10.3085), "10.3"),
        (
            numbers.tied("2 nJ in 3 ms, 4 % of 5"),
            "2\u00a0nJ in 3\u00a0ms, 4\u00a0% of 5",
        ),
        (numbers.plain([1, 0.5, True, None]), "1, 0.5, yes, none"),
    ],
)
def test_numbers_as_people_read_them(text: str, expected: str) -> None:
    assert text == expected


def test_every_mark_has_words() -> None:
    report = example_report()
    for svg in (
        energy_bars(report.energy[0], WIDE),
        draw_firing_rates(report.counts.populations, WIDE),
    ):
        assert len(marks(svg, "mark")) == len(re.findall(r"<title>[^<]+</title>", svg)) > 0


@pytest.mark.parametrize("frame", [WIDE, NARROW])
def test_a_value_stands_behind_its_bar_and_within_the_picture(frame: Frame) -> None:
    rows = [Bar("long", (BarPart(1.0, "bar", "a"),), "100.00 %"), Bar("none", (), "0.00 %")]
    svg = bars("Shares", rows, frame)
    (bar,) = marks(svg, "bar")
    long, none = (float(e.get("x") or 0) for e in marks(svg, "value"))
    right = float(bar.get("x") or 0) + width(bar)
    assert right < long <= frame.width - len("100.00 %") * GLYPH
    assert none == pytest.approx(frame.label + 8)


def test_a_word_stands_on_a_part_that_is_wide_enough() -> None:
    parts = (BarPart(9.0, "c0", "a", "network", "i0"), BarPart(0.2, "c1", "b", "updates", "i1"))
    svg = bars("Energy", [Bar("SSR", parts, "9.2 pJ")], WIDE)
    assert [e.text for e in marks(svg, "inside")] == ["network"]


def test_names_stand_above_their_bars_where_it_is_narrow() -> None:
    rows = [Bar(name, (BarPart(1.0, "bar", name),), "1") for name in ("one", "two")]
    svg = bars("Two", rows, NARROW)
    names = [float(e.get("y") or 0) for e in marks(svg, "label")]
    tops = [float(e.get("y") or 0) for e in marks(svg, "bar")]
    assert names[0] < tops[0] < names[1] < tops[1]
    assert {e.get("x") for e in marks(svg, "bar")} == {"0"}


def test_a_picture_is_drawn_for_wide_and_for_narrow_pages() -> None:
    rows = [Bar("one", (BarPart(1.0, "bar", "one"),), "1")]
    both = draw_both_frames(lambda frame: bars("One", rows, frame))
    assert re.findall(r'viewBox="0 0 (\d+) ', both) == ["860", "360"]
