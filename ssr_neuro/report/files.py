"""Writes a report in every form: page, JSON, CSV and Markdown, all of the same numbers."""

from pathlib import Path

from ssr_neuro.report import document
from ssr_neuro.report.contents import Report, Reports
from ssr_neuro.report.tables_csv import to_csv
from ssr_neuro.report.tables_markdown import to_markdown


def write(report: Report | Reports, folder: Path) -> None:
    """report.html, report.json, report.csv and report.md into `folder` (made if missing)."""
    document.write(report, folder)
    every = report if isinstance(report, Reports) else Reports((report,))
    (folder / "report.csv").write_text(to_csv(every), encoding="utf-8", newline="")
    (folder / "report.md").write_text(to_markdown(every), encoding="utf-8", newline="")
