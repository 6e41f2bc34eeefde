"""A package of another author: what it brings is found, listed and used."""

import json
from pathlib import Path

import pytest
from example_package import installed, run
from trained import saved_ssr


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        return installed(tmp_path_factory.mktemp("installed"), patch)


def test_its_chip_is_listed_and_shown(example: Path) -> None:
    listed = json.loads(run("ssr", "chips", "--json", path=example).stdout)
    assert "example-chip" in [chip["name"] for chip in listed]
    shown = run("ssr", "chips", "example-chip", path=example)
    assert shown.returncode == 0
    assert shown.stdout.startswith("Example FPGA, 32 cores (example-chip), neuromorphic")


def test_its_names_stand_in_the_help_and_in_errors(example: Path) -> None:
    simulate = run("ssr", "simulate", "--help", path=example).stdout
    assert "one of fast, lava_cpu, reference, example" in simulate
    compiling = run("ssr-compile", "--help", path=example).stdout
    assert "nir, onnx, rtl, rtl-int8, sana-fe, example" in compiling
    wrong = run("ssr", "chips", "nobody", path=example)
    assert wrong.returncode == 2
    assert "example-chip (of ssr-neuro-example 1.0)" in " ".join(wrong.stderr.split())


def test_the_program_stops_after_its_pass(example: Path, tmp_path: Path) -> None:
    out, model = tmp_path / "out", str(saved_ssr(tmp_path))
    given = (model, "--target", "program", "--stop-after")
    assert run("ssr-compile", *given, "parallel", "--out", str(out), path=example).returncode == 0
    saved = json.loads((out / "program.json").read_text(encoding="utf-8"))["notes"]["saved"]
    assert list(saved) == ["prune", "parallel"]
    unknown = run("ssr-compile", *given, "p", path=example)
    assert unknown.returncode == 2
    assert "separate, prune, parallel, drop_silent" in " ".join(unknown.stderr.split())


def test_without_the_package_nothing_of_it_is_there(tmp_path: Path) -> None:
    absent = run("ssr", "chips", "example-chip", path=tmp_path)
    assert absent.returncode == 2
    assert "no chip is named 'example-chip'" in absent.stderr
