"""The synapses, neurons and names of a membrane that is held in the current, by hand."""

from dataclasses import replace

import numpy as np
import pytest

from ssr_neuro.errors import BadInput
from ssr_neuro.lower.soft_reset import (
    hold_membranes_in_currents,
    soft_reset_problems,
    with_membranes_seen,
)
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
from ssr_neuro.program.semantics import Semantics
from ssr_neuro.program.verify import verify

SUBTRACT = Semantics(reset="subtract")
LATE = Semantics(reset="subtract", reset_step="next")
SEVERAL = Semantics(reset="subtract", spikes="several")


def program(
    populations: dict[str, Lif], *wires: str, semantics: Semantics = SUBTRACT
) -> FloatProgram:
    """Populations of two neurons; wires: name source[+source] target."""
    linear = Dense(np.eye(2), (2,), (2,))
    synapses = [
        Synapse(
            name, tuple(map(Source, sources.split("+"))), target, (Affine(linear, np.zeros(1)),)
        )
        for name, sources, target in (wire.split() for wire in wires)
    ]
    return FloatProgram(
        "held",
        4,
        (Input("x", (2,)),),
        tuple(Population(name, (2,), law) for name, law in populations.items()),
        tuple(synapses),
        (Readout("y", (2,), np.zeros(2)),),
        semantics=semantics,
    )


def law(tau: object = 4.0, threshold: object = 0.5, *, leak: bool = True) -> Lif:
    return Lif(tau, threshold, np.array([0.25, 0.5]), leak)  # type: ignore[arg-type]


def subtracted(made: FloatProgram, of: str = "a_subtracts") -> list[float] | None:
    """What a spike of each neuron takes off; None where there is no such synapse."""
    for synapse in hold_membranes_in_currents(made).synapses:
        if synapse.name == of:
            matrix = synapse.map.expanded().toarray()
            assert (matrix == np.diag(np.diag(matrix))).all()
            return [-weight for weight in np.diag(matrix)]
    return None


@pytest.mark.parametrize(
    ("neuron", "semantics", "taken"),
    [
        # tau times the threshold behind the leak, tau - 1 times before it
        (law(), LATE, [2, 2]),
        (law(), SUBTRACT, [1.5, 1.5]),
        (law(np.array([2.0, 4.0]), np.array([0.5, 3.0])), LATE, [1, 12]),
        (law(np.array([2.0, 4.0]), np.array([0.5, 3.0])), SUBTRACT, [0.5, 9]),
        # an integrator keeps all, so it is the same at any time
        (law(1.0, leak=False), LATE, [0.5, 0.5]),
        (law(1.0, leak=False), SUBTRACT, [0.5, 0.5]),
        # with tau of one step nothing is left that a spike could be taken from
        (law(np.array([1.0, 4.0])), SUBTRACT, [0, 1.5]),
        (law(1.0), SUBTRACT, None),
        (law(1.0), LATE, [0.5, 0.5]),
        (law(), Semantics(reset="none"), None),
    ],
)
def test_a_spike_takes_off_what_is_left_of_the_threshold_a_step_later(
    neuron: Lif, semantics: Semantics, taken: list[float] | None
) -> None:
    found = subtracted(program({"a": neuron}, "xa x a", semantics=semantics))
    assert found == (None if taken is None else pytest.approx(taken))


def test_the_current_takes_the_membranes_part() -> None:
    taus = np.array([2.0, 4.0])
    made = program({"a": law(taus), "b": law(2.0, leak=False)}, "xa x a", "ab a b")
    held = hold_membranes_in_currents(made)
    a, b = (p.neuron for p in held.populations)
    for neuron in (a, b):
        assert neuron.tau_steps == 1
        assert neuron.bias.tolist() == [0, 0]
        assert neuron.current_bias is not None
        assert neuron.current_bias.tolist() == [0.25, 0.5]
        assert (neuron.level, neuron.levels) == (1, 1)
    assert np.asarray(a.threshold).tolist() == [1, 2]
    assert np.asarray(a.tau_syn_steps).tolist() == [2, 4]
    assert (b.threshold, b.tau_syn_steps) == (1, np.inf)
    assert isinstance(b.threshold, float)
    assert held.semantics == Semantics()


def test_several_spikes_are_populations_that_share_all_they_receive() -> None:
    made = program({"a": law(), "b": law()}, "xa x+b a", "ab a b", "aby a+b y", semantics=SEVERAL)
    held = hold_membranes_in_currents(made, {"a": 3, "b": 0})
    verify(held, after="holding")
    assert [p.name for p in held.populations] == ["a", "a_2", "a_3", "b"]
    assert [p.neuron.threshold for p in held.populations] == [2, 4, 6, 2]
    assert [p.neuron.level for p in held.populations] == [1, 2, 3, 1]
    assert [p.neuron.levels for p in held.populations] == [3, 3, 3, 1]
    assert {s.name: (" ".join(x.name for x in s.sources), s.target) for s in held.synapses} == {
        "xa": ("x b", "a"),
        "xa_to_a_2": ("x b", "a_2"),
        "xa_to_a_3": ("x b", "a_3"),
        "ab": ("a a_2 a_3", "b"),
        "aby": ("a a_2 a_3 b", "y"),
        "a_subtracts": ("a a_2 a_3", "a"),
        "a_2_subtracts": ("a a_2 a_3", "a_2"),
        "a_3_subtracts": ("a a_2 a_3", "a_3"),
        "b_subtracts": ("b", "b"),
    }
    own = [s for s in held.synapses if s.name.endswith("_subtracts")]
    assert {source.lag for s in own for source in s.sources} == {1}
    assert [s.chain[0].bias.tolist() for s in own] == [[0]] * 4


def test_names_that_the_network_brought_are_left_to_it() -> None:
    made = program(
        {"a": law(), "a_2": law()},
        "xa x a",
        "a_subtracts a a_2",
        "xa_to_a_2_ x a_2",
        "xa_to_a_2__ x y",
        semantics=SEVERAL,
    )
    held = hold_membranes_in_currents(made, {"a": 2, "a_2": 2})
    verify(held, after="holding")
    assert [p.name for p in held.populations] == ["a", "a_2_", "a_2", "a_2_2"]
    assert {s.name: s.target for s in held.synapses} == {
        "xa": "a",
        "xa_to_a_2___": "a_2_",
        "a_subtracts": "a_2",
        "a_subtracts_to_a_2_2": "a_2_2",
        "xa_to_a_2_": "a_2",
        "xa_to_a_2__to_a_2_2": "a_2_2",
        "xa_to_a_2__": "y",
        "a_subtracts_": "a",
        "a_2__subtracts": "a_2_",
        "a_2_subtracts": "a_2",
        "a_2_2_subtracts": "a_2_2",
    }


def test_membranes_that_were_seen_are_kept_in_thresholds_of_the_first_spike() -> None:
    """Of neurons with several thresholds in the lowest, where the membrane is the most of them."""
    made = program({"a": law(4.0, np.array([0.5, 1.0]))}, "xa x a", semantics=SEVERAL)
    held = hold_membranes_in_currents(made, {"a": 2})
    seen = with_membranes_seen(held, {"a": (-3.0, 2.0), "a_2": (-4.0, 0.5)})
    assert [p.neuron.seen for p in seen.populations] == [(-1.5, 1), (-2, 0.25)]


@pytest.mark.parametrize(
    ("semantics", "head", "does", "nearest"),
    [
        (SUBTRACT, "soft reset is", "subtracts the threshold", "whose soft reset is exact"),
        (
            Semantics(reset="none"),
            "no reset is",
            "takes nothing from the membrane",
            "which is exact without a reset",
        ),
    ],
)
def test_one_neuron_with_a_filtered_current_is_enough_to_refuse(
    semantics: Semantics, head: str, does: str, nearest: str
) -> None:
    filtered = replace(law(), tau_syn_steps=np.array([1.0, 2.0]))
    made = program({"a": law(), "b": filtered}, "xa x a", "ab a b", semantics=semantics)
    (problem,) = soft_reset_problems(made)
    assert problem.startswith(f"b: a spike {does} of a CubaLIF")
    assert nearest in problem
    with pytest.raises(BadInput, match=f"{head} not possible here:\n  b: a spike"):
        hold_membranes_in_currents(made)


def test_a_reset_to_zero_has_no_problems() -> None:
    filtered = replace(law(), tau_syn_steps=2.0)
    made = program({"a": filtered}, "xa x a", semantics=Semantics())
    assert list(soft_reset_problems(made)) == []
    assert hold_membranes_in_currents(made) is made
