"""report.json holds the inputs; report.html shows the same and loads nothing from outside."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from changed_json import change
from report_example import example, example_report
from report_pages import two_reports, whole_report

from ssr_neuro.charts import numbers
from ssr_neuro.chip import load_chip
from ssr_neuro.costs.accounting.arithmetic import arithmetic_sheet
from ssr_neuro.errors import BadInput
from ssr_neuro.program.trace import Trace, compare
from ssr_neuro.report.contents import Exactness, Report, Reports
from ssr_neuro.report.document import read_report, to_json, write

VOID = {"meta", "input", "link", "img", "br"}


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
        self.texts |= {v: "" for k, v in attrs if k == "id" and v}
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("id")))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        for _, name in self.open:
            if name:
                self.texts[name] += data


def made(report: Report | Reports, folder: Path) -> tuple[dict[str, Any], Page, str]:
    json_path, html_path = write(report, folder)
    html = html_path.read_text(encoding="utf-8")
    return json.loads(json_path.read_text(encoding="utf-8")), Page(html), html


def part(page: Page, name: str) -> str:
    """Text of a section of the only data set."""
    (found,) = (text for key, text in page.texts.items() if key.endswith(f"-1-{name}"))
    return " ".join(found.split())


def test_json_holds_the_numbers_given(tmp_path: Path) -> None:
    report = example_report()
    data, _, _ = made(report, tmp_path)
    assert data["counts"]["sops"]["total"] == report.counts.sops.total
    assert data["program"]["neurons"] == report.program.neurons
    assert data["energy"][0]["bills"][0]["total_pj"] == report.energy[0].bills[0].total_pj
    assert data["model"]["metrics"]["float"] == report.model.metrics["float"]
    assert [row["mismatches"] for row in data["exactness"]] == [0, 0]
    assert data["format"] == "ssr-neuro-report"


def test_several_reports_are_one_document(tmp_path: Path) -> None:
    reports = two_reports()
    data, page, _ = made(reports, tmp_path)
    assert data["format"] == "ssr-neuro-reports"
    assert [one["dataset"] for one in data["reports"]] == ["ml-1m", "beauty"]
    assert {"ml-1m-1", "beauty-2", "compared"} <= page.texts.keys()
    assert list(page.texts).index("compared") < list(page.texts).index("ml-1m-1")


def test_the_page_shows_the_numbers_of_the_json(tmp_path: Path) -> None:
    data, page, _ = made(example_report(), tmp_path)
    head = part(page, "headline")
    assert numbers.count(data["counts"]["sops"]["mean"]) in head
    assert numbers.percent(data["agreement"]["mean_overlap"]) in head
    assert "no value differs" in head
    for row in data["counts"]["synapses"]:
        assert numbers.mean(row["sops"]["mean"]) in part(page, "activity")
    for value in data["model"]["metrics"]["integer"].values():
        assert numbers.metric(value) in part(page, "accuracy")


@pytest.mark.parametrize("report", [example_report(), whole_report(), two_reports()])
def test_the_page_is_whole_and_loads_nothing(report: Report | Reports, tmp_path: Path) -> None:
    _, page, html = made(report, tmp_path)
    assert page.open == []
    assert {address[0] for address in page.addresses} == {"#"}
    assert {address[1:] for address in page.addresses} <= page.texts.keys()
    assert not page.tags & {"link", "img", "iframe", "object", "embed"}
    assert not re.search(r"url\(|@import|https?://", html)


def test_every_class_of_colour_is_defined(tmp_path: Path) -> None:
    _, _, html = made(whole_report(), tmp_path)
    written = {name for group in re.findall(r'class="([^"]+)"', html) for name in group.split()}
    used = {name for name in written if re.fullmatch(r"i?[ch]\d+", name)}
    assert len(used) > 10
    assert used <= set(re.findall(r"\.(i?[ch]\d+) \{", html))


def test_names_are_escaped(tmp_path: Path) -> None:
    _, _, html = made(example_report('<img src="http://x">&'), tmp_path)
    assert "<img" not in html
    assert "&lt;img" in html


def test_an_unknown_price_is_shown_as_unknown(tmp_path: Path) -> None:
    report = example_report()
    sheet = arithmetic_sheet(report.counts, report.scoring, None, load_chip("loihi1"), "int8")
    data, page, _ = made(replace(report, energy=(sheet,)), tmp_path)
    assert data["energy"][0]["bills"][0]["total_pj"] is None
    said = "these are not known: synaptic operations, neuron updates, item scoring"
    assert said in part(page, "headline")
    assert "no total" in part(page, "energy")


def test_a_mismatch_is_shown_with_its_place(tmp_path: Path) -> None:
    _, trace = example()
    wrong = {**trace.spikes, "encoder": 1 - trace.spikes["encoder"]}
    row = Exactness.of(compare(trace, Trace(trace.inputs, wrong, trace.readouts), ("a", "b")))
    data, page, _ = made(replace(example_report(), exactness=(row,)), tmp_path)
    size = trace.spikes["encoder"].size
    assert data["exactness"][0]["mismatches"] == size
    assert f"Not exact: {numbers.count(size)} values differ" in part(page, "headline")
    assert "First difference: population 'encoder', neuron (0, 0)" in part(page, "proof")


def test_a_model_without_items_or_accuracy_still_has_a_page(tmp_path: Path) -> None:
    report = example_report()
    bare = replace(
        report,
        model=replace(report.model, config={}, training={}, metrics={}),
        agreement=None,
        quantised=(),
        scoring=None,
        ann=(),
        energy=(),
        assumptions=(),
        exactness=(),
        passes=None,
        versions={},
    )
    _, page, html = made(bare, tmp_path)
    assert page.open == []
    assert "Item scoring" not in html
    assert "Nothing was priced" in part(page, "energy")
    assert "nothing is said about exactness" in part(page, "headline")


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
    _, _, html = made(replace(report, passes=emptied), tmp_path)
    cells = re.findall(r">([^<]+)</td>", html.split(">Less by</td>")[1].split("</tr>")[0])
    shown = ["neurons", "synapses", "sops", "spikes", "depth", "relay_neurons"]
    assert cells[:6] == [emptied.saving(column).times for column in shown]
    assert cells[2:6] == ["1.50x", "1.17x", "1.00x", "all"]


@pytest.mark.parametrize(
    ("keys", "value", "message"),
    [
        (("energy", 0, "bills"), [], "has no bills; the first is that of the SSR"),
        (
            ("energy", 0, "bills", 0, "total_pj"),
            1e300,
            r"SSR needs 1e\+300 pJ in mode '[\w-]+'; 1e-30",
        ),
        (("passes", "rows"), [], r"passes\.rows is empty"),
        (("raster", "bands"), [], r"raster\.bands is empty"),
        (("model", "config", "blocks"), [2], r"model\.config\.blocks is \[2\], not a whole"),
        (("raster", "steps"), 0, r"raster\.steps is 0; a sample has 1 to 1,048,576 time steps"),
        (("counts", "steps"), 10**30, r"counts\.steps is 10+; a sample has 1 to"),
        (("raster", "bands", 0, "depth"), 10**300, r"the depth of '\w+' is 10+, not 0 to"),
        (
            ("counts", "populations", 0, "depth"),
            -1,
            r"populations: the depth of '\w+' is -1",
        ),
    ],
)
def test_a_report_that_no_page_can_show_is_refused(
    keys: tuple[Any, ...], value: Any, message: str, tmp_path: Path
) -> None:
    path, _ = write(whole_report(), tmp_path)
    change(path, keys, value)
    with pytest.raises(BadInput, match=rf"report\.json: .*{message}.*Make it again with"):
        read_report(path)
