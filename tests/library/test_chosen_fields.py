"""`--set source=paper|program`: what it sets, what wins over it, and where it is kept."""

import sys
from pathlib import Path
from typing import Any

import pytest

import ssr_neuro as sn
from ssr_neuro.cli import main
from ssr_neuro.errors import BadInput
from ssr_neuro.library.beginning import begin_fresh, begin_from
from ssr_neuro.library.chosen_fields import read_assignments, sort_fields
from ssr_neuro.library.training import prepare
from ssr_neuro.settings.fields import to_option_text
from ssr_neuro.settings.source import sources_of

FEW = {"features": 8, "blocks": 1, "max_steps": 1, "batch_size": 16, "device": "cpu"}


def run(*words: object) -> int:
    """The exit code of `ssr` with these words."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["ssr", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
    return int(ended.value.code or 0)


def test_a_source_sets_what_nothing_else_does() -> None:
    begin = begin_fresh({"model": "sasrec", "protocol": None}, ["source=program", "dropout=0.1"])
    wanted = {**sources_of("sasrec")["program"].sets, "dropout": 0.1}
    config = {name: wanted[name] for name in ("norm", "activation", "ffn_ratio", "norm_eps")}
    assert begin.shape.items() >= config.items()
    assert begin.shape["dropout"] == 0.1
    settings = prepare(begin, {"lr": 0.02, "epochs": 3})
    assert (settings.settings.lr, settings.settings.batch_size) == (0.02, 2048)
    assert (settings.settings.warmup_steps, settings.settings.final_lr) == (0, 1.0)
    assert settings.settings.source == "program"


def test_an_option_of_the_shape_wins() -> None:
    asked = {"model": "sasrec", "protocol": None, "ffn-ratio": 2, "blocks": None}
    assert begin_fresh(asked, ["source=program"]).shape["ffn_ratio"] == 2


def test_without_a_source_nothing_is_set() -> None:
    found = read_assignments("sasrec", ["dropout=0.1"])
    assert (found.preset.config, found.preset.training) == ({}, {})


@pytest.mark.parametrize(
    ("kind", "source", "message"),
    [
        ("sasrec", "papers", "--set source=papers: sources of sasrec are paper, program"),
        ("popularity", "paper", "sources of popularity are none: its paper and its program agree"),
    ],
)
def test_an_unknown_source_lists_the_known_ones(kind: str, source: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        read_assignments(kind, [f"source={source}"])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"lr": True}, "lr is True; it must be a finite number"),
        ({"features": 8.5}, "features is 8.5; it must be a whole number"),
        ({"patience": "never"}, "patience is 'never'; it must be a whole number, or none"),
        ({"device": None}, "device is None; it must be a word"),
        ({"time_steps": 2, "steps": 4}, "time_steps and steps are the same; give one of the two"),
    ],
)
def test_a_value_by_name_is_checked_as_one_that_is_typed(
    given: dict[str, Any], message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        sort_fields("ssr", given)


def test_values_by_name_are_those_that_are_typed() -> None:
    by_name = sort_fields("caser", {"lr": 1, "patience": "none", "order": None, "features": 8})
    typed = read_assignments("caser", ["lr=1", "patience=none", "order=none", "features=8"])
    assert by_name == typed
    assert isinstance(by_name.training["lr"], float)


def test_the_command_keeps_the_source_and_typed_options(tmp_path: Path) -> None:
    out = tmp_path / "model.pt"
    words = ("--model", "sasrec", "--features", 8, "--blocks", 1, "--max-steps", 1, "--device")
    given = (*words, "cpu", "--batch-size", 16, "--out", out)
    assert run("train", *given, "--set", "source=program") == 0
    made = sn.load(out)
    assert (made.config.norm, made.config.features, made.config.ffn_ratio) == ("after", 8, 4)
    settings = made.training["settings"]
    assert (settings["source"], settings["batch_size"]) == ("program", 16)
    assert (settings["warmup_steps"], settings["final_lr"]) == (0, 1.0)


def test_a_model_goes_on_as_its_source_alone(tmp_path: Path) -> None:
    start, out = tmp_path / "start.pt", tmp_path / "out.pt"
    made = sn.train(out=start, model="sasrec", source="program", dropout=0.1, **FEW)
    assert (made.config.dropout, made.config.norm) == (0.1, "after")
    again = sn.train(out=out, start=start, max_steps=1, batch_size=16, device="cpu")
    assert again.training["settings"]["source"] == "program"
    assert again.training["settings"]["warmup_steps"] == 50
    named = sn.train(out=out, start=start, source="program", overwrite=True, **_rest())
    assert named.training["settings"]["warmup_steps"] == 0
    assert named.config == made.config
    with pytest.raises(BadInput, match=r"source=paper: .*start.pt was trained with program, and"):
        sn.train(out=out, start=start, source="paper", overwrite=True, **_rest())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"features": 16}, "--set features=16: .*start.pt has 8"),
        ({"dropout": 0.1}, "--set dropout=0.1: .*start.pt has 0.5"),
        ({"order": None}, "--set order=none: .*start.pt has 5"),
    ],
)
def test_a_model_keeps_its_shape_also_where_that_is_set_by_name(
    tmp_path: Path, given: dict[str, Any], said: str
) -> None:
    start = tmp_path / "start.pt"
    sn.train(out=start, model="caser", features=8, **_rest())
    with pytest.raises(BadInput, match=f"{said}, and a model keeps its shape; leave out what"):
        sn.train(out=tmp_path / "out.pt", start=start, **given, **_rest())
    words = [f"{name}={to_option_text(value)}" for name, value in given.items()]
    with pytest.raises(BadInput, match=said):
        begin_from(start, {}, words)


def _rest() -> dict[str, Any]:
    return {"max_steps": 1, "batch_size": 16, "device": "cpu"}


def test_what_is_searched_is_not_fixed_by_a_source() -> None:
    preset = read_assignments("sasrec", ["source=program"]).preset.without({"dropout": None})
    assert "dropout" not in preset.config
    assert preset.config["norm"] == "after"
    assert preset.training["lr"] == 1e-3


def test_models_lists_what_each_source_sets(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("models", "sasrec") == 0
    said = capsys.readouterr().out
    assert "--set source=program: RecBole's SASRec" in said
    assert "norm=after, activation=gelu, ffn_ratio=4" in said
    assert run("models", "popularity") == 0
    assert "no --set source" in capsys.readouterr().out


def test_a_model_with_a_vector_for_each_user_is_trained_and_judged_on_them(tmp_path: Path) -> None:
    out, few = tmp_path / "caser.pt", {"features": 8, "max_steps": 2, "batch_size": 16}
    model = sn.train("generated", model="caser", source="paper", out=out, **few, device="cpu")
    dataset = sn.load_data("generated")
    assert (model.config.user, model.config.users) == ("own", dataset.n_users)
    users = sn.load(out).checkpoint.inputs[..., 1]
    assert 1 <= users.min() < users.max() <= dataset.n_users
    assert (users == users[:, :1]).all()
    (judged,) = sn.evaluate(out, dataset)
    assert judged.metrics.to_dict() == model.training["test"]
    best = sn.recommender(out).recommend(dataset.item_ids[:3], top=3)  # of a user who is not known
    assert len(best) == 3
    with pytest.raises(BadInput, match="--set users: the number of users is the data set's"):
        read_assignments("caser", ["users=3"])
