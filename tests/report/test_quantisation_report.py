"""What integers did to a population, with every number found by hand."""

import nir
import numpy as np
import pytest
from nir_graphs import DT_S, ends, fires, full, graph

from converters.nir_to_program import to_program
from simulators.fast import Fast
from simulators.reference import Reference
from ssr_neuro.lower import Lowering, lower
from ssr_neuro.lower.bias_neurons import BiasNeurons
from ssr_neuro.lower.fold import Fold
from ssr_neuro.program import synaptic_input
from ssr_neuro.program.fixed_point import V_LIMIT
from ssr_neuro.program.ir import IntegerLif
from ssr_neuro.program.simulator import Simulator
from ssr_neuro.report.quantisation import Overruns, Quantised, overruns, summarise_quantisation

NEVER = 1 << 17


def integrator(du: int = 4095, bias: int = 0) -> IntegerLif:
    """Without leak and spikes; bias in membrane units."""
    return IntegerLif(dv=0, vth=NEVER, bias_mant=np.array([bias]), bias_exp=0, du=du)


def counted(law: IntegerLif, *sums: int) -> tuple[int, int, int]:
    """One neuron, one sample."""
    found = overruns(law, np.array(sums, np.int64).reshape(1, -1, 1))
    return found.sums, found.currents, found.membranes


@pytest.mark.parametrize(
    ("law", "sums", "expected"),
    [
        (integrator(), (1000, -1000, 0), (0, 0, 0)),
        # 64 * 131072 = 2^23 is the most a current holds, and more than a membrane does.
        (integrator(), (131071, 0), (0, 0, 0)),
        (integrator(), (131072,), (0, 0, 1)),
        # 2^23 + 64 wraps to -2^23 + 64; the membrane holds that.
        (integrator(), (131073,), (0, 1, 0)),
        # 8388544 a step: the second is clipped, and there it stays while nothing arrives.
        (integrator(), (131071, 131071, 0), (0, 0, 2)),
        # Twice as low the same; then back in the middle.
        (integrator(), (-131071, -131071, 131071), (0, 0, 1)),
        # A current that is never forgotten: 100000, then 200000 * 64, which wraps.
        (integrator(du=-1), (100000, 100000), (0, 1, 0)),
        # 2^31 wraps to -2^31, and 64 times that to 0: no current is left to overrun.
        (integrator(), (1 << 31,), (1, 1, 0)),
    ],
)
def test_registers_that_overrun(
    law: IntegerLif, sums: tuple[int, ...], expected: tuple[int, int, int]
) -> None:
    assert counted(law, *sums) == expected


def test_a_bias_alone_reaches_the_limit() -> None:
    """4 million a step: 4, 8, and at 12 million the limit of 8388607."""
    assert counted(integrator(bias=4_000_000), 0, 0, 0, 0) == (0, 0, 2)


def test_overruns_are_counted_over_samples_and_neurons() -> None:
    law = IntegerLif(0, NEVER, np.zeros((2, 2), np.int64), 0)
    sums = np.zeros((3, 2, 2, 2), np.int64)
    sums[0, 0, 0, 1] = sums[2, 1, 1, 0] = 131073
    assert overruns(law, sums) == Overruns(sums=0, currents=2, membranes=0)


def test_a_spike_resets_before_the_limit_is_met_again() -> None:
    """Each step ends above the threshold of 1, at 2^23: clipped, a spike, cleared."""
    law = IntegerLif(0, 1, np.zeros(1, np.int64), 0)
    assert counted(law, 131072, 131072, 0) == (0, 0, 2)
    assert V_LIMIT == (1 << 23) - 1


def report(made: nir.NIRGraph, x: np.ndarray, how: Lowering, simulator: Simulator | None = None):
    """Rows of the report by population; x: (samples, steps, *shape)."""
    program = to_program(made, x.shape[1])
    lowered, inputs = lower(program, how), {"x": x.astype(np.uint8)}
    trace = Reference().run(lowered, inputs)
    folded = BiasNeurons().run(Fold().run(program))
    rows = summarise_quantisation(folded, lowered, inputs, trace, simulator or Reference())
    return {row.population: row for row in rows}


# Three neurons, in 3 bits of -3..3; an integer weight is 32 units, tied to a threshold of 71: half
# a unit of the membrane above 64 * 71. So it is 32 * 64 * 0.75 / 4544.5 of the float ones.
WEIGHT = np.array([[1.0, 0.5], [0.35, 0.35], [0.0, 0.1]])
SCALE = 32 * 64 * 0.75 / 4544.5
X = np.array([[[1, 0], [0, 1]], [[1, 1], [0, 0]]])  # two samples of two steps


def three(**more: nir.NIRNode) -> nir.NIRGraph:
    edges = "x>w>a>b>y" if more else "x>w>a>y"
    return graph(
        edges, **ends((2,), (3,)), w=nir.Linear(WEIGHT), a=nir.Threshold(np.full(3, 0.75)), **more
    )


def test_a_population_by_hand() -> None:
    """Integers [3, 1], [1, 1], [0, 0]; 1 / SCALE is 2.959 and 0.5 / SCALE is 1.479.

    Float: 1 and 1.5 above 0.75, none else. Integers: 96 and 128 above 71, none else.
    """
    row = report(three(), X, Lowering(3))["a"]
    assert row.scale == pytest.approx(SCALE)
    assert (row.neurons, row.vth, row.weights) == (3, 71, 6)
    assert (row.largest_weight, row.odd, row.clipped) == (3, 4, 0)
    assert row.largest_error == pytest.approx(0.5 / SCALE - 1)
    assert row.overruns == Overruns(0, 0, 0)
    assert (row.dead, row.dead_in_float) == (2, 2)
    assert row.rate == row.rate_float == 2 / 12
    assert (row.changed, row.own) == (0.0, 0.0)


def test_a_clip_is_counted_with_what_it_cuts_off() -> None:
    """Half of the 1 is held: a threshold of 143 units, 0.5 is 2.98 or 3, and 1 is 5.96, not 3."""
    row = report(three(), X, Lowering(3, {"a": 0.5}))["a"]
    scale = 32 * 64 * 0.75 / (64 * 143 + 0.5)
    assert (row.vth, row.clipped, row.largest_weight) == (143, 1, 3)
    assert row.scale == pytest.approx(scale)
    assert row.largest_error == pytest.approx(1 / scale - 3)
    # A 1 alone is 3 * 32 now, which is not above 143: the spike of sample 0, step 1 is lost.
    assert (row.changed, row.own) == (pytest.approx(1 / 12), pytest.approx(1 / 12))
    assert (row.rate_float, row.rate) == (2 / 12, 1 / 12)


@pytest.mark.parametrize("simulator", [Reference(), Fast()])
def test_what_is_inherited_is_not_a_populations_own(simulator: Simulator) -> None:
    rows = report(three(b=fires((3,))), X, Lowering(3, {"a": 0.5}), simulator)
    assert rows["a"].changed == rows["b"].changed == pytest.approx(1 / 12)
    assert (rows["a"].own, rows["b"].own) == (pytest.approx(1 / 12), 0.0)


def recurrent(made: str = "x>w>n>back>n, n>y") -> nir.NIRGraph:
    """An integrator of each input, its spike sent back; every weight a whole step."""
    node = nir.IF(**full((2,), r=1 / DT_S, v_threshold=1.5, v_reset=0))
    return graph(made, **ends((2,)), n=node, w=nir.Linear(np.eye(2)), back=nir.Linear(np.eye(2)))


@pytest.mark.parametrize("simulator", [Reference(), Fast()])
def test_a_loop_inherits_only_its_own_spikes_of_the_same_sample(simulator: Simulator) -> None:
    """What the last sample ends with is not heard in the next, on any simulator."""
    x = np.random.default_rng(0).random((20, 4, 2)) < 0.7
    row = report(recurrent(), x, Lowering(8), simulator)["n"]
    assert (row.changed, row.own) == (0.0, 0.0)
    assert row.rate == row.rate_float > 0.2


def test_what_arrives_is_weighted_late_and_shifted() -> None:
    program = lower(to_program(recurrent(), 4))
    trace = Reference().run(program, {"x": np.ones((1, 4, 2), np.uint8)})
    one = int(program.into("n")[1].map.weights.max())
    late = np.concatenate([np.zeros((1, 1, 2), int), trace.spikes["n"][:, :-1].astype(int)], axis=1)
    np.testing.assert_array_equal(synaptic_input.into(program, "n", trace), one * (1 + late))
    assert late.any()


def test_neurons_that_die_of_their_rounding() -> None:
    """0.1 beside 1, in 3 bits: 0, so what fired in float by 8 of them fires no more."""
    weight = np.concatenate([np.eye(1, 8), np.full((1, 8), 0.1)])
    made = graph(
        "x>w>a>y", **ends((8,), (2,)), w=nir.Linear(weight), a=nir.Threshold(np.array([0.75, 0.75]))
    )
    row: Quantised = report(made, np.ones((1, 1, 8)), Lowering(3))["a"]
    assert (row.dead, row.dead_in_float) == (1, 0)
    assert (row.rate_float, row.rate, row.changed) == (1.0, 0.5, 0.5)
