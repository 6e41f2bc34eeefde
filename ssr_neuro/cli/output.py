"""What commands print with: results on standard output, the rest on standard error."""

import json
import os
import sys
import warnings
from pathlib import Path
from typing import Any

from rich.markup import escape

from ssr_neuro.cli.console import console, errors, notes
from ssr_neuro.cli.table import table
from ssr_neuro.errors import Note

__all__ = [
    "command",
    "console",
    "errors",
    "format_whole",
    "note",
    "notes",
    "print_json",
    "show_notes",
    "table",
]


def note(text: str) -> None:
    """What is worth knowing and no result, on standard error."""
    notes.print(f"[yellow]Note[/] {escape(text)}", soft_wrap=True)


def show_notes() -> None:
    """From here on, a `Note` of the library is a note of the command; other warnings stay."""
    ordinary = warnings.showwarning

    def show(message: Warning | str, category: type[Warning], *place: Any, **to: Any) -> None:
        if not issubclass(category, Note):
            ordinary(message, category, *place, **to)
        elif is_first_process():
            note(str(message))

    warnings.showwarning = show


def is_first_process() -> bool:
    """Of several processes that `torchrun` started, one prints."""
    return os.environ.get("RANK", "0") == "0"


def command() -> list[str]:
    """This command as it was typed, for the provenance of what it writes; bytes that are no UTF-8
    stand in it as codes."""
    words = [Path(sys.argv[0]).name, *sys.argv[1:]]
    return [word.encode(errors="backslashreplace").decode() for word in words]


def print_json(document: Any) -> None:
    """One JSON document on standard output, for machines."""
    print(json.dumps(document, indent=1, default=str))


def format_whole(number: float) -> str:
    return f"{number:,.0f}"
