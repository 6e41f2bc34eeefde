"""Several seeds: each model and a document of means and deviations; the same command goes on."""

import json
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import pytest
from command_line import run

import ssr_neuro as sn
from ssr_neuro import checkpoint
from ssr_neuro.evaluation.seeds import SeedSpread, spread_over_seeds
from ssr_neuro.study import trial

SMALL = (
    *"--data generated --features 8 --blocks 1 --max-steps 2 --eval-every 1".split(),
    *"--batch-size 16 --device cpu".split(),
)


def test_mean_and_deviation_of_what_every_model_has() -> None:
    found = spread_over_seeds(
        [
            {"hr@10": 0.1, "hr@10_error": 0.5, "ndcg@10": 1.0, "sequences": 4},
            {"hr@10": 0.3, "hr@10_error": 0.5, "sequences": 4},
        ]
    )
    assert found == {"hr@10": SeedSpread(pytest.approx(0.2), pytest.approx(0.2 / 2**0.5))}
    assert spread_over_seeds([{"hr@10": 0.1}]) == {}


def train(out: Path, *more: Any) -> int:
    return run("ssr", "train", *SMALL, "--out", out, *more)


def test_several_seeds_leave_their_models_and_a_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "m.pt"
    assert train(out, "--seeds", "2", "--seed", "3") == 0
    assert "Mean ± deviation over 2 seeds" in capsys.readouterr().out
    paths = [tmp_path / f"m-seed-{seed}.pt" for seed in (3, 4)]
    document = json.loads((tmp_path / "m-seeds.json").read_text())
    trained = [checkpoint.load(path).training for path in paths]
    assert [one["settings"]["seed"] for one in trained] == [3, 4]
    assert [one["model"] for one in document["models"]] == [path.name for path in paths]
    for part in ("valid", "test"):
        for key in ("ndcg@10", "hr@10_window_left_out"):
            each = [one[part][key] for one in trained]
            found = document["over_seeds"][part][key]
            assert found["mean"] == pytest.approx(mean(each))
            assert found["deviation"] == pytest.approx(stdev(each))

    kept = [path.read_bytes() for path in paths]
    paths[1].unlink()  # as after an interruption: the first is found again, the second trained
    assert train(out, "--seeds", "2", "--seed", "3") == 0
    assert paths[0].read_bytes() == kept[0]
    assert checkpoint.load(paths[1]).training["test"] == trained[1]["test"]
    capsys.readouterr()
    assert train(out, "--seeds", "2", "--seed", "3", "--lr", "0.5") == 2
    assert "m-seed-3.pt is of another training: lr 0.003, now 0.5" in " ".join(
        capsys.readouterr().err.split()
    )
    assert train(out, "--seeds", "2", "--seed", "3", "--resume") == 2
    assert "--resume has no meaning with --seeds" in capsys.readouterr().err


def test_models_that_differ_in_their_seed_stand_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train(tmp_path / "m.pt", "--seeds", "2") == 0
    assert train(tmp_path / "other.pt", "--lr", "0.01") == 0
    paths = [tmp_path / name for name in ("m-seed-0.pt", "other.pt", "m-seed-1.pt")]
    found = sn.evaluate(paths, "generated", device="cpu")
    (group,) = sn.group_seeds(found)
    assert group.names == (str(paths[0]), str(paths[2]))
    assert group.seeds == (0, 1)
    each = [found[0].metrics.ndcg[10], found[2].metrics.ndcg[10]]
    assert group.spread["ndcg@10"].mean == pytest.approx(mean(each))
    assert group.spread["ndcg@10"].deviation == pytest.approx(stdev(each))
    capsys.readouterr()
    common = ("--data", "generated", "--device", "cpu")
    assert run("ssr", "evaluate", *paths, *common) == 0
    assert "Mean ± deviation over seeds" in capsys.readouterr().out
    assert run("ssr", "evaluate", *paths, *common, "--json") == 0
    (told,) = json.loads(capsys.readouterr().out)["over_seeds"]
    assert told["seeds"] == [0, 1]


def test_trainings_that_were_to_overwrite_go_on_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, real = tmp_path / "m.pt", trial.train
    first, second = (tmp_path / f"m-seed-{seed}.pt" for seed in (0, 1))
    small = {"features": 8, "blocks": 1, "batch_size": 16, "device": "cpu"}
    small |= {"max_steps": 2, "eval_every": 1}
    for path in (first, second, tmp_path / "m-seeds.json"):
        path.write_text("of other trainings")

    def stopped(*args: Any, **options: Any) -> Any:
        if args[5] == second:
            raise KeyboardInterrupt
        return real(*args, **options)

    with monkeypatch.context() as patch:
        patch.setattr(trial, "train", stopped)
        said = r"stopped while training m-seed-1\.pt; the same command without --overwrite resumes"
        with pytest.raises(KeyboardInterrupt, match=said):
            sn.train_seeds(seeds=[0, 1], out=out, overwrite=True, **small)
    kept = first.read_bytes()
    assert [one["seed"] for one in sn.train_seeds(seeds=[0, 1], out=out, **small)["models"]] == [
        0,
        1,
    ]
    assert first.read_bytes() == kept


def test_the_library_trains_seeds_as_the_command_does(tmp_path: Path) -> None:
    out = tmp_path / "m.pt"
    shape = {"features": 8, "blocks": 1, "batch_size": 16, "device": "cpu"}
    budget = {"max_steps": 2, "eval_every": 1}
    found = sn.train_seeds(seeds=[3, 4], out=out, **shape, **budget)
    document = json.loads((tmp_path / "m-seeds.json").read_text())
    assert found["over_seeds"] == document["over_seeds"]
    assert [one["seed"] for one in found["models"]] == [3, 4]
    again = sn.train_seeds(seeds=[3, 4], out=out, **shape, **budget)
    assert again["models"] == found["models"]
    with pytest.raises(sn.BadInput, match="seed has no meaning beside seeds"):
        sn.train_seeds(seeds=[1, 2], out=out, seed=1)
    with pytest.raises(sn.BadInput, match="give two seeds or more"):
        sn.train_seeds(seeds=[1], out=out)
