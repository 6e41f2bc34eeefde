"""Program -> netx layers -> file -> Program: the same spikes, also where netx has no words."""

from dataclasses import replace
from pathlib import Path

import netx_files
import numpy as np
import pytest
from example_counts import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lava_support import layered_program, one_layer
from netx_files import late_program
from small_programs import neuron, random_inputs, skip_program, synapse

from converters.netx.chain import to_chain
from converters.netx.check import NetxComparison, check, present_inputs
from converters.netx.write import write
from simulators.reference import SIMULATOR as REFERENCE
from ssr_neuro.errors import DoesNotFit, Mismatch
from ssr_neuro.library.compile_netx import schedule_layers
from ssr_neuro.program.ir import (
    Input,
    IntegerLif,
    IntegerProgram,
    Population,
    Program,
    Readout,
    Source,
    Synapse,
    zeros,
)
from ssr_neuro.program.linear_maps import Dense

ODD = np.random.default_rng(0).choice([-127, -125, -1, 1, 3, 127], (6, 6))


def there_and_back(
    program: Program, folder: Path, samples: int = 4, seed: int = 0
) -> NetxComparison:
    trace = REFERENCE.run(program, random_inputs(program, samples, seed))
    chain = to_chain(program)
    write(chain, folder / "net.net")
    found = netx_files.answered(folder / "net.net", present_inputs(chain, trace), chain.reading)
    return check(chain, program, trace, found)


@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), steps=st.integers(1, 4))
def test_skips_biases_and_readouts(seed: int, steps: int, tmp_path: Path) -> None:
    program = skip_program(seed, steps=steps)
    compared = there_and_back(program, tmp_path, seed=seed)
    assert compared.readouts == 4 * steps * 3
    assert compared.spikes >= 4 * steps * (12 + 12 + 8)


@settings(max_examples=examples(8), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), steps=st.integers(1, 4))
def test_long_skips_into_every_layer_and_two_readouts(
    seed: int, steps: int, tmp_path: Path
) -> None:
    compared = there_and_back(layered_program(seed, steps), tmp_path, seed=seed)
    assert compared.fired > 0
    assert compared.readouts == 4 * steps * 12


@pytest.mark.parametrize(
    "weight",
    [ODD, abs(ODD), -abs(ODD), -64 * np.eye(6, dtype=int), np.zeros_like(ODD)],
    ids=["mixed", "plus", "minus", "power of 2", "zero"],
)
def test_weights_of_every_sign(weight: np.ndarray, tmp_path: Path) -> None:
    assert there_and_back(one_layer(weight, bias=400), tmp_path, samples=6).fired > 0


def test_neurons_that_fire_before_the_input_and_two_inputs(tmp_path: Path) -> None:
    program = IntegerProgram(
        "early",
        3,
        (Input("x", (2,)), Input("y", (3,))),
        (
            Population("clock", (2,), neuron((2,), 5, 100), 0),
            Population("a", (2,), neuron((2,), 5), 1),
        ),
        (
            synapse("x_a", "a", Dense(np.array([[9, -3], [2, 8]]), (2,), (2,)), ("x", 1)),
            synapse("y_a", "a", Dense(np.array([[9, -3, 4], [2, 8, 1]]), (3,), (2,)), ("y", 1)),
            synapse("c_a", "a", Dense(np.array([[900, 0], [0, -1]]), (2,), (2,)), ("clock", 1)),
        ),
        (),
    )
    compared = there_and_back(program, tmp_path)
    assert compared.fired > 0
    assert len(to_chain(program).layers) == 2  # the input is relayed once, to stand by the clock


def test_an_input_that_is_read_late(tmp_path: Path) -> None:
    assert there_and_back(late_program(), tmp_path, samples=5).fired > 0


def test_a_population_that_is_read_late_and_silenced_between_samples(tmp_path: Path) -> None:
    weight = Dense(np.array([[50, -20], [10, 60]]), (2,), (2,))
    chain = synapse("", "b", weight).chain
    program = schedule_layers(
        IntegerProgram(
            "late",
            4,
            (Input("x", (2,)),),
            tuple(Population(name, (2,), neuron((2,), 30, 40)) for name in "ab"),
            (
                Synapse("x_a", (Source("x"),), "a", chain),
                Synapse("a_b", (Source("a"),), "b", chain),
                Synapse("a_b_late", (Source("a", lag=2),), "b", chain),
            ),
            (),
        )
    )
    assert (program.gap, len(program.populations)) == (2, 3)
    assert there_and_back(program, tmp_path, samples=5).fired > 0


def test_a_readout_that_integrates(tmp_path: Path) -> None:
    law = IntegerLif(2048, 1 << 17, np.array([8, -24]), 0)
    program = IntegerProgram(
        "integrator",
        4,
        (Input("x", (2,)),),
        (),
        (synapse("x_out", "out", Dense(np.array([[50, -20], [10, 60]]), (2,), (2,)), ("x", 1)),),
        (Readout("out", (2,), zeros((2,)), 1, 1.0, law),),
    )
    assert there_and_back(program, tmp_path).readouts == 4 * 4 * 2


def test_equal_programs_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(to_chain(skip_program(0)), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_flipped_spike_is_found_where_it_is() -> None:
    program = skip_program(0)
    trace = REFERENCE.run(program, random_inputs(program, 4, 0))
    chain = to_chain(program)
    flipped = {name: x.copy() for name, x in trace.spikes.items()}
    flipped["b"][2, 1, 3, 0] ^= 1
    # The answer of a machine that is right: every block of every layer from the true trace.
    from simulators.lava_runtime.lava_dl import NetxRun

    sent = {**trace.inputs, **trace.spikes}
    spikes = [
        np.concatenate(
            [
                np.tile(sent[b.node].reshape(4, 4, -1)[:, :, b.neurons], b.copies)
                if b.role in ("relay", "population")
                else np.zeros((4, 4, b.size), np.uint8)
                for b in layer.blocks
            ],
            axis=2,
        )
        for layer in chain.layers
    ]
    membranes = {chain.reading[0]: trace.readouts["out"] << 6}
    right = NetxRun(tuple(spikes), membranes)
    assert check(chain, program, trace, right).readouts == 48
    with pytest.raises(
        Mismatch,
        match=(
            r"lava-dl and the program differ in 1 of 192 values of layer 1, population 'b', first "
            r"at neuron \(3, 0\), copy 0, sample 2, step 2: spikes [01] in lava-dl, [01] in the "
            "program"
        ),
    ):
        check(chain, program, replace(trace, spikes=flipped), right)
    wrong = NetxRun(right.spikes, {chain.reading[0]: membranes[chain.reading[0]] + 1})
    with pytest.raises(Mismatch, match=r"readout 'out', first at neuron \(0\).* membrane "):
        check(chain, program, trace, wrong)


def test_a_loop_does_not_fit() -> None:
    loop = Synapse(
        "b_a",
        (Source("b", 1, lag=1),),
        "a",
        synapse("", "a", Dense(np.eye(2, dtype=int), (2,), (2,))).chain,
    )
    eye = Dense(np.eye(2, dtype=int), (2,), (2,))
    program = IntegerProgram(
        "loop",
        4,
        (Input("x", (2,)),),
        (Population("a", (2,), neuron((2,)), 1), Population("b", (2,), neuron((2,)), 1)),
        (synapse("x_a", "a", eye, ("x", 1)), synapse("x_b", "b", eye, ("x", 1)), loop),
        (),
        gap=1,
    )
    with pytest.raises(DoesNotFit, match="'b_a' leads from 'b' back to 'a', and every netx layer"):
        to_chain(program)


def test_everything_that_does_not_fit_is_said_at_once() -> None:
    program = one_layer(np.full((6, 6), 100), bias=3)
    slow = replace(program.populations[0].neuron, dv=1365, bias_exp=0)
    program = replace(
        program,
        populations=(replace(program.populations[0], neuron=slow),),
        readouts=(replace(program.readouts[0], bias=np.full((3, 2), 140_000)),),
    )
    with pytest.raises(DoesNotFit) as caught:
        to_chain(program)
    assert str(caught.value) == (
        "a netx .net file cannot hold program 'one-layer': 'a' has a bias that is no whole weight "
        "unit, and in other units it is not the same neuron: its decays truncate within 4 steps; "
        "readout 'out' can reach 140600, and a membrane holds 131071 weight units, its bias 32767. "
        "Use --target program, which can, or fewer --weight-bits where numbers are too large"
    )


def test_too_large_a_matrix_is_refused_with_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("converters.netx.refusals.MOST_WEIGHTS", 100)
    large = r"3 of 4 matrices with more than 100 weights.* of layer 1, has 24 x 12 = 288\. Matrices"
    with pytest.raises(DoesNotFit, match=large):
        to_chain(skip_program(0))
