"""Writes a report as `report.json` (all numbers) and `report.html` (one page that needs nothing).

The page is made from the JSON text, so both show the same numbers.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ssr_neuro.report import numbers, pictures
from ssr_neuro.report.contents import Report
from ssr_neuro.report.energy import BREAK_EVEN

FORMAT = "ssr-neuro-report"
VERSION = 1


def write(report: Report, folder: Path) -> tuple[Path, Path]:
    """Write `report.json` and `report.html` into `folder` (made if missing) and name both."""
    text = to_json(report)
    page = _page(report, json.loads(text))
    folder.mkdir(parents=True, exist_ok=True)
    json_path, html_path = folder / "report.json", folder / "report.html"
    json_path.write_text(text, encoding="utf-8")
    html_path.write_text(page, encoding="utf-8")
    return json_path, html_path


def to_json(report: Report) -> str:
    """The report as JSON text. Raises ValueError on a number that is not finite."""
    document = {"format": FORMAT, "version": VERSION, **asdict(report)}
    return json.dumps(document, indent=1, allow_nan=False, default=_plain_number) + "\n"


def _plain_number(value: object) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"a report holds plain values, not {type(value).__name__}")


def _page(report: Report, data: dict[str, Any]) -> str:
    loader = PackageLoader("ssr_neuro.report", ".")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    for name in ("count", "mean", "metric", "significant", "short", "percent", "energy", "plain"):
        environment.filters[name] = getattr(numbers, name)
    return environment.get_template("page.html.jinja").render(
        data=data,
        pictures=_pictures(report),
        colours={sheet.mode: pictures.colours(sheet) for sheet in report.energy},
        units={sheet["mode"]: _unit(sheet) for sheet in data["energy"]},
        sources=_sources(data["energy"]),
        break_even_formula=BREAK_EVEN,
    )


def _pictures(report: Report) -> dict[str, Markup]:
    populations = report.counts.populations
    return {
        "firing_rates": pictures.firing_rates(populations),
        "raster": pictures.spike_raster(report.raster),
        "timeline": pictures.timeline(populations, report.program.steps),
        **{sheet.mode: pictures.energy_bars(sheet) for sheet in report.energy},
    }


def _unit(sheet: dict[str, Any]) -> numbers.Unit:
    bills = [bill for bill in (sheet["ssr"], sheet["ann"]) if bill]
    return numbers.energy_unit(
        max((term["energy_pj"] or 0.0 for bill in bills for term in bill["terms"]), default=0.0)
    )


def _sources(sheets: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Each price charged, once: (what, price_pj, evidence, source)."""
    terms = [
        term
        for sheet in sheets
        for bill in (sheet["ssr"], sheet["ann"])
        if bill
        for term in bill["terms"]
    ]
    seen: dict[tuple[Any, ...], list[str]] = {}
    for term in terms:
        names = seen.setdefault((term["price_pj"], term["evidence"], term["source"]), [])
        if term["name"] not in names:
            names.append(term["name"])
    return [(", ".join(names), *key) for key, names in seen.items()]
