"""`report.csv`: one tidy table, a row for each term of each bill, numbers as `report.json` has."""

import csv
from dataclasses import astuple, fields
from io import StringIO

from ssr_neuro.files.names import spreadsheet_cell
from ssr_neuro.report.contents import Reports
from ssr_neuro.report.rows import TermRow, rows

HEADS = tuple({"dataset": "data_set"}.get(field.name, field.name) for field in fields(TermRow))


def to_csv(reports: Reports) -> str:
    """RFC 4180 but for the line ends, which are plain; a figure that is unknown is empty.

    No cell begins a formula, whatever the names are.
    """
    text = StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(HEADS)
    table.writerows(map(_cell, astuple(row)) for row in rows(reports))
    return text.getvalue()


def _cell(value: object) -> object:
    return spreadsheet_cell(value) if isinstance(value, str) else value
