"""What a spike does, where metadata of a graph or of its neurons say it."""

import nir
import numpy as np
import pytest
from nir_graphs import ends, graph, lif

import ssr_neuro as sn
from converters.nir.exporters import ExporterReading, choose_reading
from converters.nir.graph import flatten
from ssr_neuro.errors import BadInput


def network(a: object = None, b: object = None, whole: object = None) -> nir.NIRGraph:
    """x -> a -> b -> y, with these resets in the metadata of a, of b and of the graph."""
    made = graph("x>a>b>y", **ends((2,)), a=lif((2,), r=4), b=lif((2,), r=4))
    for place, said in ((made.nodes["a"], a), (made.nodes["b"], b), (made, whole)):
        place.metadata = {} if said is None else {"reset_mechanism": said}
    return made


def reading_of(made: nir.NIRGraph, **choices: str) -> ExporterReading:
    return choose_reading(flatten(made), None, choices, None)


@pytest.mark.parametrize(
    ("said", "reset", "effect"),
    [
        ("subtract", "subtract", "subtracts the threshold"),
        (b"Soft", "subtract", "subtracts the threshold"),
        ("zero", "zero", "sets the membrane to zero"),
        ("hard", "zero", "sets the membrane to zero"),
        ("none", "none", "takes nothing from the membrane"),
        ("MembraneSubtract", "subtract", "subtracts the threshold"),
        ("reset_by_subtraction", "subtract", "subtracts the threshold"),
        ("to ZERO", "zero", "sets the membrane to zero"),
    ],
)
def test_a_reset_in_metadata_is_taken_and_said(said: object, reset: str, effect: str) -> None:
    for made, names in (
        (network(said, said), "a, b"),
        (network(b=said), "b"),
        (network(whole=said), "the graph"),
    ):
        found = reading_of(made)
        assert found.semantics.reset == reset
        assert found.notes == (f"{names}: its metadata says that a spike {effect}; so it is read",)
        assert found.problems == ()


def test_words_that_mean_no_reset_leave_it_open() -> None:
    found = reading_of(network("to v_reset"))
    assert "the file does not say what a spike does" in found.notes[0]
    assert found.semantics.reset == "zero"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("preset", "subnet"),
        ("preset", "subtract"),
        ("reset_mechanism", "subnet"),
        ("v_reset", "none"),
        ("reset_delay", "none"),
    ],
)
def test_metadata_that_only_look_like_a_reset_leave_it_open(name: str, said: str) -> None:
    made = network()
    made.nodes["a"].metadata = {name: said}
    assert flatten(made).resets == {}


@pytest.mark.parametrize("name", ["reset", "reset_mode", "reset_fn", "reset_type"])
def test_names_that_state_a_reset(name: str) -> None:
    made = network()
    made.nodes["a"].metadata = {name: "subtract"}
    assert flatten(made).resets == {"a": "subtract"}


@pytest.mark.parametrize(
    ("made", "problem"),
    [
        (
            network("subtract", "zero"),
            "resets of subtract (a) and zero (b), and all neurons are read with one; make them "
            "alike, or choose one by --reset subtract",
        ),
        (
            network("none", "none", "hard"),
            "resets of none (a, b) and zero (the graph), and all neurons are read with one; make "
            "them alike, or choose one by --reset none or zero",
        ),
    ],
)
def test_resets_that_differ_are_refused_unless_one_is_chosen(
    made: nir.NIRGraph, problem: str
) -> None:
    found = reading_of(made)
    assert found.problems == (f"the metadata state {problem}",)
    assert found.notes == ()
    chosen = problem.split()[-1]
    assert reading_of(made, reset=chosen).problems == ()
    assert sn.check(made, reset=chosen).compiles
    assert choose_reading(flatten(made), "snntorch", {}, None).problems == ()
    with pytest.raises(BadInput, match=r"make them alike, or choose one by --reset"):
        sn.compile(made, inputs=np.zeros((1, 3, 2), np.uint8), target="program")


def test_a_nested_graph_states_its_own() -> None:
    outer = graph("x>g>y", **ends((2,)), g=network("zero", whole="none"))
    assert flatten(outer).resets == {"g": "none", "g.a": "zero"}


def test_metadata_may_have_keys_that_are_no_text() -> None:
    made = network("none")
    made.nodes["b"].metadata = {3: "zero"}
    assert flatten(made).resets == {"a": "none"}
