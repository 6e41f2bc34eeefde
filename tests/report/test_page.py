"""The page in a real headless Chromium: each check passes, and fails on a page broken for it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from chromium import MISSING, Tab, chromium
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

pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)
Check = Callable[[Tab, Path], list[str]]
CHECKS = (
    renders,
    console,
    stays_here,
    numbers_agree,
    sorts,
    dark_differs,
    tips_speak,
    fits,
)
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
def tab() -> Iterator[Tab]:
    with chromium() as found:
        yield found


@pytest.fixture
def still_tab(tab: Tab) -> Iterator[Tab]:
    """A tab that runs no script of the page."""
    assert tab.page.context.browser is not None
    context = tab.page.context.browser.new_context(java_script_enabled=False)
    yield Tab(context.new_page())
    context.close()


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


def test_the_mode_is_switched_without_a_script(still_tab: Tab, pages: dict[str, Path]) -> None:
    tab = still_tab.open(pages["whole"])
    shown = """[...document.querySelectorAll('.panel')].filter(p => p.checkVisibility())
        .map(p => p.dataset.mode)"""
    assert tab.run("document.getElementById('tip')") is None
    assert tab.run(shown) == ["arithmetic-fp32"]
    tab.run("document.querySelectorAll('.switch label')[1].click()")
    assert tab.run(shown) == ["again"]


@pytest.mark.parametrize("name", ["whole", "plain", "two"])
def test_a_narrow_page_has_whole_pictures_and_the_first_column(
    tab: Tab, pages: dict[str, Path], name: str
) -> None:
    tab.open(pages[name], width=400)
    wider = """[...document.querySelectorAll('svg')].filter(svg => svg.checkVisibility()
        && svg.getBoundingClientRect().width > 400 - 2 * 16).map(svg => svg.ariaLabel)"""
    assert tab.run(wider) == []
    small = """[...document.querySelectorAll('.narrow svg')].filter(svg => svg.checkVisibility()
        && svg.getBoundingClientRect().width < 280).map(svg => svg.ariaLabel)"""
    assert tab.run(small) == []
    moved = """[...document.querySelectorAll('.scroll:has(> table)')].filter(box =>
        box.checkVisibility() && box.scrollWidth > box.clientWidth).map(box => {
            box.scrollLeft = box.scrollWidth;
            const first = box.querySelector('tbody tr:last-child').cells[0];
            return first.getBoundingClientRect().left - box.getBoundingClientRect().left;
        })"""
    assert max(map(abs, tab.run(moved)), default=0) < 2


def test_cards_have_their_numbers_at_one_height(tab: Tab, pages: dict[str, Path]) -> None:
    tab.open(pages["whole"])
    heights = tab.run("[...document.querySelectorAll('.card b')].map(b => b.offsetHeight)")
    assert len(heights) > 3
    assert len(set(heights)) == 1


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
