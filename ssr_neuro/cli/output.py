"""What commands print with: results on standard output, the rest on standard error."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from rich.markup import escape

from ssr_neuro.cli.console import console, errors, notes
from ssr_neuro.cli.table import table

__all__ = ["command", "console", "errors", "note", "notes", "print_json", "table", "whole"]


def note(text: str) -> None:
    """What is worth knowing and no result, on standard error."""
    notes.print(f"[yellow]Note[/] {escape(text)}", soft_wrap=True)


def is_first_process() -> bool:
    """Of several processes that `torchrun` started, one prints."""
    return os.environ.get("RANK", "0") == "0"


def command() -> list[str]:
    """This command as it was typed, for the provenance of what it writes."""
    return [Path(sys.argv[0]).name, *sys.argv[1:]]


def print_json(document: Any) -> None:
    """One JSON document on standard output, for machines."""
    print(json.dumps(document, indent=1, default=str))


def whole(number: float) -> str:
    return f"{number:,.0f}"
