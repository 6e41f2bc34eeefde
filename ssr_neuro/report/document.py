"""Writes a report as `report.json` (all numbers) and `report.html` (one page that needs nothing).

Both come from the same value, and the page names the place in the JSON of its key numbers.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter, ValidationError

from ssr_neuro.errors import BadInput
from ssr_neuro.report.contents import Report, Reports
from ssr_neuro.report.page import page

FORMAT = "ssr-neuro-report"
SEVERAL = "ssr-neuro-reports"
VERSION = 1


def write(report: Report | Reports, folder: Path) -> tuple[Path, Path]:
    """Write `report.json` and `report.html` into `folder` (made if missing) and name both."""
    text, html = to_json(report), page(report)
    folder.mkdir(parents=True, exist_ok=True)
    json_path, html_path = folder / "report.json", folder / "report.html"
    json_path.write_text(text, encoding="utf-8")
    html_path.write_text(html, encoding="utf-8")
    return json_path, html_path


def to_json(report: Report | Reports) -> str:
    """The report as JSON text. Raises ValueError on a number that is not finite."""
    name = FORMAT if isinstance(report, Report) else SEVERAL
    document = {"format": name, "version": VERSION, **asdict(report)}
    return json.dumps(document, indent=1, allow_nan=False, default=_plain_number) + "\n"


def read_report(path: Path) -> Report:
    """What `write` wrote of one report. Raises BadInput where the file holds something else."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document.pop("format", None) != FORMAT or document.pop("version", None) != VERSION:
            raise ValueError(f"its format is not {FORMAT} {VERSION}")
        return TypeAdapter(Report).validate_python(document)
    except (OSError, ValueError, AttributeError, ValidationError) as error:
        reason = str(error).partition("\n")[0]
        raise BadInput(f"{path}: no report of this release ({reason}); compile again") from error


def _plain_number(value: object) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"a report holds plain values, not {type(value).__name__}")
