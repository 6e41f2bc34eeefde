"""`ssr report`: from folders, models and data to one page and its numbers."""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from report_inputs_example import baseline, compiled, report_json, run
from trained import DATASET, saved_ssr

from ssr_neuro import checkpoint, data
from ssr_neuro.bundle import golden
from ssr_neuro.costs.counting import count
from ssr_neuro.errors import BadInput
from ssr_neuro.program import program_file

FILES = ("report.html", "report.json", "report.csv", "report.md")


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a bundle and two baselines."""
    folder = tmp_path_factory.mktemp("inputs")
    compiled(folder)
    baseline(folder, "lrurec")
    baseline(folder, "sasrec")
    return folder


@pytest.fixture(scope="module")
def made(inputs: Path) -> Path:
    """The report of all of them, on the test set."""
    found = run(
        "report",
        inputs / "bundle",
        "--baselines",
        inputs / "lrurec.pt",
        inputs / "sasrec.pt",
        *"--data generated --samples".split(),
        12,
        "--out",
        inputs / "report",
    )
    assert found.exit_code == 0, found.output
    return inputs / "report"


def error(*arguments: object) -> tuple[int, str]:
    """Exit code and message of `ssr report`."""
    found = run("report", *arguments)
    failed: Any = found.exception
    return getattr(failed, "exit_code", found.exit_code), str(failed)


def test_four_files_and_a_manifest(made: Path) -> None:
    assert {path.name for path in made.iterdir()} == {*FILES, "MANIFEST.json"}


def test_the_same_inputs_give_the_same_bytes(inputs: Path, made: Path) -> None:
    before = {name: (made / name).read_bytes() for name in FILES}
    again = inputs / "again"
    assert (
        run(
            "report",
            inputs / "bundle",
            "--baselines",
            inputs / "lrurec.pt",
            inputs / "sasrec.pt",
            *"--data generated --samples".split(),
            12,
            "--out",
            again,
        ).exit_code
        == 0
    )
    assert {name: (again / name).read_bytes() for name in FILES} == before


def test_counts_are_of_the_test_sequences_asked_for(inputs: Path, made: Path) -> None:
    (found,) = report_json(made)["reports"]
    assert found["counts"]["samples"] == 12
    assert found["assumptions"][0] == found["counted"]
    assert found["counted"].startswith("Counts are means over 12 test sequences, evenly spaced")


def test_without_data_the_golden_sequences_are_counted(inputs: Path, tmp_path: Path) -> None:
    assert run("report", inputs / "bundle", "--out", tmp_path / "r").exit_code == 0
    (found,) = report_json(tmp_path / "r")["reports"]
    bundle = inputs / "bundle"
    own = count(program_file.load(bundle), golden.read(bundle / "golden").trace)
    assert found["counts"]["sops"]["total"] == own.sops.total
    assert found["model"]["metrics"] == {}
    assert "golden sequences of the bundle" in found["counted"]
    assert [line for line in found["assumptions"] if "Counts are means" in line] == [
        found["counted"]
    ]


def test_baselines_are_ranked_as_ssr_evaluate_does(inputs: Path, made: Path) -> None:
    said = run("evaluate", inputs / "lrurec.pt", "--data", "generated", "--device", "cpu", "--json")
    (ranked,) = json.loads(said.stdout)["models"].values()
    (found,) = report_json(made)["reports"]
    for one in found["baselines"]:
        if one["kind"] == "lrurec":
            assert one["metrics"]["ndcg@10"] == ranked["ndcg@10"]
            assert not any(note.startswith("Accuracy as recorded") for note in one["notes"])
    assert found["model"]["metrics"]["integer"]["sequences"] == ranked["sequences"]


def test_without_data_accuracy_is_the_recorded_one(inputs: Path, tmp_path: Path) -> None:
    out = tmp_path / "r"
    run("report", inputs / "bundle", "--baselines", inputs / "lrurec.pt", "--out", out)
    for one in report_json(out)["reports"][0]["baselines"]:
        assert one["metrics"] == {"ndcg@10": 0.25}
        assert one["notes"][-1].startswith("Accuracy as recorded in the checkpoint")


def test_with_data_baselines_may_stay_as_recorded_and_counts_are_of_the_data(
    inputs: Path, tmp_path: Path
) -> None:
    out = tmp_path / "report"
    given = ("--baselines", inputs / "lrurec.pt", "--data", "generated", "--samples", 12)
    assert (
        run("report", inputs / "bundle", *given, "--recorded-baselines", "--out", out).exit_code
        == 0
    )
    (found,) = report_json(out)["reports"]
    assert found["counted"].startswith("Counts are means over 12 test sequences")
    recorded = checkpoint.load(inputs / "lrurec.pt").training["test"]
    for one in found["baselines"]:
        assert one["metrics"] == recorded
        assert one["notes"][-1].startswith("Accuracy as recorded in the checkpoint")


def test_every_form_of_a_baseline_has_its_bill_in_the_sheets(made: Path) -> None:
    (found,) = report_json(made)["reports"]
    forms = {(one["kind"], one["form"]) for one in found["baselines"]}
    assert {("lrurec", "incremental"), ("lrurec", "full"), ("sasrec", "cached")} <= forms
    for one in found["baselines"]:
        totals = {
            sheet["mode"]: bill["total_pj"]
            for sheet in found["energy"]
            for bill in sheet["bills"]
            if bill["subject"] == one["subject"]
        }
        assert totals == one["energy_pj"]
        assert totals["arithmetic-int8"] > 0


def test_two_models_of_one_kind_have_bills_of_their_own(inputs: Path, tmp_path: Path) -> None:
    other = baseline(tmp_path, "lrurec", "other")
    out = tmp_path / "r"
    assert (
        run(
            "report", inputs / "bundle", "--baselines", inputs / "lrurec.pt", other, "--out", out
        ).exit_code
        == 0
    )
    subjects = [one["subject"] for one in report_json(out)["reports"][0]["baselines"]]
    assert {"lrurec lrurec, full", "lrurec other, full"} <= set(subjects)
    assert len(subjects) == len(set(subjects))


def test_two_models_of_one_kind_and_file_name_are_told_apart_by_their_folders(
    inputs: Path, tmp_path: Path
) -> None:
    models, out = [], tmp_path / "r"
    for folder, ndcg in (("a", 0.25), ("b", 0.125)):
        (tmp_path / folder).mkdir()
        models.append(baseline(tmp_path / folder, "sasrec", test={"ndcg@10": ndcg}))
    done = run("report", inputs / "bundle", "--baselines", *models, "--out", out)
    assert done.exit_code == 0, done.output
    found = report_json(out)["reports"][0]["baselines"]
    assert {"sasrec a/sasrec, cached", "sasrec b/sasrec, cached"} <= {f["subject"] for f in found}
    assert {(f["name"], f["file"], f["metrics"]["ndcg@10"]) for f in found} == {
        ("a/sasrec", "a/sasrec.pt", 0.25),
        ("b/sasrec", "b/sasrec.pt", 0.125),
    }
    html = (out / "report.html").read_text(encoding="utf-8")
    assert "a/sasrec.pt" in html
    assert "b/sasrec.pt" in html


def test_a_baseline_given_twice_is_named_before_anything_is_counted(
    inputs: Path, tmp_path: Path
) -> None:
    given = ("--baselines", inputs / "lrurec.pt", inputs / "lrurec.pt")
    done = run("report", inputs / "bundle", *given, "--out", tmp_path / "r")
    assert isinstance(done.exception, BadInput)
    assert str(done.exception) == "lrurec.pt is given twice; name each model once"


def test_bills_in_the_csv_are_those_of_the_json(made: Path) -> None:
    (found,) = report_json(made)["reports"]
    wanted = [
        (
            bill["subject"],
            sheet["mode"],
            term["name"],
            *(as_cell(term[key]) for key in ("count", "price_pj", "energy_pj")),
            term["source"],
            term["evidence"],
        )
        for sheet in found["energy"]
        for bill in sheet["bills"]
        for term in bill["terms"]
    ]
    with (made / "report.csv").open(newline="", encoding="utf-8") as file:
        heads, *rows = csv.reader(file)
    assert heads == [
        "data_set",
        "model",
        "subject",
        "mode",
        "term",
        "count",
        "price_pj",
        "energy_pj",
        "source",
        "evidence",
    ]
    assert [tuple(row[2:]) for row in rows] == wanted
    assert {tuple(row[:2]) for row in rows} == {(found["dataset"], "model.pt")}


def as_cell(value: float | None) -> str:
    return "" if value is None else repr(value)


def test_a_chip_that_was_named_must_hold_the_program(inputs: Path, tmp_path: Path) -> None:
    code, said = error(inputs / "bundle", "--chip", "truenorth", "--out", tmp_path / "r")
    assert code == 3
    assert "does not fit IBM TrueNorth" in said
    assert "needs 8 weight bits; truenorth has 1 (limits.weight_bits)" in said
    assert len(said.splitlines()) > 2
    assert not (tmp_path / "r").exists()


def test_ssr_compile_says_so_too_but_not_of_the_chip_it_chose(tmp_path: Path) -> None:
    small = tmp_path / "small.toml"
    text = (Path(data.__file__).parents[2] / "hw_targets" / "loihi1.toml").read_text("utf-8")
    small.write_text(text.replace('name = "loihi1"', 'name = "small"'), encoding="utf-8")
    model = saved_ssr(tmp_path)
    found = run(
        "compile",
        model,
        *"--target program --chip truenorth --samples".split(),
        2,
        "--out",
        tmp_path / "no",
        "--json",
    )
    assert getattr(found.exception, "exit_code", 0) == 3
    assert not (tmp_path / "no").exists()
    assert (
        run(
            "compile",
            model,
            *"--target program --chip".split(),
            small,
            "--samples",
            2,
            "--out",
            tmp_path / "yes",
            "--json",
        ).exit_code
        == 0
    )
    report = report_json(tmp_path / "yes")
    assert report["placement"]["chip"] == report["latency"]["chip"] == "small"
    assert {"report.csv", "report.md"} < {p.name for p in (tmp_path / "yes").iterdir()}


def test_a_baseline_of_other_data_is_refused_with_both(inputs: Path, tmp_path: Path) -> None:
    elsewhere = {"source": "beauty.txt, 5-core", "fingerprint": "0" * 64}
    other = baseline(tmp_path, "lrurec", data=elsewhere)
    code, said = error(inputs / "bundle", "--baselines", other, "--out", tmp_path / "r")
    assert code == 2
    assert f"{other} was trained on beauty.txt, 5-core; the bundles are of models" in said
    assert f"trained on {DATASET.source}. Leave it out, or add a bundle" in said


def test_a_baseline_of_another_protocol_is_refused(inputs: Path, tmp_path: Path) -> None:
    other = baseline(tmp_path, "sasrec", protocol="leave-one-out")
    code, said = error(inputs / "bundle", "--baselines", other, "--out", tmp_path / "r")
    assert code == 2
    assert "was trained and tested by the protocol leave-one-out" in said
    assert "by ratio: their test sets differ. Train one with the --protocol" in said


def test_a_spiking_baseline_is_to_be_compiled_first(inputs: Path, tmp_path: Path) -> None:
    code, said = error(inputs / "bundle", "--baselines", inputs / "model.pt", "--out", tmp_path)
    assert code == 2
    assert "is an SSR, whose cost depends on its spikes; compile it with ssr-compile and g" in said


def test_other_data_is_refused_with_both(inputs: Path, tmp_path: Path) -> None:
    lines = [f"{user} {item}" for user in range(1, 9) for item in range(1, 8)]
    other = tmp_path / "other.txt"
    other.write_text("\n".join(lines), encoding="utf-8")
    code, said = error(inputs / "bundle", "--data", other, "--out", tmp_path / "r")
    assert code == 2
    assert f"was compiled from a model trained on {DATASET.source}; --data holds other.txt" in said
    code, said = error(inputs / "bundle", "--data", "generated", other, "--out", tmp_path / "r")
    assert code == 2
    assert "belongs to none of the bundles" in said


def test_a_bundle_that_changed_is_refused(inputs: Path, tmp_path: Path) -> None:
    changed = tmp_path / "bundle"
    shutil.copytree(inputs / "bundle", changed)
    (changed / "report.json").write_text("{}")
    code, said = error(changed, "--out", tmp_path / "r")
    assert code == 4
    assert "report.json has changed; get it again" in said


def test_a_folder_that_is_no_bundle_is_refused(inputs: Path, tmp_path: Path) -> None:
    out = tmp_path / "stopped"
    run("compile", inputs / "model.pt", "--stop-after", "fold", "--out", out)
    code, said = error(out, "--out", tmp_path / "r")
    assert code == 2
    assert "holds no report.json and no items.npz: it is no whole bundle." in said


def test_a_report_never_replaces_a_bundle(inputs: Path) -> None:
    code, said = error(inputs / "bundle", "--out", inputs / "bundle", "--overwrite")
    assert code == 2
    assert "which this command reads; name another folder with --out" in said
    assert (inputs / "bundle" / "program.json").is_file()


def test_options_of_ranking_without_data_have_no_meaning(inputs: Path) -> None:
    code, said = error(inputs / "bundle", "--samples", 4)
    assert code == 2
    assert "--samples has no meaning without --data" in said
    code, said = error(inputs / "bundle", "--recorded-baselines")
    assert code == 2
    assert "--recorded-baselines: without --data nothing is ranked; leave it out" in said
