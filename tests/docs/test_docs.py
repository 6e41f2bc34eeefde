"""All pages: links lead somewhere, commands and their options exist, the index names every page."""

import re
import shlex
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
from docs_pages import DOCS, ROOT, commands, fences

from ssr_neuro.cli import app, compile_app

PAGES = sorted([*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "benchmarks" / "README.md"])
PROSE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
CALL = re.compile(r"\b(ssr-compile|ssr)( [^#|;&>]*)")

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())


@cache
def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return PROSE.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """What the headings of a page can be linked by, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pages
def test_every_link_leads_to_a_file_and_a_heading_that_are_there(page: Path) -> None:
    wrong = []
    for link in LINK.findall(prose(page)):
        name, _, anchor = link.partition("#")
        target = (page.parent / name) if name else page
        if "://" in link:
            continue
        if not target.exists() or (anchor and anchor not in anchors(target)):
            wrong.append(link)
    assert wrong == []


def test_the_index_links_to_every_page() -> None:
    linked = {(DOCS / link).resolve() for link in LINK.findall(prose(DOCS / "index.md"))}
    assert [page for page in PAGES if page.name != "index.md" and page not in linked] == []


def test_the_site_has_every_page_once() -> None:
    site = tomllib.loads((DOCS / "zensical.toml").read_text(encoding="utf-8"))["project"]
    shown = re.findall(r"[\w/-]+\.md", str(site["nav"]))
    pages = [path.relative_to(ROOT).as_posix() for path in PAGES]
    assert sorted(shown) == sorted([*pages, "CHANGELOG.md"])


def calls(page: Path) -> list[list[str]]:
    """Commands of this project in code blocks and code spans, as lists of words."""
    code = re.findall(r"`([^`\n]+)`", prose(page))
    for fence in fences(page.read_text(encoding="utf-8")):
        if fence.info == "console":
            code += [command.text for command in commands(fence)]
        elif fence.info != "diff":
            code += fence.text.replace("\\\n", " ").splitlines()
    found = [CALL.match(line.strip().replace("\\|", "/")) for line in code]
    return [shlex.split(call[0]) for call in found if call]


@cache
def entry(program: str) -> Any:
    """`ssr` or `ssr-compile`, with all of its commands."""
    return typer.main.get_command(compile_app if program == "ssr-compile" else app)


def known(words: list[str]) -> tuple[str, set[str]] | None:
    """The command that the words call, and its options; None where there is no such command."""
    command = entry(words[0])
    name = words[0]
    for word in words[1:]:
        inner = getattr(command, "commands", None)
        if inner is None or word == "...":
            break
        if word not in inner:
            return None
        name, command = f"{name} {word}", inner[word]
    return name, {option for parameter in command.params for option in parameter.opts}


@pages
def test_every_command_shown_exists_with_its_options(page: Path) -> None:
    wrong = []
    for words in calls(page):
        options = {word.partition("=")[0] for word in words if word.startswith("--")}
        found = known([word for word in words if not word.startswith("-")])
        if found is None or options - found[1] - {"--help", "--debug"}:
            wrong.append(" ".join(words))
    assert wrong == []


def test_a_command_that_is_not_there_would_be_found() -> None:
    assert known(["ssr", "cook"]) is None
    found = known(["ssr", "data", "stats"])
    assert found is not None
    assert found[0] == "ssr data stats"
    assert {"--core", "--json"} <= found[1]
    assert "--boil" not in found[1]


# The name of the data set, and somewhere on the page an accuracy of four digits.
ML_1M = re.compile(r"ML-1M|ml-1m|MovieLens-1M|MovieLens 1M")
FIGURE = re.compile(r"\b0\.\d{4}\b")
ORDER = re.compile(r"order\s+of\s+(item\s+number|the\s+ratings|the\s+file)")


def test_every_page_with_figures_of_ml_1m_says_in_which_order_its_ties_stand() -> None:
    said = "interactions of the same second stand in order of item number"
    texts = {page: page.read_text(encoding="utf-8") for page in PAGES}
    with_figures = [
        page for page, text in texts.items() if ML_1M.search(text) and FIGURE.search(text)
    ]
    assert ROOT / "README.md" in with_figures
    assert [page.name for page in with_figures if not ORDER.search(texts[page])] == []
    results = (DOCS / "reference" / "results.md").read_text(encoding="utf-8").split("\n## ")
    of_ml_1m = {part.partition(",")[0]: part for part in results if part.startswith("ml-1m")}
    in_file_order = of_ml_1m.pop("ml-1m-time")
    assert said not in in_file_order
    assert of_ml_1m
    assert [name for name, part in of_ml_1m.items() if said not in part] == []
