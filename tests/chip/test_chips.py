"""`ssr chips` as a user meets it."""

import json
import shutil
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from command_line import run
from small_programs import skip_program

from ssr_neuro.chip import load_chip
from ssr_neuro.placement import place


def test_the_list_shows_every_chip_and_what_is_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("ssr", "chips") == 0
    printed = capsys.readouterr().out
    assert "13 chips" in printed
    lines = {line.split()[0]: line.split() for line in printed.splitlines() if line.strip()}
    assert lines["loihi1"][1:5] == ["neuromorphic", "128", "1,024", "9"]
    assert lines["spinnaker2"][3] == "unlimited"
    assert "performance.int8_tensor" in lines["rtx3090"]


def test_one_chip_shows_figures_reasons_and_sources(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("ssr", "chips", "truenorth") == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "synaptic_operation 26 pJ, all in measured merolla2014: 72 mW at 20 Hz" in printed
    assert "inside the all-in price of a synaptic operation" in printed
    assert "merolla2014 secondary Merolla et al. 2014, Science 345:668" in printed


def test_json_of_all_names_what_is_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("ssr", "chips", "--json") == 0
    listed = {chip["name"]: chip for chip in json.loads(capsys.readouterr().out)}
    assert listed["speck"]["neurons_per_core"][0] == 65536
    assert listed["spinnaker2"]["neurons_per_core"] == "unlimited"
    assert "prices.synaptic_operation" in listed["loihi2"]["unknown"]


def test_json_of_one_holds_every_figure_with_its_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("ssr", "chips", "loihi1", "--json") == 0
    chip = json.loads(capsys.readouterr().out)
    price = chip["prices"]["synaptic_operation"]
    assert (price["value"], price["unit"], price["evidence"]) == (23.6, "pJ", "simulated")
    assert price["source"].startswith("Davies et al. 2018")
    assert chip["limits"]["fan_in_per_neuron"]["value"] == "unlimited"
    assert chip["alternatives"]["sana-fe"]["prices"]["spike_out"]["value"] == 69.3
    assert chip["unknown"]["prices.barrier"] == "not published"
    assert "barrier" not in chip["prices"]


def test_a_file_of_ones_own_is_shown_or_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "my-chip.toml"
    with as_file(files("hw_targets") / "darwin3.toml") as known:
        shutil.copy(known, own)
    assert run("ssr", "chips", own) == 0
    own.write_text(own.read_text().replace('unit = "bits"', 'unit = "pJ"'))
    assert run("ssr", "chips", own) == 2
    said = capsys.readouterr().err
    assert "my-chip.toml: [limits] weight_bits: unit 'pJ' is a unit of energy" in said


def test_a_name_that_is_no_chip_ends_with_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("ssr", "chips", "loihi3") == 2
    assert "no chip is named 'loihi3'; there are a100, akida1000" in capsys.readouterr().err


def test_the_file_shown_in_add_a_chip_is_one_that_works(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "add-a-chip.md").read_text(
        encoding="utf-8"
    )
    shown = page.partition("```diff\n")[2].partition("```")[0]
    own = tmp_path / "my-chip.toml"
    own.write_text("".join(line.removeprefix("+") for line in shown.splitlines(keepends=True)))
    assert run("ssr", "chips", own) == 0
    assert "My chip, revision B (my-chip), neuromorphic" in capsys.readouterr().out
    placed = place(skip_program(0), load_chip(own))
    assert (placed.chip, len(placed.cores), placed.storage) == ("my-chip", 1, "crossbar")
    own.write_text(own.read_text().replace('"timings.time_step", ', ""))
    assert run("ssr", "chips", own) == 2
    assert '"timings.time_step",' in capsys.readouterr().err
