"""Lays the page out: one HTML file with its style, its script and its pictures inside."""

import re
from datetime import date
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ssr_neuro import __version__
from ssr_neuro.charts import colours, numbers
from ssr_neuro.costs.accounting.sheet import BREAK_EVEN
from ssr_neuro.evaluation.columns import figure_name
from ssr_neuro.report.contents import Report, Reports
from ssr_neuro.report.page import accuracy, compared, gates, headline, operations
from ssr_neuro.report.page.kept_templates import kept_templates
from ssr_neuro.report.page.sources import Sources
from ssr_neuro.report.page.view import View, view
from ssr_neuro.report.pictures.cores import SHADES
from ssr_neuro.report.pictures.latency import legend

FILTERS = (
    "count",
    "duration",
    "energy",
    "mean",
    "metric",
    "percent",
    "plain",
    "short",
    "significant",
    "tied",
    "times",
)


def page(reports: Report | Reports, day: date) -> str:
    """The page as HTML, of that day. Of one report the JSON beside it is that report, else all."""
    given = Reports((reports,)) if isinstance(reports, Report) else reports
    sources = Sources()
    side_by_side = compared.grid(given.compared, given.reports, sources) if given.compared else None
    views = [
        _view(one, number, sources, isinstance(reports, Report))
        for number, one in enumerate(given.reports)
    ]
    return (
        _environment()
        .get_template("page.html.jinja")
        .render(
            views=views,
            title=headline.title(given.reports),
            date=f"{day.day} {day:%B %Y}",
            iso_date=day.isoformat(),
            compared=given.compared,
            grid=side_by_side,
            gates=gates.table(given.gates, sources) if given.gates else None,
            gates_notes=gates.NOTES,
            sources=sources,
            style=colours.css() + Markup(_text("page.css")),
            script=Markup(_text("page.js")),
            break_even=BREAK_EVEN,
            step_parts=legend,
            shades=SHADES,
            judged_titles=accuracy.JUDGED,
            leading=accuracy.leading_metric,
            left_out=accuracy.left_out,
            sequences=accuracy.sequences,
            counted=operations.describe_counting,
        )
    )


def _view(report: Report, number: int, sources: Sources, alone: bool) -> View:
    name = re.sub(r"[^a-z0-9]+", "-", (report.dataset or report.model.name).lower()).strip("-")
    return view(
        report, sources, f"{name or 'model'}-{number + 1}", "" if alone else f"reports.{number}."
    )


@cache
def _environment() -> Environment:
    """Made once, as its templates are read when a page is made first."""
    environment = Environment(
        loader=PackageLoader("ssr_neuro.report.page", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=kept_templates(__version__),
    )
    environment.filters |= {name: getattr(numbers, name) for name in FILTERS}
    environment.filters["figure_name"] = figure_name
    return environment


def _text(name: str) -> str:
    return (files("ssr_neuro.report.page") / "templates" / name).read_text(encoding="utf-8")
