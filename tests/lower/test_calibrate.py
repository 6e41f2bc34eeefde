"""Scales chosen on data: fewer spikes change, always the same way, and what is refused."""

import nir
import numpy as np
import pytest
from nir_graphs import ends, graph, lif

from converters.nir_to_program import to_program
from simulators.fast import Fast
from simulators.reference import Reference
from ssr_neuro.errors import BadInput
from ssr_neuro.lower import Lowering, lower
from ssr_neuro.lower.calibrate import SHARES, calibrate
from ssr_neuro.program import float_simulator
from ssr_neuro.program.arrays import Bits
from ssr_neuro.program.ir import Program

Inputs = dict[str, Bits]


def heavy_tailed(seed: int, recurrent: bool = False) -> Program:
    """Two populations and a weighted sum; a few weights far larger than the others."""
    rng = np.random.default_rng(seed)

    def weight(rows: int, columns: int) -> nir.Linear:
        return nir.Linear(rng.standard_t(2, (rows, columns)) / np.sqrt(columns))

    neurons = {name: lif((16,), v_threshold=0.3) for name in "ab"}
    loop = ", b>back>b" if recurrent else ""
    made = graph(
        "x>u>a>v>b>w>y" + loop,
        **ends((12,), (3,)),
        **neurons,
        u=weight(16, 12),
        v=weight(16, 16),
        w=weight(3, 16),
        **({"back": weight(16, 16)} if recurrent else {}),
    )
    return to_program(made, 4)


def data(seed: int) -> Inputs:
    return {"x": (np.random.default_rng(seed).random((40, 4, 12)) < 0.5).astype(np.uint8)}


def changed(program: Program, inputs: Inputs, bits: int, clips: dict[str, float]) -> dict[str, int]:
    """Spikes that quantising changed, by population."""
    spikes, _ = float_simulator.run(program, inputs)
    trace = Reference().run(lower(program, Lowering(bits, clips)), inputs)
    return {name: int((x != trace.spikes[name]).sum()) for name, x in spikes.items()}


@pytest.mark.parametrize("bits", [3, 8])
def test_fewer_spikes_change_on_new_inputs_too(bits: int) -> None:
    program = heavy_tailed(1)
    clips = calibrate(program, data(0), bits, Fast())
    assert set(clips) & {"a", "b"}
    assert set(clips.values()) < set(SHARES) - {1.0}
    for inputs in (data(0), data(1)):
        before, after = (changed(program, inputs, bits, used) for used in ({}, clips))
        assert sum(after.values()) < 0.85 * sum(before.values())


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("bits", [3, 5])
def test_a_population_that_reads_the_input_is_never_worse(seed: int, bits: int) -> None:
    program, inputs = heavy_tailed(seed), data(seed)
    clips = calibrate(program, inputs, bits, Fast())
    assert changed(program, inputs, bits, clips)["a"] <= changed(program, inputs, bits, {})["a"]


@pytest.mark.parametrize("recurrent", [False, True])
def test_the_same_data_gives_the_same_clips_on_every_simulator(recurrent: bool) -> None:
    program, inputs = heavy_tailed(1, recurrent), data(0)
    clips = calibrate(program, inputs, 4, Fast())
    assert clips
    assert clips == calibrate(program, inputs, 4, Fast())
    assert clips == calibrate(program, inputs, 4, Reference())
    assert lower(program, Lowering(4, clips)).notes.quantisation.keys() >= clips.keys()


def silent_giant() -> tuple[Program, Inputs]:
    """Twelve weights of 1 against a threshold of 6.5, and one of 20 from an input without spikes.

    In 3 bits the 20 is 3, so that a 1 is 0 and nothing fires. Held up to a fifth of it, the
    threshold is 155 units and a 1 is 32 of them; samples have 0 to 4 spikes, or 7 to 12.
    """
    weight = nir.Linear(np.array([[1.0] * 12 + [20.0]]))
    made = graph("x>w>a>y", **ends((13,), (1,)), w=weight, a=nir.Threshold(np.array([6.5])))
    counts = np.array([0, 2, 4, 7, 9, 12])
    shown = np.arange(13) < counts[:, None]
    return to_program(made, 1), {"x": shown[:, None].astype(np.uint8)}


def test_a_clip_by_hand() -> None:
    program, inputs = silent_giant()
    assert calibrate(program, inputs, 3, Reference()) == {"a": 0.2}
    assert changed(program, inputs, 3, {}) == {"a": 3}
    assert changed(program, inputs, 3, {"a": 0.2}) == {"a": 0}
    note = lower(program, Lowering(3, {"a": 0.2})).notes.quantisation["a"]
    assert (note.vth, note.largest_weight, note.clipped) == (155, 3, 1)


def test_what_loses_nothing_is_not_clipped() -> None:
    """8 bits hold both; of equal shares the largest wins."""
    program, inputs = silent_giant()
    assert calibrate(program, inputs, 8, Reference()) == {}


@pytest.mark.parametrize("bits", [1, 9, 0, -3])
def test_other_bits_are_refused(bits: int) -> None:
    program, inputs = silent_giant()
    with pytest.raises(BadInput, match=f"weight bits must be 2 to 8, given {bits}"):
        calibrate(program, inputs, bits, Fast())
