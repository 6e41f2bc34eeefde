"""What the page says first is true of the numbers, and no more."""

from dataclasses import replace

import pytest
from report_example import example_report
from report_pages import PJ, UNKNOWN, two_reports, whole_report

from ssr_neuro.costs.accounting.sheet import Sheet, sheet
from ssr_neuro.costs.bill import Bill, bill, charge
from ssr_neuro.report.page import accuracy, headline, operations
from ssr_neuro.report.page.compared import grid
from ssr_neuro.report.page.energy import points
from ssr_neuro.report.page.sources import Sources
from ssr_neuro.report.page.table import number, words
from ssr_neuro.report.page.unknown import unknowns
from ssr_neuro.report.page.verdict import verdict

TWIN = "\N{MULTIPLICATION SIGN} energy of SSR-ANN"


def costing(*priced: tuple[str, float | None]) -> Sheet:
    """Bills of one term each, by subject and energy in pJ; None: not known."""
    return sheet("mode", "A mode", "a chip", [_bill(*one) for one in priced], 0.2, ())


def _bill(subject: str, energy_pj: float | None) -> Bill:
    price = UNKNOWN if energy_pj is None else PJ
    return bill(subject, (charge("work", 1 if energy_pj is None else energy_pj / 2, price),))


@pytest.mark.parametrize(
    ("priced", "tone", "badge", "sentence"),
    [
        (
            [("SSR", 10), ("SSR-ANN", 40)],
            "less",
            "0.250 " + TWIN,
            "SSR needs 10.00 pJ; SSR-ANN needs 4.00 times as much (40.00 pJ).",
        ),
        (
            [("SSR", 40), ("SSR-ANN", 10)],
            "more",
            "4.00 " + TWIN,
            "SSR needs 40.00 pJ, 4.00 times what SSR-ANN needs (10.00 pJ).",
        ),
        (
            [("SSR", 20), ("SSR-ANN", 40), ("lrurec", 10)],
            "mixed",
            "0.500 " + TWIN,
            "SSR needs 20.00 pJ; SSR-ANN needs 2.00 times as much (40.00 pJ); the cheapest of the "
            "others, LRURec, needs 10.00 pJ: SSR 2.00 times as much.",
        ),
        (
            [("SSR", 10), ("SSR-ANN", 40), ("lrurec", 20), ("sasrec", None)],
            "less",
            "0.250 " + TWIN,
            "SSR needs 10.00 pJ; SSR-ANN needs 4.00 times as much (40.00 pJ); the cheapest of the "
            "others, LRURec, needs 2.00 times as much (20.00 pJ); 1 more has no total.",
        ),
        (
            [("SSR", 0), ("SSR-ANN", 40)],
            "less",
            "0 " + TWIN,
            "SSR needs 0 pJ; SSR-ANN needs 40.00 pJ.",
        ),
        ([("SSR", 10)], "alone", "10.00 pJ", "SSR needs 10.00 pJ; no other model is priced here."),
        (
            [("SSR", None), ("SSR-ANN", 40)],
            "unknown",
            "no total",
            "No verdict, as these are not known: work.",
        ),
    ],
    ids=["less", "more", "mixed", "one unknown", "no work", "alone", "unknown"],
)
def test_a_verdict_is_one_honest_sentence(
    priced: list[tuple[str, float | None]], tone: str, badge: str, sentence: str
) -> None:
    found = verdict(costing(*priced))
    assert (found.tone, found.badge) == (tone, badge)
    assert found.sentence == sentence


def test_what_was_compiled_is_said_with_its_size() -> None:
    report = example_report()
    said = headline.describe_compiled(report)
    assert "6 positions, 4 features, 2 blocks, 4 time steps, 1,349 items" in said
    assert f"{report.program.neurons:,} integer neurons in 13 populations" in said
    small = replace(report, model=replace(report.model, config={"blocks": 1, "steps": 1}))
    assert "SSR of 1 block, 1 time step, trained" in headline.describe_compiled(small)


def test_accuracy_is_said_with_the_best_of_the_others() -> None:
    said = headline.accuracy(whole_report(), "NDCG@10")
    assert said == (
        "NDCG@10 on the test set: 0.0670 in float and 0.0663 as compiled to integers; the best of "
        "the other models is sasrec with 0.0702."
    )
    assert "not known: no data set was given" in headline.accuracy(example_report(), None)


def test_a_program_that_does_not_fit_says_so_first() -> None:
    report = whole_report()
    assert report.placement is not None
    assert headline.chip(report).startswith("On Intel Loihi 1 it takes 1 core; an inference takes")
    bad = replace(report.placement, misfits=("'a' needs 9; it has 1: choose another",), cores=())
    said = headline.chip(replace(report, placement=bad))
    assert said == "It does not fit Intel Loihi 1: 'a' needs 9; it has 1: choose another."
    assert headline.chip(example_report()) == ""


def test_unknowns_are_listed_once_with_their_reason() -> None:
    found = unknowns(whole_report())
    said = [f"{one.what}: {one.why}" for one in found]
    assert len(said) == len(set(said))
    assert "Arithmetic only, fp32, tables (SASRec, full): nobody said" in said
    assert any("no counter" in one for one in said)
    bare = replace(example_report(), energy=(), model=replace(example_report().model, metrics={}))
    assert [one.what for one in unknowns(bare)] == ["accuracy of the compiled integers"]


def test_a_model_without_total_or_accuracy_is_no_point() -> None:
    report = whole_report()
    found = points(report, report.energy[0], "NDCG@10")
    assert [(p.name, p.ours, p.error) for p in found] == [
        ("SSR", True, 0.0),
        ("LRURec, full", False, 0.002),
    ]
    assert found[0].accuracy == report.model.metrics["integer"]["NDCG@10"]
    assert points(example_report(), costing(("SSR", None)), "NDCG@10") == []
    left_out = points(report, report.energy[0], "NDCG@10_window_left_out")
    assert [(p.name, p.accuracy) for p in left_out] == [("LRURec, full", 0.081)]


def test_metrics_at_ten_stand_first_then_by_family_and_length() -> None:
    report = whole_report()
    metrics = {"mrr@5": 0.1, "ndcg@20": 0.1, "hr@10": 0.1, "hr@5": 0.1, "hr@5_error": 0.1}
    mixed = replace(report, model=replace(report.model, metrics={"float": metrics}), baselines=())
    assert accuracy.metric_names(mixed) == [
        "hr@10",
        "hr@10_window_left_out",
        "hr@5",
        "ndcg@20",
        "mrr@5",
    ]
    assert accuracy.leading_metric(mixed) == "hr@10"
    assert accuracy.leading_metric(report) == "NDCG@10"


def test_each_trained_model_stands_once_in_the_table_of_accuracy() -> None:
    report = whole_report()
    twice = replace(report.baselines[0], form="incremental", subject="lrurec, incremental")
    table = accuracy.table(replace(report, baselines=(*report.baselines, twice)), Sources(), "")
    assert table is not None
    assert [row[0].text for row in table.rows[2:]] == ["LRURec", "SASRec"]


def test_operations_of_the_spiking_model_are_additions_and_updates() -> None:
    report = whole_report()
    assert report.scoring is not None
    ours = operations.table(report, Sources(), "").rows[0]
    assert [cell.value for cell in ours[2:]] == [
        0,
        report.counts.sops.mean + report.scoring.additions,
        0,
        0,
        report.counts.updates,
    ]


def test_data_sets_stand_below_each_other() -> None:
    compared = two_reports().compared
    assert compared is not None
    found = grid(compared, two_reports().reports, Sources())
    assert [group.dataset for group in found.groups] == ["MovieLens 1M", "Amazon Beauty"]
    assert len(found.whose) == 3
    first = found.groups[0].rows[0][2][1]
    assert first.path == "compared.rows.0.figures.1.operations"
    assert first.figures == compared.rows[0].figures[1]


def test_the_same_source_has_one_number() -> None:
    sources = Sources()
    assert [sources.ref(text) for text in ("a", "b", "a")] == [1, 2, 1]


def test_a_cell_sorts_by_its_value_not_by_its_words() -> None:
    assert number(1234567).text == "1,234,567"
    assert number(1234567).value == 1234567
    assert number(None).value is None
    assert words("B").value == "b"
    assert number(2.0, path="a.b").written == "count"
    assert number(2.0).written == ""
