"""What takes several files takes one as well, as a str or a Path; a chip may be a value."""

from pathlib import Path

import numpy as np
import pytest
from trained import saved_ssr

import ssr_neuro as sn
from ssr_neuro import checkpoint
from ssr_neuro.library.one_or_several import as_list
from ssr_neuro.program.spikes_file import write_trace
from ssr_neuro.program.trace import Trace


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> sn.Model:
    return sn.load(saved_ssr(tmp_path_factory.mktemp("model")))


@pytest.fixture(scope="module")
def compiled(model: sn.Model) -> sn.Compiled:
    return sn.compile(model, target="program", samples=4, chip=sn.load_chip("loihi1"))


def test_one_value_is_a_list_of_one() -> None:
    assert as_list("fast") == ["fast"]
    assert as_list(Path("m.pt")) == [Path("m.pt")]
    assert as_list(3) == [3]
    assert as_list(("a", "b")) == ["a", "b"]
    assert [type(one) for one in as_list(np.arange(2))] == [int, int]
    assert as_list(()) == []


def test_one_teacher_is_named_by_its_path(model: sn.Model, tmp_path: Path) -> None:
    out, few = tmp_path / "m.pt", {"features": 8, "blocks": 1, "max_steps": 1, "batch_size": 16}
    with pytest.raises(sn.BadInput, match=r"absent\.pt"):
        sn.train(out=out, teacher=str(tmp_path / "absent.pt"), **few)
    made = sn.train(out=out, teacher=str(model.path), device="cpu", **few)
    assert len(made.training["teacher"]) == 1
    with pytest.raises(sn.BadInput, match=r"absent\.pt"):
        sn.train_seeds(out=out, teacher=str(tmp_path / "absent.pt"), seeds=[0, 1], **few)


def test_one_simulator_one_data_set_and_one_file_are_taken(
    compiled: sn.Compiled, tmp_path: Path
) -> None:
    bundle = compiled.save(tmp_path / "bundle")
    assert [one.right for one in sn.verify(bundle, "fast").comparisons] == ["fast"]
    with pytest.raises(sn.BadInput, match="no simulator is given; give at least one"):
        sn.verify(bundle, [])
    page = sn.build_report(str(bundle), data="generated", samples=4)
    assert len(page.reports) == 1
    with pytest.raises(sn.BadInput, match=r"absent\.json"):
        sn.build_report(bundle, measured="absent.json")
    with pytest.raises(sn.BadInput, match=r"^absent\.json"):
        sn.study_ranks("absent.json")


def test_a_study_takes_one_number_for_several(model: sn.Model, tmp_path: Path) -> None:
    data = sn.load_data("generated")
    assert len(sn.study_memory(data, features=8).rows) == 1
    with pytest.raises(sn.BadInput, match="have a history of 1 to 5 items, and a group needs 2"):
        sn.study_lengths(model, data, limits=5, sequences=20)
    with pytest.raises(sn.BadInput, match="--levels '5': give percentages that rise from 0"):
        sn.study_noise(model, data, levels=5)
    with pytest.raises(sn.BadInput, match="--bits 99: an entry has 1 to"):
        sn.study_item_table(model, data, bits=99)
    with pytest.raises(sn.BadInput, match="--values 2: tau is "):
        sn.study_tau(data, tmp_path / "taus", 2, values=2, seeds=0)
    with pytest.raises(sn.BadInput, match="give two seeds or more"):
        sn.train_seeds(seeds=3)  # type: ignore[arg-type]


def test_a_chip_is_placed_on_as_a_value(model: sn.Model, compiled: sn.Compiled) -> None:
    named = sn.compile(model, target="program", samples=4, chip="loihi1")
    assert compiled.report is not None
    assert named.report is not None
    assert compiled.report.placement == named.report.placement


def test_files_are_read_by_the_name_alone(model: sn.Model, tmp_path: Path) -> None:
    spikes = np.ones((1, 2, 3), np.uint8)
    write_trace(tmp_path / "t.npz", Trace({}, {"p": spikes}, {}))
    np.testing.assert_array_equal(sn.read_trace(str(tmp_path / "t.npz")).spikes["p"], spikes)
    assert checkpoint.load(str(model.path)).kind == "ssr"
    checkpoint.save(str(tmp_path / "copy.pt"), model.checkpoint)
    assert (tmp_path / "copy.pt").is_file()
