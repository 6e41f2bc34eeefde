"""Points of the pictures of accuracy against energy, on made-up trainings."""

import importlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ssr_neuro.charts.series import MARKS
from ssr_neuro.errors import BadInput

ROOT = Path(__file__).parents[2]


@pytest.fixture
def frontier(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    module = importlib.import_module("frontier")
    monkeypatch.setattr(module, "energies_pj", lambda run: (0.0, run.energy_pj))
    monkeypatch.setattr(module, "labels", lambda runs: {run.name: run.kind for run in runs})
    return module


def training(
    name: str, kind: str, energy_pj: float, place: tuple[str, str, int], **metrics: float
) -> Any:
    return SimpleNamespace(
        name=name,
        kind=kind,
        energy_pj=energy_pj,
        place=(place[0], "fingerprint", *place[1:]),
        training={"steps": 10},
        metrics=metrics,
    )


def test_points_of_one_data_set_and_protocol_by_energy(
    frontier: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, other = ("films", "ratio", 20), ("films", "leave-one-out", 20)
    runs = [
        training("a", "sasrec", 3e6, here, **{"ndcg@10": 0.2}),
        training(
            "b", "lrurec", 1e6, here, **{"ndcg@10": 0.1, frontier.NDCG["window left out"]: 0.3}
        ),
        training("c", "gru4rec", 2e6, other, **{"ndcg@10": 0.4}),
        training("not-compiled", "ssr", 0.0, here, **{"ndcg@10": 0.9}),
    ]
    monkeypatch.setattr(frontier, "read_runs", lambda: runs)
    found = frontier.trained(*here)
    assert [(one.label, one.energy_pj) for one in found] == [("LRURec", 1e6), ("SASRec", 3e6)]
    assert [one.ndcg for one in found] == [
        {"all items": (0.1, 0.0), "window left out": (0.3, 0.0)},
        {"all items": (0.2, 0.0)},
    ]


def test_a_column_that_was_not_ranked_is_unknown_in_the_table_and_no_point(
    frontier: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frontier, "DATA_SETS", {"films": ("Films", "films", "ratio", 20)})
    run = training("a", "sasrec", 3e6, ("films", "ratio", 20), **{"ndcg@10": 0.25})
    monkeypatch.setattr(frontier, "read_runs", lambda: [run])
    assert "| SASRec | 10 | 3.00 µJ | 0.2500 | unknown | 1 |" in frontier.table("films")
    all_items, left_out = (
        frontier._panel(column, frontier.trained("films", "ratio", 20)) for column in frontier.NDCG
    )
    assert [(one.x, one.y) for one in all_items.series[0].points] == [(3.0, 0.25)]
    assert left_out.series == ()


def test_steps_on_trained_weights_are_said_to_be_so(
    frontier: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = training("a", "sasrec", 1e6, ("films", "ratio", 20), **{"ndcg@10": 0.25})
    run.training["start"] = "the fingerprint of its weights"
    monkeypatch.setattr(frontier, "read_runs", lambda: [run])
    (found,) = frontier.trained("films", "ratio", 20)
    assert found.label == "SASRec, on trained weights"


def test_seeds_give_a_mean_with_their_deviation(
    frontier: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    spread = {"ndcg@10": {"mean": 0.5, "deviation": 0.01}}
    monkeypatch.setattr(frontier, "SEEDS", {"a": "a.recipe"})
    monkeypatch.setattr(frontier, "read_result", lambda name: {"over_seeds": {"test": spread}})
    run = training("a", "sasrec", 1e6, ("films", "ratio", 20), **{"ndcg@10": 0.25})
    monkeypatch.setattr(frontier, "read_runs", lambda: [run])
    (found,) = frontier.trained("films", "ratio", 20)
    assert found.ndcg == {"all items": (0.5, 0.01)}
    assert found.seeds == 3
    assert found.label == "SASRec (floats; energy of seed 0)"
    assert frontier._ndcg_text(found, "all items") == "0.5000 ± 0.0100"


def test_a_rival_stands_with_its_smallest_item_table_as_well(
    frontier: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    left_out = frontier.NDCG["window left out"]
    smallest = {"bits": 4, "energy_pj": 1e6, "ndcg@10": 0.3, left_out: 0.4}
    models = [{"name": "a", "smallest": smallest}, {"name": "b", "smallest": None}]
    (tmp_path / "item-table-films.json").touch()
    monkeypatch.setattr(frontier, "RESULTS", tmp_path)
    monkeypatch.setattr(frontier, "read_result", lambda name: {"models": models})
    here = ("films", "ratio", 20)
    runs = [training(name, "sasrec", 3e6, here, **{"ndcg@10": 0.25}) for name in "ab"]
    monkeypatch.setattr(frontier, "read_runs", lambda: runs)
    small, *whole = frontier.trained(*here)
    assert small.label == "SASRec, item table of 4 bits (keeps 120.0%)"
    assert small.series == frontier.SMALL_TABLES
    assert (small.energy_pj, small.steps) == (1e6, 10)
    assert small.ndcg == {"all items": (0.3, 0.0), "window left out": (0.4, 0.0)}
    assert [one.series for one in whole] == ["sasrec", "sasrec"]
    last = frontier._panel("all items", [small, *whole]).series[-1]
    assert (last.name, [point.x for point in last.points]) == (frontier.SMALL_TABLES, [1.0])


def test_a_series_looks_the_same_in_every_picture(frontier: Any) -> None:
    def looks(*kinds: str) -> dict[str, int]:
        found = [
            frontier.TrainedNetwork(kind, kind, 1, 1e6, {"all items": (0.1, 0.0)}, 1)
            for kind in kinds
        ]
        return {one.name: one.look for one in frontier._panel("all items", found).series}

    both = looks("ssr", "lrurec", "gru4rec") | looks("sasrec", frontier.SMALL_TABLES)
    assert looks(*frontier.SERIES).items() >= both.items()
    assert len(set(looks(*frontier.SERIES).values())) == len(frontier.SERIES) <= len(MARKS)
    with pytest.raises(BadInput, match=r"narm: no series of frontier\.py; add it to SERIES"):
        looks("narm")


def test_integers_that_ranked_a_part_say_of_how_many_sequences(
    frontier: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "a.test-set.json").touch()
    (tmp_path / "a.cost.json").touch()
    monkeypatch.setattr(frontier, "RESULTS", tmp_path)
    monkeypatch.setattr(frontier, "read_result", lambda name: {"sequences": 20})
    monkeypatch.setattr(frontier, "integer_metrics", lambda name: {"ndcg@10": 0.5})
    run = training("a", "ssr", 1e6, ("films", "ratio", 20))
    run.data = {"test": 30}
    monkeypatch.setattr(frontier, "read_runs", lambda: [run])
    (found,) = frontier.trained("films", "ratio", 20)
    assert found.label == "SSR (ranked on 20 test sequences)"
    run.data = {"test": 20}
    (found,) = frontier.trained("films", "ratio", 20)
    assert found.label == "SSR"


def test_ticks_enclose_all_energies(frontier: Any) -> None:
    assert [tick for tick, _ in frontier._ticks([1.5e6, 9e6])] == [1, 2, 4, 8, 16]
