"""The pictures of the page as inline SVG; colours are CSS variables, so they follow the page."""

from collections.abc import Iterable

from markupsafe import Markup, escape

from ssr_neuro.report import numbers
from ssr_neuro.report.counts import PopulationCounts
from ssr_neuro.report.energy import Bill, Sheet
from ssr_neuro.report.raster import Band, Raster

WIDTH = 720
LABEL = 170
PLOT = WIDTH - LABEL
COLOURS = 12
TIMELINE_SAMPLES = 3


def firing_rates(populations: tuple[PopulationCounts, ...]) -> Markup:
    """One bar per population: spikes per neuron and step, the longest bar filling the width."""
    row, room = 24, PLOT - 80
    largest = max((p.rate for p in populations), default=0.0) or 1.0
    marks = []
    for number, p in enumerate(populations):
        top, length = number * row + 4, p.rate / largest * room
        marks += [
            _label(p.name, top + 12),
            Markup(
                '<rect class="track" x="{}" y="{}" width="{}" height="16" rx="2"/>'
                '<rect class="bar" x="{}" y="{}" width="{:.2f}" height="16" rx="2">'
                "<title>{}: {} of {} updates per sample</title></rect>"
                '<text class="value" x="{:.2f}" y="{}">{}</text>'
            ).format(
                *(LABEL, top, room, LABEL, top, length, p.name),
                *(numbers.count(p.spikes.mean), numbers.count(p.updates)),
                *(LABEL + length + 8, top + 12, numbers.percent(p.rate)),
            ),
        ]
    return _svg("Firing rate per population", row * len(populations) + 8, marks)


def colours(sheet: Sheet) -> dict[str, int]:
    """Number of the colour of each term; a term has the same one in both bills."""
    bills = [b for b in (sheet.ssr, sheet.ann) if b]
    found = dict.fromkeys(term.name for b in bills for term in b.terms)
    return {name: number % COLOURS for number, name in enumerate(found)}


def energy_bars(sheet: Sheet) -> Markup:
    """SSR above SSR-ANN, each bar stacked by term, both on one scale."""
    bills = [b for b in (sheet.ssr, sheet.ann) if b]
    largest = max(_known(b) for b in bills) or 1.0
    colour = colours(sheet)
    marks = []
    for number, b in enumerate(bills):
        marks += _stack(b, number * 46 + 6, (PLOT - 100) / largest, colour)
    return _svg(f"Energy by term: {sheet.title}", 46 * len(bills) + 4, marks)


def spike_raster(raster: Raster) -> Markup:
    """A line per neuron and a mark per spike; each population is shifted by its depth."""
    columns = raster.steps + max((band.depth for band in raster.bands), default=0)
    step, neuron = PLOT / columns, 1.6
    marks, top = [], 22.0
    for band in raster.bands:
        height = max(len(band.shown) * neuron, 14)
        left = LABEL + band.depth * step
        marks += [
            _label(band.name, top + height / 2 + 4),
            _window(left, top, raster.steps * step, height, "track"),
            _spikes(band, left, top, step, neuron),
        ]
        top += height + 6
    return _svg("Spikes of one sample", top, [_steps_axis(columns, step, top), *marks])


def timeline(populations: tuple[PopulationCounts, ...], steps: int) -> Markup:
    """Which population works on which of the first samples at which global step."""
    columns = (TIMELINE_SAMPLES * steps) + max((p.depth for p in populations), default=0)
    step, row = PLOT / columns, 20
    bottom = 22 + row * len(populations)
    marks = []
    for number, p in enumerate(populations):
        top = 22 + number * row
        marks.append(_label(p.name, top + 13))
        for sample in range(TIMELINE_SAMPLES):
            left = LABEL + (sample * steps + p.depth) * step
            marks.append(_window(left + 1, top + 1, steps * step - 2, row - 3, f"c{sample}"))
            marks.append(
                Markup('<text class="inside" x="{:.2f}" y="{}">{}</text>').format(
                    left + steps * step / 2, top + 13, sample + 1
                )
            )
    return _svg("Samples in the pipeline", bottom, [_steps_axis(columns, step, bottom), *marks])


def _known(b: Bill) -> float:
    return sum(term.energy_pj or 0.0 for term in b.terms)


def _stack(b: Bill, top: int, scale: float, colour: dict[str, int]) -> list[Markup]:
    marks, left = [_label(b.subject, top + 20)], float(LABEL)
    for term in b.terms:
        length = (term.energy_pj or 0.0) * scale
        marks.append(
            Markup(
                '<rect class="c{}" x="{:.2f}" y="{}" width="{:.2f}" height="32">'
                "<title>{}: {}</title></rect>"
            ).format(
                colour[term.name], left, top, length, term.name, numbers.energy(term.energy_pj)
            )
        )
        left += length
    total = Markup('<text class="value strong" x="{:.2f}" y="{}">{}</text>')
    return [*marks, total.format(left + 8, top + 20, numbers.energy(b.total_pj))]


def _spikes(band: Band, left: float, top: float, step: float, neuron: float) -> Markup:
    path = "".join(
        f"M{left + (k - 1) * step + 1:.1f} {top + (row + 0.5) * neuron:.1f}h{step - 2:.1f}"
        for k, row in band.fired
    )
    return Markup('<path class="spikes" d="{}"><title>{}: {} spikes</title></path>').format(
        path, band.name, len(band.fired)
    )


def _steps_axis(columns: int, step: float, bottom: float) -> Markup:
    every = max(1, round(columns / 16))
    shown = range(1, columns + 1, every)
    return Markup("").join(
        Markup(
            '<line class="grid" x1="{0:.2f}" x2="{0:.2f}" y1="18" y2="{1:.2f}"/>'
            '<text class="axis" x="{2:.2f}" y="12">{3}</text>'
        ).format(LABEL + (k - 1) * step, bottom, LABEL + (k - 0.5) * step, k)
        for k in shown
    )


def _window(left: float, top: float, width: float, height: float, kind: str) -> Markup:
    return Markup(
        '<rect class="{}" x="{:.2f}" y="{:.2f}" width="{:.2f}" height="{:.2f}" rx="2"/>'
    ).format(kind, left, top, width, height)


def _label(text: str, y: float) -> Markup:
    return Markup('<text class="label" x="{}" y="{:.1f}">{}</text>').format(LABEL - 12, y, text)


def _svg(title: str, height: float, marks: Iterable[Markup]) -> Markup:
    inside = Markup("").join(marks)
    return Markup('<svg viewBox="0 0 {} {:.0f}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, height, escape(title), inside
    )
