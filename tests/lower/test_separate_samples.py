"""The clock that keeps samples apart: its neurons, its weights and its notes, worked out by hand.

In a clock of few weights one unit of inhibition is one weight; a weight unit is 64 membrane units.
"""

from dataclasses import replace

import numpy as np
import pytest
from pass_programs import dense, joint, lif

from ssr_neuro.errors import DoesNotFit
from ssr_neuro.lower.schedule import ScheduleNodes
from ssr_neuro.lower.separate_samples import SeparateSamples
from ssr_neuro.program.ir import (
    Input,
    IntegerLif,
    IntegerProgram,
    Population,
    Readout,
    Source,
    Synapse,
    zeros,
)
from ssr_neuro.program.linear_maps import Array
from ssr_neuro.program.notes import Notes
from ssr_neuro.program.verify import verify


def separated(
    populations: dict[str, IntegerLif],
    *synapses: Synapse,
    steps: int = 4,
    notes: Notes | None = None,
) -> IntegerProgram:
    """x -> populations -> y, scheduled, then kept apart."""
    shapes = {s.target: s.map.out_shape for s in synapses}
    inputs = next(s.map.in_shape for s in synapses if s.sources[0].name == "x")
    program = IntegerProgram(
        "hand",
        steps,
        (Input("x", inputs),),
        tuple(Population(n, shapes[n], law) for n, law in populations.items()),
        synapses,
        (Readout("y", shapes["y"], zeros(shapes["y"]), 0, 1.0),),
        notes=notes or Notes(),
    )
    made = SeparateSamples().run(ScheduleNodes().run(program))
    verify(made, after="separate")
    return made


def inhibition(program: IntegerProgram, name: str) -> tuple[list[int], int]:
    """Weights of the clock into one neuron of a population, and their exponent."""
    synapse = program.into(name)[0]
    assert synapse.sources == (Source("quiet", program.population(name).depth),)
    rows = synapse.map.expanded().toarray()
    assert (rows == rows[0]).all()
    return rows[0].tolist(), synapse.exponent


def one_neuron(*weights: tuple[list[int], int], lag: int = 1, du: int = 4095) -> IntegerProgram:
    """x -> a neuron that y reads late. weights: rows of weights with their exponents."""
    return separated(
        {"a": lif((1,), du=du)},
        *(
            replace(joint("x", "a", dense([row]), exponent), name=f"x_to_a_{number}")
            for number, (row, exponent) in enumerate(weights)
        ),
        joint(f"a:{lag}", "y", dense([[1]])),
    )


def test_without_a_lag_nothing_changes() -> None:
    program = separated(
        {"a": lif((1,))}, joint("x", "a", dense([[1]])), joint("a", "y", dense([[1]]))
    )
    assert (program.gap, program.notes.clock) == (0, None)
    assert [p.name for p in program.populations] == ["a"]


def test_an_input_that_is_read_late_needs_a_gap_and_no_clock() -> None:
    program = separated(
        {"a": lif((1,))}, joint("x:3", "a", dense([[1]])), joint("a", "y", dense([[1]]))
    )
    assert (program.gap, program.notes.clock) == (3, None)
    assert [p.name for p in program.populations] == ["a"]


def test_neurons_of_the_clock_fire_one_after_the_other_behind_the_sample() -> None:
    """Up to 15 units reach a neuron in a step, so 15 keep it silent in either step of the gap."""
    program = separated(
        {"a": lif((3,))},
        joint("x", "a", dense([[10, -3, 0], [4, 5, 6], [0, 0, 0]])),
        joint("a:2", "y", dense([[1, 0, 0]])),
        joint("a:1", "y", dense([[0, 1, 1]])),
    )
    assert (program.gap, program.notes.clock) == (2, "quiet")
    clock = program.populations[0]
    assert (clock.name, clock.shape, clock.depth) == ("quiet", (2,), 0)
    # One unit a step and no decay: beyond 4 and 5 units in steps 5 and 6, which are the gap.
    assert (clock.neuron.dv, clock.neuron.bias_exp) == (0, 6)
    assert (np.asarray(clock.neuron.vth).tolist(), clock.neuron.bias_mant.tolist()) == (
        [4, 5],
        [1, 1],
    )
    assert inhibition(program, "a") == ([-15, -15], 0)
    (affine,) = program.into("a")[0].chain
    assert np.broadcast_to(affine.bias, (3,)).tolist() == [0, 0, 0]


def test_every_population_that_is_read_late_is_inhibited_at_its_own_depth() -> None:
    """The other one is not; the clock has as many copies as the most excited of them needs."""
    program = separated(
        {"a": lif((1,)), "b": lif((2,)), "c": lif((1,))},
        joint("x", "a", dense([[127, 127]]), 7),
        joint("a", "b", dense([[3], [2]])),
        joint("b", "c", dense([[1, 1]])),
        joint("a:2", "y", dense([[1]])),
        joint("b:1", "y", dense([[1, 1]])),
        joint("c", "y", dense([[1]])),
    )
    assert program.populations[0].shape == (4,)
    assert np.asarray(program.populations[0].neuron.vth).tolist() == [4, 5, 4, 5]
    assert inhibition(program, "a") == ([-127] * 4, 7)
    assert inhibition(program, "b") == ([-2] * 4, 0)  # twice 2 are at least 3
    assert "quiet" not in {s.name for y in program.into("c") for s in y.sources}
    assert [s.sources[0].name for s in program.synapses[:2]] == ["quiet", "quiet"]


@pytest.mark.parametrize(
    ("weights", "copies", "weight", "exponent"),
    [
        ([([127], 0)], 1, 127, 0),
        ([([64, 64], 0)], 1, 64, 1),
        ([([1, 127], 1)], 1, 64, 2),
        ([([127], 7)], 1, 127, 7),
        ([([127, 0], 7), ([0, 1], 0)], 2, 64, 7),  # 16,257 units, in steps of 2 x 128
    ],
)
def test_the_least_exponent_that_is_enough(
    weights: list[tuple[list[int], int]], copies: int, weight: int, exponent: int
) -> None:
    program = one_neuron(*weights)
    assert inhibition(program, "a") == ([-weight] * copies, exponent)


def inhibited_by(units: int) -> tuple[tuple[list[int], int], tuple[list[int], int]]:
    """Weights of 16,257 units, which two clocks meet with 16,384, and of so many below 0."""
    high = [-127] * 7 + [-6]
    rest = units - (127 * 7 + 6) * 128
    return ([127, *high, 0, 0], 7), ([1, *[0] * 8, -127, 127 - rest], 0)


def test_the_inhibition_and_all_other_may_fill_the_register_but_for_one_unit() -> None:
    """131,072 units wrap, of which the clocks take 16,384."""
    assert inhibition(one_neuron(*inhibited_by(114_687)), "a") == ([-64, -64], 7)
    with pytest.raises(DoesNotFit, match="'a' is read late and needs an inhibition of 16257 "):
        one_neuron(*inhibited_by(114_688))


def test_what_the_current_remembers_of_earlier_inhibition_counts() -> None:
    """A current that hardly decays, four steps, a gap of three.

    16,000 units a step: 5 x 16,000 in the first step of the gap, then 16,000 twice, are 112,000;
    two steps more would be too many. 18,724 a step: 131,068 fit, but not in multiples of 768, as
    122 and twice 25 of them are 132,096.
    """
    fits = one_neuron(([125], 7), lag=3, du=0)
    assert inhibition(fits, "a") == ([-125, -25, -25] * 5, 7)
    with pytest.raises(DoesNotFit, match="'a' is read late and needs an inhibition of 93620 "):
        one_neuron(([127, 19, 0], 7), ([0, 0, 36], 0), lag=3, du=0)


def assuming(
    vth: Array | int, bias: int = 0, seen: tuple[float, float] | None = None, before: str = ""
) -> IntegerProgram:
    """Six steps of up to 16,256 units, hardly forgotten: more than 126,974 that can be inhibited.

    The register holds 131,072 units, of which 4,096 are spare, 1 is its end and 1 the clock's.
    """
    notes = Notes(
        inexact={"a": before} if before else {}, seen={"a": seen} if seen is not None else {}
    )
    return separated(
        {"a": lif((2,), vth, bias, du=0)},
        joint("x", "a", dense([[127, 127, -127]] * 2), 6),
        joint("a:1", "y", dense([[1, 1]])),
        steps=6,
        notes=notes,
    )


def test_halves_of_the_register_are_assumed_where_nothing_was_seen() -> None:
    program = assuming(20_000)
    assert program.notes.assumed == {"a": (63_487, 63_487)}
    assert program.notes.inexact == {
        "a": "samples stay apart while its current ends them within 63487 weight units, "
        "3 thresholds; inputs are possible that go beyond"
    }
    assert inhibition(program, "a") == ([-124] * 4, 7)  # 63,488 of them are 124 x 512


def test_halves_may_differ_by_the_one_unit_that_is_left_over() -> None:
    """A bias of two units a step: the clock takes 2, and 126,973 are left."""
    program = assuming(20_000, bias=128)
    assert program.notes.assumed == {"a": (63_487, 63_486)}
    assert "within 63486 weight units, 3 thresholds;" in program.notes.inexact["a"]


def test_thresholds_are_counted_of_the_highest() -> None:
    program = assuming(np.array([20_000, 40_000]))
    assert "within 63487 weight units, 1 thresholds;" in program.notes.inexact["a"]


def test_unequal_parts_are_told_in_thresholds_below_and_above() -> None:
    """45 thresholds below, as 30 were seen, and 10 above: 45/55 and 10/55 of 126,974 units."""
    program = assuming(20_000, seen=(-30.0, 0.0))
    assert program.notes.assumed == {"a": (103_888, 23_086)}
    assert "ends them between -5 and 1 thresholds;" in program.notes.inexact["a"]


def test_an_earlier_reason_stays_in_front() -> None:
    reason = assuming(20_000, before="tau is truncated").notes.inexact["a"]
    assert reason.startswith("tau is truncated; samples stay apart while")
