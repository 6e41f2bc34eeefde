"""Every NIR neuron followed by hand over a few steps, and what its parameters become."""

import nir
import numpy as np
import pytest
from nir_graphs import DT_S, cuba, ends, fires, full, graph, lif, run

from converters.nir.exporters import choose_reading
from converters.nir.graph import flatten
from converters.nir_to_program import to_program
from ssr_neuro.errors import BadInput
from ssr_neuro.program.semantics import Semantics

ONCE = [[1], [0], [0], [0]]
CUBA = {"tau_syn": 2 * DT_S, "tau_mem": 2 * DT_S, "r": 1, "v_leak": 0.25, "v_threshold": 0.5}


def membrane(node: nir.NIRNode, x: list, **semantics: str) -> list[float]:
    """What an Output behind an integrator gives for one neuron."""
    made = graph("x>s>w>n>y", **ends((1,)), s=fires((1,)), w=nir.Linear(np.ones((1, 1))), n=node)
    return run(made, x, Semantics(**semantics))[1]["y"].ravel().tolist()


def test_li_is_a_leaky_average() -> None:
    node = nir.LI(**full((1,), tau=4 * DT_S, r=2, v_leak=0))
    assert membrane(node, ONCE) == [0.5, 0.375, 0.28125, 0.2109375]


def test_li_leaks_to_v_leak() -> None:
    node = nir.LI(**full((1,), tau=2 * DT_S, r=1, v_leak=1))
    assert membrane(node, [[0], [0], [0]]) == [0.5, 0.75, 0.875]


def test_cubali_reads_the_new_current() -> None:
    """i = 1/2, 1/4, 1/8 (w_in 1, tau_syn 2); v = (v + i) / 2 with the i of the same step."""
    node = nir.CubaLI(**full((1,), tau_syn=2 * DT_S, tau_mem=2 * DT_S, r=1, v_leak=0, w_in=1))
    assert membrane(node, ONCE[:3]) == [0.25, 0.25, 0.1875]


@pytest.mark.parametrize(("charge", "unit"), [("dt", 1.0), ("step", 1 / DT_S)])
def test_i_adds_what_arrives(charge: str, unit: float) -> None:
    node = nir.I(np.full(1, 1 / DT_S))
    assert membrane(node, [[1], [0], [1]], charge=charge) == [unit, unit, 2 * unit]


def test_if_keeps_its_charge_until_it_spikes() -> None:
    """r dt = 1/2, threshold 1.25: v = .5 .5 1 (1.5, spike, 0) .5."""
    node = nir.IF(**full((1,), r=0.5 / DT_S, v_threshold=1.25, v_reset=0))
    made = graph("x>n>y", **ends((1,)), n=node)
    spikes, _ = run(made, [[1], [0], [1], [1], [1]])
    assert spikes["n"].ravel().tolist() == [0, 0, 0, 1, 0]
    assert not to_program(made, 1).population("n").neuron.leak


def test_threshold_has_no_memory_and_is_strict() -> None:
    made = graph(
        "x>w>n>y",
        **ends((2,), (1,)),
        w=nir.Linear(np.array([[0.5, 0.25]])),
        n=nir.Threshold(np.array([0.5])),
    )
    x = [[1, 0], [1, 1], [0, 1], [1, 1]]
    assert run(made, x)[0]["n"].ravel().tolist() == [0, 1, 0, 1]
    assert run(made, x, Semantics(fires="at"))[0]["n"].ravel().tolist() == [1, 1, 0, 1]


def test_cubalif_by_hand() -> None:
    """i = 1/2, 3/4 (, 3/8, 3/16); v = 1/4, 1/2, 7/16, 5/16: threshold 7/16 is passed once."""
    node = cuba((1,), v_threshold=7 / 16)
    spikes, _ = run(graph("x>n>y", **ends((1,)), n=node), [[1], [1], [0], [0]])
    assert spikes["n"].ravel().tolist() == [0, 1, 0, 0]


def test_what_scales_the_input_of_a_cubalif() -> None:
    node = cuba((1,), tau_syn=4, tau_mem=2, r=3, w_in=8)
    program = to_program(
        graph("x>w>n>y", **ends((1,)), w=nir.Affine(np.eye(1), np.ones(1)), n=node), 1
    )
    (synapse,) = program.into("n")
    assert synapse.map.weights.item() == synapse.chain[0].bias.item() == 6.0
    neuron = program.population("n").neuron
    assert (neuron.tau_steps, neuron.tau_syn_steps, neuron.threshold) == (2.0, 4.0, 0.5)


def test_one_number_where_all_neurons_share_it_and_arrays_where_they_differ() -> None:
    node = lif((2, 2), tau=np.array([[2, 4], [2, 2]]), r=np.array([[1, 1], [2, 2]]), v_leak=0.25)
    program = to_program(graph("x>n>y", **ends((2, 2)), n=node), 1)
    neuron = program.population("n").neuron
    assert neuron.threshold == 0.5
    assert np.asarray(neuron.tau_steps).tolist() == [[2, 4], [2, 2]]
    assert neuron.bias.tolist() == [[0.25, 0.25], [0.25, 0.25]]
    assert program.into("n")[0].map.expanded().diagonal().tolist() == [1, 1, 2, 2]


def test_a_neuron_of_one_number_stands_for_all_that_feed_it() -> None:
    """As snnTorch and Sinabs write a layer with one beta or tau."""
    scalar = nir.LIF(**full((), tau=2 * DT_S, r=1, v_leak=0, v_threshold=0.25))
    made = graph("x>n>y", **ends((3,)), n=scalar)
    assert run(made, [[1, 0, 1]])[0]["n"].tolist() == [[1, 0, 1]]


@pytest.mark.parametrize("tau", [2, 3, 10, 7.5, 200])
def test_float32_seconds_are_read_as_what_they_meant(tau: float) -> None:
    node = nir.LIF(*(np.full(1, v, np.float32) for v in (tau * DT_S, 1, 0, 1, 0)))
    program = to_program(graph("x>n>y", **ends((1,)), n=node), 1)
    assert program.population("n").neuron.tau_steps == tau


def test_semantics_of_the_program() -> None:
    semantics = Semantics(fires="at", bias="membrane")
    made = graph("x>n>y", **ends((1,)), n=lif((1,)))
    assert to_program(made, 1, semantics=semantics).semantics == semantics


@pytest.mark.parametrize(
    ("node", "message"),
    [
        (
            cuba((1,), v_reset=-1),
            "n: v_reset is not 0; the chip resets to 0: shift v_leak and v_threshold by it; the "
            "membrane then starts at v_reset instead of 0, as SpikingJelly's does; what starts at "
            "0 may differ in the first spikes",
        ),
        (
            nir.IF(**full((1,), r=1, v_threshold=1, v_reset=0.5)),
            "n: v_reset is not 0; the chip resets to 0: shift v_threshold by it; the membrane then "
            "starts at v_reset instead of 0, as SpikingJelly's does; what starts at 0 may differ "
            "in spikes throughout a sample",
        ),
        (
            cuba((1,), tau_syn=0.5),
            "n: tau_syn of 0.5 steps is below 1; if Norse wrote it.*choose a --dt-s of at most",
        ),
        (cuba((1,), tau_mem=0.5), "n: tau_mem of 0.5 steps is below 1"),
        (cuba((1,), tau_syn=0), "n: tau_syn of 0 steps is not above 0, as a time constant is"),
        (lif((1,), tau=-2), "n: tau of -2 steps is not above 0, as a time constant is; raise it"),
        (cuba((1,), w_in=np.nan), "n: w_in holds NaN or infinity"),
        (nir.Delay(np.array([np.inf])), "n: delay holds NaN or infinity"),
    ],
)
def test_parameters_no_chip_has(node: nir.NIRNode, message: str) -> None:
    made = graph("x>s>n>y", **ends((1,)), s=lif((1,)), n=node)
    with pytest.raises(BadInput, match=message):
        to_program(made, 1)


@pytest.mark.parametrize("said", ["subtract", "Soft", b"subtract"])
def test_a_soft_reset_that_the_file_asks_for_is_refused(said: object) -> None:
    node = lif((1,))
    node.metadata["reset_mechanism"] = said
    made = graph("x>n>y", **ends((1,)), n=node)
    with pytest.raises(
        BadInput, match=r"n: reset_mechanism is '.*', a soft reset; read it with --reset subtract"
    ):
        to_program(made, 1)
    assert to_program(made, 1, semantics=Semantics(reset="subtract")).populations
    node.metadata["reset_mechanism"] = "zero"
    assert to_program(made, 1).populations


@pytest.mark.parametrize("single", [(), (1,), (1, 1)])
@pytest.mark.parametrize("own", [(3,), (1, 3)])
def test_one_parameter_of_several_numbers_tells_the_shape(
    single: tuple[int, ...], own: tuple[int, ...]
) -> None:
    values = full(single, **CUBA)
    made = graph("x>n>y", **ends((3,)), n=nir.CubaLIF(**values, w_in=np.reshape([1.0, 2, 4], own)))
    program = to_program(made, 1)
    assert program.population("n").shape == (3,)
    assert program.into("n")[0].map.expanded().diagonal().tolist() == [0.5, 1, 2]
    assert program.population("n").neuron.bias.tolist() == [0.25, 0.25, 0.25]


def test_that_shape_must_fit_what_feeds_the_node() -> None:
    changed = lif(())
    changed.v_threshold = np.ones(3)
    for node in (nir.CubaLIF(**full((), **CUBA), w_in=np.ones(3)), changed):
        with pytest.raises(BadInput, match=r"n: it takes \(3,\), and 'x' gives \(5,\)"):
            to_program(graph("x>n>y", **ends((5,)), n=node), 1)


def test_parameters_of_a_channel_are_to_be_repeated() -> None:
    made = graph("x>n>y", **ends((2, 4, 3)), n=lif((2, 1, 1)))
    with pytest.raises(
        BadInput,
        match=r"n: it takes \(2, 1, 1\), and 'x' gives \(2, 4, 3\); repeat the parameters of 'n' "
        r"to \(2, 4, 3\)",
    ):
        to_program(made, 1)


@pytest.mark.parametrize(
    ("membrane", "of_lif", "of_li"),
    [
        ("scaled", 0.25, 0.25),
        ("whole", 1, 1),
        ("whole-li", 0.25, 1),
        ("decayed-li", 1, 0.75),
    ],
)
def test_what_a_step_adds_of_the_input_to_a_membrane(
    membrane: str, of_lif: float, of_li: float
) -> None:
    """tau of 4 steps and r of 1; a step of decay leaves three quarters."""
    readout = nir.LI(**full((1,), tau=4 * DT_S, r=1, v_leak=0))
    semantics = Semantics(membrane=membrane)  # type: ignore[arg-type]
    _, readouts = run(graph("x>s>n>y", **ends((1,)), s=fires((1,)), n=readout), [[1]], semantics)
    assert readouts["y"].item() == of_li
    program = to_program(graph("x>n>y", **ends((1,)), n=lif((1,), tau=4)), 1, semantics=semantics)
    assert program.into("n")[0].map.weights.item() / 4 == of_lif


def test_an_li_of_rockpool_is_an_expsyn_and_of_sinabs_an_expleak() -> None:
    readout = nir.LI(**full((1,), tau=4 * DT_S, r=1, v_leak=0))
    with_li = flatten(graph("x>s>n>y", **ends((1,)), s=lif((1,)), n=readout))
    without = flatten(graph("x>s>y", **ends((1,)), s=lif((1,))))
    chosen = {
        name: [
            choose_reading(flat, name, {}, None).semantics.membrane for flat in (with_li, without)
        ]
        for name in ("rockpool", "sinabs", "norse")
    }
    assert chosen == {
        "rockpool": ["decayed-li", "whole"],
        "sinabs": ["whole-li", "scaled"],
        "norse": ["scaled", "scaled"],
    }
