"""All optimising passes in their order: bit for bit the same, on programs nobody thought of."""

from dataclasses import replace

import numpy as np
import pytest
from float_programs import float_program
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from pass_programs import demand_same, dense, joint, lif, network, random_flat, random_grid, spikes
from random_graphs import random_graph
from trained import awake_ssr

from converters.nir_to_program import to_program
from converters.ssr_to_nir import to_nir
from simulators.reference import SIMULATOR
from ssr_neuro.errors import BadInput, DoesNotFit, Mismatch
from ssr_neuro.lower import (
    Lowering,
    Stage,
    lower,
    pass_names,
    passes,
    stages,
)
from ssr_neuro.program.ir import Program, Readout
from ssr_neuro.program.notes import Notes
from ssr_neuro.program.trace import Trace
from ssr_neuro.program.verify import verify
from ssr_neuro.report.passes import pass_table
from ssr_neuro.settings.models.ssr import SsrConfig
from ssr_neuro.verification.restrict_trace import restrict_trace

often = settings(suppress_health_check=list(HealthCheck))


def demand_every_pass(full: Program, seed: int, graded: bool) -> None:
    """The program after each pass against the one before the first."""
    program = full
    for step in passes(Lowering(optimise=True, graded=graded)):
        if step.optimises:
            program = step.run(program)
            demand_same(full, program, seed)


@often
@given(seed=st.integers(0, 10**6), graded=st.booleans())
def test_every_pass_is_exact_on_grids(seed: int, graded: bool) -> None:
    demand_every_pass(random_grid(seed), seed, graded)


@often
@given(seed=st.integers(0, 10**6), graded=st.booleans())
def test_every_pass_is_exact_on_flat_programs_with_loops(seed: int, graded: bool) -> None:
    demand_every_pass(random_flat(seed), seed, graded)


@often
@given(seed=st.integers(0, 10**6))
def test_every_pass_is_exact_on_nir_graphs(seed: int) -> None:
    graph, steps = random_graph(seed)
    try:
        full = lower(to_program(graph, steps), Lowering(weight_bits=2 + seed % 7))
    except DoesNotFit:
        reject()
    demand_every_pass(full, seed, graded=bool(seed % 2))


def tiny_ssr(blocks: int = 2) -> Program:
    config = SsrConfig(items=30, positions=8, features=4, blocks=blocks)
    return to_program(to_nir(awake_ssr(config).double()), config.steps, name="ssr")


@pytest.mark.parametrize("graded", [True, False])
def test_every_pass_is_exact_on_ssr(graded: bool) -> None:
    demand_every_pass(lower(tiny_ssr()), 0, graded)


def test_in_the_last_block_of_ssr_one_position_is_left() -> None:
    program = lower(tiny_ssr(), Lowering(optimise=True))
    rows = {p.name: p.shape[0] for p in program.populations}
    for layer in ("reconstruct", "ffn_hidden", "ffn_out"):
        assert (rows[f"block0_{layer}"], rows[f"block1_{layer}"]) == (8, 1)
    assert all(s.map.in_shape[0] == 1 or s.map.in_shape[0] >= 8 for s in program.synapses)


def test_the_optimising_passes_come_last_and_only_if_asked_for() -> None:
    optimising = pass_names(optimising=True)
    assert pass_names()[-len(optimising) :] == optimising
    plain = [stage.name for stage in stages(float_program())]
    assert tuple(plain) == pass_names()[: -len(optimising)]
    with pytest.raises(BadInput, match="pass 'share' is one of those that optimise"):
        lower(float_program(), until="share")
    with pytest.raises(BadInput, match="no pass 'shrink'; in order they are fold, "):
        lower(float_program(), until="shrink")


def test_every_optimising_pass_says_what_it_saved() -> None:
    how = Lowering(optimise=True)
    before, after = lower(tiny_ssr()), lower(tiny_ssr(), how)
    assert tuple(after.notes.saved) == pass_names(optimising=True)
    gone = sum(row.neurons for row in after.notes.saved.values())
    assert gone == before.summary()["neurons"] - after.summary()["neurons"] > 0


def two_layers() -> Program:
    """x -> a -> y; the second of three neurons in a has no outgoing weight."""
    return network(
        {"a": lif((3,), 20)},
        joint("x", "a", dense(np.eye(3) * 50)),
        joint("a", "y", dense([[3, 0, -4]])),
    )


def optimised() -> Program:
    """`two_layers` by all optimising passes, without going through floats."""
    program = two_layers()
    for step in passes(Lowering(optimise=True)):
        program = step.run(program) if step.optimises else program
    return program


def test_a_full_trace_is_cut_to_the_neurons_left() -> None:
    program = optimised()
    full = SIMULATOR.run(two_layers(), spikes(program))
    assert program.notes.kept == {"a": (0, 2)}
    cut = restrict_trace(program, full)
    np.testing.assert_array_equal(cut.spikes["a"], full.spikes["a"][..., [0, 2]])
    assert cut.readouts is full.readouts
    assert not cut.membranes


def test_a_trace_of_another_program_is_refused() -> None:
    program = optimised()
    trace = SIMULATOR.run(program, spikes(program))
    with pytest.raises(BadInput, match="'a' has 2 neurons in the full trace, and those left in"):
        restrict_trace(program, trace)
    with pytest.raises(BadInput, match="the full trace holds no population 'a'"):
        restrict_trace(program, Trace(trace.inputs, {}, trace.readouts))


def test_verify_finds_neurons_dropped_without_a_note() -> None:
    wrong = replace(two_layers(), notes=Notes(kept={"a": (0, 2)}))
    with pytest.raises(BadInput, match="after skips: population 'a' has 3 neurons and the notes"):
        verify(wrong, after="skips")


def test_verify_finds_weights_and_parameters_that_no_chip_holds() -> None:
    heavy = two_layers()
    big = replace(heavy, synapses=(heavy.synapses[0], joint("a", "y", dense([[128, 0, 1]]))))
    with pytest.raises(BadInput, match=r"synapse 'a_to_y' has weights up to 128, or fractions"):
        verify(big, after="merge_duplicates")
    (a,) = heavy.populations
    odd = replace(heavy, populations=(replace(a, neuron=replace(a.neuron, vth=np.ones(2, int))),))
    with pytest.raises(BadInput, match=r"vth of 'a' is int64 of \(2,\); it needs whole numbers"):
        verify(odd, after="drop_silent")


def test_the_table_counts_what_the_passes_saved() -> None:
    program = lower(tiny_ssr())
    table = pass_table(stages(tiny_ssr(), Lowering(optimise=True)), spikes(program), SIMULATOR)
    names = [row.name for row in table.rows]
    assert names == ["quantise", "separate", *pass_names(optimising=True)]
    assert table.samples == 5
    first, last = table.rows[0], table.rows[-1]
    assert first.neurons == program.summary()["neurons"]
    assert table.saving("sops").ratio == first.sops / last.sops > 1.3
    assert table.saving("synapses").before > table.saving("synapses").after
    assert last.relay_neurons < first.relay_neurons
    assert last.weight_bytes < first.weight_bytes


def test_bytes_count_shared_weights_once() -> None:
    """Two synapses of 3 x 3 with one map, one of 1 x 3; 6 neurons of 3 bytes."""
    shared = dense(np.eye(3) * 50)
    program = network(
        {"a": lif((3,), 20), "b": lif((3,), 20, du=2047)},
        joint("x", "a", shared),
        joint("a", "b", shared),
        joint("b", "y", dense([[3, 0, -400 // 4]])),
    )
    (row,) = pass_table([Stage("all", program)], spikes(program), SIMULATOR).rows
    assert (row.weight_bytes, row.stored_bytes) == (12, 12)
    assert row.state_bytes == 3 * (3 + 6)
    assert (row.synapses, row.relay_neurons, row.latency_steps) == (3 + 3 + 2, 0, 7)


def test_the_table_refuses_a_pass_that_changes_a_readout() -> None:
    program = two_layers()
    (readout,) = program.readouts
    wrong = replace(program, readouts=(replace(readout, bias=readout.bias + 1),))
    with pytest.raises(Mismatch, match="after the pass 'worse' 20 of 20 values of readout 'y'"):
        pass_table([Stage("good", program), Stage("worse", wrong)], spikes(program), SIMULATOR)
    with pytest.raises(BadInput, match="none of the stages is quantised"):
        pass_table([Stage("fold", float_program())], spikes(program), SIMULATOR)


def test_a_readout_that_integrates_keeps_its_membrane() -> None:
    program = two_layers()
    (readout,) = program.readouts
    leaky = replace(program, readouts=(Readout(**vars(readout) | {"neuron": lif((1,), 1 << 17)}),))
    demand_every_pass(leaky, 0, graded=True)
