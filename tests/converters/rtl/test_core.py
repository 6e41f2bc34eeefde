"""The core in Verilog runs random programs: every spike, readout and counter is the reference's."""

import os
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from random_graphs import random_graph
from rtl_bench import BenchTotals, GeneralBench, Record, needs_verilator
from rtl_programs import random_program
from small_programs import neuron, skip_program

from converters.nir_to_program import to_program
from converters.rtl.check import count_delivered
from converters.rtl.fields import SHARED, WIDTHS, Op
from converters.rtl.tables import Tables
from simulators.fast import Fast
from simulators.reference import Reference
from ssr_neuro.errors import DoesNotFit, Mismatch
from ssr_neuro.lower import Lowering, lower
from ssr_neuro.program.ir import IntegerProgram
from ssr_neuro.program.trace import Trace

pytestmark = needs_verilator
GRAPHS = int(os.environ.get("SSR_RTL_GRAPHS", "5"))
FLIPS = int(os.environ.get("SSR_RTL_FLIPS", "5"))  # of each kind of bit
SAMPLES, SEED = 8, 253  # of the small program whose bits are flipped
# By op: what must be seen if it changes.
FIELDS = {
    Op.SYN: ("op", "address", "rows", "words", "w_base", "t_base", "run", "lag_back"),
    Op.NEU: ("keep_v", "address", "rows", "words", "w_base", "t_base"),
    Op.READ: ("op", "address", "rows", "words", "w_base", "t_base"),
    Op.LOOP: ("op", "address", "rows"),
    Op.END: (),
}
LANES = [int(lanes) for lanes in os.environ.get("SSR_RTL_LANES", "4").split()]


@pytest.fixture(scope="module", params=LANES)
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> GeneralBench:
    return GeneralBench(tmp_path_factory.mktemp("core"), request.param)


@cache  # once for all cores
def program_and_trace(seed: int) -> tuple[IntegerProgram, Trace]:
    program, inputs = random_program(seed, large=seed % 3 == 0)
    # Not the reference, whose stream these programs, without a clock, do not keep apart.
    return program, Fast().run(program, inputs)


@cache
def graph_and_trace(seed: int) -> tuple[IntegerProgram, Trace] | None:
    """None where a random graph does not become a program."""
    graph, steps = random_graph(seed)
    rng = np.random.default_rng(seed)
    try:
        program = lower(to_program(graph, steps), Lowering(optimise=bool((seed + 1) % 2)))
    except DoesNotFit:
        return None
    shape = (3, steps, *program.inputs[0].shape)
    inputs = {"input": (rng.random(shape) < 0.5).astype(np.uint8)}
    return program, Reference().run(program, inputs)


def test_random_programs_of_every_map_and_neuron(
    bench: GeneralBench, record_property: Record
) -> None:
    totals = BenchTotals()
    for seed in range(4 * GRAPHS):
        totals.add(bench.check(*program_and_trace(seed)))
    assert totals.compared["fired"] > 100 * GRAPHS
    record_property("programs", 4 * GRAPHS)
    totals.record(record_property)


def test_random_graphs_equal_the_reference(bench: GeneralBench, record_property: Record) -> None:
    totals, done, seed = BenchTotals(), 0, 0
    while done < GRAPHS:
        found = graph_and_trace(seed)
        seed += 1
        if found is not None:
            totals.add(bench.check(*found))
            done += 1
    record_property("graphs", done)
    totals.record(record_property)


def skipping(bench: GeneralBench) -> tuple[Path, Tables]:
    """A folder of a small program in which every neuron of every source fires."""
    program, trace = small()
    return bench.write(program, trace)


def small() -> tuple[IntegerProgram, Trace]:
    """Every neuron fires now and then, so that no weight and no decay stays unused."""
    program, rng = skip_program(SEED), np.random.default_rng(SEED)
    populations = tuple(
        replace(p, neuron=neuron(p.shape, 30, rng.integers(0, 100, p.shape)))
        for p in program.populations
    )
    program = replace(program, populations=populations)
    rates = np.linspace(0.1, 0.8, SAMPLES)[:, None, None, None]
    inputs = {"input": (rng.random((SAMPLES, program.steps, 4, 3)) < rates).astype(np.uint8)}
    trace = Reference().run(program, inputs)
    assert all((spikes.sum(axis=(0, 1)) > 0).all() for spikes in trace.spikes.values())
    return program, trace


def test_the_bench_says_what_it_compared_and_counted(bench: GeneralBench) -> None:
    found = bench.run(skipping(bench)[0])
    counts = count_delivered(*small())
    assert found.number("samples") == SAMPLES
    assert found.number("spikes compared") == SAMPLES * 4 * (12 + 12 + 8)
    assert found.number("readouts compared") == SAMPLES * 4 * 3
    assert found.number("mismatches") == 0
    assert f"a sample: {counts['events'].mean():.1f} events" in found.text


def test_every_flipped_bit_is_seen(bench: GeneralBench, record_property: Record) -> None:
    """In weights, biases, thresholds and all else of the commands: each on its own."""
    folder, made = skipping(bench)
    bench.run(folder)
    rng = np.random.default_rng(0)
    for what, (image, bits) in bits_in_use(made, bench.lanes).items():
        assert len(bits) >= FLIPS, what
        path = folder / "images" / f"{image}.hex"
        text = path.read_text()
        for at in rng.choice(len(bits), FLIPS, replace=False):
            path.write_text(flipped(text, *bits[at]))
            with pytest.raises(Mismatch, match=r"neuron \(|counter '|is not done|outside"):
                pytest.fail(f"bit {bits[at]} of {what}: {bench.run(folder).text}")
            path.write_text(text)
        record_property(f"flipped bits of {what}, seen", FLIPS)
    bench.run(folder)


def bits_in_use(made: Tables, lanes: int) -> dict[str, tuple[str, list[tuple[int, int]]]]:
    """Image and (line, bit) by kind: of weights and biases of neurons that exist, and of commands

    the thresholds and the low bits of other fields that a command of its kind uses. High bits of an
    address are none of a small memory.
    """
    image = {one.name: one for one in made.images}
    weights = np.argwhere(image["weights"].words)
    biases = np.argwhere(image["biases"].words)
    width = image["biases"].bits
    thresholds = {op: ("vth",) if op == Op.NEU else () for op in Op}
    return {
        "weights": ("weights", [(n, 8 * lane + bit) for n, lane in weights for bit in range(8)]),
        "biases": (
            "biases",
            [(n, width * lane + bit) for n, lane in biases for bit in range(width)],
        ),
        "thresholds": ("commands", field_bits(made, thresholds, 20)),
        "commands": ("commands", field_bits(made, FIELDS, 7)),
    }


def field_bits(
    made: Tables, fields: Mapping[Op, tuple[str, ...]], most: int
) -> list[tuple[int, int]]:
    """(command, bit) of the lowest bits, at most `most`, of these fields of each op."""
    starts = dict(zip(WIDTHS, np.cumsum([0, *WIDTHS.values()]).tolist(), strict=False))
    return [
        (line, starts[SHARED.get(field, field)] + bit)
        for line, (_, command) in enumerate(made.commands)
        for field in fields[Op(command["op"])]
        for bit in range(min(most, WIDTHS[SHARED.get(field, field)]))
    ]


def flipped(text: str, line: int, bit: int) -> str:
    lines = text.splitlines()
    lines[line] = f"{int(lines[line], 16) ^ 1 << int(bit):0{len(lines[line])}x}"
    return "\n".join(lines) + "\n"


def test_a_wrong_spike_is_named_with_both_values(bench: GeneralBench) -> None:
    program = skip_program(0)
    inputs = {"input": np.ones((2, program.steps, 4, 3), np.uint8)}
    trace = Reference().run(program, inputs)
    was = int(trace.spikes["b"][1, 2, 3, 1])
    trace.spikes["b"][1, 2, 3, 1] ^= 1
    # The counters of what follows differ as well, but the first difference is the one told.
    with pytest.raises(
        Mismatch,
        match=rf"population 'b', neuron \(3, 1\), sample 1, step 3: the core has {was}, golden is "
        rf"{1 - was}$",
    ):
        bench.check(program, trace)
