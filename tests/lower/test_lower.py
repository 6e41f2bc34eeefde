"""Fold, schedule, quantise and the checks after each, on programs one can follow by hand."""

from dataclasses import replace
from typing import Literal

import numpy as np
import pytest
from float_programs import float_program, lif
from hypothesis import given
from hypothesis import strategies as st

from simulators.fast import Fast
from simulators.reference import SIMULATOR
from ssr_neuro.errors import BadInput, DoesNotFit
from ssr_neuro.lower import Lowering, lower, warnings
from ssr_neuro.lower.fold import Fold
from ssr_neuro.lower.quantise import Quantise, exact_quantum
from ssr_neuro.lower.schedule import ScheduleNodes
from ssr_neuro.program import float_simulator
from ssr_neuro.program.ir import (
    Affine,
    FloatProgram,
    Input,
    Lif,
    Population,
    Program,
    Readout,
    Source,
    Synapse,
)
from ssr_neuro.program.linear_maps import Dense, Kron
from ssr_neuro.program.notes import Rounding
from ssr_neuro.program.semantics import Semantics
from ssr_neuro.program.verify import verify


def spikes(program: Program, samples: int = 6, seed: int = 0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    shape = (samples, program.steps, *program.inputs[0].shape)
    return {"x": (rng.random(shape) < 0.5).astype(np.uint8)}


def test_fold_leaves_one_map_and_the_same_network() -> None:
    program = float_program()
    folded = Fold().run(program)
    assert [len(s.chain) for s in folded.synapses] == [1, 1, 1]
    before, after = (
        float_simulator.run(program, spikes(program)),
        float_simulator.run(folded, spikes(program)),
    )
    np.testing.assert_array_equal(before[0]["b"], after[0]["b"])
    np.testing.assert_allclose(before[1]["y"], after[1]["y"], atol=1e-12)


def test_schedule_delays_a_skip_by_what_it_passes() -> None:
    program = ScheduleNodes().run(Fold().run(float_program()))
    assert {p.name: p.depth for p in program.populations} == {"a": 1, "b": 2}
    assert program.readouts[0].depth == 3
    assert {s.name: s.delay for s in program.into("y")[0].sources} == {"a": 2, "b": 1}
    assert (program.depth, program.latency_steps) == (3, 7)


def test_a_loop_is_refused_by_name() -> None:
    program = float_program()
    back = Synapse(
        "ba", (Source("b"),), "a", (Affine(Dense(np.eye(12), (4, 3), (4, 3)), np.zeros(1)),)
    )
    looped = FloatProgram(**{**vars(program), "synapses": (*program.synapses, back)})
    with pytest.raises(BadInput, match="a, b are in a loop that has fewer"):
        ScheduleNodes().run(looped)


def membrane_unit(row: Rounding) -> float:
    return row.scale / (64 << row.exponent)


def test_a_wait_beyond_the_chips_delays_is_refused() -> None:
    """A delay of 61 steps beside a population: one step more for its synapse, one for its own."""
    program = float_program(steps=70)
    skip = next(s for s in program.synapses if len(s.sources) == 2)
    late = tuple(Source(s.name, lag=61) if s.name == "a" else s for s in skip.sources)
    synapses = tuple(
        Synapse(**{**vars(s), "sources": late}) if s is skip else s for s in program.synapses
    )
    with pytest.raises(
        DoesNotFit,
        match=r"holds the spikes of 'a' for 63 steps, 61 of them a delay of the network and 2 to "
        r"wait for the path beside it\. A synaptic delay is at most 62 steps: shorten",
    ):
        ScheduleNodes().run(FloatProgram(**{**vars(program), "synapses": synapses}))


@given(seed=st.integers(0, 10**6), steps=st.integers(1, 7), bits=st.integers(2, 8))
def test_the_integers_compute_the_float_network_of_their_weights(
    seed: int, steps: int, bits: int
) -> None:
    """Weights s*k in float64, threshold untouched: the same spikes, and readouts in units."""
    program = float_program(seed, steps)
    lowered = lower(program, Lowering(bits))
    rows = lowered.notes.quantisation
    twin = FloatProgram(
        "twin",
        steps,
        lowered.inputs,
        tuple(
            Population(
                p.name,
                p.shape,
                lif((p.neuron.bias_mant << p.neuron.bias_exp) * membrane_unit(rows[p.name])),
            )
            for p in lowered.populations
        ),
        tuple(
            Synapse(
                s.name,
                s.sources,
                s.target,
                (Affine(s.map.with_weights(s.map.weights * rows[s.target].scale), np.zeros(1)),),
            )
            for s in lowered.synapses
        ),
        tuple(Readout(r.name, r.shape, r.bias * float(r.unit or 0)) for r in lowered.readouts),
    )
    inputs = spikes(program, seed=seed)
    trace = SIMULATOR.run(lowered, inputs)
    expected, readouts = float_simulator.run(twin, inputs)
    assert lowered.notes.inexact == {}
    for name in ("a", "b"):
        np.testing.assert_array_equal(trace.spikes[name], expected[name])
    np.testing.assert_allclose(
        trace.readouts["y"] * lowered.readouts[0].unit, readouts["y"], atol=1e-12
    )


def test_weights_use_the_whole_range_and_errors_stay_below_half_a_step() -> None:
    for row in lower(float_program()).notes.quantisation.values():
        assert 120 <= row.largest_weight <= 127
        assert row.largest_error <= 0.5 + 1e-9
        assert row.clipped == 0


@pytest.mark.parametrize(
    ("tau", "steps", "quantum"),
    [(2.0, 4, 8), (2.0, 7, 64), (2.0, 8, None), (4.0, 4, 64), (1.0, 9, 1), (3.0, 2, None)],
)
def test_exact_quantum(tau: float, steps: int, quantum: int | None) -> None:
    assert exact_quantum(lif(np.zeros(1), tau), steps) == quantum


def test_a_truncated_decay_is_reported_by_population() -> None:
    notes = lower(float_program(tau=3.0)).notes
    assert notes.inexact["a"] == "tau of 3 steps over 4 steps is truncated on the chip"


@pytest.mark.parametrize("bias", [1e6, 1e300])
def test_a_bias_beyond_the_register_is_refused_with_both_numbers(bias: float) -> None:
    program = Fold().run(float_program())
    high = tuple(
        Population(p.name, p.shape, Lif(2.0, 0.5, p.neuron.bias + bias))
        for p in program.populations
    )
    message = rf"population 'a': a bias of {bias:.4g} needs .* holds 524,160".replace("+", r"\+")
    with pytest.raises(DoesNotFit, match=message):
        Quantise().run(ScheduleNodes().run(FloatProgram(**{**vars(program), "populations": high})))


def test_clipped_weights_are_told_with_their_number() -> None:
    program = float_program(size=500.0)
    lowered = lower(program)
    told = warnings(lowered)
    assert any("weights are clipped, the worst by" in line for line in told)
    assert "weights are clipped" in lowered.notes.inexact["a"]
    assert warnings(lower(float_program())) == ()


def test_weight_bits_out_of_range() -> None:
    with pytest.raises(BadInput, match="weight bits must be 2 to 8, given 9"):
        Quantise(9).run(float_program())


def test_verify_names_the_pass_and_the_broken_rule() -> None:
    program = float_program()
    wrong = Synapse("xb", (Source("x"),), "b", (Affine(Kron(np.eye(2), np.eye(3)), np.zeros(1)),))
    with pytest.raises(BadInput, match=r"after fold: synapse 'xb': a map from \(2, 3\) receives"):
        verify(FloatProgram(**{**vars(program), "synapses": (wrong,)}), after="fold")
    ghost = Synapse(
        "xc", (Source("ghost"),), "b", (Affine(Kron(np.eye(4), np.eye(3)), np.zeros(1)),)
    )
    with pytest.raises(BadInput, match="names 'ghost', which is no node"):
        verify(FloatProgram(**{**vars(program), "synapses": (ghost,)}), after="import")


def meeting(fires: Literal["above", "at"], leak: bool, taken: float, steps: int = 4) -> Program:
    """Weights that are whole fractions of the threshold 1, so sums meet it again and again."""
    weights = np.array([[0.5, 0.25, 1.0], [0.75, -0.25, 0.5], [-0.5, 1.5, 0.25]]) * taken
    cell = Lif(2.0 if leak else 1.0, taken, np.zeros(3), leak=leak)
    spread = Synapse("xa", (Source("x"),), "a", (Affine(Dense(weights, (3,), (3,)), np.zeros(1)),))
    identity = Dense(np.eye(3), (3,), (3,))
    out = Synapse("ay", (Source("a"),), "y", (Affine(identity, np.zeros(1)),))
    return FloatProgram(
        "meeting",
        steps,
        (Input("x", (3,)),),
        (Population("a", (3,), cell),),
        (spread, out),
        (Readout("y", (3,), np.zeros(3)),),
        semantics=Semantics(fires=fires),
    )


@pytest.mark.parametrize("fires", ["above", "at"])
@pytest.mark.parametrize("leak", [True, False])
@pytest.mark.parametrize(("bits", "taken"), [(8, 1.0), (8, 0.37), (4, 1.0), (4, 2.5)])
def test_sums_that_meet_the_threshold_do_so_on_the_chip(
    fires: Literal["above", "at"], leak: bool, bits: int, taken: float
) -> None:
    program = meeting(fires, leak, taken)
    lowered = lower(program, Lowering(bits))
    every = np.array([[int(b) for b in f"{n:012b}"] for n in range(4096)], np.uint8)
    inputs = {"x": every.reshape(4096, 4, 3)}
    expected, _ = float_simulator.run(meeting(fires, leak, 1.0), inputs)  # sums without rounding
    found = Fast().run(lowered, inputs).spikes["a"]
    np.testing.assert_array_equal(found, expected["a"])
    other, _ = float_simulator.run(
        meeting("at" if fires == "above" else "above", leak, 1.0), inputs
    )
    assert (other["a"] != expected["a"]).mean() > 0.01
    assert lowered.notes.quantisation["a"].largest_error < 0.02


@pytest.mark.parametrize(
    ("tau", "steps", "bits"),
    [(2.0, 6, 8), (2.0, 7, 6), (4.0, 3, 8), (4.0, 4, 6), (1.0, 5, 3), (8.0, 3, 6)],
)
def test_neurons_that_fire_at_their_threshold_do_so_on_a_fine_lattice(
    tau: float, steps: int, bits: int
) -> None:
    """The offset that makes them do so may add up to a whole step of the lattice, not to more."""
    program = meeting("at", True, 1.0, steps)
    cell = replace(program.populations[0], neuron=Lif(tau, 1.0, np.zeros(3)))
    scaled = (replace(s, chain=(_louder(s.chain[0], tau / 2),)) for s in program.synapses[:1])
    synapses = (*scaled, *program.synapses[1:])
    program = replace(program, populations=(cell,), synapses=synapses)
    lowered = lower(program, Lowering(bits))
    inputs = spikes(program, samples=4000)
    expected, _ = float_simulator.run(program, inputs)
    found = Fast().run(lowered, inputs).spikes["a"]
    np.testing.assert_array_equal(found, expected["a"])
    assert lowered.population("a").neuron.bias_mant.tolist() == [1, 1, 1]


def _louder(affine: Affine, gain: float) -> Affine:
    return replace(affine, map=affine.map.with_weights(affine.map.weights * gain))
