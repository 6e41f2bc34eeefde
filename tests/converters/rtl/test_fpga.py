"""The core on an ECP5: which one holds it, and what is refused."""

import os
from pathlib import Path

import pytest
from command_line import run
from rtl_netlist import needs_yosys
from small_programs import random_inputs, skip_program
from trained import saved_ssr

from converters.rtl.folder import write_network, write_sources
from converters.rtl.golden import golden_words
from converters.rtl.synthesis import ecp5
from converters.rtl.synthesis.ecp5 import Needs, count
from converters.rtl.tables import tables
from simulators.fast import Fast
from ssr_neuro.errors import DoesNotFit

ALL = "SSR_RTL_DEMO" in os.environ  # set by `make test-rtl`


def test_cells_become_luts() -> None:
    cells = {"LUT4": 100, "CCU2C": 10, "TRELLIS_DPR16X4": 5, "TRELLIS_FF": 7, "DP16KD": 3}
    assert Needs.of({**cells, "PFUMX": 9}) == Needs(100 + 20 + 30, 7, 3, 0)


@pytest.mark.parametrize(
    ("needs", "name"),
    [
        (Needs(24_288, 9, 56, 28), "LFE5U-25F"),
        (Needs(100, 9, 57, 0), "LFE5U-45F"),
        (Needs(100, 9, 0, 73), "LFE5U-85F"),
        (Needs(83_640, 9, 208, 156), "LFE5U-85F"),
    ],
)
def test_the_smallest_that_holds_it_is_taken(needs: Needs, name: str) -> None:
    assert needs.device().name == name


def test_what_no_ecp5_holds_is_refused_with_what_is_missing() -> None:
    with pytest.raises(
        DoesNotFit,
        match=r"needs 100 LUTs, 209 block RAMs of 16 kbit and 0 multipliers; LFE5U-85F, the "
        r"largest ECP5, has 83,640, 208 and 156\. Use fewer --lanes",
    ):
        Needs(100, 1, 209, 0).device()


def test_without_the_tools_the_line_that_brings_them_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("converters.rtl.verilator.missing", lambda: None)
    monkeypatch.setattr(ecp5, "which", lambda name, path: None)
    asked = ("--target", "rtl", "--fpga", "ecp5", "--out", str(tmp_path / "out"))
    assert run("ssr-compile", str(saved_ssr(tmp_path)), *asked) == 5
    told = " ".join(capsys.readouterr().err.split())
    assert 'Yosys is not installed; pip install "ssr-neuro[rtl]"' in told
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--target", "rtl", "--fpga", "ice40"], "--fpga 'ice40' is unknown; it is ecp5"),
        (["--target", "c", "--fpga", "ecp5"], "--fpga has no meaning without --target rtl"),
    ],
)
def test_an_fpga_that_is_none(
    options: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("ssr-compile", str(saved_ssr(tmp_path)), *options) == 2
    assert told in " ".join(capsys.readouterr().err.split())


@pytest.mark.skipif(not ALL, reason="Yosys for half a minute: `make test-rtl` runs it")
@needs_yosys
def test_a_small_core_is_counted_and_the_same_again(tmp_path: Path) -> None:
    program = skip_program(0)
    made = tables(program, 1)
    golden = golden_words(made, Fast().run(program, random_inputs(program, 2, 0)))
    found = []
    for name in ("first", "second"):
        write_sources(tmp_path / name)
        write_network(tmp_path / name, made, golden)
        found.append(count(tmp_path / name))
        assert not (tmp_path / name / "fpga" / "build").exists()
    assert found[0] == found[1]
    assert found[0]["device"] == "LFE5U-25F"
    assert 1000 < found[0]["luts"] < 10_000
    assert found[0]["flip_flops"] > 500
