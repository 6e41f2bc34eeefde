"""What a page must be in a real browser. Each check names the faults that it finds, if any."""

import json
import re
from pathlib import Path
from typing import Any

from chromium import Tab

from ssr_neuro.charts import numbers

WIDTHS = (1280, 800, 390)
OUTSIDE = re.compile(r"""(?:src|href|srcset|data|action)\s*=\s*(?!["']?#)|url\(|@import|https?:""")

# Heading of the first column, not sorted yet, whose numbers differ.
VARIED = """[...document.querySelectorAll('table.sortable thead th.n')].find(head => {
    const rows = [...head.closest('table').tBodies[0].rows];
    const values = rows.map(row => row.cells[head.cellIndex].dataset.v).filter(v => v != null);
    const numbers = values.map(Number);
    const still = numbers.every((v, k) => !k || numbers[k - 1] >= v);
    return new Set(values).size > 1 && !still && head.checkVisibility();
})"""


def renders(tab: Tab, page: Path) -> list[str]:
    """A title, text, and pictures with an extent."""
    tab.open(page)
    flat = tab.run("""[...document.querySelectorAll('svg')]
        .filter(svg => svg.checkVisibility() && !svg.getBoundingClientRect().height)
        .map(svg => 'a picture without height: ' + svg.getAttribute('aria-label'))""")
    found: list[str] = [*flat]
    if not tab.run("document.querySelector('h1')?.textContent.trim() ?? ''"):
        found.append("no title")
    if tab.run("document.body.innerText.length") < 2000:
        found.append("hardly any text")
    if tab.run("[...document.querySelectorAll('svg')].filter(s => s.checkVisibility()).length") < 3:
        found.append("hardly any pictures")
    return found


def console(tab: Tab, page: Path) -> list[str]:
    """Nothing on the console, also after every switch was used."""
    tab.open(page)
    tab.run("document.querySelectorAll('summary, .switch label').forEach(one => one.click())")
    return list(tab.complaints)


def stays_here(tab: Tab, page: Path) -> list[str]:
    """The page asks for nothing but itself, and names no address outside."""
    tab.open(page)
    own = page.resolve().as_uri()
    asked = [f"asks for {address}" for address in tab.requests if address != own]
    return asked + [f"names {hit}" for hit in OUTSIDE.findall(page.read_text(encoding="utf-8"))]


def numbers_agree(tab: Tab, page: Path) -> list[str]:
    """Every number with a place in the JSON is the one that stands there."""
    tab.open(page)
    data = json.loads(page.with_name("report.json").read_text(encoding="utf-8"))
    shown = tab.run("""[...document.querySelectorAll('[data-json]')]
        .map(one => [one.dataset.json, one.dataset.as, one.textContent])""")
    if len(shown) < 10:
        return [f"only {len(shown)} numbers name their place in the JSON"]
    wanted = [(path, getattr(numbers, name)(_at(data, path)), text) for path, name, text in shown]
    return [f"{path}: {text} for {value}" for path, value, text in wanted if text != value]


def sorts(tab: Tab, page: Path) -> list[str]:
    """By key and by click: numbers by value both ways, what is unknown last, and it is said."""
    tab.open(page)
    if not tab.run(f"window.head = {VARIED}; Boolean(window.head)"):
        return ["no column of two numbers"]
    column = """[...head.closest('table').tBodies[0].rows]
        .map(row => Number(row.cells[head.cellIndex].dataset.v ?? NaN))"""
    tab.run("head.querySelector('button')?.focus()")
    found = []
    for order in ("descending", "ascending"):
        if order == "descending":
            tab.key("Enter")
        else:
            tab.run("head.querySelector('button')?.click()")
        values = tab.run(column)
        given = [value for value in values if value is not None]
        if tab.run("head.ariaSort") != order:
            found.append(f"aria-sort is {tab.run('head.ariaSort')}, not {order}")
        if given != sorted(given, reverse=order == "descending") or None in values[: len(given)]:
            found.append(f"not {order}: {values}")
    return found


def dark_differs(tab: Tab, page: Path) -> list[str]:
    """Paper and ink change places."""
    looks = {}
    for scheme in ("light", "dark"):
        tab.media(scheme)
        tab.open(page)
        colours = tab.run("""(style => [style.backgroundColor, style.color])
            (getComputedStyle(document.body))""")
        paper, ink = (sum(map(float, re.findall(r"[\d.]+", colour)[:3])) for colour in colours)
        looks[scheme] = (paper > ink, tab.picture())
    tab.media()
    found = []
    if not looks["light"][0] or looks["dark"][0]:
        found.append("ink is not darker than paper in light, or is in dark")
    if looks["light"][1] == looks["dark"][1]:
        found.append("dark looks like light")
    return found


def tips_speak(tab: Tab, page: Path) -> list[str]:
    """Every mark, source and number says something where one points at it or focuses it."""
    tab.open(page)
    return list(
        tab.run("""(() => {
        const tip = document.getElementById('tip');
        const faults = [];
        const told = (element, event) => {
            element.dispatchEvent(new Event(event, { bubbles: true }));
            const said = tip.hidden ? '' : tip.textContent.trim();
            if (!said) faults.push(`${event} says nothing: ${element.outerHTML.slice(0, 120)}`);
            else if (element.getAttribute('aria-describedby') !== 'tip')
                faults.push(`not described by the tip: ${element.outerHTML.slice(0, 120)}`);
            document.dispatchEvent(new Event('focusout'));
        };
        const marks = document.querySelectorAll('.mark, a.ref, [data-tip]');
        if (marks.length < 20) faults.push(`only ${marks.length} marks`);
        for (const mark of marks) { told(mark, 'pointerover'); told(mark, 'focusin'); }
        const cells = document.querySelectorAll('table.sortable td.n[data-v]');
        for (const cell of cells) told(cell, 'pointerover');
        for (const picture of document.querySelectorAll('svg:has(.mark)'))
            if (picture.querySelectorAll('.mark[tabindex="0"]').length !== 1)
                faults.push('not one stop of the tab key: ' + picture.ariaLabel);
        return faults;
    })()""")
    )


def fits(tab: Tab, page: Path) -> list[str]:
    """No page is wider than its window, and no words of a picture are cut off or overlap."""
    found = []
    for width in WIDTHS:
        tab.open(page, width)
        wide = tab.run("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{wide} pixels wide in a window of {width}")
    tab.open(page)
    tab.run("document.querySelectorAll('.panel').forEach(one => { one.style.display = 'block' })")
    return found + list(
        tab.run("""[...document.querySelectorAll('svg')].flatMap(svg => {
        const all = svg.getBoundingClientRect();
        const words = [...svg.querySelectorAll('text')]
            .map(one => [one, one.getBoundingClientRect()]);
        const said = (text, one) => `${text}: "${one.textContent}" in ${svg.ariaLabel}`;
        const cut = words.filter(([, box]) => box.left < all.left - 1 || box.right > all.right + 1
            || box.top < all.top - 1 || box.bottom > all.bottom + 1);
        const over = words.flatMap(([one, a], k) => words.slice(k + 1).filter(([, b]) =>
            Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
            && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 6).map(() => one));
        return [...cut.map(([one]) => said('cut off', one)),
            ...over.map(one => said('overlaps', one))];
    })""")
    )


def _at(data: Any, path: str) -> Any:
    for step in path.split("."):
        data = data[int(step)] if isinstance(data, list) else data[step]
    return data
