"""The kernel computes what NumPy and Numba compute: every instruction set, every law and map."""

from dataclasses import replace

import numpy as np
import pass_programs
import pytest
import scipy.sparse as sp
from law_programs import every_law, grid_program, wide_readouts
from pass_programs import joint, lif, spikes
from random_graphs import random_graph
from small_programs import random_inputs, skip_program

from converters.nir_to_program import to_program
from simulators.fast import Fast
from simulators.fast_batches import read_batches, run_batches
from simulators.native import laws, network, plan
from simulators.native.costs import Costs
from simulators.native.weights import DENSE, INNER, OUTER, OUTER_EACH, SCATTER
from ssr_neuro.errors import BadInput, DoesNotFit
from ssr_neuro.lower import Lowering, lower
from ssr_neuro.native import compiler, variants
from ssr_neuro.program.arrays import Bits
from ssr_neuro.program.ir import IntegerProgram
from ssr_neuro.program.linear_maps import Kron, LinearMap, matrix_map
from ssr_neuro.program.trace import Trace, compare

pytestmark = pytest.mark.skipif(
    compiler.find() is None, reason="no C compiler is installed (apt install gcc libc6-dev)"
)
each_variant = pytest.mark.parametrize("variant", [v.name for v in variants.runnable()])


@pytest.fixture(autouse=True)
def _fresh() -> None:
    network.kernel.cache_clear()
    network.prepare.cache_clear()


def demand_equal(program: IntegerProgram, inputs: dict[str, Bits]) -> None:
    """Readouts alone, and with all spikes, against the path without the kernel."""
    assert laws.suits(program)
    assert network.prepare(program, traced=True) is not None
    want = run_batches(program, inputs, membranes=False)
    found = compare(want, Fast().run(program, inputs), ("Numba", "kernel"))
    assert found.first is None, found.first.describe("Numba", "kernel")
    for name, values in Fast().readouts(program, inputs).items():
        np.testing.assert_array_equal(values, want.readouts[name])
        assert values.dtype == np.int64


@each_variant
def test_random_graphs(variant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variants.SETTING, variant)
    equal = 0
    for seed in range(2000, 2012):
        graph, steps = random_graph(seed)
        try:
            program = lower(to_program(graph, steps), Lowering(weight_bits=2 + seed % 7))
        except DoesNotFit:
            continue
        rng = np.random.default_rng(seed)
        shape = (5, steps, *program.inputs[0].shape)
        demand_equal(program, {"input": (rng.random(shape) < 0.5).astype(np.uint8)})
        equal += 1
    assert equal >= 6  # of the others no chip holds the weights


@each_variant
@pytest.mark.parametrize("steps", [1, 2, 3, 4, 6, 8])
def test_laws_and_maps(variant: str, steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variants.SETTING, variant)
    for seed in (0, 1):
        program = replace(every_law(seed), steps=steps)
        demand_equal(program, spikes(program, seed))
    program = grid_program(steps)
    demand_equal(program, spikes(program))
    program = skip_program(steps, positions=9, features=70, steps=steps)
    demand_equal(program, random_inputs(program, 3, steps))


def test_every_form_is_reached() -> None:
    kernel = network.kernel()
    assert kernel is not None
    reached = set()
    for program in (grid_program(3), skip_program(0)):
        made = plan.plan(program, kernel.ssr_lanes(), Costs(), traced=False)
        fields = (len(program.synapses), plan.SYNAPSE_FIELDS)
        table = next(x for x in made.keep if x.shape == fields)
        reached |= set(table[:, 0].tolist())
    assert reached == {OUTER, OUTER_EACH, INNER, DENSE, SCATTER}


def picking_program(seed: int) -> IntegerProgram:
    """Positions and features that read none, one or several; sources that are summed, and late."""
    rng = np.random.default_rng(seed)

    def chosen(rows: int, columns: int) -> np.ndarray:
        return (rng.random((rows, columns)) < 1.2 / columns).astype(np.int64)

    laws = {"a": lif((6, 90), 30), "b": lif((5, 80), 60), "c": lif((7, 80), 40, bias=8)}
    single = np.eye(90, dtype=np.int64)[rng.permutation(90)[:80]]
    return pass_programs.network(
        laws,
        joint("x", "a", Kron(chosen(6, 8), rng.integers(-30, 40, (90, 130)))),
        joint("a a:1", "b", Kron(rng.integers(-40, 50, (5, 6)), chosen(80, 90))),
        joint("a:1", "b", Kron(rng.integers(-40, 50, (5, 6)), single)),
        joint("b b:2", "c", Kron(chosen(7, 5), rng.integers(-30, 40, (80, 80))), exponent=1),
        joint("c", "y", Kron(chosen(2, 7), rng.integers(-30, 40, (10, 80)))),
        steps=4,
    )


@each_variant
@pytest.mark.parametrize("rate", [0.0, 0.01, 0.9])
def test_few_spikes_and_many_give_the_same_bits(
    variant: str, rate: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variants.SETTING, variant)
    program = picking_program(int(100 * rate))
    inputs = spikes(program, samples=6, rate=rate)
    want = run_batches(program, inputs, membranes=False)
    kernel = network.kernel()
    assert kernel is not None
    for way in (plan.BY_COST, plan.PRODUCTS, plan.EVENTS):
        ready = network.Network(kernel, program, Costs(), traced=True, way=way)
        found = Trace(inputs, *ready.trace(inputs))
        assert compare(want, found, ("Numba", "kernel")).equal, way
        untraced = network.Network(kernel, program, Costs(), traced=False, way=way)
        for name, values in untraced.readouts(inputs).items():
            np.testing.assert_array_equal(values, want.readouts[name])


def near_the_threshold(seed: int, steps: int) -> IntegerProgram:
    """Neurons that few spikes bring close to their threshold, from below or above."""
    rng = np.random.default_rng(seed)
    kept = [4096 - (4096 >> int(k)) for k in rng.integers(0, 5, 3)] + [4096]
    shape = (5, 330)
    exponent = int(rng.integers(0, 2))
    laws = {}
    for name, dv in zip("abc", kept, strict=False):
        bias = rng.integers(-300, 300, shape)
        theta = int(rng.integers(150, 400)) << exponent
        laws[name] = replace(lif(shape, theta, dv=dv), bias_mant=bias, bias_exp=int(seed % 4))
    each = np.eye(5, dtype=np.int64)

    def mix(inputs: int) -> Kron:
        return Kron(each, rng.integers(-127, 128, (330, inputs)))

    return pass_programs.network(
        laws,
        joint("x", "a", mix(70), exponent),
        joint("a", "b", mix(330), exponent),
        joint("x:1", "b", mix(70), exponent),
        joint("a b", "c", mix(330), exponent),
        joint("c", "y", Kron(np.full((1, 5), 3), np.eye(330, dtype=np.int64))),
        steps=steps,
    )


@each_variant
@pytest.mark.parametrize("steps", [1, 2, 5])
def test_neurons_below_their_threshold_are_left_out_and_no_others(
    variant: str, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variants.SETTING, variant)
    kernel = network.kernel()
    assert kernel is not None
    rates = []
    for seed in range(6):
        program = near_the_threshold(seed, steps)
        inputs = spikes(program, seed, samples=4, rate=0.05)
        want = run_batches(program, inputs, membranes=False)
        rates += [x.mean() for x in want.spikes.values()]
        made = plan.plan(program, kernel.ssr_lanes(), Costs(), traced=True)
        assert made.nodes[1:4, plan.ROUGH_BIAS].all()
        ready = network.Network(kernel, program, Costs(), traced=True, way=plan.EVENTS)
        found = compare(want, Trace(inputs, *ready.trace(inputs)), ("Numba", "kernel"))
        assert found.first is None, found.first.describe("Numba", "kernel")
        untraced = network.Network(kernel, program, Costs(), traced=False, way=plan.EVENTS)
        np.testing.assert_array_equal(untraced.readouts(inputs)["y"], want.readouts["y"])
    assert sum(0 < rate < 0.2 for rate in rates) > 5


@each_variant
@pytest.mark.parametrize("exponent", range(8))
def test_neurons_that_were_held_at_their_lowest_membrane_fire(
    variant: str, exponent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four steps of inhibition would take sums far below what a membrane holds; three lift it."""
    monkeypatch.setenv(variants.SETTING, variant)
    kernel = network.kernel()
    assert kernel is not None
    inhibiting, exciting = 600 >> exponent, 400 >> exponent
    weights = np.full((64, inhibiting + exciting), 127)
    weights[:, :inhibiting] = -127
    one = np.eye(1, dtype=np.int64)
    program = pass_programs.network(
        {"a": lif((1, 64), 10, dv=0)},
        joint("x", "a", Kron(one, weights), exponent),
        joint("a", "y", Kron(one, np.eye(64, dtype=np.int64))),
        steps=7,
    )
    inputs = {"x": np.zeros((1, 7, 1, inhibiting + exciting), np.uint8)}
    inputs["x"][:, :4, :, :inhibiting] = 1
    inputs["x"][:, 4:, :, inhibiting:] = 1
    want = run_batches(program, inputs, membranes=False)
    assert want.spikes["a"].sum() == want.spikes["a"][:, 6].sum() == 64
    ready = network.Network(kernel, program, Costs(), traced=True, way=plan.EVENTS)
    found = compare(want, Trace(inputs, *ready.trace(inputs)), ("Numba", "kernel"))
    assert found.first is None, found.first.describe("Numba", "kernel")


@each_variant
def test_samples_that_fire_little_among_those_that_fire_much(
    variant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bits are kept or left out by what an earlier sample gained from them, also between calls."""
    monkeypatch.setenv(variants.SETTING, variant)
    kernel = network.kernel()
    assert kernel is not None
    for program in (picking_program(3), near_the_threshold(2, 2), grid_program(3)):
        ready = network.Network(kernel, program, Costs(), traced=False)
        for rates in ([0.0] * 5 + [0.8] * 30, [0.9] * 20, [0.01] * 3, [0.7, 0.0] * 18):
            drawn = [spikes(program, i, samples=1, rate=rate) for i, rate in enumerate(rates)]
            inputs = {name: np.concatenate([x[name] for x in drawn]) for name in drawn[0]}
            want = read_batches(program, inputs)
            for name, values in ready.readouts(inputs).items():
                np.testing.assert_array_equal(values, want[name])


def test_a_sum_of_more_spikes_than_sixteen_bits_hold() -> None:
    """All 600 inputs fire, with the largest weights of either sign."""
    weights = np.full((64, 600), 127)
    weights[::2] = -127
    program = pass_programs.network(
        {"a": lif((3, 64), 100)},
        joint("x", "a", Kron(np.eye(3, dtype=np.int64), weights)),
        joint("a", "y", Kron(np.full((1, 3), 2), np.eye(64, dtype=np.int64))),
    )
    inputs = {"x": np.ones((2, program.steps, 3, 600), np.uint8)}
    kernel = network.kernel()
    assert kernel is not None
    ready = network.Network(kernel, program, Costs(), traced=False, way=plan.EVENTS)
    want = read_batches(program, inputs)["y"]
    assert want.any()
    np.testing.assert_array_equal(ready.readouts(inputs)["y"], want)


def test_features_chosen_from_a_wider_source_are_mixed_by_weights_of_their_own() -> None:
    rng = np.random.default_rng(5)
    program = pass_programs.network(
        {"a": lif((6, 70), 60)},
        joint("x", "a", each_feature(rng, 6, rng.permutation(90)[:70], 9, 90)),
        joint("a", "y", each_feature(rng, 2, np.flatnonzero(np.arange(70) % 20), 6, 70)),
    )
    kernel = network.kernel()
    assert kernel is not None
    made = plan.plan(program, kernel.ssr_lanes(), Costs(), traced=False)
    table = next(x for x in made.keep if x.shape == (2, plan.SYNAPSE_FIELDS))
    assert table[:, 0].tolist() == [OUTER_EACH, OUTER_EACH]
    demand_equal(program, spikes(program, samples=4, rate=0.3))


def each_feature(
    rng: np.random.Generator, rows: int, read: np.ndarray, positions: int, features: int
) -> LinearMap:
    """Weights (rows, positions) for every feature that is read."""
    dense = np.zeros((rows, len(read), positions, features), np.int64)
    for place, feature in enumerate(read):
        dense[:, place, :, feature] = rng.integers(-40, 50, (rows, positions))
    flat = dense.reshape(rows * len(read), positions * features)
    return matrix_map(sp.csr_array(flat), (positions, features), (rows, len(read)))


def test_membranes_that_keep_any_share_and_are_clipped() -> None:
    for dv in (0, 4096, 3072, 1000, 2048):
        small = skip_program(dv, steps=5)
        a, *others = small.populations
        law = replace(a.neuron, dv=dv, vth=130_000, bias_mant=a.neuron.bias_mant * (1 << 14))
        program = replace(small, populations=(replace(a, neuron=law), *others))
        demand_equal(program, random_inputs(program, 6, dv))


def test_any_number_of_threads_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    program = skip_program(0)
    inputs = random_inputs(program, 50, 0)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    one = Fast().run(program, inputs)
    monkeypatch.setenv("OMP_NUM_THREADS", "5")
    several = Fast().run(program, inputs)
    assert compare(one, several, ("one", "several")).equal


def test_spikes_may_be_of_any_number_type_and_are_checked() -> None:
    program = skip_program(0)
    inputs = random_inputs(program, 2, 0)
    want = Fast().readouts(program, inputs)["out"]
    for kind in (bool, np.float32, np.int64):
        typed = {"input": inputs["input"].astype(kind)}
        np.testing.assert_array_equal(Fast().readouts(program, typed)["out"], want)
    for wrong in (2, 0.5, -1, 256):
        spoiled = inputs["input"].astype(np.float64)
        spoiled[1, 3, 2, 0] = wrong
        with pytest.raises(BadInput, match="input 'input' holds values other than 0 and 1"):
            Fast().readouts(program, {"input": spoiled})
    with pytest.raises(BadInput, match=r"needs \(samples >= 1, 4, 4, 3\)"):
        Fast().run(program, {"input": inputs["input"][:, :, :2]})


def test_what_the_kernel_cannot_hold_is_run_without_it() -> None:
    program = wide_readouts()
    assert network.prepare(program, traced=False) is None
    inputs = random_inputs(program, 4, 0)
    for name, values in Fast().readouts(program, inputs).items():
        np.testing.assert_array_equal(values, read_batches(program, inputs)[name])


def test_off_takes_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variants.SETTING, "off")
    program = skip_program(1)
    assert network.prepare(program, traced=True) is None
    inputs = random_inputs(program, 3, 1)
    assert Fast().run(program, inputs).spikes["a"].shape == (3, 4, 4, 3)


@each_variant
@pytest.mark.parametrize("bias", [0, 700, 1100])
def test_neurons_that_nothing_reaches_fire_by_their_bias_alone(
    variant: str, bias: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One spike in one sample; the biases of some positions fire late, or at once."""
    monkeypatch.setenv(variants.SETTING, variant)
    rng = np.random.default_rng(bias)
    biases = np.zeros((6, 192), np.int64)
    biases[::2, ::70] = bias
    law = replace(lif((6, 192), 1000), bias_mant=biases, bias_exp=6)
    each = np.eye(6, dtype=np.int64)
    mixed = np.eye(192, dtype=np.int64)
    program = pass_programs.network(
        {"a": law, "b": law, "c": law},
        joint("x", "a", Kron(each, rng.integers(-30, 40, (192, 64)))),
        joint("a", "b", Kron(rng.integers(-40, 50, (6, 6)), mixed)),
        joint("b", "c", Kron(each, rng.integers(-30, 40, (192, 192)))),
        joint("a b c", "y", Kron(rng.integers(-40, 50, (2, 6)), mixed)),
        steps=4,
    )
    inputs = {"x": np.zeros((3, 4, 6, 64), np.uint8)}
    inputs["x"][1, 2, 4, 7] = 1
    want = run_batches(program, inputs, membranes=False)
    assert any(spikes.any() for spikes in want.spikes.values()) == (bias > 500)
    kernel = network.kernel()
    assert kernel is not None
    for way in (plan.BY_COST, plan.PRODUCTS, plan.EVENTS):
        ready = network.Network(kernel, program, Costs(), traced=True, way=way)
        for _ in range(2):  # what the first run leaves in the workspace is of no account
            found = Trace(inputs, *ready.trace(inputs))
            assert compare(want, found, ("Numba", "kernel")).equal, way
