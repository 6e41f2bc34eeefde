"""Weights of more bits than one synapse holds, as a coarse and a fine synapse."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.reference import SIMULATOR
from ssr_neuro.errors import BadInput
from ssr_neuro.lower import Lowering, lower
from ssr_neuro.lower.fold import Fold
from ssr_neuro.lower.gap_inhibition import find_inhibition
from ssr_neuro.lower.room import membranes_with_room
from ssr_neuro.lower.soft_reset import hold_membranes_in_currents, with_membranes_seen
from ssr_neuro.lower.two_parts import fine_threshold, split_weights
from ssr_neuro.program import float_simulator, program_file
from ssr_neuro.program.ir import (
    Affine,
    FloatProgram,
    Input,
    IntegerProgram,
    Lif,
    Population,
    Readout,
    Source,
    Synapse,
)
from ssr_neuro.program.linear_maps import Dense
from ssr_neuro.program.semantics import Semantics
from ssr_neuro.program.verify import verify

STEPS, INPUTS, NEURONS = 40, 30, 24


@given(
    whole=st.lists(st.integers(-4064, 4064), min_size=1, max_size=20),
    limit=st.sampled_from([15, 31, 127]),
    more=st.integers(1, 5),
)
def test_both_parts_add_up_and_fit_a_synapse(whole: list[int], limit: int, more: int) -> None:
    """As long as half of what the coarse part counts in is at most what the fine one holds."""
    given_weights = np.clip(np.array(whole), -(limit << more), limit << more)
    coarse, fine = split_weights(given_weights, more, limit)
    np.testing.assert_array_equal((coarse << more) + fine, given_weights)
    assert np.abs(coarse).max() <= limit
    assert np.abs(fine).max() <= limit
    assert (coarse[np.abs(given_weights) <= limit] == 0).all()


def test_a_threshold_by_hand() -> None:
    """Weights up to an eighth of the threshold, 8 bits: 1,016 in 8, and up to 4,064 in 10."""
    weights = np.linspace(-0.125, 0.125, 9001)
    chosen = fine_threshold({"x": weights, "self": np.array([-1.0])}, 8000, 127, 2)
    # what is subtracted is a multiple of 32, the largest up to 4,064 of at most 127 of them
    assert (chosen.vth, chosen.further, chosen.split) == (4064, {"x": 2, "self": 5}, {"x"})
    tight = fine_threshold({"x": weights, "self": np.array([-1.0])}, 1500, 127, 2)
    assert (tight.vth, tight.further, tight.split) == (1488, {"x": 1, "self": 4}, {"x"})


def test_whole_fractions_of_the_threshold_are_not_rounded_at_all() -> None:
    parts = {"x": np.array([3, -7, 200]) / 300, "self": np.array([-1.0])}
    chosen = fine_threshold(parts, 4000, 127, 2)
    assert chosen.vth % 300 == 0


def network(seed: int, reset: str) -> FloatProgram:
    rng = np.random.default_rng(seed)
    weights = Dense(rng.uniform(-1.0, 1.2, (NEURONS, INPUTS)), (INPUTS,), (NEURONS,))
    return FloatProgram(
        "net",
        STEPS,
        (Input("x", (INPUTS,)),),
        (Population("n", (NEURONS,), Lif(10.0, 1.0, np.zeros(NEURONS))),),
        (
            Synapse("xn", (Source("x"),), "n", (Affine(weights, rng.normal(0, 0.1, NEURONS)),)),
            Synapse(
                "ny",
                (Source("n"),),
                "y",
                (Affine(Dense(np.eye(NEURONS), (NEURONS,), (NEURONS,)), np.zeros(1)),),
            ),
        ),
        (Readout("y", (NEURONS,), np.zeros(NEURONS)),),
        semantics=Semantics(reset=reset, reset_step="next" if reset == "subtract" else "same"),  # type: ignore[arg-type]
    )


def lowered(made: FloatProgram, x: dict[str, np.ndarray]) -> IntegerProgram:
    held = hold_membranes_in_currents(Fold().run(made))
    seen: dict[str, tuple[float, float]] = {}
    float_simulator.run(held, x, seen)
    if made.semantics.reset == "zero":
        return lower(held)
    return lower(with_membranes_seen(held, seen))


def spikes(seed: int) -> dict[str, np.ndarray]:
    return {"x": (np.random.default_rng(seed).random((6, STEPS, INPUTS)) < 0.3).astype(np.uint8)}


def test_soft_reset_moves_no_more_spikes_than_hard_reset() -> None:
    """As parts of the spikes, of inputs that the scale was not chosen by."""
    moved = {"subtract": 0.0, "zero": 0.0}
    for reset, seed in product(moved, range(3)):
        made, x = network(seed, reset), spikes(100 + seed)
        expected, _ = float_simulator.run(made, x)
        found = SIMULATOR.run(lowered(made, spikes(seed)), x).spikes["n"]
        moved[reset] += float((found != expected["n"]).sum() / expected["n"].sum())
    assert 0 < moved["subtract"] < moved["zero"]


def test_weights_are_on_either_side_of_a_quarter_of_the_8_bit_step() -> None:
    made, x = network(0, "subtract"), spikes(0)
    program = lowered(made, x)
    coarse, fine = (s for s in program.synapses if s.name in ("xn", "xn_fine"))
    whole = coarse.map.expanded() * 2**coarse.exponent + fine.map.expanded() * 2**fine.exponent
    scale = program.notes.scale_of("n")
    exact = made.synapses[0].map.expanded()
    largest = np.abs(exact).max()
    assert np.abs(whole * scale - exact).max() <= largest / 127 / 3.5
    assert program.notes.quantisation["n"].clipped == 0
    # the sum into each neuron is nearer than half a step of all its weights together
    assert np.abs((whole * scale - exact).sum(axis=1)).max() <= scale


def test_fewer_bits_are_refined_too() -> None:
    made, x = network(0, "subtract"), spikes(0)
    held = hold_membranes_in_currents(Fold().run(made))
    program = lower(held, Lowering(weight_bits=4))
    into = {s.name: s for s in program.into("n")}
    del into["quiet_to_n"]  # that of the clock, which has 8 bits
    assert into.keys() == {"xn", "xn_fine", "n_subtracts", "always_to_n"}
    assert max(np.abs(s.map.weights).max() for s in into.values()) == 7
    assert SIMULATOR.run(program, x).spikes["n"].any()


def test_room_follows_the_membranes_that_were_seen() -> None:
    assert membranes_with_room((0.0, 0.0)) == (10, 10)
    assert membranes_with_room((-40.0, 3.0)) == (60, 10)


def test_the_register_is_divided_as_the_membranes_were_seen() -> None:
    """An integrator forgets nothing: more than the register holds could add up."""
    made = network(0, "subtract")
    integrator = Population("n", (NEURONS,), Lif(1.0, 1.0, np.zeros(NEURONS), leak=False))
    held = hold_membranes_in_currents(Fold().run(replace(made, populations=(integrator,))))
    seen = with_membranes_seen(held, {"n": (-40.0, 1.0)})
    program = lower(seen, until="quantise")
    assert isinstance(program, IntegerProgram)
    needed = find_inhibition(replace(program, gap=1), program.population("n"))
    assert needed.assumed is not None
    down, up = needed.assumed
    assert down / up == pytest.approx(60 / 10, rel=0.01)
    assert "while its current ends them between -" in lower(seen).notes.inexact["n"]


def test_a_program_that_is_apart_within_what_it_notes_is_stored(tmp_path: Path) -> None:
    """Inputs are possible at which it is not, so without the note it is refused."""
    made = network(0, "subtract")
    integrator = Population("n", (NEURONS,), Lif(1.0, 1.0, np.zeros(NEURONS), leak=False))
    program = lowered(replace(made, populations=(integrator,)), spikes(0))
    assert program.notes.assumed.keys() == {"n"}
    program_file.save(program, tmp_path / "a")
    read = program_file.load(tmp_path / "a")
    assert read.notes.assumed == program.notes.assumed
    bare = replace(program, notes=replace(program.notes, assumed={}))
    with pytest.raises(BadInput, match="'n' is read late and can fire in step 1 of the 1 between"):
        program_file.save(bare, tmp_path / "b")
    below, above = program.notes.assumed["n"]
    wide = replace(program, notes=replace(program.notes, assumed={"n": (below, 3 * above)}))
    with pytest.raises(BadInput, match="'n' is read late and can fire"):
        program_file.save(wide, tmp_path / "c")
    odd = replace(program, notes=replace(program.notes, assumed={"n": (-1, above)}))
    with pytest.raises(BadInput, match=r"to end a sample within \(-1, .* 0 to 131072 weight units"):
        verify(odd)
