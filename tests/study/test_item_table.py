"""The smallest item table that keeps the accuracy: rounding, price, choice, and what is refused."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from command_line import run
from hypothesis import given
from hypothesis import strategies as st
from trained import DATASET, saved_ssr

import ssr_neuro as sn
from ssr_neuro import checkpoint
from ssr_neuro.chip import load_chip
from ssr_neuro.costs import cost, memory_bill
from ssr_neuro.costs.accounting.memory_model import MemoryModel
from ssr_neuro.errors import BadInput
from ssr_neuro.study.item_table import (
    STEPS_TRIED,
    TableEnergy,
    round_entries,
    round_tables,
    smallest_that_keeps,
)


@pytest.fixture(scope="module")
def sasrec(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sasrec") / "sasrec.pt"
    sn.train(DATASET, out=path, model="sasrec", features=8, blocks=1, max_steps=3, device="cpu")
    return path


def test_one_bit_is_a_sign_and_two_are_four_levels() -> None:
    rows = torch.tensor([[2.0], [-2.0], [2.0]])
    torch.testing.assert_close(round_entries(rows, 1), rows)
    four = torch.tensor([[3.0], [1.0], [-1.0], [-3.0]])
    torch.testing.assert_close(round_entries(four, 2), four)


@given(
    entries=st.lists(st.floats(-4, 4, width=32), min_size=1, max_size=9),
    bits=st.integers(1, 4),
)
def test_no_other_step_that_is_tried_leaves_less_error(entries: list[float], bits: int) -> None:
    x = np.array(entries, np.float32)
    half = 2 ** (bits - 1)
    errors = []
    for number in range(1, STEPS_TRIED + 1):
        step = max(np.abs(x).max() / (half - 0.5) * number / STEPS_TRIED, np.finfo("f4").tiny)
        levels = step * (np.arange(-half, half) + 0.5)
        errors.append(sum(min((v - levels) ** 2) for v in x))
    found = round_entries(torch.from_numpy(x)[:, None], bits)[:, 0].numpy()
    assert len(set(found.tolist())) <= 2**bits
    assert np.square(found - x).sum() <= min(errors) * 1.001 + 1e-6


def test_tables_are_rounded_and_biases_and_the_pad_are_not(sasrec: Path) -> None:
    saved = checkpoint.load(sasrec)
    before, after = saved.model().state_dict(), round_tables(saved, 2).state_dict()
    changed = [name for name in before if not before[name].equal(after[name])]
    assert changed == ["table.weight"]
    assert before["table.weight"][0].equal(after["table.weight"][0])
    assert all(len(set(column.tolist())) <= 4 for column in after["table.weight"][1:].T)


def test_eight_bits_cost_what_the_cheapest_form_costs_and_fewer_the_table_less(
    sasrec: Path,
) -> None:
    saved, chip = checkpoint.load(sasrec), load_chip("generic-45nm")
    energy = TableEnergy(saved, chip)
    whole = cost("sasrec", saved.config, "cached")
    assert energy.cost.form == "cached"
    assert energy.table_bytes(8) == whole.scoring == (DATASET.n_items + 1) * 8
    priced = memory_bill(whole, chip, "int8", model=MemoryModel.of("int8"))
    assert energy.energy_pj(8) == priced.total_pj
    half = memory_bill(
        replace(whole, scoring=whole.scoring // 2), chip, "int8", model=MemoryModel.of("int8")
    )
    assert energy.energy_pj(4) == half.total_pj


def test_biases_keep_their_byte(tmp_path: Path) -> None:
    path = tmp_path / "lrurec.pt"
    sn.train(DATASET, out=path, model="lrurec", features=8, blocks=1, max_steps=2, device="cpu")
    energy = TableEnergy(checkpoint.load(path), load_chip("generic-45nm"))
    items = DATASET.n_items + 1
    assert energy.cost.form == "incremental"
    assert [energy.table_bytes(bits) for bits in (8, 1)] == [9 * items, 2 * items]


def test_the_smallest_keeps_its_share_in_both_columns() -> None:
    whole = {"ndcg@10": 0.2, "ndcg@10_window_left_out": 0.3}
    points = [
        {"bits": 8, "ndcg@10": 0.2, "ndcg@10_window_left_out": 0.3},
        {"bits": 4, "ndcg@10": 0.198, "ndcg@10_window_left_out": 0.31},
        {"bits": 2, "ndcg@10": 0.21, "ndcg@10_window_left_out": 0.29},
    ]
    assert smallest_that_keeps(points, whole, 0.99) == points[1]
    assert smallest_that_keeps(points, whole, 0.9) == points[2]
    assert smallest_that_keeps(points[2:], whole, 1.0) is None


def test_few_bits_that_pass_where_more_bits_fail_are_not_taken() -> None:
    whole = {"ndcg@10": 1.0, "ndcg@10_window_left_out": 1.0}
    shares = {3: 1.017, 8: 1.0, 4: 0.996, 5: 0.985, 6: 0.999}
    points = [
        {"bits": bits, "ndcg@10": share, "ndcg@10_window_left_out": 1.0}
        for bits, share in shares.items()
    ]
    found = smallest_that_keeps(points, whole, 0.99)
    assert found is not None
    assert found["bits"] == 6
    assert smallest_that_keeps(points, whole, 1.001) is None


def test_a_study_chooses_by_validation_and_tests_the_choice_alone(sasrec: Path) -> None:
    found = sn.study_item_table(sasrec, DATASET, bits=(2, 8), sequences=50)
    (model,) = found.content["models"]
    assert [point["bits"] for point in model["points"]] == [8, 2]
    energies = [point["energy_pj"] for point in model["points"]]
    assert all(more > less for more, less in pairwise(energies))
    kept = smallest_that_keeps(model["points"], model["whole"], 0.99)
    tested = [row for row in found.rows if row[4] == "test"]
    assert (model["smallest"] is None) == (kept is None) == (tested == [])
    if kept is not None:
        assert model["smallest"]["bits"] == kept["bits"]
    assert ElementTree.fromstring(found.svg).tag.endswith("svg")
    assert "over validation sequences" in found.notes[1]


def test_what_cannot_be_rounded_or_chosen_is_refused(sasrec: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is an SSR, whose item table has a bit for each feature"):
        sn.study_item_table(saved_ssr(tmp_path), DATASET)
    with pytest.raises(BadInput, match=r"--bits 9,1: an entry has 1 to 8 bits"):
        sn.study_item_table(sasrec, DATASET, bits=(9, 1))
    with pytest.raises(BadInput, match=r"--bits 2,2: name each number once"):
        sn.study_item_table(sasrec, DATASET, bits=(2, 2))
    with pytest.raises(BadInput, match="--keep 0: a share in per cent, above 0 and at most 100"):
        sn.study_item_table(sasrec, DATASET, keep=0)
    refitted = tmp_path / "refit.pt"
    sn.train(DATASET, out=refitted, model="sasrec", features=8, max_steps=2, refit=True)
    with pytest.raises(BadInput, match="knows the validation sequences, which choose here"):
        sn.study_item_table(refitted, DATASET)
    rows = tmp_path / "few.pt"
    sn.train(DATASET, out=rows, model="ssr-ann", features=8, activation_bits=2, max_steps=2)
    with pytest.raises(BadInput, match="'ssr-ann': it has no item table of numbers that could be"):
        sn.study_item_table(rows, DATASET)


def test_the_command_prints_and_leaves_the_same(
    sasrec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    asked = ("study", "item-table", sasrec, "--data", "generated", "--bits", "4", "--keep", "50")
    assert run("ssr", *map(str, asked), "--sequences", "50", "--out", str(out)) == 0
    printed = capsys.readouterr().out
    assert (out / "item-table.json").is_file()
    assert (out / "item-table.svg").is_file()
    assert "cached" in (out / "item-table.json").read_text()
    assert "validation" in printed
    assert "test" in printed
