"""Writes a report as `report.json` (all numbers) and `report.html` (one page that needs nothing).

Both come from the same value, and the page names the place in the JSON of its key numbers.
"""

from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from ssr_neuro.errors import BadInput
from ssr_neuro.files import json_document
from ssr_neuro.report.contents import Report, Reports
from ssr_neuro.report.date import page_date
from ssr_neuro.report.fault import find_fault
from ssr_neuro.report.page import page

ONE = json_document.Format("ssr-neuro-report", 1, "`ssr-compile`")
SEVERAL = json_document.Format("ssr-neuro-reports", 1, "`ssr report`")


def write(report: Report | Reports, folder: Path) -> tuple[Path, Path]:
    """Write `report.json` and `report.html` into `folder` (made if missing) and name both.

    The page bears today's date, or that of SOURCE_DATE_EPOCH; the JSON bears none.
    """
    text, html = to_json(report), page(report, page_date())
    folder.mkdir(parents=True, exist_ok=True)
    json_path, html_path = folder / "report.json", folder / "report.html"
    json_path.write_text(text, encoding="utf-8")
    html_path.write_text(html, encoding="utf-8")
    return json_path, html_path


def to_json(report: Report | Reports) -> str:
    """The report as JSON text. Raises ValueError on a number that is not finite."""
    kind = ONE if isinstance(report, Report) else SEVERAL
    document = kind.wrap(asdict(report))
    return json_document.to_text(document, escape=True, default=_to_plain_number)


def read_report(path: Path) -> Report:
    """What `write` wrote of one report. Raises BadInput where the file holds something else."""
    report = ONE.load(path, _adapter())
    if said := find_fault(report):
        raise BadInput(f"{path}: {said}. Make it again with {ONE.maker}")
    return report


@cache
def _adapter() -> TypeAdapter[Report]:
    """Made once, when a report is read first: its schema takes 30 ms."""
    return TypeAdapter(Report)


def _to_plain_number(value: object) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"a report holds plain values, not {type(value).__name__}")
