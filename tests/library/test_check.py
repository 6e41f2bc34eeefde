"""What is in the way of a NIR graph, told without compiling."""

import json
from pathlib import Path

import nir
import numpy as np
import pytest
from command_line import run
from nir_graphs import cuba, ends, full, graph, lif

import ssr_neuro as sn

SHIFT = (
    "the chip resets to 0: shift v_leak and v_threshold by it; the membrane then starts at v_reset "
    "instead of 0, as SpikingJelly's does; what starts at 0 may differ in the first spikes"
)


def one(node: nir.NIRNode) -> nir.NIRGraph:
    return graph("x>w>n>y", **ends((3,), (2,)), w=nir.Linear(np.full((2, 3), 0.25)), n=node)


def test_a_graph_that_compiles() -> None:
    found = sn.check(one(lif((2,))))
    assert (found.compiles, found.exit_code, found.obstacles) == (True, 0, ())
    assert (found.inputs, found.outputs) == ({"x": (3,)}, {"y": (2,)})
    assert found.exporter == "nir"
    assert "does not say what a spike does to the membrane" in found.notes[0]
    assert sn.check(one(lif((2,))), exporter="nir").notes == ()


def test_time_constants_in_another_unit_are_doubted() -> None:
    """20 steps that are read as 20 s, and 20 ms that are read as 20 s: 200,000 steps."""
    made = one(nir.LIF(**full((2,), tau=20.0, r=1, v_leak=0, v_threshold=0.5, v_reset=0)))
    (doubt,) = (note for note in sn.check(made).notes if "time constants" in note)
    assert doubt.startswith("n: time constants of up to 20 s are 200,000 steps, in which nothing")
    assert "--exporter sinabs" in doubt
    for told in ({"dt_s": 1.0}, {"exporter": "nir"}, {"tau": "steps"}):
        assert not any("time constants" in note for note in sn.check(made, **told).notes)


def test_a_graph_without_an_input_is_refused_alike() -> None:
    made = graph("n>y", y=nir.Output(np.array([2])), n=lif((2,), v_leak=1))
    (obstacle,) = sn.check(made).obstacles
    assert (obstacle.reason, obstacle.remedy) == ("the graph has no Input node", "add one")
    with pytest.raises(sn.BadInput, match="the network has no input"):
        sn.compile(made, target="program", inputs={})


def test_a_nested_graph_is_named() -> None:
    """An edge out of it cannot say which of its two outputs it means."""
    inner = graph("x>n>y, n>z", **ends((3,)), n=lif((3,)), z=nir.Output(np.array([3])))
    (obstacle,) = sn.check(graph("x>s>m>y", **ends((3,)), s=inner, m=lif((3,)))).obstacles
    assert (obstacle.node, obstacle.exit_code) == ("s", 2)
    assert obstacle.remedy == "give it exactly one"


def test_two_outputs_of_a_nested_graph_are_one_obstacle_however_many_read_them() -> None:
    inner = graph("x>n>y, n>z", **ends((3,)), n=lif((3,)), z=nir.Output(np.array([3])))
    made = graph("x>s>y, s>u", **ends((3,)), s=inner, u=nir.Output(np.array([3])))
    (obstacle,) = sn.check(made).obstacles
    assert obstacle.reason.startswith("the nested graph has 2 Output nodes")


def test_a_layer_that_an_exporter_left_out_is_named() -> None:
    """Norse leaves None where it has no rule, for example for a recurrent cell."""
    made = one(lif((2,)))
    made.nodes["n"] = None
    (first, *_) = sn.check(made).obstacles
    assert (first.node, first.remedy) == ("n", "put the node there yourself")
    assert first.reason == "its exporter had no rule for this layer and left None"
    with pytest.raises(sn.BadInput, match="had no rule for this layer"):
        sn.compile(made, target="program", inputs=np.zeros((1, 4, 3), np.uint8))


def test_channels_that_come_last_are_told() -> None:
    layer = nir.Conv2d((5, 6), np.ones((3, 2, 3, 3)), 1, 0, 1, 1, np.zeros(3))
    (obstacle,) = sn.check(
        graph("x>c>n>y", **ends((5, 6, 2), (3, 3, 4)), c=layer, n=lif((3, 3, 4)))
    ).obstacles
    assert (obstacle.node, obstacle.reason) == ("c", "it takes (2, 5, 6), and 'x' gives (5, 6, 2)")
    assert obstacle.remedy.startswith("channels come first in NIR: make 'x' give (2, 5, 6)")


def test_a_threshold_has_no_membrane_to_subtract_from() -> None:
    made = one(nir.Threshold(np.full(2, 0.5)))
    (obstacle,) = sn.check(made, exporter="snntorch").obstacles
    assert (obstacle.node, obstacle.exit_code) == ("n", 2)
    assert "a Threshold has no membrane to subtract from" in obstacle.reason


def test_a_reset_that_the_node_states_is_not_overruled() -> None:
    """What else is wrong shows beside it."""
    made = one(lif((2,), v_reset=1))
    made.nodes["n"].reset_mechanism = "subtract"
    found = sn.check(made, reset="zero").obstacles
    assert [(o.node, o.reason, o.remedy) for o in found] == [
        ("n", "v_reset is not 0", SHIFT),
        (
            "n",
            "reset_mechanism is 'subtract', a soft reset",
            "read it with --reset subtract",
        ),
    ]


def test_a_file_of_a_node_alone_is_an_obstacle(tmp_path: Path) -> None:
    nir.write(tmp_path / "node.nir", lif((2,)))
    (obstacle,) = sn.check(tmp_path / "node.nir").obstacles
    assert obstacle.reason.endswith("node.nir: holds a LIF alone, not a graph")
    assert obstacle.remedy == "put it between an Input and an Output"
    assert obstacle.exit_code == 2


def test_every_obstacle_has_its_node_reason_and_remedy() -> None:
    made = one(lif((2,), v_reset=1, v_threshold=-1))
    made.nodes["w"] = nir.Linear(np.full((2, 3), np.nan))
    found = sn.check(made)
    assert [(o.node, o.reason, o.exit_code) for o in found.obstacles] == [
        ("w", "weight holds NaN or infinity", 2),
        ("n", "v_reset is not 0", 2),
        ("n", "v_threshold of -1 is not above 0, and the chip's weights are scaled by it", 2),
    ]
    assert found.obstacles[1].remedy == SHIFT
    assert found.exit_code == 2


def test_a_soft_reset_without_an_exact_form_is_an_obstacle() -> None:
    (obstacle,) = sn.check(one(cuba((2,))), exporter="snntorch").obstacles
    assert (obstacle.node, obstacle.exit_code) == ("n", 2)
    assert "--reset zero" in obstacle.remedy
    assert sn.check(one(lif((2,))), exporter="snntorch").compiles


def test_what_fits_no_chip_has_the_code_of_that() -> None:
    huge = nir.IF(**full((2,), r=1e4, v_threshold=1e6, v_reset=0))
    made = graph("x>w>n>y", **ends((3000,), (2,)), w=nir.Linear(np.ones((2, 3000))), n=huge)
    found = sn.check(made, steps=1000)
    assert [(o.node, o.exit_code) for o in found.obstacles] == [("n", 3)]
    assert found.exit_code == 3
    assert sn.check(made, steps=10).compiles  # no input can make it fire in ten steps


def three_layers(**nodes: nir.NIRNode) -> nir.NIRGraph:
    """x > a > m > b > n > y, each of three, but for what is given."""
    usual = {
        "a": nir.Linear(np.eye(3)),
        "m": lif((3,)),
        "b": nir.Linear(np.eye(3)),
        "n": lif((3,)),
    }
    return graph("x>a>m>b>n>y", **ends((3,)), **usual | nodes)


def told(made: nir.NIRGraph, **how: str | int) -> list[tuple[str, str, int]]:
    obstacles = sn.check(made, **how).obstacles  # type: ignore[arg-type]
    return [(o.node, o.reason.split(" ")[0], o.exit_code) for o in obstacles]


def test_faults_of_every_stage_are_told_at_once() -> None:
    """A number, a shape that shows only once that is right, a reset, and two that do not fit."""
    reset, wide = lif((3,), v_reset=1), nir.Linear(np.ones((3, 4)))
    assert told(three_layers(m=reset, b=wide)) == [("m", "v_reset", 2), ("b", "it", 2)]
    unread = three_layers(a=nir.Linear(np.full((3, 3), np.nan)), n=cuba((3,)))
    assert told(unread, reset="subtract") == [("a", "weight", 2), ("n", "a", 2)]
    huge = nir.Affine(np.eye(3), np.full(3, 1e12))
    both = three_layers(a=huge, b=huge)
    assert [(node, code) for node, _, code in told(both)] == [("m", 3), ("n", 3)]
    with_reset = three_layers(a=huge, n=lif((3,), v_reset=1))
    assert [(node, code) for node, _, code in told(with_reset)] == [("n", 2), ("m", 3)]
    assert sn.check(with_reset).exit_code == 2


def test_a_delay_that_is_mended_hides_no_other() -> None:
    made = graph(
        "x>d>m>e>n>y",
        **ends((3,)),
        d=nir.Delay(np.full(3, 1e-2)),
        m=lif((3,)),
        e=nir.Delay(np.full(3, 1.5e-4)),
        n=lif((3,), v_threshold=-1),
    )
    assert told(made) == [("d", "a", 2), ("e", "a", 2), ("n", "v_threshold", 2)]


def test_a_file_that_is_no_graph_is_an_obstacle(tmp_path: Path) -> None:
    (tmp_path / "x.nir").write_text("nothing")
    (obstacle,) = sn.check(tmp_path / "x.nir").obstacles
    assert "cannot be read as a NIR graph" in obstacle.reason


def test_options_that_are_none_are_refused() -> None:
    with pytest.raises(sn.BadInput, match="--exporter 'matlab' is unknown"):
        sn.check(one(lif((2,))), exporter="matlab")
    with pytest.raises(sn.BadInput, match="no choice colour; there are bias"):
        sn.check(one(lif((2,))), colour="red")
    with pytest.raises(sn.BadInput, match="reset='hard' is unknown"):
        sn.check(one(lif((2,))), reset="hard")
    for bits in (0, 40):
        with pytest.raises(sn.BadInput, match=rf"--weight-bits is {bits}; .* whole number, 2 to 8"):
            sn.check(one(lif((2,))), weight_bits=bits)
    with pytest.raises(sn.BadInput, match=r"--dt-s is -1\.0; it must be a time above 0"):
        sn.check(one(lif((2,))), dt_s=-1.0)


@pytest.mark.parametrize(("threshold", "code"), [(0.5, 0), (-1.0, 2)])
def test_the_command_prints_json_and_ends_with_the_code(
    threshold: float, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nir.write(tmp_path / "g.nir", one(lif((2,), v_threshold=threshold)))
    assert run("ssr", "check", str(tmp_path / "g.nir"), "--json") == code
    found = json.loads(capsys.readouterr().out)
    assert (found["compiles"], found["exit_code"]) == (code == 0, code)
    assert run("ssr", "check", str(tmp_path / "g.nir"), "--exporter", "snntorch") == code
    said = capsys.readouterr().out
    assert ("it compiles, read as snntorch" if code == 0 else "1 obstacle; it does not") in said


def test_a_delay_that_outlasts_the_usual_sample_counts() -> None:
    """62 steps, and two to wait for the path beside it: more than the chip holds spikes."""
    late = nir.Delay(np.full(3, 62e-4))
    parts = {"d": late, "a": lif((3,)), "n": lif((3,)), "w": nir.Linear(np.eye(3))}
    made = graph("x>d>w>n>y, x>a>n", **ends((3,)), **parts)
    (obstacle,) = sn.check(made).obstacles
    assert "for 64 steps, 62 of them a delay of the network" in obstacle.reason
    assert obstacle.exit_code == 3
    with pytest.raises(sn.DoesNotFit, match="for 64 steps, 62 of them a delay of the network"):
        sn.compile(made, target="program", inputs=np.ones((1, 70, 3), np.uint8))
    assert sn.check(made, steps=16).compiles
