"""`--log csv|tensorboard`: a row for each validation, also of a run that was resumed."""

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from command_line import run
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from training_runs import SETTINGS, Killed, kill_at, trained

from ssr_neuro.errors import BadInput
from ssr_neuro.files.training_log import check_log

Printed = pytest.CaptureFixture[str]
SMALL = ("--features", "8", "--blocks", "1", "--batch-size", "32", "--eval-every", "1")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def without_seconds(found: list[dict[str, str]]) -> list[dict[str, str]]:
    return [{name: value for name, value in row.items() if name != "seconds"} for row in found]


def test_a_row_holds_what_the_validation_found(tmp_path: Path) -> None:
    losses: dict[int, float] = {}
    result = trained(tmp_path / "m.pt", log="csv", on_step=losses.__setitem__)
    found = rows(tmp_path / "m.pt.csv")
    assert [int(row["step"]) for row in found] == [5, 10, 12]
    for row, point in zip(found, result.curve, strict=True):
        assert all(float(row[name]) == value for name, value in point.items())
    assert float(found[0]["loss"]) == pytest.approx(sum(losses[n] for n in range(1, 6)) / 5)
    assert float(found[2]["loss"]) == pytest.approx((losses[11] + losses[12]) / 2)
    assert 0 < float(found[2]["lr"]) < float(found[0]["lr"]) <= SETTINGS.lr
    assert float(found[0]["table_lr"]) / float(found[0]["lr"]) == pytest.approx(10)


@pytest.mark.parametrize("step", [3, 7, 11])
def test_a_resumed_run_goes_on_with_its_log(tmp_path: Path, step: int) -> None:
    """The loss is a mean over steps on both sides of the end."""
    settings = replace(SETTINGS, eval_every=2)
    trained(tmp_path / "whole.pt", settings, log="csv")
    out = tmp_path / "m.pt"
    with pytest.raises(Killed):
        trained(out, settings, log="csv", on_step=kill_at(step))
    trained(out, settings, log="csv", resume=True)
    whole, resumed = rows(tmp_path / "whole.pt.csv"), rows(tmp_path / "m.pt.csv")
    assert without_seconds(resumed) == without_seconds(whole)


def test_rows_beyond_the_saved_step_are_dropped(tmp_path: Path) -> None:
    """As where the process ended between a row and the state."""
    out = tmp_path / "m.pt"
    with pytest.raises(Killed):
        trained(out, log="csv", on_step=kill_at(7))
    log = tmp_path / "m.pt.csv"
    row = rows(log)[0]
    with log.open("a", newline="") as file:
        csv.DictWriter(file, list(row)).writerow({**row, "step": "10"})
    trained(out, log="csv", resume=True)
    assert [int(row["step"]) for row in rows(log)] == [5, 10, 12]


def test_a_refit_writes_its_losses_alone(tmp_path: Path) -> None:
    trained(tmp_path / "m.pt", replace(SETTINGS, refit=True), log="csv")
    found = rows(tmp_path / "m.pt.csv")
    assert [int(row["step"]) for row in found] == [5, 10, 12]
    assert all(float(row["loss"]) > 0 for row in found)
    assert "ndcg@10" not in found[0]


def test_tensorboard_shows_the_same_figures(tmp_path: Path) -> None:
    out = tmp_path / "m.pt"
    with pytest.raises(Killed):
        trained(out, log="tensorboard", on_step=kill_at(7))
    result = trained(out, log="tensorboard", resume=True)
    read = EventAccumulator(str(tmp_path / "m.pt.tensorboard"))
    read.Reload()
    found = {event.step: event.value for event in read.Scalars("ndcg@10")}
    assert found == pytest.approx({point["step"]: point["ndcg@10"] for point in result.curve})
    assert [event.step for event in read.Scalars("loss")] == [5, 10, 12]


def test_the_command_leaves_a_log_and_replaces_it_when_asked(
    tmp_path: Path, capsys: Printed
) -> None:
    out = tmp_path / "m.pt"
    given = ("train", *SMALL, "--max-steps", "2", "--out", out, "--log", "csv")
    assert run("ssr", *given) == 0
    assert len(rows(tmp_path / "m.pt.csv")) == 2
    out.unlink()
    assert run("ssr", *given) == 2
    assert "m.pt.csv exists; --overwrite replaces it" in capsys.readouterr().err
    assert run("ssr", *given, "--overwrite") == 0
    assert [row["step"] for row in rows(tmp_path / "m.pt.csv")] == ["1", "2"]


@pytest.mark.parametrize("text", ["mine,too\n1,2\n", "", "step,seconds,loss\nx,1,2\n"])
def test_a_table_of_the_user_is_kept(tmp_path: Path, capsys: Printed, text: str) -> None:
    table = tmp_path / "m.pt.csv"
    table.write_text(text)
    given = ("train", *SMALL, "--max-steps", "1", "--out", tmp_path / "m.pt", "--log", "csv")
    assert run("ssr", *given, "--overwrite") == 2
    assert "m.pt.csv is no log of a training" in capsys.readouterr().err
    assert table.read_text() == text


@pytest.mark.parametrize("form", ["json", "CSV"])
def test_a_log_of_another_form_is_refused(form: Any, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=f"--log is '{form}'; it must be csv or tensorboard"):
        check_log(tmp_path / "m.pt", form, resume=False, overwrite=False)


def test_files_of_the_user_in_the_folder_are_kept(tmp_path: Path) -> None:
    folder = tmp_path / "m.pt.tensorboard"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(BadInput, match=r"holds notes.txt, which is no log of TensorBoard"):
        check_log(tmp_path / "m.pt", "tensorboard", resume=False, overwrite=True)
    (folder / "notes.txt").rename(folder / "events.out.tfevents.1")
    with pytest.raises(BadInput, match="exists; --overwrite replaces it"):
        check_log(tmp_path / "m.pt", "tensorboard", resume=False, overwrite=False)
    check_log(tmp_path / "m.pt", "tensorboard", resume=True, overwrite=False)
