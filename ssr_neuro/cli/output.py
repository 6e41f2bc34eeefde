"""What commands print with: results on standard output, the rest on standard error."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

# A pipe or a log has no width of its own: lines stay whole there.
PIPE_WIDTH = 120
console = Console(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)
errors = Console(stderr=True, highlight=False)


def table(title: str, columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """First column to the left, the others to the right."""
    shown = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for number, column in enumerate(columns):
        shown.add_column(
            column, justify="left" if number == 0 else "right", style="" if number else "cyan"
        )
    for row in rows:
        shown.add_row(*(str(cell) for cell in row))
    console.print(shown)
    console.print()


def note(text: str) -> None:
    """What is worth knowing and no result, on standard error."""
    errors.print(f"[yellow]Note[/] {escape(text)}", soft_wrap=True)


def command() -> list[str]:
    """This command as it was typed, for the provenance of what it writes."""
    return [Path(sys.argv[0]).name, *sys.argv[1:]]


def print_json(document: Any) -> None:
    """One JSON document on standard output, for machines."""
    print(json.dumps(document, indent=1, default=str))


def whole(number: float) -> str:
    return f"{number:,.0f}"
