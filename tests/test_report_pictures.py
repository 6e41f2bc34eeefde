"""The pictures say what the counts say, and numbers are written as people read them."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from report_example import STEPS, example, example_report

from ssr_neuro.errors import BadInput
from ssr_neuro.report import numbers, pictures
from ssr_neuro.report.counts import count
from ssr_neuro.report.raster import raster


def marks(svg: str, kind: str) -> list[ET.Element]:
    return [e for e in ET.fromstring(svg).iter() if kind in (e.get("class") or "").split()]


def test_bars_are_as_long_as_the_rates() -> None:
    populations = count(*example()).populations
    bars = marks(pictures.firing_rates(populations), "bar")
    largest = max(p.rate for p in populations)
    lengths = [float(b.get("width") or 0) for b in bars]
    assert lengths == pytest.approx(
        [p.rate / largest * max(lengths) for p in populations], abs=0.01
    )
    shown = [e.text for e in marks(pictures.firing_rates(populations), "value")]
    assert shown == [numbers.percent(p.rate) for p in populations]


@pytest.mark.parametrize("number", range(4))
def test_energy_bars_are_stacked_in_proportion(number: int) -> None:
    sheet = example_report().energy[number]
    svg = ET.fromstring(pictures.energy_bars(sheet))
    widths = [float(e.get("width") or 0) for e in svg.iter("rect")]
    energy = [t.energy_pj or 0 for b in (sheet.ssr, sheet.ann) if b for t in b.terms]
    assert [w / sum(widths) for w in widths] == pytest.approx(
        [e / sum(energy) for e in energy], abs=1e-3
    )
    assert svg.findall("text")[1].text == numbers.energy(sheet.ssr.total_pj)


def test_terms_have_colours_of_their_own_and_shared_ones_the_same() -> None:
    for sheet in example_report().energy:
        colours = pictures.colours(sheet)
        assert len(set(colours.values())) == len(colours)


def test_the_raster_draws_each_spike_of_the_neurons_shown() -> None:
    program, trace = example()
    drawn = raster(program, trace, sample=1, at_most=5)
    svg = str(pictures.spike_raster(drawn))
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
    program, trace = example()
    populations = count(program, trace).populations
    svg = pictures.timeline(populations, STEPS)
    lefts = [float(e.get("x") or 0) for e in marks(svg, "c0")]
    step = lefts[1] - lefts[0]
    assert lefts == pytest.approx([lefts[0] + (p.depth - 1) * step for p in populations], abs=0.1)
    second = [float(e.get("x") or 0) for e in marks(svg, "c1")]
    assert second[0] - lefts[0] == pytest.approx(STEPS * step, abs=0.1)


def test_names_are_escaped_in_pictures() -> None:
    populations = count(*example()).populations
    svg = pictures.firing_rates((replace(populations[0], name='a<b>&"c"'),))
    assert "<b>" not in svg
    assert marks(svg, "label")[0].text == 'a<b>&"c"'


def test_an_unknown_total_is_written_so() -> None:
    sheet = example_report().energy[0]
    dark = replace(sheet, ssr=replace(sheet.ssr, total_pj=None))
    assert re.search(r'class="value strong"[^>]*>unknown<', pictures.energy_bars(dark))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (numbers.count(1234567), "1,234,567"),
        (numbers.count(12.5), "12.5"),
        (numbers.count(None), "unknown"),
        (numbers.mean(1234), "1,234.0"),
        (numbers.metric(0.05), "0.0500"),
        (numbers.significant(0.00051234), "0.0005123"),
        (numbers.significant(1480123.4), "1,480,000"),
        (numbers.significant(9.9999), "10.000"),
        (numbers.significant(None), "unknown"),
        (numbers.short(4.6), "4.6"),
        (numbers.short(0), "0"),
        (numbers.percent(0.12345), "12.35 %"),
        (numbers.energy(999.0), "999.0 pJ"),
        (numbers.energy(1234.0), "1.234 nJ"),
        (numbers.energy(8.87e6), "8.870 µJ"),
        (numbers.energy(0), "0 pJ"),
        (numbers.plain([1, 0.5, True, None]), "1, 0.5, yes, none"),
    ],
)  # fmt: skip
def test_numbers_as_people_read_them(text: str, expected: str) -> None:
    assert text == expected
