"""The head of the page: what it is of, in words, and the day it was made."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from report_example import example_report
from report_pages import two_reports, whole_report

from ssr_neuro.errors import BadInput
from ssr_neuro.report.date import page_date
from ssr_neuro.report.document import write
from ssr_neuro.report.names import data_set_name, kind_name
from ssr_neuro.report.page.headline import title

EPOCH = "1767225600"  # 2026-01-01 00:00 UTC


def test_the_title_names_model_data_and_chip_in_words() -> None:
    assert title((whole_report(),)) == "SSR on MovieLens 1M, compiled for Intel Loihi 1"
    assert title(two_reports().reports) == (
        "SSR on MovieLens 1M and Amazon Beauty, compiled for Intel Loihi 1"
    )
    assert title((example_report(),)) == "SSR, compiled"


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("ml-1m", "MovieLens 1M"),
        ("ml-1m-time", "MovieLens 1M"),
        ("beauty", "Amazon Beauty"),
        ("my shop", "my shop"),
        ("", ""),
    ],
)
def test_a_data_set_is_called_as_papers_call_it(given: str, name: str) -> None:
    assert data_set_name(given) == name


def test_a_kind_of_model_is_called_as_its_paper_calls_it() -> None:
    assert kind_name("tim4rec") == "TiM4Rec"
    assert kind_name("SSR") == "SSR"
    assert kind_name("of another package") == "of another package"


def test_the_date_is_that_of_source_date_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    assert page_date() == date(2026, 1, 1)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225599")
    assert page_date() == date(2025, 12, 31)
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    before = datetime.now(UTC).date()
    assert before <= page_date() <= datetime.now(UTC).date()


@pytest.mark.parametrize("given", ["yesterday", "1.5", "9" * 30])
def test_a_wrong_epoch_is_refused(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", given)
    with pytest.raises(BadInput, match=r"SOURCE_DATE_EPOCH is .* set it to one"):
        page_date()


def test_the_page_is_the_same_bytes_under_the_same_epoch(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pages = []
    for epoch in (EPOCH, EPOCH, "1767312000"):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        pages.append(write(whole_report(), tmp_path)[1].read_bytes())
    assert pages[0] == pages[1]
    assert b'<time datetime="2026-01-01">1 January 2026</time>' in pages[0]
    assert b'<time datetime="2026-01-02">2 January 2026</time>' in pages[2]


def test_reports_without_a_chip_name_none() -> None:
    placed = replace(whole_report(), placement=None)
    assert title((placed,)) == "SSR on MovieLens 1M, compiled"
