"""Models on a GPU in a report: by roofline and as published, and what a measurement replaces."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from measure_example import example, example_run
from report_inputs_example import baseline, compiled, report_json, run, sha256
from report_pages import whole_report

from ssr_neuro import checkpoint
from ssr_neuro.chip import load_chip
from ssr_neuro.costs.gpu.same_size import works_of_size
from ssr_neuro.costs.gpu.work import work_of
from ssr_neuro.measure import write
from ssr_neuro.report.accuracy_of import NOT_OURS, SAME_SIZE, UNTRAINED, accuracy_of
from ssr_neuro.report.chip_against_gpu import Deployment
from ssr_neuro.report.rivals import Measured
from ssr_neuro.report_builder import baselines
from ssr_neuro.report_builder.baselines import Rival
from ssr_neuro.report_builder.on_gpu import INSTEAD, NO_GPU, NO_LATENCY, estimate_on_gpu
from ssr_neuro.settings.models.ssr import SsrConfig

INSTEADS = Measured(
    "lrurec.pt",
    "0" * 64,
    "lrurec",
    "full",
    "NVIDIA GeForce RTX 3090",
    "fp32",
    1,
    False,
    {"p50": 1e-3},
    1e3,
    0.2,
    0.1,
    90.0,
    "the board",
    "",
    "m.json",
)


SIZE = SsrConfig(items=11, positions=8, features=8)


def found(folder: Path, kind: str, dataset: str, *measured: Measured) -> list[Deployment]:
    """Without the untrained ones."""
    rivals = [baselines.read(baseline(folder, kind))]
    every = every_row(rivals, dataset, *measured)
    return [one for one in every if SAME_SIZE not in one.subject]


def every_row(rivals: list[Rival], dataset: str, *measured: Measured) -> list[Deployment]:
    return list(estimate_on_gpu(rivals, measured, dataset, load_chip("rtx3090"), SIZE))


def test_a_rival_has_each_form_at_batch_1_and_the_best_batch(tmp_path: Path) -> None:
    rows = found(tmp_path, "lrurec", "beauty")
    assert [(one.subject, one.basis.partition(",")[0]) for one in rows] == [
        ("lrurec, full", "fp32"),
        ("lrurec, full", "fp32"),
        ("lrurec, incremental", "fp32"),
        ("lrurec, incremental", "fp32"),
    ]
    assert [one.basis.startswith("fp32, batch 1") for one in rows] == [True, False] * 2
    for one in rows:
        for estimate in (one.latency_s, one.energy_pj):
            assert estimate.evidence == "roofline"
            assert estimate.low is not None
            assert estimate.high is not None
            assert 0 < estimate.low < estimate.high


def test_published_times_are_of_their_data_set_and_give_way_to_a_measurement(
    tmp_path: Path,
) -> None:
    rows = {one.subject + one.basis[:3]: one for one in found(tmp_path, "sasrec", "ml-1m")}
    lrurec = rows["LRURec, as published64 "]
    assert lrurec.energy_pj.low == pytest.approx(1e12 * 18 * 0.77 / 6040)
    assert "does not say what the second is for" in lrurec.energy_pj.source
    unnamed = [one for one in rows.values() if one.device == "a GPU that is not named"]
    assert {one.energy_pj.why for one in unnamed} == {NO_GPU}
    assert not any(INSTEAD in one.basis for one in rows.values())
    after = found(tmp_path, "sasrec", "ml-1m", INSTEADS)
    assert [one.subject for one in after if INSTEAD in one.basis] == ["LRURec, as published"]


def test_a_published_time_of_a_batch_is_no_latency_and_stands_in_the_basis(tmp_path: Path) -> None:
    rows = [one for one in found(tmp_path, "sasrec", "ml-1m") if "published" in one.subject]
    assert {(one.latency_s.low, one.latency_s.evidence) for one in rows} == {(None, "unknown")}
    assert {one.latency_s.why for one in rows} == {NO_LATENCY}
    assert "Table 5" in rows[0].latency_s.source
    assert [one.basis for one in rows if one.subject.startswith("LRURec")] == [
        "64 features, 200 positions, 0.77 s for 4,096 to 6,040 inferences together, "
        "127.5 µs to 188.0 µs each"
    ]


def test_rivals_that_were_not_given_stand_there_untrained(tmp_path: Path) -> None:
    every = every_row([baselines.read(baseline(tmp_path, "sasrec"))], "beauty")
    untrained = [one.subject for one in every if SAME_SIZE in one.subject]
    assert list(dict.fromkeys(untrained)) == [
        "LRURec of SSR's size, full",
        "LRURec of SSR's size, incremental",
        "TiM4Rec of SSR's size, full",
    ]
    assert accuracy_of(whole_report(), untrained[0]).why == UNTRAINED


def test_an_untrained_model_takes_what_a_trained_one_of_its_shape_takes(tmp_path: Path) -> None:
    config = baselines.read(baseline(tmp_path, "lrurec")).saved.config
    same = SsrConfig(config.items, config.positions, config.features, blocks=config.blocks)
    trained = work_of(checkpoint.load(tmp_path / "lrurec.pt"))
    assert works_of_size("lrurec", same) == trained


def test_a_measured_form_says_so_at_that_batch_alone(tmp_path: Path) -> None:
    rival = baselines.read(baseline(tmp_path, "lrurec"))
    rows = every_row([rival], "beauty", replace(INSTEADS, sha256=rival.sha256))
    mine = [one for one in rows if SAME_SIZE not in one.subject]
    assert [INSTEAD in one.basis for one in mine] == [True, False, False, False]


def test_a_model_of_the_same_file_name_is_not_the_measured_one(tmp_path: Path) -> None:
    rivals = []
    for kind in ("lrurec", "gru4rec"):
        (tmp_path / kind).mkdir()
        rivals.append(baselines.read(baseline(tmp_path / kind, kind, "model")))
    measured = replace(INSTEADS, name="model.pt", sha256=rivals[0].sha256)
    rows = every_row(rivals, "beauty", measured)
    assert [one.subject for one in rows if INSTEAD in one.basis] == ["lrurec, full"]


def test_the_accuracy_of_another_authors_network_is_not_that_of_ssr() -> None:
    report = whole_report()
    assert accuracy_of(report, "TiSASRec, as published").why == NOT_OURS
    assert accuracy_of(report, "SSR").ndcg is not None


def test_the_report_of_a_gpu_places_on_loihi_and_estimates_that_gpu(tmp_path: Path) -> None:
    bundle, lrurec, path = compiled(tmp_path), baseline(tmp_path, "lrurec"), tmp_path / "m.json"
    mine = replace(example_run("lrurec.pt", 1), sha256=sha256(lrurec), search=None)
    write(path, replace(example(), runs=(mine,)))
    out = tmp_path / "report"
    done = run(
        "report", bundle, "--baselines", lrurec, "--chip", "h200", "--measured", path, "--out", out
    )
    assert done.exit_code == 0, done.output
    (report,) = report_json(out)["reports"]
    assert report["placement"]["chip"] == "loihi1"
    rows = _trained(report)
    assert {one["device"] for one in rows} == {"NVIDIA H200"}
    assert [one["latency_s"]["evidence"] for one in rows] == ["roofline"] * 4 + ["measured"]
    assert [INSTEAD in one["basis"] for one in rows] == [False, False, True, False, False]
    html = (out / "report.html").read_text(encoding="utf-8")
    assert "incremental" in html[html.index("On the chip against the GPU</h2>") :]


def test_two_measured_models_of_one_kind_have_their_own_names_and_accuracies(
    tmp_path: Path,
) -> None:
    bundle, path, out = compiled(tmp_path), tmp_path / "m.json", tmp_path / "report"
    ndcg = {"early": 0.25, "late": 0.5}
    models = [baseline(tmp_path, "lrurec", name, test={"ndcg@10": v}) for name, v in ndcg.items()]
    runs = tuple(replace(example_run(one.name), sha256=sha256(one), search=None) for one in models)
    write(path, replace(example(), runs=runs))
    done = run("report", bundle, "--baselines", *models, "--measured", path, "--out", out)
    assert done.exit_code == 0, done.output
    (report,) = report_json(out)["reports"]
    measured = [
        one["subject"]
        for one in report["chip_against_gpu"]["on_gpu"]
        if one["latency_s"]["evidence"] == "measured"
    ]
    assert measured == ["lrurec early, incremental", "lrurec late, incremental"]
    subjects = {one["subject"]: one["metrics"]["ndcg@10"] for one in report["baselines"]}
    assert [subjects[name] for name in measured] == [0.25, 0.5]


def test_what_is_measured_within_a_budget_is_merged(tmp_path: Path) -> None:
    bundle, path, out = compiled(tmp_path), tmp_path / "measured.json", tmp_path / "report"
    models = [baseline(tmp_path, kind) for kind in ("lrurec", "sasrec")]
    other = baseline(tmp_path, "ssr-ann")
    done = run(
        "measure", *models, other, "--device", "cpu", "--budget", 2, "--batch", 1, "--out", path
    )
    assert done.exit_code == 0, done.output
    done = run("report", bundle, "--baselines", *models, "--measured", path, "--out", out)
    assert done.exit_code == 0, done.output
    (report,) = report_json(out)["reports"]
    rows = report["chip_against_gpu"]["on_gpu"]
    measured = [one for one in rows if one["latency_s"]["evidence"] == "measured"]
    assert [one["subject"] for one in measured] == [
        "lrurec, full",
        "lrurec, incremental",
        "sasrec, full",
    ]
    assert all(one["latency_s"]["low"] > 0 for one in measured)


def _trained(report: Any) -> list[Any]:
    """Rows of the GPU without the untrained ones."""
    rows = report["chip_against_gpu"]["on_gpu"]
    return [one for one in rows if SAME_SIZE not in one["subject"]]
