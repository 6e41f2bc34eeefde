"""A measured figure stands in one place: in a results file, or once in a page."""

import re
from collections import Counter
from pathlib import Path

from docs_pages import DOCS, ROOT

GENERATED = DOCS / "reference" / "results.md"  # whole, by benchmarks/write_numbers.py
WORKED_BY_HAND = DOCS / "background" / "numbers.md"  # recomputed by tests/docs/test_numbers.py
# What no one measured: regions that a results file fills, code, and where links lead.
FILLED = re.compile(
    r"<!-- numbers: .+? -->.*?<!-- end -->|^```.*?^```$|`[^`\n]*`|\]\([^)]*\)|https?://\S+",
    re.DOTALL | re.MULTILINE,
)
NUMBER = re.compile(r"(?<![\w.,/-])\d+(?:,\d{3})*(?:\.\d+)?(?![\w.,]*\d)")
PYTHON = re.compile(r"3\.1\d")


def typed(page: str) -> set[str]:
    """The numbers of a page, as they stand, that look measured."""
    return {n for n in NUMBER.findall(FILLED.sub(" ", page)) if looks_measured(n)}


def looks_measured(number: str) -> bool:
    """Three digits behind a point, or four: no year, no power of two, no release of Python."""
    if PYTHON.fullmatch(number):
        return False
    digits = number.replace(",", "").strip("0.")
    if "." in number:
        return len(digits.replace(".", "")) >= 3
    value = int(number.replace(",", ""))
    is_year, is_power = 1900 <= value <= 2100, not (value & (value - 1) and (value + 1) & value)
    return len(digits) >= 4 and not is_year and not is_power


def test_what_looks_measured() -> None:
    page = "1,000 steps in 2025 gave 0.1876 and 21,504 of 4,096, `0.1234`, Python 3.11, "
    page += "<!-- numbers: a b .4f -->0.5678<!-- end --> and 0.5 at [4.567](figure-4.567.md)"
    assert typed(page) == {"0.1876", "21,504", "4.567"}


def pages() -> list[Path]:
    every = sorted([ROOT / "README.md", *DOCS.rglob("*.md")])
    return [page for page in every if page not in (GENERATED, WORKED_BY_HAND)]


def test_no_measured_number_is_typed_twice() -> None:
    counted: Counter[str] = Counter()
    for page in pages():
        text = FILLED.sub(" ", page.read_text(encoding="utf-8"))
        counted.update(number for number in NUMBER.findall(text) if looks_measured(number))
    assert [number for number, times in counted.items() if times > 1] == []


def test_no_table_of_measured_numbers_is_typed() -> None:
    """A row of a table outside regions holds at most two of them: a constant, an example."""
    rows = [
        (page.relative_to(ROOT).as_posix(), line)
        for page in pages()
        for line in FILLED.sub(" ", page.read_text(encoding="utf-8")).splitlines()
        if line.startswith("|") and len(typed(line)) > 2
    ]
    assert rows == []
