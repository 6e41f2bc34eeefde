"""Counts against a recomputation with expanded matrices, one spike at a time."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from report_example import example
from small_programs import random_inputs, skip_program
from spikingjelly.activation_based.op_counter import DispatchCounterMode, SynOpCounter

from simulators.reference import Reference
from ssr_neuro.costs.counting import count
from ssr_neuro.costs.counts import SampleSpread
from ssr_neuro.costs.events import sops
from ssr_neuro.costs.scoring import scoring
from ssr_neuro.errors import BadInput
from ssr_neuro.program.arrays import Bits
from ssr_neuro.program.ir import Program
from ssr_neuro.program.trace import Trace


def skip_run(seed: int) -> tuple[Program, Trace]:
    program = skip_program(seed)
    return program, Reference().run(program, random_inputs(program, 5, seed))


def sent(trace: Trace, name: str) -> Bits:
    return {**trace.inputs, **trace.spikes}[name]


def brute_force(
    program: Program, trace: Trace, name: str, sample: int
) -> tuple[int, set[tuple[int, int]]]:
    """Operations of one synapse, and the (step, target neuron) that any event reached."""
    (synapse,) = (s for s in program.synapses if s.name == name)
    matrix = synapse.map.expanded().toarray()
    operations = 0
    reached: set[tuple[int, int]] = set()
    for source in synapse.sources:
        for step, neuron in np.argwhere(
            sent(trace, source.name)[sample].reshape(program.steps, -1)
        ):
            targets = np.flatnonzero(matrix[:, neuron])
            operations += len(targets)
            reached |= {(int(step), int(t)) for t in targets}
    return operations, reached


@pytest.mark.parametrize("seed", range(3))
def test_synaptic_operations_equal_a_count_spike_by_spike(seed: int) -> None:
    program, trace = skip_run(seed)
    counted = sops(program, trace)
    for synapse in program.synapses:
        expected = [brute_force(program, trace, synapse.name, k)[0] for k in range(trace.samples)]
        assert counted[synapse.name].tolist() == expected
    assert sum(int(x.sum()) for x in counted.values()) > 0


def test_ssr_like_counts_equal_a_count_spike_by_spike() -> None:
    program, trace = example()
    counts = count(program, trace)
    for row in counts.synapses:
        expected = [brute_force(program, trace, row.name, k)[0] for k in range(trace.samples)]
        assert row.sops.total == sum(expected)
        assert (row.sops.min, row.sops.max) == (min(expected), max(expected))


def test_a_skip_of_two_sources_counts_two_events() -> None:
    program, trace = skip_run(0)
    ones = {name: np.ones_like(x) for name, x in trace.spikes.items()}
    counts = count(program, replace(trace, spikes=ones))
    (skip,) = (s for s in counts.synapses if s.name == "b_c")
    assert skip.sources == ("b", "a")
    assert skip.sops.mean == skip.capacity == 2 * skip.synapses * program.steps


def test_active_updates_are_those_an_event_reached() -> None:
    program, trace = example()
    for row in count(program, trace).populations:
        expected = 0
        for sample in range(trace.samples):
            into = program.into(row.name)
            reached = [brute_force(program, trace, s.name, sample)[1] for s in into]
            expected += len(set().union(*reached))
        assert row.active_updates.total == expected


def test_totals_and_rates_are_sums_over_the_populations() -> None:
    program, trace = example()
    counts = count(program, trace)
    spikes = sum(int(x.sum()) for x in trace.spikes.values())
    assert counts.spikes.total == spikes == sum(p.spikes.total for p in counts.populations)
    assert counts.updates == program.summary()["neurons"] * program.steps
    assert counts.rate == pytest.approx(spikes / trace.samples / counts.updates)
    assert counts.sops.total == sum(s.sops.total for s in counts.synapses)
    assert counts.synapse_rate == pytest.approx(counts.sops.mean / counts.capacity)


def test_input_spikes_are_the_spikes_of_all_sources() -> None:
    program, trace = skip_run(1)
    (c,) = (p for p in count(program, trace).populations if p.name == "c")
    assert c.input_spikes.total == int(trace.spikes["a"].sum()) + int(trace.spikes["b"].sum())


def test_a_silent_run_counts_nothing_but_updates() -> None:
    program, trace = skip_run(0)
    silent = Trace(
        {n: np.zeros_like(x) for n, x in trace.inputs.items()},
        {n: np.zeros_like(x) for n, x in trace.spikes.items()},
        trace.readouts,
    )
    counts = count(program, silent)
    assert (counts.sops.total, counts.rate, counts.synapse_rate) == (0, 0.0, 0.0)
    assert counts.active_updates.total == 0
    assert counts.updates > 0


def test_spread_of_samples() -> None:
    assert SampleSpread.of(np.array([1, 3])) == SampleSpread(
        total=4, mean=2.0, sd=1.0, min=1, max=3
    )


def test_a_trace_of_another_program_is_refused() -> None:
    program, _ = skip_run(0)
    with pytest.raises(BadInput, match=r"for 'a'; program 'skip-0' needs \(3, 4, 4, 3\)"):
        count(program, replace(example()[1], inputs={"input": np.zeros((3, 4, 4, 3), np.uint8)}))


def test_a_dense_layer_agrees_with_spikingjelly() -> None:
    program, trace = skip_run(0)
    (dense,) = (y for y in program.synapses if y.name == "c_out")
    ones = dense.map.with_weights(np.ones(dense.map.weights.shape, np.int64))
    only = replace(dense, chain=(replace(dense.chain[0], map=ones),))
    layer, counter = torch.nn.Linear(8, 3, bias=False), SynOpCounter()
    with torch.no_grad(), DispatchCounterMode([counter]):
        layer(torch.tensor(trace.spikes["c"]).float().reshape(-1, 8))
    ours = sops(replace(program, synapses=(only,)), trace)["c_out"]
    assert int(counter.get_total()) == int(ours.sum()) > 0


def test_scoring_adds_once_per_one_and_once_per_item() -> None:
    codes = np.array([[1, 0, 1, 1], [0, 0, 0, 0]], np.uint8)
    scored = scoring(codes, 4)
    assert (scored.ones, scored.additions, scored.code_bytes) == (3, 5, 2)


def test_packed_codes_score_as_unpacked_ones() -> None:
    codes = (np.random.default_rng(0).random((7, 20)) < 0.3).astype(np.uint8)
    assert scoring(np.packbits(codes, axis=1), 20) == scoring(codes, 20)


def test_codes_of_another_width_are_refused() -> None:
    with pytest.raises(BadInput, match=r"shape \(2, 9\).*\(items, 20\).*\(items, 3\)"):
        scoring(np.zeros((2, 9), np.uint8), 20)


def test_codes_that_are_not_binary_are_refused() -> None:
    with pytest.raises(BadInput, match="item codes hold 2; unpacked codes hold 0 and 1 only"):
        scoring(np.full((2, 20), 2, np.uint8), 20)
