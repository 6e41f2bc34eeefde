"""The page on the papers: every table and figure is there, with a command or a reason."""

import re

import pytest
from docs_pages import DOCS

PAGE = (DOCS / "reference" / "papers.md").read_text(encoding="utf-8")
# How many figures and tables each paper has.
PAPERS = {"SSR": (7, 3), "LRURec": (4, 6), "TiM4Rec": (6, 6)}


def rows(paper: str) -> list[list[str]]:
    """Cells of the rows of a paper's table."""
    (part,) = [part for part in PAGE.split("\n## ") if part.startswith(f"{paper} (")]
    lines = [line for line in part.splitlines() if line.startswith("| ")][1:]
    return [re.split(r"(?<!\\) ?\| ?", line)[1:-1] for line in lines]


@pytest.mark.parametrize("paper", PAPERS)
def test_every_table_and_figure_of_a_paper_stands_there(paper: str) -> None:
    names = "\n".join(row[0] for row in rows(paper))
    for word, count in zip(("Figure", "Table"), PAPERS[paper], strict=True):
        found = {int(number) for number in re.findall(rf"{word} (\d+)", names)}
        assert found == set(range(1, count + 1))


@pytest.mark.parametrize("paper", PAPERS)
def test_each_has_a_command_or_says_why_there_is_none(paper: str) -> None:
    for name, command, *_ in rows(paper):
        assert re.search(r"`ssr[ -]", command) or command.startswith("none"), name
