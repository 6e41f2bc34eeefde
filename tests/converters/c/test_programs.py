"""What the written C computes is what the reference computes, for any Program."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from law_programs import every_law, grid_program, wide_readouts
from pass_programs import spikes
from random_graphs import random_graph
from small_programs import neuron, random_inputs, skip_program, synapse

from converters.c import toolchain
from converters.c.export import _write
from converters.c.maps import IDENTITY, MIX_INNER, MIX_OUTER, MIX_OUTER_EACH, SPARSE
from converters.c.memory import plan
from converters.c.model_files import items_of
from converters.c.tables import build
from converters.c.text import shorten
from converters.nir_to_program import to_program
from simulators.fast import Fast
from simulators.reference import Reference
from ssr_neuro.errors import DoesNotFit, Mismatch
from ssr_neuro.evaluation.item_table import ItemTable
from ssr_neuro.lower import Lowering, lower
from ssr_neuro.program.arrays import Bits
from ssr_neuro.program.ir import Input, IntegerProgram, Population
from ssr_neuro.program.linear_maps import Dense
from ssr_neuro.program.trace import Trace

needs_compiler = pytest.mark.skipif(
    toolchain.here() is None, reason="no C compiler is installed (apt install gcc libc6-dev)"
)
needs_arm = pytest.mark.skipif(
    toolchain.arm() is None, reason=f"32-bit ARM cannot be run here; {toolchain.ARM_REMEDY}"
)


def written(program: IntegerProgram, trace: Trace, folder: Path) -> Path:
    _write(build(program), None, trace, None, folder)
    return folder


def checked(folder: Path, *options: str) -> str:
    here = toolchain.here()
    assert here is not None
    return here.check(folder, *options)


def check(program: IntegerProgram, inputs: dict[str, Bits], folder: Path) -> str:
    """What the C says with the reference's run as golden samples."""
    return checked(written(program, Reference().run(program, inputs), folder), "-O0")


@needs_compiler
@pytest.mark.parametrize("seed", range(8))
def test_random_graphs_compute_what_the_reference_computes(seed: int, tmp_path: Path) -> None:
    graph, steps = random_graph(1000 + seed)
    try:
        wanted = Lowering(weight_bits=2 + seed % 7, optimise=seed % 2 == 0)
        program = lower(to_program(graph, steps), wanted)
    except DoesNotFit:
        pytest.skip("no chip could hold this graph")
    rng = np.random.default_rng(seed)
    shown = (rng.random((3, steps, *program.inputs[0].shape)) < 0.5).astype(np.uint8)
    assert check(program, {"input": shown}, tmp_path).startswith("PASS: ")


@needs_compiler
def test_loops_lags_wraps_clips_and_parameters_of_each_neuron(tmp_path: Path) -> None:
    program = every_law()
    trace = Fast().run(program, spikes(program), membranes=True)
    assert max(np.abs(v).max() for v in trace.membranes.values()) == (1 << 23) - 1
    assert 0.05 < np.mean([s.mean() for s in trace.spikes.values()]) < 0.95
    folder = written(program, trace, tmp_path)
    assert checked(folder, "-O0").startswith("PASS: ")


@needs_arm
def test_a_32_bit_arm_computes_the_same(tmp_path: Path) -> None:
    program = every_law(1)
    arm = toolchain.arm()
    assert arm is not None
    folder = written(program, Fast().run(program, spikes(program)), tmp_path)
    assert arm.check(folder, "-Os").startswith("PASS: ")


@needs_compiler
def test_the_sanitizers_find_nothing(tmp_path: Path) -> None:
    here = toolchain.here()
    assert here is not None
    if not here.can_sanitize():
        pytest.skip(f"{here.command[0]} has no sanitizers here (apt install libgcc-12-dev)")
    program = every_law(2)
    folder = written(program, Fast().run(program, spikes(program)), tmp_path)
    assert checked(folder, "-O1", *toolchain.SANITIZE).startswith("PASS: ")


@needs_compiler
@pytest.mark.parametrize("steps", [3, 90])
def test_every_form_of_a_map_in_either_order_of_work(steps: int, tmp_path: Path) -> None:
    program = grid_program(steps)
    forms = {row[0] for row in build(program).synapses}
    assert {MIX_OUTER, MIX_INNER, MIX_OUTER_EACH, IDENTITY, SPARSE} <= forms
    assert (len(plan(program).groups) > 1) == (steps == 3)
    assert check(program, spikes(program, rate=0.3), tmp_path).startswith("PASS: ")


@needs_compiler
def test_a_readout_wider_than_32_bits_and_one_that_integrates(tmp_path: Path) -> None:
    program = wide_readouts()
    inputs = random_inputs(program, 4, 0)
    assert np.abs(Reference().run(program, inputs).readouts["out"]).max() > 1 << 31
    assert build(program).sum_bits == 64
    assert check(program, inputs, tmp_path).startswith("PASS: ")


@needs_compiler
def test_the_first_difference_is_named(tmp_path: Path) -> None:
    program = skip_program(1)
    inputs = random_inputs(program, 3, 1)
    trace = Reference().run(program, inputs)
    trace.spikes["b"][2, 1, 3, 1] ^= 1
    golden = int(trace.spikes["b"][2, 1, 3, 1])
    folder = written(program, trace, tmp_path)
    with pytest.raises(Mismatch) as caught:
        checked(folder, "-O0")
    assert str(caught.value) == (
        "this machine: population b, neuron 10, sample 2, step 2: golden has "
        f"{golden}, this build {1 - golden}"
    )


def test_what_cannot_be_held_is_refused_by_name() -> None:
    program = skip_program(0)
    wide = replace(program.readouts[0], bias=np.array([0, 1, 1 << 40]))
    with pytest.raises(DoesNotFit, match=r"the bias of readout 'out': numbers from 0 to 10995"):
        build(replace(program, readouts=(wide,)))


def test_bytes_are_counted_by_hand() -> None:
    tables = build(skip_program(0))  # a, b of 4 x 3, c of 4 x 2, steps 4, a is read by c
    (weights,) = [pool for pool in tables.pools if pool.name == "model_weights"]
    assert weights.bytes == 4 * 4 + 3 * 3 + 2 * 3 + 3 * 8
    spikes, membranes, sums = 3 * 4 * 1, 4 * 3, 4 * 3
    assert tables.ram_bytes == 4 * (spikes + membranes + sums)
    nodes, synapses, sources, groups, order = 5 * 56, 4 * 36, 5 * 8, 4 * 12, 4 * 2
    numbers = sum(pool.bytes for pool in tables.pools)
    assert tables.flash_bytes == nodes + synapses + sources + groups + order + numbers


@needs_compiler
def test_a_name_longer_than_a_c_string_loses_its_end(tmp_path: Path) -> None:
    name = "n" * 4094 + "\u00fc and more"
    assert shorten(name) == "n" * 4094
    layer = Population(name, (2,), neuron((2,)), 1)
    link = synapse("link", name, Dense(np.eye(2, dtype=np.int64), (2,), (2,)), ("input", 1))
    program = IntegerProgram("long name", 2, (Input("input", (2,)),), (layer,), (link,), ())
    assert check(program, random_inputs(program, 1, 0), tmp_path).startswith("PASS: ")


def test_an_id_longer_than_a_c_string_is_refused() -> None:
    ids = ("a", "\u00fc" * 2048)
    table = ItemTable(np.zeros((2, 1, 1), np.uint8), np.zeros(2, np.int64), ids)
    told = (
        r"the id of item 2, '\u00fc{20}' and so on, has 4,096 bytes; a C string has at most 4,095"
    )
    with pytest.raises(DoesNotFit, match=told):
        items_of(table, 1, build(skip_program(0)))
