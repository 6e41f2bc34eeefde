"""How compiling grows, as a table and a picture of results/compile-growth.json."""

from collections.abc import Callable
from typing import Any

from compile_growth import PAPER, VARIED
from model_figures import markdown_table
from number_regions import read_result

from ssr_neuro.charts.figure import draw
from ssr_neuro.charts.panels import Axis, Panel, Point, Series

LETTERS = {"positions": "N", "features": "D", "steps": "T", "blocks": "L", "items": "V"}
MEASURED = {"cpu_s": "CPU time, s", "peak_mb": "largest memory, MB"}
PARTS = ("least", "median", "most")  # of the rounds
RISE = Axis("times that of the paper's SSR", log=True)


def table() -> str:
    """A row for each size that was measured, the paper's first."""
    heads = (*LETTERS.values(), *MEASURED.values())
    keys = (*LETTERS, *MEASURED)
    ordered = sorted(read_result("compile-growth")["sizes"], key=_varied)
    return markdown_table(heads, [[f"{row[key]:,}" for key in keys] for row in ordered])


def picture() -> str:
    """Time and memory where one of the five numbers grows, one line for each."""
    sizes = read_result("compile-growth")["sizes"]
    panels = [
        Panel(title, RISE, Axis(title, log=True), tuple(_lines(sizes, key)))
        for key, title in MEASURED.items()
    ]
    base = ", ".join(f"{LETTERS[name]} = {getattr(PAPER, name):,}" for name in VARIED)
    return draw(
        "How compiling grows",
        f"ssr-compile --target program; one number at a time changed from {base}.",
        panels,
        ["Start of Python included. Below 1 the number is smaller than the paper's."],
    )


def _lines(sizes: list[dict[str, Any]], key: str) -> list[Series]:
    """Each number's sizes by how much larger it is."""
    return [
        Series(
            LETTERS[name],
            tuple(
                sorted(
                    Point(row[name] / getattr(PAPER, name), row[key])
                    for row in sizes
                    if all(row[n] == getattr(PAPER, n) for n in VARIED if n != name)
                )
            ),
            look,
        )
        for look, name in enumerate(VARIED)
    ]


def _varied(row: dict[str, Any]) -> int:
    """In how many numbers a size differs from the paper's."""
    return sum(row[name] != getattr(PAPER, name) for name in VARIED)


def time_table() -> str:
    """What the paper's SSR takes to compile, beside the import of PyTorch in the same run."""
    found = read_result("compile-time")
    rows = [
        [name, *(f"{took[kind][part]:.1f}" for kind in ("clock_s", "cpu_s") for part in PARTS)]
        for name, took in found["seconds"].items()
    ]
    heads = [f"{kind}, {part}" for kind in ("clock, s", "CPU, s") for part in PARTS]
    return markdown_table(("process", *heads), rows)


TABLES: dict[str, Callable[[], str]] = {"compile-growth": table, "compile-time": time_table}
PICTURES: dict[str, Callable[[], str]] = {"docs/pictures/compile-growth.svg": picture}
