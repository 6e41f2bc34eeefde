"""The tables of runs are what the JSON gives, and the JSON is what the checkpoints hold."""

import importlib
import json
import re
from argparse import Namespace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from trained import saved_ssr

from ssr_neuro import checkpoint
from ssr_neuro.errors import BadInput
from ssr_neuro.library.chosen_fields import read_assignments
from ssr_neuro.model import kinds
from ssr_neuro.settings.models.sasrec import SasRecConfig
from ssr_neuro.settings.models.ssr import SsrConfig
from ssr_neuro.settings.source import sources_of
from ssr_neuro.settings.training import TrainSettings

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
SIZES = {"users": 6, "items": 9, "interactions": 90, "train": 1000, "valid": 10, "test": 20}
SETTINGS = {
    "epochs": 10,
    "max_steps": 20,
    "max_minutes": None,
    "batch_size": 100,
    "lr": 0.01,
    "table_lr": 0.1,
    "patience": 3,
    "seed": 0,
}


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module


def run_of(module: Any, name: str, kind: str = "ssr", **settings: Any) -> Any:
    """20 steps of 100 unless settings say otherwise; HR@10 is 0.22, with the window hidden 0.25."""
    training = {
        "data": {"name": "toy", "fingerprint": "0"},
        "protocol": "ratio",
        "steps": 20,
        "best_step": 20,
        "seconds": 7.0,
        "device": "cpu",
        "settings": SETTINGS | settings,
        "test": metrics(0.22),
        "curve": [{"step": step, "ndcg@10": 0.1} for step in (10, 20)],
    }
    document = {
        "kind": kind,
        "config": {"items": 9, "positions": 20},
        "data": SIZES,
        "tuned": None,
        "hidden": {"window": metrics(0.25)},
        "parameters": 5,
        "targets_seen": 2_000_000,
        "training": training,
    }
    return module("runs").Run(name, document)


def metrics(hr: float) -> dict[str, float]:
    values = {"hr@10": hr, "ndcg@10": hr / 2, "mrr@10": hr / 4}
    return values | {f"{name}_error": 0.01 for name in values}


def paper_of(module: Any, **changes: Any) -> Any:
    document = {
        "paper": "p",
        "table": "Table 7",
        "users": 6,
        "items": 9,
        "protocol": "ratio",
        "positions": 20,
        "metrics": ["hr@10"],
        "models": {"ssr": [0.2], "caser": [0.1]},
    }
    paper = {"citation": "A. Author 2000, Title", "differs": ["its users are few."]}
    return module("runs").Published(document | changes, paper)


def results(module: Any, runs: list[Any], papers: list[Any]) -> str:
    return module("results_table").documents(runs, papers)["reference/results.md"]


def test_ours_stand_beside_the_papers_figures_with_the_difference(module: Any) -> None:
    text = results(module, [run_of(module, "a")], [paper_of(module)])
    assert "Beside A. Author 2000, Table 7, which ranks all items:" in text
    assert (
        "| 0.2200 ± 0.0100 | 0.2000 | +10.0 | 0.1100 ± 0.0100 | 0.0550 ± 0.0100 "
        "| 0.2500 ± 0.0100 | 0.1250 ± 0.0100 |" in text
    )
    assert "| MRR@10 | HR@10, window left out | NDCG@10, window left out |" in text
    assert "| caser |  |  |  |  |  |  |  | 0.1000 |  |  |  |" in text
    assert "- its users are few." in text
    hidden = results(module, [run_of(module, "a")], [paper_of(module, hidden="window")])
    assert "Table 7, which ranks all but the items of the window:" in hidden
    assert "| 0.2500 ± 0.0100 | 0.2000 | +25.0 |" in hidden
    assert "| HR@10, window left out | paper | % |" in hidden
    assert "| 0.2200 ± 0.0100 | 0.1100 ± 0.0100 |\n" in hidden


def test_a_column_that_was_not_measured_is_unknown(module: Any) -> None:
    old, new = run_of(module, "a"), run_of(module, "b", kind="sasrec")
    old.document["hidden"] = {}
    new.training["test"] |= {"ndcg@10_window_left_out": 0.3, "ndcg@10_window_left_out_error": 0.02}
    text = results(module, [old, new], [])
    assert "| 0.0550 ± 0.0100 | unknown | unknown |" in text
    assert "| 0.2500 ± 0.0100 | 0.3000 ± 0.0200 |" in text  # what the training measured


@pytest.mark.parametrize(
    "other", [{"users": 7}, {"items": 8}, {"positions": 50}, {"protocol": "leave-one-out"}]
)
def test_figures_of_other_data_or_protocols_are_not_set_beside_ours(
    module: Any, other: dict[str, Any]
) -> None:
    assert "Table 7" not in results(module, [run_of(module, "a")], [paper_of(module, **other)])


def test_runs_without_the_second_column_are_named_with_the_reason(
    module: Any, tmp_path: Path
) -> None:
    runs = [run_of(module, name) for name in ("whole", "kept", "gone", "old")]
    for run in runs[1:]:
        run.document["hidden"] = {}
    (tmp_path / "kept.pt").write_bytes(b"")
    said = module("results_table").without_second_column(runs, tmp_path)
    assert "as their weights are not kept: gone, old. The command" in said
    assert "- Not measured with the window left out yet: kept.\n" in said
    assert "whole" not in said
    assert module("results_table").without_second_column(runs[:1], tmp_path) == ""
    assert "not kept: gone, kept, old" in results(module, runs, [])


def test_runs_of_another_budget_stand_apart(module: Any) -> None:
    same = [run_of(module, "a"), run_of(module, "b", "sasrec")]
    longer, timed = (run_of(module, "c", max_steps=50), run_of(module, "d", max_minutes=5.0))
    tuned = run_of(module, "e", "gru4rec")
    tuned.training["weight_bits"] = 4
    table = module("results_table")
    tables, apart = table.by_budget([*same, longer, timed, tuned])
    assert tables == [((20, 100), same)]
    assert apart == [longer, timed, tuned]
    assert table.by_budget([timed])[0] == []
    assert "### Other budgets" in results(module, [*same, longer], [])


def test_a_budget_is_the_shorter_of_steps_and_epochs(module: Any) -> None:
    assert run_of(module, "a", max_steps=None).budget == (100, 100)
    assert run_of(module, "a", max_steps=500).budget == (100, 100)
    early = run_of(module, "a", max_steps=50)
    assert early.stopped_early
    text = results(module, [early], [])
    assert "ssr stopped at step 20, after 3 validations without a better one." in text


def test_runs_of_one_kind_are_told_apart(module: Any) -> None:
    runs = [run_of(module, "a"), run_of(module, "b", seed=1), run_of(module, "c", "sasrec")]
    assert module("runs").labels(runs) == {"a": "ssr, seed 0", "b": "ssr, seed 1", "c": "sasrec"}
    twins = [run_of(module, "a"), run_of(module, "b", lr=0.1)]
    assert module("runs").labels(twins) == {"a": "ssr (a)", "b": "ssr (b)"}


def test_a_width_or_a_refit_is_said_beside_models_of_another_kind(module: Any) -> None:
    usual, wide = run_of(module, "a"), run_of(module, "b", kind="sasrec")
    usual.document["config"]["features"], wide.document["config"]["features"] = 64, 128
    assert module("runs").labels([usual, wide]) == {"a": "ssr", "b": "sasrec, features 128"}
    runs = [usual, run_of(module, "c", kind="sasrec", refit=True)]
    assert module("runs").labels(runs) == {"a": "ssr", "c": "sasrec, refit"}


def test_what_a_run_was_taught_and_chosen_by_is_said_where_no_other_run_differs(
    module: Any,
) -> None:
    alone = run_of(module, "a", select_by="ndcg@10_window_left_out", student_hides="window", lr=0.1)
    alone.document["config"]["ffn_ratio"] = 1
    found = module("runs").labels([alone])["a"]
    assert found.startswith("ssr, ")
    assert set(found.split(", ")[1:]) == {
        "ffn ratio 1",
        "select by ndcg@10_window_left_out",
        "student hides window",
    }


def test_a_run_by_a_source_names_it_and_what_was_set_otherwise(module: Any) -> None:
    plain = run_of(module, "a", kind="sasrec")
    sourced = run_of(module, "b", kind="sasrec", source="program", warmup_steps=0)
    preset = sources_of("sasrec")["program"].sets
    known = SasRecConfig(items=1).to_dict()
    own = {name: value for name, value in preset.items() if name in known}
    sourced.document["config"] |= own | {"dropout": 0.3}
    found = module("runs").labels([plain, sourced])
    assert found == {
        "a": "sasrec",
        "b": "sasrec, dropout 0.3, last position alone, source program",
    }
    sourced.document["config"]["all_positions"] = True
    found = module("runs").labels([plain, sourced])
    assert found["b"] == "sasrec, dropout 0.3, source program"


def test_what_an_ablation_takes_away_is_said(module: Any) -> None:
    whole, part = run_of(module, "a", kind="lrurec"), run_of(module, "b", kind="lrurec")
    part.document["config"]["ffn"] = False
    assert module("runs").labels([whole, part]) == {"a": "lrurec", "b": "lrurec, without ffn"}


def test_the_steps_of_a_spike_train_are_not_those_of_the_training(module: Any) -> None:
    usual, short = run_of(module, "a"), run_of(module, "b")
    usual.document["config"]["steps"], short.document["config"]["steps"] = 4, 2
    assert module("runs").labels([usual, short]) == {"a": "ssr", "b": "ssr, time steps 2"}


def test_a_taught_run_says_by_whom_and_that_those_steps_come_on_top(module: Any) -> None:
    plain, taught = run_of(module, "a"), run_of(module, "b")
    taught.training["teacher"] = {"kind": "ssr-ann", "steps": 5000}
    found = results(module, [plain, taught], [])
    assert "| [ssr](../../benchmarks/results/a.train.json) |" in found
    assert (
        "| [ssr, taught by ssr-ann of 5,000 steps](../../benchmarks/results/b.train.json) |"
        in found
    )
    assert "learnt from the probabilities of a trained model, ssr-ann of 5,000 steps, wh" in found
    taught.training["teacher"]["continued"] = True
    assert taught.teacher == "ssr-ann of 5,000 steps on trained weights"
    taught.training["teacher"] = [{"kind": "ssr-ann", "steps": 5000}, {"kind": "ssr", "steps": 7}]
    assert taught.teacher == "ssr-ann of 5,000 steps and ssr of 7 steps"
    assert "learnt from" not in results(module, [plain, run_of(module, "c")], [])


def test_json_that_lacks_what_the_tables_need_is_refused(module: Any, tmp_path: Path) -> None:
    (tmp_path / "old.train.json").write_text('{"kind": "ssr", "config": {}, "training": {}}')
    with pytest.raises(BadInput, match=r"old\.train\.json: has no data, .*record_run\.py"):
        module("runs").read_runs(tmp_path)


def test_the_papers_tables_are_whole(module: Any) -> None:
    for table in module("runs").read_published():
        of = table.document
        assert all(len(values) == len(of["metrics"]) for values in of["models"].values())
        assert all(0 < value < 1 for values in of["models"].values() for value in values)
        assert set(table.models) <= set(kinds())
    by_id = {t.document["id"]: t for t in module("runs").read_published()}
    assert by_id["ssr-ml-1m"].value("ssr", "hr@10") == 0.2312
    assert by_id["lrurec-ml-1m"].value("lrurec", "ndcg@10") == 0.19298
    assert by_id["tim4rec-beauty"].value("tim4rec", "mrr@10") == 0.0321


def test_the_curves_name_every_run_and_mark_the_weights_kept(module: Any) -> None:
    runs = [run_of(module, "a"), run_of(module, "b", kind="gru4rec")]
    runs[0].training["best_step"] = 10
    made = module("results_table").documents(runs, [])
    (svg,) = (text for name, text in made.items() if name.endswith(".svg"))
    drawn = ElementTree.fromstring(svg)
    texts = {element.text for element in drawn.iter("{http://www.w3.org/2000/svg}text")}
    assert texts >= {"ssr", "gru4rec", "steps", "validation NDCG@10"}
    kept = module("results_table").curve_of(runs[0], {"a": "ssr"}, 0)
    assert kept.marked == (0,)


def recorded(model: Path, out: Path, **options: Any) -> Namespace:
    given = {"name": None, "tuned": None, "core": "5-core", "ties": "file"}
    return Namespace(model=model, data="generated", duplicates="keep", out=out, **given | options)


def trained(folder: Path, **more: Any) -> Path:
    """model.pt with the provenance that a run of two steps leaves."""
    path = saved_ssr(folder)
    saved = checkpoint.load(path)
    saved.training.update(steps=2, settings={"batch_size": 256}, **more)
    checkpoint.save(path, saved)
    return path


def test_a_run_is_recorded_from_its_checkpoint_and_again_the_same(
    module: Any, tmp_path: Path
) -> None:
    model, record = trained(tmp_path), module("record_run").record
    path = record(recorded(model, tmp_path, tuned="lr on validation"))
    found = json.loads(path.read_text())
    assert path.name == "model.train.json"
    assert (found["samples_seen"], found["targets_seen"]) == (512, 512)
    assert (found["data"]["users"], found["data"]["ties"]) == (600, "file")
    assert found["checkpoint_bytes"] == model.stat().st_size
    assert found["hidden"]["window"]["sequences"] == found["data"]["test"]
    before = path.read_bytes()
    assert record(recorded(model, tmp_path)).read_bytes() == before


def test_the_recorded_command_sets_what_the_run_had(module: Any, tmp_path: Path) -> None:
    model = trained(tmp_path)
    saved = checkpoint.load(model)
    saved.training["settings"] |= {"max_steps": 7, "lr": 0.01, "patience": None, "epochs": None}
    words = module("record_run").command(saved, recorded(model, tmp_path)).split()
    assert words[:2] == ["ssr", "train"]
    found = read_assignments(
        saved.kind, [w for at, w in enumerate(words) if words[at - 1] == "--set"]
    )
    defaults = TrainSettings().to_dict()
    told = TrainSettings.from_dict(defaults | found.training).to_dict()
    assert told == TrainSettings.from_dict(saved.training["settings"]).to_dict()
    assert {"items": saved.config.items} | found.config == {
        name: value
        for name, value in saved.config.to_dict().items()
        if name == "items" or value != SsrConfig(items=1).to_dict()[name]
    }


def test_a_budget_without_epochs_is_its_steps(module: Any) -> None:
    assert run_of(module, "a", epochs=None, max_steps=70).budget == (70, 100)


def test_a_record_of_another_model_is_not_overwritten(module: Any, tmp_path: Path) -> None:
    (tmp_path / "model.train.json").write_text('{"sha256": "another"}')
    with pytest.raises(BadInput, match=r"is of another model\.pt; give another --name, or remove"):
        module("record_run").record(recorded(trained(tmp_path), tmp_path))


@pytest.mark.parametrize("place", ["/data/here.txt", "C:\\data", "~/data"])
def test_places_on_a_machine_are_not_published(module: Any, tmp_path: Path, place: str) -> None:
    model = trained(tmp_path, command=["ssr", "train", "--data", place])
    with pytest.raises(BadInput, match="a place on one machine; train without"):
        module("record_run").record(recorded(model, tmp_path))
    assert not (tmp_path / "model.train.json").exists()


def test_runs_that_differ_in_their_seed_have_a_mean_and_a_deviation(module: Any) -> None:
    runs = [run_of(module, "a"), run_of(module, "b", seed=1), run_of(module, "c", lr=0.5)]
    runs[1].training["test"] = metrics(0.24)
    text = results(module, runs, [paper_of(module)])
    (line,) = (line for line in text.splitlines() if "mean ± deviation of 2 seeds" in line)
    assert "| 0.2300 ± 0.0141 | 0.2000 | +15.0 | 0.1150 ± 0.0071 |" in line
    assert "deviation of" not in results(module, runs[1:], [])


def test_every_file_of_results_has_a_row_with_the_command_that_makes_it() -> None:
    rows = re.findall(r"^\| (.+?) \|", (BENCHMARKS / "README.md").read_text("utf-8"), re.MULTILINE)
    named = [Path(name).name for row in rows for name in re.findall(r"`([^`]+)`", row)]
    patterns = [re.sub("NAME|KIND", "*", name) for name in named]
    files = [path.name for path in (BENCHMARKS / "results").iterdir()]
    assert [one for one in files if not any(fnmatch(one, each) for each in patterns)] == []
