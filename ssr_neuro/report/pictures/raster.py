"""The spikes of one sample, and the samples in the pipeline, over the global steps."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from ssr_neuro.charts.frame import Frame
from ssr_neuro.charts.scale import Scale
from ssr_neuro.charts.svg import element, line, rect, svg, text
from ssr_neuro.costs.counts import PopulationCounts
from ssr_neuro.report.raster import Band, Raster

NEURON = 1.6
ROW, BAR = 20, 17
TOP = 22.0
TIMELINE_SAMPLES = 3


def spike_raster(raster: Raster, frame: Frame) -> Markup:
    """A line per neuron and a mark per spike; each population is shifted by its depth."""
    columns = raster.steps + max((band.depth for band in raster.bands), default=0)
    steps = _steps(columns, frame)
    marks, top = [], TOP
    for band in raster.bands:
        top += frame.above
        height = max(len(band.shown) * NEURON, 14)
        left, right = steps.at(band.depth), steps.at(band.depth + raster.steps)
        marks += [
            frame.name(band.name, top, height),
            rect(left, top, right - left, height, "track", _describe(band), rx=2),
            _spikes(band, top, steps),
        ]
        top += height + 6
    return svg("Spikes of one sample", top, [*_axis(steps, top), *marks], frame.width)


def timeline(populations: Sequence[PopulationCounts], steps: int, frame: Frame) -> Markup:
    """Which population works on which of the first samples at which global step."""
    columns = (TIMELINE_SAMPLES * steps) + max((p.depth for p in populations), default=0)
    scale = _steps(columns, frame)
    row = ROW + frame.above
    bottom = TOP + row * len(populations)
    marks = []
    for number, p in enumerate(populations):
        top = TOP + number * row + frame.above
        marks.append(frame.name(p.name, top, BAR))
        for sample in range(TIMELINE_SAMPLES):
            marks += _sample(p, sample, steps, top, scale)
    return svg("Samples in the pipeline", bottom, [*_axis(scale, bottom), *marks], frame.width)


def _steps(columns: int, frame: Frame) -> Scale:
    """Step k, from 1, lies between k - 1 and k."""
    return Scale(0.0, columns, frame.label, frame.width)


def _sample(
    one: PopulationCounts, sample: int, steps: int, top: float, scale: Scale
) -> Iterator[Markup]:
    first = sample * steps + one.depth
    left, right = scale.at(first), scale.at(first + steps)
    tip = f"{one.name} works on sample {sample + 1} in steps {first + 1} to {first + steps}"
    yield rect(left + 1, top + 1, right - left - 2, BAR, f"s{sample}", tip, rx=2)
    yield text(str(sample + 1), (left + right) / 2, top + 13, f"inside is{sample}")


def _describe(band: Band) -> str:
    shown = f"{len(band.shown)} of {band.neurons:,} neurons"
    return f"{band.name}: {len(band.fired)} spikes of {shown}, from step {band.depth + 1}"


def _spikes(band: Band, top: float, steps: Scale) -> Markup:
    width = steps.at(1) - steps.at(0)
    drawn = "".join(
        f"M{steps.at(band.depth + k - 1) + width / 12:.1f} {top + (row + 0.5) * NEURON:.1f}"
        f"h{width * 5 / 6:.1f}"
        for k, row in band.fired
    )
    return element("path", kind="spikes", d=drawn)


def _axis(steps: Scale, bottom: float) -> Iterator[Markup]:
    columns = round(steps.high)
    width = steps.at(1) - steps.at(0)
    for k in range(1, columns + 1, max(1, round(columns / 16), round(22 / width))):
        yield line(steps.at(k - 1), 18, steps.at(k - 1), bottom, "grid")
        yield text(str(k), steps.at(k - 0.5), 12, "axis")
