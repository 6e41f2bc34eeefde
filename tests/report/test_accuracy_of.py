"""No ratio of energies stands without the accuracy of both models."""

import re
from dataclasses import replace
from datetime import date

import pytest
from report_example import example_report
from report_pages import whole_report

from ssr_neuro.report.accuracy_of import (
    A_BOUND,
    NO_TWIN,
    NOT_EVALUATED,
    NOT_OURS,
    UNTRAINED,
    accuracy_of,
)
from ssr_neuro.report.contents import Report
from ssr_neuro.report.names import subject_name
from ssr_neuro.report.page import page
from ssr_neuro.report.page.accuracy import describe_models
from ssr_neuro.report.page.energy import modes
from ssr_neuro.report.page.sources import Sources
from ssr_neuro.report.rivals import Baseline

METRICS = {"hr@10": 0.19, "ndcg@10": 0.10}


def with_twin(**config: int) -> Report:
    """A trained SSR-ANN of the example's shape, but for `config`."""
    report = whole_report()
    shape = {**report.model.config, **config}
    twin = Baseline("twin", "twin.pt", "ssr-ann", "full", "ssr-ann, full", 1, METRICS, config=shape)
    return replace(report, baselines=(*report.baselines, twin))


def test_the_accuracy_of_ssr_is_that_of_its_integers() -> None:
    report = whole_report()
    found = accuracy_of(report, "SSR")
    integer = report.model.metrics["integer"]
    assert (found.hr, found.ndcg, found.of) == (integer["HR@10"], integer["NDCG@10"], "integer")
    floats = replace(report.model, metrics={"recorded": METRICS})
    found = accuracy_of(replace(report, model=floats), "SSR")
    assert (found.hr, found.ndcg, found.of) == (0.19, 0.10, "recorded")


def test_the_twin_has_the_accuracy_of_a_trained_one_of_its_shape() -> None:
    assert accuracy_of(whole_report(), "SSR-ANN").why == NO_TWIN
    assert accuracy_of(with_twin(features=99), "SSR-ANN").why == NO_TWIN
    found = accuracy_of(with_twin(), "SSR-ANN")
    assert (found.hr, found.ndcg, found.of, found.why) == (0.19, 0.10, "twin.pt", "")
    assert accuracy_of(with_twin(), "SSR-ANN, 2 bits").why == A_BOUND
    assert accuracy_of(with_twin(activation_bits=0), "SSR-ANN") == found
    assert accuracy_of(with_twin(activation_bits=1), "SSR-ANN").why == NO_TWIN


def test_a_model_that_follows_from_ssrs_shape_is_no_other_authors() -> None:
    assert accuracy_of(example_report(), "lrurec, incremental").why == UNTRAINED
    assert accuracy_of(example_report(), "LRURec, as published").why == NOT_OURS


def test_what_is_not_known_says_why() -> None:
    bare = replace(example_report(), model=replace(example_report().model, metrics={}))
    assert accuracy_of(bare, "SSR").why == NOT_EVALUATED
    assert describe_models(with_twin(), "SSR-ANN", "sasrec, full") == (
        "HR@10 and NDCG@10 (window left out): SSR-ANN 0.1900 and 0.1000 (unknown and unknown); "
        "SASRec, full 0.1000 and 0.0702 (0.1200 and 0.0810)."
    )
    assert (
        describe_models(with_twin(), "SSR-ANN") == "HR@10 and NDCG@10: SSR-ANN 0.1900 and 0.1000."
    )
    assert describe_models(bare, "SSR") == f"HR@10 and NDCG@10: SSR unknown ({NOT_EVALUATED})."


@pytest.mark.parametrize("report", [whole_report(), with_twin(), example_report()])
def test_every_row_with_a_ratio_has_both_accuracies(report: Report) -> None:
    ours = accuracy_of(report, "SSR")
    for mode in modes(report, Sources(), ""):
        subjects = {subject_name(bill.subject): bill.subject for bill in mode.sheet.bills}
        for table in filter(None, (mode.against, mode.variants)):
            place = [column.title for column in table.columns].index("HR@10")
            for row in table.rows:
                assert f"SSR {ours.hr:.4f}" in row[place].small
                assert f"SSR {ours.ndcg:.4f}" in row[place + 1].small
                subject = subjects[row[0].text] if table is mode.against else "SSR-ANN"
                theirs = accuracy_of(report, subject)
                assert row[place].value == theirs.hr
                assert theirs.why in row[place].small


def test_every_badge_with_a_ratio_has_both_accuracies_beside_it() -> None:
    html = page(whole_report(), date(2026, 1, 1))
    badges = re.findall(
        r'<span class="badge \w+">[^<]*energy of[^<]*</span>(.*?)</(?:li|p)>', html, re.S
    )
    assert len(badges) >= 4
    assert all(re.search(r"HR@10 and NDCG@10( \(window left out\))?: SSR 0\.", t) for t in badges)
    assert any("LRURec, full 0.1000 and 0.0641 (0.1200 and 0.0810)" in text for text in badges)
