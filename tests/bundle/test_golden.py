"""Golden membranes: which neurons are watched, and that what is kept of them is the law's."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from handed_over import GRAPHS, compiled
from small_programs import random_inputs, skip_program

from simulators.reference import SIMULATOR
from ssr_neuro.bundle import golden
from ssr_neuro.errors import BadInput, Mismatch
from ssr_neuro.program.ir import Program
from ssr_neuro.program.trace import Trace


def ran(program: Program, samples: int = 5) -> Trace:
    return SIMULATOR.run(program, random_inputs(program, samples, 0, rate=0.5), membranes=True)


@pytest.mark.parametrize("name", GRAPHS)
def test_membranes_are_those_of_the_reference(name: str) -> None:
    program = compiled(name)
    trace = ran(program)
    kept = golden.record(program, trace)
    assert kept.watched.keys() == {p.name for p in program.populations}
    for population, neurons in kept.watched.items():
        for i, at in enumerate(neurons.values()):
            expected = trace.membranes[population][(..., *at)]
            np.testing.assert_array_equal(kept.membranes[population][..., i], expected)
    assert golden.check_membranes(kept, trace, "reference") > 0


def test_the_neurons_are_what_they_are_watched_for() -> None:
    program = skip_program(3)
    trace = ran(program, samples=9)
    watched = golden.record(program, trace).watched
    for population in program.populations:
        fired = trace.spikes[population.name].sum(axis=(0, 1))
        v = trace.membranes[population.name]
        miss = np.abs(v - (population.neuron.vth << 6)).min(axis=(0, 1))
        found = watched[population.name]
        assert len(set(found.values())) == len(found)
        assert fired[found[golden.MOST]] == fired.max() > 0
        others = [at for at in np.ndindex(population.shape) if at not in list(found.values())[:-1]]
        assert miss[found[golden.NEAREST]] == min(miss[at] for at in others)
        if golden.NEVER in found:
            assert fired[found[golden.NEVER]] == 0


def test_one_neuron_that_never_fires_is_watched_for_that() -> None:
    program = skip_program(0)
    high = replace(program.populations[0].neuron, vth=10_000)
    population = replace(program.populations[0], neuron=high)
    quiet = replace(program, populations=(population, *program.populations[1:]))
    found = golden.record(quiet, ran(quiet)).watched["a"]
    assert list(found) == [golden.NEVER, golden.NEAREST]


def test_golden_vectors_are_read_as_they_were_written(tmp_path: Path) -> None:
    program = compiled("CubaLIF")
    kept = golden.record(program, ran(program))
    golden.write(tmp_path / "golden", kept)
    again = golden.read(tmp_path / "golden")
    assert again.watched == kept.watched
    for part in ("inputs", "spikes", "readouts"):
        for name, values in getattr(kept.trace, part).items():
            np.testing.assert_array_equal(getattr(again.trace, part)[name], values)
    assert golden.check_membranes(again, ran(program), "reference") > 0


def test_a_file_that_does_not_fit_is_named(tmp_path: Path) -> None:
    program = compiled("CubaLIF")
    golden.write(tmp_path / "golden", golden.record(program, ran(program)))
    path = tmp_path / "golden" / "watched.json"
    neurons = {"other": {"fires most": [0]}}
    for document in (neurons, {"format": "ssr-neuro-watched", "version": 1, "neurons": neurons}):
        path.write_text(json.dumps(document))
        with pytest.raises(BadInput, match=r"watched.json: names \['other'\], membranes.npz holds"):
            golden.read(tmp_path / "golden")
    path.write_text(json.dumps({"format": "ssr-neuro-watched", "version": 9}))
    with pytest.raises(BadInput, match=r"watched.json: version 9 of ssr-neuro-watched"):
        golden.read(tmp_path / "golden")
    path.unlink()
    with pytest.raises(BadInput, match=r"watched.json: cannot be read .* compile the model again"):
        golden.read(tmp_path / "golden")


def test_the_neurons_of_an_older_release_are_read(tmp_path: Path) -> None:
    program = compiled("CubaLIF")
    golden.write(tmp_path / "golden", golden.record(program, ran(program)))
    path = tmp_path / "golden" / "watched.json"
    document = json.loads(path.read_text())
    assert (document["format"], document["version"]) == ("ssr-neuro-watched", 1)
    now = golden.read(tmp_path / "golden").watched
    path.write_text(json.dumps(document["neurons"]))
    assert golden.read(tmp_path / "golden").watched == now


def test_the_first_membrane_that_differs_is_told() -> None:
    program = skip_program(3)
    trace = ran(program)
    kept = golden.record(program, trace)
    (why, at), *_ = kept.watched["b"].items()
    trace.membranes["b"][(2, 1, *at)] += 5
    with pytest.raises(Mismatch) as error:
        golden.check_membranes(kept, trace, "chip")
    was = kept.membranes["b"][2, 1, 0]
    assert str(error.value) == (
        f"golden membranes and chip differ, first at population 'b', neuron {at}, which {why}, "
        f"sample 2, step 2: golden {was}, chip {was + 5}"
    )
    with pytest.raises(Mismatch, match=r"membranes of 'a': golden \(5, 4, 3\), chip \(2, 4, 3\)"):
        golden.check_membranes(kept, ran(program, samples=2), "chip")


@pytest.mark.parametrize("at", [(9, 0), (0,), (-1, 0)])
def test_a_watched_neuron_that_is_not_there(at: tuple[int, ...]) -> None:
    program = skip_program(3)
    trace = ran(program)
    kept = golden.record(program, trace)
    kept.watched["b"] = {"fires most": at}
    with pytest.raises(Mismatch, match=r"watched\.json names neuron .* of 'b', and the"):
        golden.check_membranes(kept, trace, "chip")


def test_golden_vectors_that_are_no_numbers(tmp_path: Path) -> None:
    program = compiled("CubaLIF")
    kept = golden.record(program, ran(program))
    golden.write(tmp_path / "golden", kept)
    complex_inputs = {name: x.astype(complex) for name, x in kept.trace.inputs.items()}
    np.savez(tmp_path / "golden" / "inputs.npz", **complex_inputs)
    with pytest.raises(
        BadInput, match=r"inputs\.npz: .* has no whole numbers; compile the model again"
    ):
        golden.read(tmp_path / "golden")


@pytest.mark.parametrize(
    ("part", "change", "told"),
    [
        ("inputs", lambda x: x[:0], r"has shape \(0, .*needs \(samples >= 1"),
        ("inputs", lambda x: x + 1, "holds values other than 0 and 1"),
        ("inputs", lambda x: x[:, :-1], "has shape"),
        ("spikes", lambda x: x[:-1], r"has shape \(4, .*, not \(5, "),
        ("readouts", lambda x: x.T, "has shape .*, not "),
    ],
)
def test_a_golden_run_that_is_none_of_its_program(
    part: str, change: Callable[[Any], Any], told: str, tmp_path: Path
) -> None:
    program = compiled("CubaLIF")
    kept = golden.record(program, ran(program))
    golden.write(tmp_path / "golden", kept)
    assert golden.read_trace(tmp_path / "golden", program).samples == 5
    changed = {name: change(x) for name, x in getattr(kept.trace, part).items()}
    np.savez(tmp_path / "golden" / f"{part}.npz", **changed)
    with pytest.raises(BadInput, match=f"golden: .*{told}.*; compile the model again"):
        golden.read_trace(tmp_path / "golden", program)
    np.savez(tmp_path / "golden" / f"{part}.npz", other=np.zeros(3))
    with pytest.raises(BadInput, match=r"golden: .*other.*; compile the model again"):
        golden.read_trace(tmp_path / "golden", program)
