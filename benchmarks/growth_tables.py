"""How compiling grows, as a table of results/compile-growth.json."""

from typing import Any

from compile_growth import PAPER, VARIED
from model_figures import markdown_table
from number_regions import read_result

LETTERS = {"positions": "N", "features": "D", "steps": "T", "blocks": "L", "items": "V"}


def table() -> str:
    """A row for each size that was measured, the paper's first."""
    heads = (*LETTERS.values(), "CPU time, s", "largest memory, MB")
    keys = (*LETTERS, "cpu_s", "peak_mb")
    ordered = sorted(read_result("compile-growth")["sizes"], key=_varied)
    return markdown_table(heads, [[f"{row[key]:,}" for key in keys] for row in ordered])


def _varied(row: dict[str, Any]) -> int:
    """In how many numbers a size differs from the paper's."""
    return sum(row[name] != getattr(PAPER, name) for name in VARIED)


TABLES = {"compile-growth": table}
