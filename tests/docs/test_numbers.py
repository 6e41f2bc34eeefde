"""The neuron followed by hand in numbers.md, from the product and from a few lines apart."""

import re

import numpy as np
import pytest
from docs_pages import DOCS

from simulators.reference import SIMULATOR
from ssr_neuro.lower import lower
from ssr_neuro.program import integer_neuron
from ssr_neuro.program.ir import (
    Affine,
    FloatProgram,
    Input,
    IntegerLif,
    Lif,
    Population,
    Readout,
    Source,
)
from ssr_neuro.program.ir import Synapse as Link
from ssr_neuro.program.linear_maps import Dense

PAGE = (DOCS / "background" / "numbers.md").read_text(encoding="utf-8")
ROW = re.compile(r"\| (\d) \| ([01]) \| (.+?) \| (no|yes).*? \| (\d+) \| (.+?) \| (no|yes).*? \|")
VTH, WEIGHT = 10, 7
SCALE = 64 / (64 * VTH + 0.5)


def table() -> list[tuple[int, float, bool, int, int, bool]]:
    """Spike in, U, fires in float, 64 a, v, fires on the chip; a sum counts by what it comes to."""
    rows = ROW.findall(PAGE)
    assert [row[0] for row in rows] == list("12345")
    return [
        (int(x), float(u.split()[-1]), fu == "yes", int(a), int(v.split()[-1]), fv == "yes")
        for _, x, u, fu, a, v, fv in rows
    ]


def test_the_table_is_what_the_chip_computes() -> None:
    law = IntegerLif(dv=2048, vth=VTH, bias_mant=np.zeros(1, np.int64), bias_exp=0)
    state = integer_neuron.rest((1,))
    for x, _, _, a, v, fires in table():
        assert a == 64 * WEIGHT * x
        state, spike, membrane = integer_neuron.step(law, state, np.array([WEIGHT * x]))
        assert (int(membrane[0]), bool(spike[0])) == (v, fires)


def test_the_table_by_hand_in_float_and_in_integers() -> None:
    u, v = 0.0, 0
    for x, shown_u, fires_float, _, shown_v, fires in table():
        u = u / 2 + SCALE * WEIGHT * x / 2
        v = v // 2 + 64 * WEIGHT * x
        assert round(u, 4) == shown_u
        assert (v, v > 64 * VTH, u >= 0.5) == (shown_v, fires, fires_float)
        assert v == pytest.approx(128 * u / SCALE, rel=1e-12)
        u, v = (0.0, 0) if fires else (u, v)


def test_the_sums_shown_come_to_what_they_say() -> None:
    """To a digit of rounding: 0.0874 + 0.3497 = 0.4372."""
    cells = [cell for row in ROW.findall(PAGE) for cell in (row[2], row[5]) if "=" in cell]
    assert len(cells) == 9
    for cell in cells:
        left, _, right = cell.partition(" = ")
        parts = [float(number) for number in re.findall(r"[\d.]+", left)]
        total = parts[0] / parts[1] if "/" in left else sum(parts)
        assert total == pytest.approx(float(right), abs=1e-4 + 1e-12)


def test_quantising_the_float_neuron_gives_the_one_of_the_table() -> None:
    """Beside the synapse of the table one with the largest weight there is, which never spikes."""
    weight = SCALE * np.array([[WEIGHT, 127]])
    links = (
        Link("xa", (Source("x"),), "a", (Affine(Dense(weight, (2,), (1,)), np.zeros(1)),)),
        Link("ay", (Source("a"),), "y", (Affine(Dense(np.ones((1, 1)), (1,), (1,)), np.zeros(1)),)),
    )
    cell = Lif(2.0, 0.5, np.zeros(1))
    ends = (Input("x", (2,)),), (Population("a", (1,), cell),), links
    program = lower(FloatProgram("hand", 5, *ends, (Readout("y", (1,), np.zeros(1)),)))
    law = program.population("a").neuron
    assert (law.vth, law.dv, program.into("a")[0].map.weights.tolist()) == (VTH, 2048, [[7, 127]])
    assert f"64 / 640.5 = {SCALE:.4g}" in PAGE
    assert f"its float weight `w` is {SCALE * WEIGHT:.4f}" in PAGE.replace("\n", " ")
    shown = np.array([[[row[0], 0] for row in table()]], np.uint8)
    trace = SIMULATOR.run(program, {"x": shown}, membranes=True)
    assert trace.membranes["a"].ravel().tolist() == [row[4] for row in table()]
    assert trace.spikes["a"].ravel().tolist() == [row[5] for row in table()]
