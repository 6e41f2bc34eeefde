"""The spikes of one sample, and the samples in the pipeline, over the global steps."""

from collections.abc import Iterator

from markupsafe import Markup

from ssr_neuro.charts.svg import LABEL, PLOT, element, label, line, rect, svg, text
from ssr_neuro.costs.counts import PopulationCounts
from ssr_neuro.report.raster import Band, Raster

NEURON = 1.6
ROW = 20
TIMELINE_SAMPLES = 3


def spike_raster(raster: Raster) -> Markup:
    """A line per neuron and a mark per spike; each population is shifted by its depth."""
    columns = raster.steps + max((band.depth for band in raster.bands), default=0)
    step = PLOT / columns
    marks, top = [], 22.0
    for band in raster.bands:
        height = max(len(band.shown) * NEURON, 14)
        left = LABEL + band.depth * step
        marks += [
            label(band.name, top + height / 2 + 4),
            rect(left, top, raster.steps * step, height, "track", _said(band), rx=2),
            _spikes(band, left, top, step),
        ]
        top += height + 6
    return svg("Spikes of one sample", top, [*_steps_axis(columns, step, top), *marks])


def timeline(populations: tuple[PopulationCounts, ...], steps: int) -> Markup:
    """Which population works on which of the first samples at which global step."""
    columns = (TIMELINE_SAMPLES * steps) + max((p.depth for p in populations), default=0)
    step = PLOT / columns
    bottom = 22 + ROW * len(populations)
    marks = []
    for number, p in enumerate(populations):
        top = 22 + number * ROW
        marks.append(label(p.name, top + 13))
        for sample in range(TIMELINE_SAMPLES):
            first = sample * steps + p.depth
            left = LABEL + first * step
            tip = f"{p.name} works on sample {sample + 1} in steps {first + 1} to {first + steps}"
            marks += [
                rect(left + 1, top + 1, steps * step - 2, ROW - 3, f"s{sample}", tip, rx=2),
                text(str(sample + 1), left + steps * step / 2, top + 13, f"inside is{sample}"),
            ]
    return svg("Samples in the pipeline", bottom, [*_steps_axis(columns, step, bottom), *marks])


def _said(band: Band) -> str:
    shown = f"{len(band.shown)} of {band.neurons:,} neurons"
    return f"{band.name}: {len(band.fired)} spikes of {shown}, from step {band.depth + 1}"


def _spikes(band: Band, left: float, top: float, step: float) -> Markup:
    drawn = "".join(
        f"M{left + (k - 1) * step + 1:.1f} {top + (row + 0.5) * NEURON:.1f}h{step - 2:.1f}"
        for k, row in band.fired
    )
    return element("path", kind="spikes", d=drawn)


def _steps_axis(columns: int, step: float, bottom: float) -> Iterator[Markup]:
    for k in range(1, columns + 1, max(1, round(columns / 16))):
        at = LABEL + (k - 1) * step
        yield line(at, 18, at, bottom, "grid")
        yield text(str(k), at + step / 2, 12, "axis")
