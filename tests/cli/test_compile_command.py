"""The compiler's options as a user meets them: passes, stages, other readings, comparisons."""

import json
import re
from pathlib import Path
from typing import get_args

import nir
import numpy as np
import pytest
from command_line import run
from faulty_simulator import Faulty
from trained import saved_ssr

from ssr_neuro import registry
from ssr_neuro.compiler.options import Exporter
from ssr_neuro.lower import pass_names
from ssr_neuro.program import program_file
from ssr_neuro.program.ir import IntegerLif, Lif

Printed = pytest.CaptureFixture[str]
# Sums that meet the threshold of 0.5 exactly: (1 / 2) 1 and (1 / 2)^2 1 + (1 / 2) 0.5.
TIES = np.array([[1.0, 0.0], [0.5, 0.5], [0.9, 0.3]])


def tied_graph(folder: Path, r: float = 1.0) -> tuple[str, ...]:
    """Three neurons at and beside their thresholds; the arguments that compile them."""
    lif = nir.LIF(*(np.full(3, x) for x in (2e-4, r, 0.0, 0.5)), np.zeros(3))
    graph = nir.NIRGraph.from_list(nir.Linear(TIES), lif, nir.Linear(np.eye(3)))
    nir.write(folder / "graph.nir", graph)
    spikes = np.random.default_rng(0).integers(0, 2, (6, 5, 2)).astype(np.uint8)
    np.savez(folder / "spikes.npz", inputs=spikes)
    return (
        str(folder / "graph.nir"),
        *"--target program --inputs".split(),
        str(folder / "spikes.npz"),
        "--out",
        str(folder / "out"),
    )


def test_every_pass_is_printed_with_what_it_saved(tmp_path: Path, capsys: Printed) -> None:
    arguments = ("--target", "program", "--samples", "8", "--out", tmp_path / "out", "--passes")
    assert run("ssr-compile", saved_ssr(tmp_path, blocks=2), *arguments) == 0
    printed = capsys.readouterr().out
    names = ("separate", *pass_names(optimising=True), "less by")
    places = [printed.index(f"\n{name} ") for name in names]
    assert places == sorted(places)
    assert "\nOn Intel Loihi 1 it takes " in printed
    table = json.loads((tmp_path / "out" / "report.json").read_text())["passes"]
    sops = [row["sops"] for row in table["rows"]]
    assert sops[0] > sops[-1] > 0
    names = pass_names()
    assert [row["name"] for row in table["rows"]] == [*names[names.index("quantise") :]]


@pytest.mark.parametrize(("name", "kind"), [("fold", Lif), ("realign", IntegerLif)])
def test_a_program_is_written_as_it_is_after_a_pass(
    tmp_path: Path, capsys: Printed, name: str, kind: type
) -> None:
    out = tmp_path / "out"
    assert run("ssr-compile", saved_ssr(tmp_path), "--stop-after", name, "--out", out) == 0
    assert f"After {name}" in capsys.readouterr().out
    program = program_file.load(out)
    assert all(isinstance(p.neuron, kind) for p in program.populations)
    assert {p.name for p in out.iterdir()} == {"program.json", "weights.npz", "MANIFEST.json"}


def test_a_graph_is_written_as_it_is_after_a_pass(tmp_path: Path, capsys: Printed) -> None:
    assert run("ssr-compile", *tied_graph(tmp_path), "--stop-after", "schedule", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["after"], said["program"]["depth"]) == ("schedule", 2)
    assert program_file.load(tmp_path / "out").populations[0].depth == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ("--stop-after", "quantize"),
            "--stop-after 'quantize' is no pass; in order they are fold, ",
        ),
        (("--stop-after", "prune", "--no-optimise"), "pass 'prune' is one of those that optimise"),
        (("--fires", "never"), "--fires 'never' is unknown; it is above or at"),
    ],
)
def test_wishes_that_cannot_be_met(
    tmp_path: Path, capsys: Printed, options: tuple[str, ...], message: str
) -> None:
    assert run("ssr-compile", *tied_graph(tmp_path), *options) in (2, 3)
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_other_readings_of_a_graph_are_counted(tmp_path: Path, capsys: Printed) -> None:
    assert run("ssr-compile", *tied_graph(tmp_path), "--explain", "--json") == 0
    choices = {c["name"]: c for c in json.loads(capsys.readouterr().out)["choices"]}
    assert choices.keys() >= {"fires", "reset", "bias", "charge", "exporter", "membrane", "decay"}
    assert choices["fires"]["value"] == "at"
    assert choices["fires"]["spikes_changed"] > 0
    assert choices["charge"]["spikes_changed"] == 0  # no neuron without leak here


def test_a_choice_is_kept_through_to_the_integers(tmp_path: Path) -> None:
    fired = {}
    for fires in ("above", "at"):
        arguments = (*tied_graph(tmp_path), "--fires", fires, "--trace", "--overwrite")
        assert run("ssr-compile", *arguments) == 0
        assert program_file.load(tmp_path / "out").semantics.fires == fires
        with np.load(tmp_path / "out" / "outputs.npz") as stored:
            fired[fires] = int(stored["lif"].sum())
    assert fired["at"] > fired["above"]


def test_few_bits_are_calibrated_unless_one_says_no(tmp_path: Path, capsys: Printed) -> None:
    model = saved_ssr(tmp_path)
    arguments = ("--target", "program", "--weight-bits", "3", "--out", tmp_path / "out")
    clipped = {}
    for wish in ("--calibrate", "--no-calibrate"):
        assert run("ssr-compile", model, *arguments, wish, "--json", "--overwrite") == 0
        rows = json.loads(capsys.readouterr().out)["report"]["quantised"]
        clipped[wish] = sum(row["clipped"] for row in rows)
    assert clipped["--calibrate"] > clipped["--no-calibrate"] == 0


def simulated(folder: Path, *options: str) -> tuple[str, ...]:
    """A compiled bundle, and the arguments that run it again."""
    out = folder / "out"
    assert (
        run(
            "ssr-compile",
            saved_ssr(folder),
            *"--target program --samples 6 --no-optimise --out".split(),
            out,
        )
        == 0
    )
    inputs = out / "golden" / "inputs.npz"
    return (
        "simulate",
        str(out),
        "--inputs",
        str(inputs),
        "--out",
        str(folder / "trace.npz"),
        *options,
    )


def test_two_simulators_are_compared(tmp_path: Path, capsys: Printed) -> None:
    assert run("ssr", *simulated(tmp_path, "--against", "fast", "--membranes")) == 0
    assert "reference == fast" in capsys.readouterr().out
    with np.load(tmp_path / "trace.npz") as stored:
        v, fired = stored["encoder.membrane"], stored["encoder"]
        vth = program_file.load(tmp_path / "out").population("encoder").neuron.vth
        np.testing.assert_array_equal(v > 64 * vth, fired)


def test_the_first_difference_is_shown_with_both_histories(
    tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = simulated(tmp_path, "--against", "fast")
    ours = registry.load("reference")
    monkeypatch.setattr(registry, "load", {"reference": ours, "fast": Faulty()}.__getitem__)
    assert run("ssr", *arguments) == 4
    said = capsys.readouterr().err
    assert "population 'block0_filter', neuron (7, 3), sample 0, step 3" in said
    rows = ("arrives by", "membrane, reference", "sends, reference", "sends, faulty")
    assert all(row in said for row in rows)


def test_recorded_traces_are_compared(tmp_path: Path, capsys: Printed) -> None:
    arguments = simulated(tmp_path)
    assert run("ssr", *arguments) == 0
    left, right = tmp_path / "trace.npz", tmp_path / "other.npz"
    with np.load(left) as stored:
        arrays = dict(stored)
    np.savez(right, **arrays)
    assert run("ssr", "diff", left, right) == 0
    arrays["encoder"][2, 1, 0, 0] ^= 1
    np.savez(right, **arrays)
    capsys.readouterr()
    assert run("ssr", "diff", left, right) == 4
    assert "'encoder', neuron (0, 0), sample 2, step 2" in capsys.readouterr().err
    right.write_text("no archive")
    assert run("ssr", "diff", left, right) == 2
    assert "other.npz: cannot be read as .npz" in capsys.readouterr().err


def test_help_names_every_target_and_every_exporter_of_graphs(capsys: Printed) -> None:
    assert run("ssr-compile", "--help") == 0
    shown = capsys.readouterr().out
    words = set(re.findall(r"[\w-]+", shown))
    assert {*registry.all_targets(), *get_args(Exporter)} <= words
