"""Every simulator in the folder equals the reference, and the reference equals the contract."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_programs import random_inputs, skip_program

from ssr_neuro import registry
from ssr_neuro.errors import BackendFailed, BadInput
from ssr_neuro.program.ir import Population, Program
from ssr_neuro.program.trace import compare

SEEDS = (0, 1, 2)
LAVA = "lava_cpu"  # takes seconds, so `make test` runs it once and `make thorough` with every seed
RUNS = [(name, seed) for seed in SEEDS for name in registry.SIMULATORS if name != LAVA] + [
    pytest.param(LAVA, seed, marks=[pytest.mark.lava, *([pytest.mark.thorough] if seed else [])])
    for seed in SEEDS
]


def written_out(program: Program, spikes: np.ndarray) -> dict[str, np.ndarray]:
    """The numeric contract once more, in Python integers, one neuron at a time, no streaming."""
    sent = {"input": spikes.astype(int)}
    for population in program.populations:
        nrn, size = population.neuron, int(np.prod(population.shape))
        fired = np.zeros((len(spikes), program.steps, size), int)
        bias = [int(b) * 2**nrn.bias_exp for b in nrn.bias_mant.ravel()]
        for n in range(len(spikes)):
            v = [0] * size
            for t in range(program.steps):
                a = np.zeros(size, int)
                for s in program.into(population.name):
                    x = sum(sent[src.name][n, t].ravel() for src in s.sources)
                    a = a + s.map.expanded().toarray() @ x
                for i in range(size):
                    kept = abs(v[i]) * (4096 - nrn.dv) // 4096
                    now = (kept if v[i] >= 0 else -kept) + 64 * int(a[i]) + bias[i]
                    fired[n, t, i] = now > 64 * nrn.vth
                    v[i] = 0 if fired[n, t, i] else now
        sent[population.name] = fired.reshape(*fired.shape[:2], *population.shape)
    return sent


@given(seed=st.integers(0, 10**6), steps=st.integers(1, 7), samples=st.integers(1, 4))
def test_reference_equals_the_contract_written_out(seed: int, steps: int, samples: int) -> None:
    program = skip_program(seed, steps=steps)
    inputs = random_inputs(program, samples, seed)
    trace = registry.load("reference").run(program, inputs)
    for name, spikes in written_out(program, inputs["input"]).items():
        if name != "input":
            np.testing.assert_array_equal(trace.spikes[name], spikes, err_msg=name)


@pytest.mark.parametrize(("name", "seed"), RUNS)
def test_every_simulator_matches_the_reference_bit_for_bit(name: str, seed: int) -> None:
    program = skip_program(seed, positions=6, features=5)
    inputs = random_inputs(program, 9, seed)
    reference = registry.load("reference").run(program, inputs)
    result = compare(reference, registry.load(name).run(program, inputs), ("reference", name))
    assert result.equal, result.first
    assert 0 < result.spikes_fired < result.spikes_compared


def test_samples_back_to_back_equal_each_alone() -> None:
    program = skip_program(3)
    inputs = random_inputs(program, 5, 3)
    reference = registry.load("reference")
    together = reference.run(program, inputs)
    for n in range(5):
        alone = reference.run(program, {"input": inputs["input"][n : n + 1]})
        np.testing.assert_array_equal(alone.spikes["c"][0], together.spikes["c"][n])
        np.testing.assert_array_equal(alone.readouts["out"][0], together.readouts["out"][n])


def test_fast_wraps_and_saturates_as_the_reference() -> None:
    program = skip_program(4)
    huge = replace(
        program,
        populations=tuple(
            replace(p, neuron=replace(p.neuron, bias_mant=p.neuron.bias_mant << 14, du=2000))
            for p in program.populations
        ),
    )
    inputs = random_inputs(huge, 6, 4)
    runs = [registry.load(name).run(huge, inputs) for name in ("reference", "fast")]
    assert compare(*runs, ("reference", "fast")).equal


@pytest.mark.parametrize("name", ["reference", "fast"])
def test_membranes_are_recorded_where_they_are_asked_for(name: str) -> None:
    program = skip_program(0)
    trace = registry.load(name).run(program, random_inputs(program, 1, 0))
    assert trace.membranes == {}


def test_membranes_are_those_before_the_reset() -> None:
    program = skip_program(0)
    trace = registry.load("reference").run(program, random_inputs(program, 3, 0), membranes=True)
    for population in program.populations:
        over = trace.membranes[population.name] > 64 * population.neuron.vth
        np.testing.assert_array_equal(over, trace.spikes[population.name])


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        (
            {"other": np.zeros((1, 4, 4, 3), np.uint8)},
            r"has the inputs \['input'\], given \['other",
        ),
        ({"input": np.zeros((1, 4, 4, 2), np.uint8)}, r"needs \(samples >= 1, 4, 4, 3\)"),
        ({"input": np.full((1, 4, 4, 3), 2, np.uint8)}, "values other than 0 and 1"),
    ],
)
def test_wrong_inputs_are_named(inputs: dict[str, np.ndarray], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        registry.load("reference").run(skip_program(0), inputs)


def test_unknown_simulator_lists_what_there_is() -> None:
    with pytest.raises(BadInput, match=r"no simulator 'x'; there are fast"):
        registry.load("x")


def test_a_foreign_package_of_the_same_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulators.__file__", "/elsewhere/simulators/__init__.py")
    with pytest.raises(BackendFailed, match=r"imported from /elsewhere/sim.*, not from beside"):
        registry.load("fast")


@pytest.mark.parametrize(
    "neuron",
    [
        {"vth": -1},
        {"vth": -200, "du": 40},
        {"du": 0},
        {"du": 40, "dv": 0},
        {"du": -1, "dv": 4096},
    ],
)
def test_fast_equals_the_reference_past_every_register(neuron: dict[str, int]) -> None:
    """Currents past 32 bits and thresholds below zero: no compiler makes them, a file may."""
    program = skip_program(3, steps=6)

    def law(p: Population) -> Population:
        return replace(p, neuron=replace(p.neuron, **neuron))

    for exponent in (0, 18):
        wide = replace(
            program,
            populations=tuple(map(law, program.populations)),
            synapses=tuple(replace(s, exponent=exponent) for s in program.synapses),
        )
        inputs = random_inputs(wide, 20, seed=1)
        left, right = (
            registry.load(name).run(wide, inputs, membranes=exponent > 0)
            for name in ("reference", "fast")
        )
        found = compare(left, right, ("reference", "fast"))
        assert found.first is None, found.first.describe("reference", "fast")
        for name, values in left.membranes.items():
            np.testing.assert_array_equal(right.membranes[name], values)


def test_every_simulator_of_the_folder_is_registered() -> None:
    folder = Path(registry.__file__).parent.parent / "simulators"
    files = [path.stem for path in folder.glob("*.py") if "\nSIMULATOR = " in path.read_text()]
    assert sorted(registry.SIMULATORS) == sorted(files)
