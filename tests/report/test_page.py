"""The page in a real headless Chromium: each check passes, and fails on a page broken for it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from chromium import MISSING, PROGRAM, Tab, chromium
from page_checks import (
    console,
    dark_differs,
    fits,
    numbers_agree,
    renders,
    sorts,
    stays_here,
    tips_speak,
)
from report_example import example_report
from report_pages import swapped, two_reports, whole_report

from ssr_neuro.report.document import write

pytestmark = pytest.mark.skipif(PROGRAM is None, reason=MISSING)
Check = Callable[[Tab, Path], list[str]]
CHECKS = (
    renders, console, stays_here, numbers_agree, sorts, dark_differs, tips_speak, fits,
)  # fmt: skip
PICTURE = '<img src="http://127.0.0.1:9/x.png" alt="">'
POLICY = '<meta http-equiv="Content-Security-Policy"'
BROKEN = {
    renders: swapped("<main", "<main hidden"),
    console: swapped("</main>", "</main><script>nowhere()</script>"),
    stays_here: lambda html: swapped(POLICY, "<meta name=x")(swapped("</main>", PICTURE)(html)),
    numbers_agree: swapped('data-as="count">', 'data-as="count">9'),
    sorts: swapped("table.tBodies[0].append(", "Array.of("),
    dark_differs: lambda html: html.replace("prefers-color-scheme: dark", "width: 1px"),
    tips_speak: swapped("</svg>", '<rect class="mark"><title></title></rect></svg>'),
    fits: swapped('<text class="label"', '<text class="label" dx="-400"'),
}


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with chromium(tmp_path_factory.mktemp("profile")) as found:
        yield found


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One data set, the least there can be, and several."""
    folder = tmp_path_factory.mktemp("pages")
    made = {"whole": whole_report(), "plain": example_report(), "two": two_reports()}
    return {name: write(report, folder / name)[1] for name, report in made.items()}


@pytest.mark.parametrize("name", ["whole", "plain", "two"])
@pytest.mark.parametrize("check", CHECKS)
def test_the_page_is_sound(tab: Tab, pages: dict[str, Path], name: str, check: Check) -> None:
    assert check(tab, pages[name]) == []


@pytest.mark.parametrize("check", CHECKS)
def test_the_check_fails_on_a_page_broken_for_it(
    tab: Tab, pages: dict[str, Path], tmp_path: Path, check: Check
) -> None:
    html = pages["whole"].read_text(encoding="utf-8")
    broken = tmp_path / "report.html"
    broken.write_text(BROKEN[check](html), encoding="utf-8")
    (tmp_path / "report.json").write_bytes(pages["whole"].with_name("report.json").read_bytes())
    assert check(tab, broken) != []


def test_arrow_keys_walk_through_a_picture(tab: Tab, pages: dict[str, Path]) -> None:
    tab.open(pages["whole"])
    tab.run("document.querySelector('.panel svg .mark').focus()")
    first = tab.run("document.getElementById('tip').textContent")
    tab.key("ArrowRight")
    second = tab.run("document.getElementById('tip').textContent")
    assert first
    assert second
    assert first != second
    tab.key("Escape")
    assert tab.run("document.getElementById('tip').hidden") is True


def test_the_mode_is_switched_without_a_script(tab: Tab, pages: dict[str, Path]) -> None:
    tab.call("Emulation.setScriptExecutionDisabled", value=True)
    tab.open(pages["whole"])
    shown = """[...document.querySelectorAll('.panel')].filter(p => p.checkVisibility())
        .map(p => p.dataset.mode)"""
    assert tab.run("document.getElementById('tip')") is None
    assert tab.run(shown) == ["arithmetic-fp32"]
    tab.run("document.querySelectorAll('.switch label')[1].click()")
    assert tab.run(shown) == ["again"]
    tab.call("Emulation.setScriptExecutionDisabled", value=False)


def test_print_shows_every_mode_on_white(tab: Tab, pages: dict[str, Path]) -> None:
    tab.media("dark", "print")
    tab.open(pages["whole"])
    hidden = """[...document.querySelectorAll('.panel')].filter(p => !p.checkVisibility()).length"""
    assert tab.run(hidden) == 0
    assert tab.run("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    tab.media()
    assert tab.pdf().startswith(b"%PDF")


def test_a_verdict_leads_to_its_mode(tab: Tab, pages: dict[str, Path]) -> None:
    tab.open(pages["whole"])
    tab.run("document.querySelectorAll('.verdicts a[data-choose]')[1].click()")
    assert tab.run("document.querySelector('.switch input:checked').id").endswith("-again")
