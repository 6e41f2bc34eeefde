"""The table of our figures beside those that SANA-FE found of the same placed program."""

from ssr_neuro.charts import numbers
from ssr_neuro.report.page.sources import Sources
from ssr_neuro.report.page.table import Cell, Table, columns, number, words
from ssr_neuro.report.sana_fe import WRITTEN, BesideSanaFe, SanaFeFigure

RATIO = "SANA-FE at the published prices over ours."


def table(found: BesideSanaFe, sources: Sources, path: str) -> Table:
    """path: of the report in the JSON."""
    run = sources.ref(found.run)
    heads = [(one.heading, run) for one in found.prices]
    rows = tuple(
        _row(figure, sources, f"{path}sana_fe.figures.{place}")
        for place, figure in enumerate(found.figures)
    )
    ratio = ("SANA-FE over ours", sources.ref(RATIO))
    return Table("Beside SANA-FE", columns("Of one inference", "Ours", *heads, ratio), rows)


def _row(figure: SanaFeFigure, sources: Sources, path: str) -> tuple[Cell, ...]:
    """What is not known says why where one points at it; SANA-FE's source is that of the column."""
    written = WRITTEN[figure.unit]
    places = ("ours", *(f"sana_fe.{place}" for place in range(len(figure.sana_fe))))
    cells = []
    for place, value, why in zip(places, (figure.ours, *figure.sana_fe), figure.why, strict=True):
        said = f"Not known: {why}" if value is None else figure.source if place == "ours" else ""
        ref = sources.ref(said) if said else None
        cells.append(number(value, written, path=f"{path}.{place}", ref=ref))
    ratio = number(figure.ratio, numbers.significant, path=f"{path}.ratio")
    return (words(figure.name), *cells, ratio)
