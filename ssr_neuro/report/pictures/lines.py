"""Energy as one assumption changes, and as the firing rate does: a line for each model."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ssr_neuro.charts import numbers
from ssr_neuro.charts.axes import Area, Written, area, axes
from ssr_neuro.charts.frame import Frame
from ssr_neuro.charts.labels import Label, labels
from ssr_neuro.charts.scale import Scale, scale
from ssr_neuro.charts.svg import element, line, path, svg, text
from ssr_neuro.costs.accounting.sheet import Sensitivity, Sheet
from ssr_neuro.costs.bill import Bill
from ssr_neuro.report.names import short_subject_names, subject_name

HEIGHT = 236
SAMPLED = 48
DASHES = 5


@dataclass(frozen=True)
class ModelLine:
    """One model: (value, energy in pJ), in order of the values. label: beside its line."""

    name: str
    label: str
    points: tuple[tuple[float, float], ...]
    marked: bool = True


def sensitivity(found: Sensitivity, frame: Frame) -> Markup:
    """A line for each model; of one with a term unknown the sum of the others, which says so."""
    shown = _labels(found.known_pj, frame)
    series = [
        ModelLine(
            _at_least(subject_name(name), name, found),
            _at_least(shown[name], name, found),
            tuple(zip(found.values, known, strict=True)),
        )
        for name, known in found.known_pj.items()
    ]
    place = area(frame, HEIGHT, (one.label for one in series))
    x = scale(found.values, place.left, place.right)
    along = found.unit or found.what
    return _plot(f"Energy against {found.what}", series, place, x, along, numbers.short)


def break_even(sheet: Sheet, frame: Frame) -> Markup:
    """SSR rises with its firing rate, the others do not; where they meet both cost the same."""
    ssr, *others = (b for b in sheet.bills if b.total_pj is not None)
    meets = {subject_name(name): rate for name, rate in meetings(sheet).items()}
    shown = _labels((b.subject for b in (ssr, *others)), frame)
    most = min(1.0, 1.25 * max([2 * sheet.rate, *meets.values()]))
    place = area(frame, HEIGHT, shown.values())
    x = Scale(0.0, most, place.left, place.right)
    rates = [most * k / SAMPLED for k in range(SAMPLED + 1)]
    rising = tuple((r, at_rate(ssr, sheet.rate, r)) for r in rates)
    level = ((b, tuple((r, b.total_pj or 0.0) for r in (0.0, most))) for b in others)
    series = [
        ModelLine(
            subject_name(b.subject),
            shown[b.subject],
            points,
            marked=False,
        )
        for b, points in ((ssr, rising), *level)
    ]
    return _plot(
        "Energy against the firing rate",
        series,
        place,
        x,
        "spikes per synapse and step",
        numbers.percent_short,
        meets,
        sheet.rate,
    )


def meetings(sheet: Sheet) -> dict[str, float]:
    """By other model the rate, at most 1, at which SSR needs as much energy as it."""
    return {name: rate for name, rate in sheet.break_even.items() if rate and rate <= 1}


def at_rate(ssr: Bill, rate: float, asked: float) -> float:
    """Energy in pJ at another rate: the terms that grow with the spikes, and those that do not."""
    spiking = sum(term.energy_pj or 0.0 for term in ssr.terms if term.per_spike)
    return ssr.known_pj - spiking + spiking * asked / rate


def _labels(subjects: Iterable[str], frame: Frame) -> dict[str, str]:
    """What stands beside the line of each, shorter in a narrow picture."""
    every = list(subjects)
    return short_subject_names(every) if frame.narrow else {s: subject_name(s) for s in every}


def _at_least(name: str, subject: str, found: Sensitivity) -> str:
    return f"{name}, at least" if None in found.total_pj[subject] else name


def _plot(
    title: str,
    series: Sequence[ModelLine],
    place: Area,
    x: Scale,
    along: str,
    written: Written,
    meets: Mapping[str, float] | None = None,
    here: float | None = None,
) -> Markup:
    energies = [energy for one in series for _, energy in one.points]
    y = scale(energies, place.bottom, place.top, zero=True)
    marks = [*axes(x, y, (along, "energy"), (written, numbers.energy_short), place.ticks)]
    if here is not None:
        marks += [
            line(x.at(here), y.start, x.at(here), y.stop, "here"),
            text("this run", x.at(here) + 5, y.stop + 11, "name small"),
        ]
    for number, one in enumerate(series):
        marks += _line(one, number, x, y)
    for name, rate in (meets or {}).items():
        marks += _meeting(name, rate, series, x, y)
    names = [
        Label(one.label, place.right, y.at(one.points[-1][1]), "name" if number else "name strong")
        for number, one in enumerate(series)
    ]
    marks.append(labels(names, place.left, place.width, place.top, place.bottom))
    return svg(title, place.height, marks, place.width)


def _line(one: ModelLine, number: int, x: Scale, y: Scale) -> Iterator[Markup]:
    kind = "line ours" if number == 0 else f"line d{(number - 1) % DASHES}"
    yield path([(x.at(value), y.at(energy)) for value, energy in one.points], kind)
    for value, energy in one.points if one.marked else ():
        tip = f"{one.name} at {numbers.short(value)}: {numbers.energy(energy)}"
        dot = "point ours" if number == 0 else "point"
        yield element("circle", tip, kind=dot, cx=x.at(value), cy=y.at(energy), r=3.5)


def _meeting(
    name: str, rate: float, series: Sequence[ModelLine], x: Scale, y: Scale
) -> Iterator[Markup]:
    level = next((one.points[0][1] for one in series if one.name == name), None)
    if level is None:
        return
    tip = f"SSR costs what {name} costs at {numbers.percent(rate)} spikes per synapse and step"
    yield element("circle", tip, kind="point meeting", cx=x.at(rate), cy=y.at(level), r=4.5)
