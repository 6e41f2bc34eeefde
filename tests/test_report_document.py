"""report.json holds the inputs; report.html shows the same and loads nothing from outside."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from report_example import example, example_report

from ssr_neuro import target
from ssr_neuro.report import numbers
from ssr_neuro.report.contents import Exactness, Report
from ssr_neuro.report.document import to_json, write
from ssr_neuro.report.energy import arithmetic
from ssr_neuro.trace import Trace, compare


class Page(HTMLParser):
    """The text of each element with an id, all addresses, and tags left open."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str | None]] = []
        self.texts: dict[str, str] = {}
        self.addresses: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [v or "" for k, v in attrs if k in ("src", "href", "srcset", "data")]
        if tag != "meta":
            self.open.append((tag, dict(attrs).get("id")))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for _, name in self.open:
            if name:
                self.texts[name] = self.texts.get(name, "") + data


def made(report: Report, folder: Path) -> tuple[dict[str, Any], Page, str]:
    json_path, html_path = write(report, folder)
    html = html_path.read_text(encoding="utf-8")
    return json.loads(json_path.read_text(encoding="utf-8")), Page(html), html


def test_json_holds_the_numbers_given(tmp_path: Path) -> None:
    report = example_report()
    data, _, _ = made(report, tmp_path)
    assert data["counts"]["sops"]["total"] == report.counts.sops.total
    assert data["program"]["neurons"] == report.program.neurons
    assert data["energy"][0]["ssr"]["total_pj"] == report.energy[0].ssr.total_pj
    assert data["model"]["metrics"]["float"] == report.model.metrics["float"]
    assert [row["mismatches"] for row in data["exactness"]] == [0, 0]
    assert data["format"] == "ssr-neuro-report"


def test_the_page_shows_the_numbers_of_the_json(tmp_path: Path) -> None:
    data, page, _ = made(example_report(), tmp_path)
    assert page.texts["sops"] == numbers.count(data["counts"]["sops"]["mean"])
    assert page.texts["energy"] == numbers.energy(data["energy"][0]["ssr"]["total_pj"])
    assert page.texts["overlap"] == numbers.percent(data["agreement"]["mean_overlap"])
    assert page.texts["mismatches"] == "0"
    for row in data["counts"]["synapses"]:
        assert numbers.mean(row["sops"]["mean"]) in page.texts["activity"]
    for value in data["model"]["metrics"]["integer"].values():
        assert numbers.metric(value) in page.texts["model"]


def test_the_page_is_whole_and_loads_nothing(tmp_path: Path) -> None:
    _, page, html = made(example_report(), tmp_path)
    assert page.open == []
    assert page.addresses == []
    assert not page.tags & {"script", "link", "img", "iframe", "object", "embed"}
    assert not re.search(r"url\(|@import|https?://", html)


def test_every_class_of_colour_is_defined(tmp_path: Path) -> None:
    _, _, html = made(example_report(), tmp_path)
    used = set(re.findall(r'class="(?:key )?(c\d+)"', html))
    assert used <= set(re.findall(r"\.(c\d+) \{", html))


def test_names_are_escaped(tmp_path: Path) -> None:
    _, page, html = made(example_report('<img src="http://x">&'), tmp_path)
    assert "<img" not in html
    assert page.addresses == []
    assert "&lt;img" in html


def test_an_unknown_price_is_shown_as_unknown(tmp_path: Path) -> None:
    report = example_report()
    sheet = arithmetic(report.counts, report.scoring, None, target.load("loihi1"), "int8")
    data, page, _ = made(replace(report, energy=(sheet,)), tmp_path)
    assert data["energy"][0]["ssr"]["total_pj"] is None
    assert page.texts["energy"] == "unknown"
    shown = page.texts["arithmetic-int8"]
    assert "not known: synaptic operations, neuron updates, item scoring" in shown
    assert "no price in this mode" in shown


def test_a_mismatch_is_shown_with_its_place(tmp_path: Path) -> None:
    _, trace = example()
    wrong = {**trace.spikes, "encoder": 1 - trace.spikes["encoder"]}
    row = Exactness.of(compare(trace, Trace(trace.inputs, wrong, trace.readouts), ("a", "b")))
    data, page, _ = made(replace(example_report(), exactness=(row,)), tmp_path)
    assert data["exactness"][0]["mismatches"] == trace.spikes["encoder"].size
    assert page.texts["mismatches"] == numbers.count(trace.spikes["encoder"].size)
    assert "First difference: population 'encoder', neuron (0, 0)" in page.texts["exactness"]


def test_a_model_without_items_or_accuracy_still_has_a_page(tmp_path: Path) -> None:
    report = example_report()
    bare = replace(
        report, model=replace(report.model, config={}, training={}, metrics={}), agreement=None,
        quantised=(), scoring=None, ann=(), energy=(), assumptions=(), exactness=(),
        versions={},
    )  # fmt: skip
    _, page, html = made(bare, tmp_path)
    assert page.open == []
    assert "Item scoring" not in html
    assert "energy" not in page.texts


def test_numbers_of_numpy_are_written_as_plain_ones() -> None:
    report = example_report()
    clipped: Any = np.int64(7)
    rows = (replace(report.quantised[0], clipped=clipped),)
    assert json.loads(to_json(replace(report, quantised=rows)))["quantised"][0]["clipped"] == 7


def test_a_value_with_no_json_form_is_refused() -> None:
    report = example_report()
    model = replace(report.model, config={"path": Path("x")})
    with pytest.raises(TypeError, match="a report holds plain values, not"):
        to_json(replace(report, model=model))


def test_a_number_that_is_not_finite_writes_nothing(tmp_path: Path) -> None:
    report = example_report()
    model = replace(report.model, metrics={"float": {"HR@10": float("nan")}})
    with pytest.raises(ValueError, match="not JSON compliant"):
        write(replace(report, model=model), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_page_says_how_much_less_the_passes_left(tmp_path: Path) -> None:
    report = example_report()
    assert report.passes is not None
    first, last = report.passes.rows
    emptied = replace(report.passes, rows=(first, replace(last, relay_neurons=0)))
    write(replace(report, passes=emptied), tmp_path)
    row = (tmp_path / "report.html").read_text().split("<td>Less by</td>")[1].split("</tr>")[0]
    cells = re.findall(r">([^<]+)</td>", row)
    shown = ["neurons", "synapses", "sops", "spikes", "depth", "relay_neurons"]
    assert cells[:6] == [emptied.saving(column).times for column in shown]
    assert cells[2:6] == ["1.50x", "1.17x", "1.00x", "all"]
