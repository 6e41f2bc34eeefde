"""How large a threshold may be before a current could leave its register.

The register holds 131,072 weight units; 0.95 of it is 124,518.4.
"""

from dataclasses import replace

import numpy as np
import pytest

from ssr_neuro.lower.room import Room, holds_membrane, membranes_with_room
from ssr_neuro.program.ir import (
    Affine,
    FloatProgram,
    Input,
    Lif,
    Population,
    Readout,
    Source,
    Synapse,
)
from ssr_neuro.program.linear_maps import Dense

Rows = list[list[float]]


def into(name: str, rows: Rows, *sources: Source, target: str = "n") -> Synapse:
    weight = np.array(rows)
    linear = Dense(weight, weight.shape[1:], weight.shape[:1])
    return Synapse(name, sources or (Source("x"),), target, (Affine(linear, np.zeros(1)),))


def room(neuron: Lif, *synapses: Synapse, steps: int = 2, reach: list[float] | None = None) -> Room:
    """Of the population n, beside m of the same neurons and an input x of two."""
    count = len(neuron.bias)
    program = FloatProgram(
        "room",
        steps,
        (Input("x", (2,)),),
        (Population("n", (count,), neuron), Population("m", (count,), neuron)),
        synapses,
        (Readout("y", (count,), np.zeros(count)),),
    )
    return Room(program.population("n"), program, np.array(reach or [1.0] * count))


def remembering(
    tau_syn: float | list[float], count: int = 1, tau: float | list[float] = 2.0
) -> Lif:
    def number(value: float | list[float]) -> float | np.ndarray:
        return np.array(value) if isinstance(value, list) else value

    return Lif(number(tau), 1.0, np.zeros(count), tau_syn_steps=number(tau_syn))


FORGETFUL = Lif(2.0, 1.0, np.zeros(1))


def test_without_weights_all_of_the_register_is_there() -> None:
    assert room(FORGETFUL).most == 131_072


@pytest.mark.parametrize(
    ("row", "most"),
    [
        ([3.0, 1.0], 31_129),  # of 124,518.4, a quarter
        ([-3.0, -1.0], 31_129),
        ([3.0, -2.0], 24_903),  # whichever fires alone, the range has room for both: a fifth
        ([0.25, 0.0], 498_073),
        ([-0.25, 0.0], 498_073),
    ],
)
def test_all_excitation_and_all_inhibition_have_room(row: list[float], most: int) -> None:
    assert room(FORGETFUL, into("a", [row])).most == most


def test_every_synapse_and_every_source_of_a_sum_counts() -> None:
    """3 from x, and 2 x 1 from m and n, and as much inhibition: 5 + 5."""
    both = into("b", [[1.0, 0.0], [0.0, -1.0]], Source("m"), Source("n"))
    first = into("a", [[3.0, 0.0], [0.0, -3.0]])
    assert room(Lif(2.0, 1.0, np.zeros(2)), first, both).most == 12_451
    elsewhere = into("c", [[100.0, 0.0]], target="y")
    assert room(FORGETFUL, into("a", [[1.0, 0.0]]), elsewhere).most == 124_518


def test_weights_are_counted_in_thresholds_of_their_neuron() -> None:
    """3 over 2 and 2 over 0.25 up, 6 over 2 and 0.25 over 0.25 down: 8 + 3."""
    rows = [[3.0, -6.0], [2.0, -0.25]]
    most = room(Lif(2.0, 1.0, np.zeros(2)), into("a", rows), reach=[2.0, 0.25]).most
    assert most == 11_319


@pytest.mark.parametrize(
    ("tau_syn", "steps", "times"),
    [
        (1.0, 9, 1),  # nothing is remembered
        (4.0, 2, 1 + 2),  # two steps at the most
        (4.0, 3, 1 + 3),
        (4.0, 9, 1 + 3),  # what arrives for ever adds up to 3 steps more
        (np.inf, 9, 1 + 9),
        ([2.0, 4.0], 9, 1 + 3),  # the longest memory
    ],
)
def test_what_a_current_remembers_has_room_too(
    tau_syn: float | list[float], steps: int, times: int
) -> None:
    count = len(tau_syn) if isinstance(tau_syn, list) else 1
    synapse = into("a", [[2.0, 0.0]] * count)
    most = room(remembering(tau_syn, count), synapse, steps=steps).most
    assert most == int(124_518.4 / (2 * times))


@pytest.mark.parametrize(
    ("tau_syn", "late", "times"),
    [
        (9.0, [Source("n", lag=1)], 1 + 3),  # a gap of one step: no further steps
        (9.0, [Source("n", lag=3)], 1 + 3 + 2),
        (9.0, [Source("n", lag=1), Source("m", lag=4)], 1 + 3 + 3),  # the gap is as for the longest
        (9.0, [Source("n"), Source("m", lag=4)], 1 + 3),  # n itself is not inhibited
        (1.0, [Source("n", lag=4)], 1),
    ],
)
def test_inhibition_of_a_gap_has_room_in_a_current_that_remembers(
    tau_syn: float, late: list[Source], times: int
) -> None:
    read = tuple(into(s.name, [[1.0]], s, target="y") for s in late)
    most = room(remembering(tau_syn), into("a", [[2.0, 0.0]]), *read, steps=3).most
    assert most == int(124_518.4 / (2 * times))


@pytest.mark.parametrize(
    ("tau_syn", "source", "apart"),
    [
        (2.0, Source("n", lag=1), True),
        (2.0, Source("n"), False),
        (2.0, Source("m", lag=1), False),
        (1.0, Source("n", lag=1), False),
        ([1.0, 2.0], Source("n", lag=1), True),  # one neuron that remembers is enough
    ],
)
def test_a_population_that_is_read_late_and_remembers_is_kept_apart(
    tau_syn: float | list[float], source: Source, apart: bool
) -> None:
    count = len(tau_syn) if isinstance(tau_syn, list) else 1
    late = into("late", np.eye(count).tolist(), source, target="y")
    at_once = into("at_once", np.eye(count).tolist(), Source("m"), target="y")
    assert room(remembering(tau_syn, count), late, at_once).is_kept_apart == apart


@pytest.mark.parametrize(
    ("weight", "seen", "most"),
    [
        (1.0, (0.0, 0.0), 41_506),  # proven for all inputs: a third of 124,518.4
        (10.0, (0.0, 0.0), 6_553),  # 20 thresholds, of 131,072
        (10.0, (-20.0, 4.0), 4_150),  # proven: a thirtieth; 30 + 10 thresholds would be 3,276
        (100.0, (-20.0, 4.0), 3_276),
        (1e6, (-1e6, 1e6), 1),  # never none
    ],
)
def test_a_held_membrane_has_room_for_what_was_seen_at_least(
    weight: float, seen: tuple[float, float], most: int
) -> None:
    held = replace(remembering(9.0, tau=1.0), seen=seen)
    synapse = into("a", [[weight, 0.0]])
    assert room(held, synapse).most == most
    plain = replace(held, tau_steps=2.0)  # its membrane is its own: only what is proven
    assert room(plain, synapse).most == int(124_518.4 / (3 * weight))


@pytest.mark.parametrize(
    ("neuron", "held"),
    [
        (remembering(3.0, tau=1.0), True),
        (remembering(np.inf, tau=1.0), True),
        (remembering(3.0, tau=2.0), False),
        (remembering(1.0, tau=1.0), False),
        (replace(remembering(3.0, tau=1.0), leak=False), False),
        (replace(remembering(1.0, tau=1.0), leak=False), False),
        (remembering([1.0, 3.0], 2, tau=1.0), True),
        (remembering([2.0, 3.0], 2, tau=1.0), True),
        (remembering(3.0, 2, tau=[1.0, 1.0]), True),
        (remembering(3.0, 2, tau=[1.0, 2.0]), False),
    ],
)
def test_a_membrane_is_held_where_it_is_overwritten_and_the_current_remembers(
    neuron: Lif, held: bool
) -> None:
    assert holds_membrane(neuron) is held


@pytest.mark.parametrize(
    ("seen", "room_for"),
    [
        ((0.0, 0.0), (10, 10)),
        ((-6.0, 6.0), (10, 10)),
        ((-8.0, 4.0), (12, 10)),
        ((-4.0, 8.0), (10, 12)),
        ((-40.0, 20.0), (60, 30)),
    ],
)
def test_half_as_much_again_as_was_seen_has_room(
    seen: tuple[float, float], room_for: tuple[float, float]
) -> None:
    assert membranes_with_room(seen) == room_for
