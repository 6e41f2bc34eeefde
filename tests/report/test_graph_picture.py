"""The picture of a program shows every node and connection, and no line runs through a box."""

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from pass_programs import dense, joint, random_flat, random_grid
from picture_programs import float_graph, recurrent
from small_programs import skip_program

from ssr_neuro.errors import BadInput, DoesNotFit
from ssr_neuro.program.ir import (
    FloatProgram,
    Input,
    IntegerLif,
    IntegerProgram,
    Lif,
    Population,
    Program,
    Source,
)
from ssr_neuro.report.graph_picture import draw
from ssr_neuro.report.graph_picture.facts import columns, nodes, spread
from ssr_neuro.report.graph_picture.layout import Layout, lay_out
from ssr_neuro.report.graph_picture.text import shorten, tag

SVG = "{http://www.w3.org/2000/svg}"
Rectangle = tuple[float, float, float, float]


def marks(svg: str, kind: str) -> list[ET.Element]:
    return [e for e in ET.fromstring(svg).iter() if kind in (e.get("class") or "").split()]


def corners(path: str) -> list[tuple[float, float]]:
    """The points of a path of M, H, V and q; a curve turns within the square of its ends."""
    found: list[tuple[float, float]] = []
    for letter, rest in re.findall(r"([MHVq])([^MHVq]*)", path):
        numbers = [float(n) for n in rest.split()]
        x, y = found[-1] if found else (0.0, 0.0)
        ends = {"M": numbers[:2], "H": [numbers[0], y], "V": [x, numbers[0]]}
        end = [x + numbers[2], y + numbers[3]] if letter == "q" else ends[letter]
        found.append((end[0], end[1]))
    return found


def meet(one: Rectangle, other: Rectangle) -> bool:
    """left, top, right, bottom; edges that touch do not count."""
    return (
        one[0] < other[2] - 0.1
        and other[0] < one[2] - 0.1
        and one[1] < other[3] - 0.1
        and other[1] < one[3] - 0.1
    )


def demand_free_boxes(layout: Layout, svg: str) -> None:
    boxes = [(b.left, b.top, b.right, b.bottom) for b in layout.boxes]
    pieces: list[Rectangle] = []
    for wire in marks(svg, "wire"):
        points = corners(wire.get("d") or "")
        pieces += [
            (min(a, c), min(b, d), max(a, c), max(b, d))
            for (a, b), (c, d) in pairwise(points)
            if points[0] != (0, 0)  # the legend has places of its own
        ]
    for rectangle in ET.fromstring(svg).iterfind(f"./{SVG}g/{SVG}rect[@rx='8']"):
        x, y, w, h = (float(rectangle.get(k) or 0) for k in ("x", "y", "width", "height"))
        pieces.append((x, y, x + w, y + h))
    touched = [(p, b) for p in pieces for b in boxes if meet(p, b)]
    assert not touched
    assert not [(a, b) for a in boxes for b in boxes if a is not b and meet(a, b)]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("make", [random_grid, random_flat, float_graph])
def test_no_line_and_no_delay_meets_a_box(make: Callable[[int], Program], seed: int) -> None:
    try:
        program = make(seed)
    except DoesNotFit:
        pytest.skip("this one fits no chip")
    demand_free_boxes(lay_out(program), draw(program))


@pytest.mark.parametrize("make", [recurrent, lambda: skip_program(0)])
def test_lines_of_known_programs_meet_no_box(make: Callable[[], Program]) -> None:
    program = make()
    demand_free_boxes(lay_out(program), draw(program))


@pytest.mark.parametrize("make", [recurrent, lambda: skip_program(0), lambda: float_graph(3)])
def test_every_connection_and_every_delay_is_drawn(make: Callable[[], Program]) -> None:
    program = make()
    svg = draw(program)
    drawn = Counter(e.findtext(f"{SVG}title") for e in marks(svg, "wire"))
    del drawn[None]  # the legend
    expected = Counter(
        f"{s.name} to {y.target}{f', delay {tag([s])}' if tag([s]) else ''}; synapse {y.name}"
        for y in program.synapses
        for s in y.sources
    )
    assert drawn == expected
    tags = Counter(e.findtext(f"{SVG}text") for e in ET.fromstring(svg).iterfind(f"./{SVG}g"))
    delays = Counter(tag([s]) for y in program.synapses for s in y.sources if tag([s]))
    assert delays <= tags


def test_every_node_says_its_name_size_and_neurons() -> None:
    svg = draw(skip_program(0))
    assert [e.text for e in marks(svg, "node")] == ["input", "a", "b", "c", "out"]
    lines = [e.text for e in marks(svg, "line")]
    assert lines[2:4] == ["4 × 3 · 12 neurons", "LIF · vth 20, dv 2,048"]  # noqa: RUF001
    assert lines[-2:] == ["3 · 3 values", "weighted sum"]
    about = [e.text for e in marks(svg, "about")]
    assert (
        about[0] == "4 steps per sample, gap 0: a sample every 4 steps · depth 4 · latency 8 steps"
    )
    heads = [e.text for e in marks(svg, "depth")]
    assert heads == [f"depth {depth}" for depth in range(5)]


def test_a_loop_leads_back_to_the_left_and_up() -> None:
    program = recurrent()
    layout = lay_out(program)
    back = {bus.target.facts.name for bus in layout.buses if bus.part.back}
    assert back == {"a", "b"}
    loops = [
        e for e in marks(draw(program), "late") if "a to a," in (e.findtext(f"{SVG}title") or "")
    ]
    points = corners(loops[0].get("d") or "")
    box = next(b for b in layout.boxes if b.facts.name == "a")
    assert points[0] == pytest.approx((box.left, box.middle), abs=0.1)
    assert min(x for x, _ in points) < box.left
    assert points[-1][1] > box.bottom


def test_a_loop_of_the_first_node_stays_in_the_picture() -> None:
    law, square = Lif(2.0, 1.0, np.ones(3)), dense(np.eye(3))
    populations = (Population("a", (3,), law),)
    synapses = (joint("a:1", "a", square),)
    (wire, *_) = marks(draw(FloatProgram("alone", 3, (), populations, synapses, ())), "late")
    assert min(x for x, _ in corners(wire.get("d") or "")) > 0


def test_a_synapse_with_sources_on_both_sides_counts_its_weights_once() -> None:
    (mixed,) = [s for s in skip_program(0).synapses if s.name == "b_c"]
    late = replace(mixed, sources=(*mixed.sources, Source("c", 1, 1)))
    program = skip_program(0)
    others = tuple(s for s in program.synapses if s is not mixed)
    # The shapes do not fit; only where lines run is looked at.
    labels = [b.part.label for b in lay_out(replace(program, synapses=(*others, late))).buses]
    assert [label[0] for label in labels].count("same") == 1


def test_a_source_that_is_read_twice_has_one_line_with_both_delays() -> None:
    program = skip_program(0)
    twice = replace(program.synapses[1], sources=(Source("a", 1), Source("a", 2, 1)))
    svg = draw(replace(program, synapses=(program.synapses[0], twice, *program.synapses[2:])))
    texts = [e.findtext(f"{SVG}text") for e in marks(svg, "late")]
    assert "1, 2 · lag 1" in texts


def test_before_scheduling_nodes_stand_in_layers() -> None:
    program = float_graph(3)
    assert all(isinstance(p.neuron, Lif) for p in program.populations)
    layer = columns(program)
    svg = draw(program)
    assert marks(svg, "depth")[0].text == "layer 0"
    assert "not scheduled yet" in svg
    forward = [(s, y) for y in program.synapses for s in y.sources if not s.lag]
    assert all(layer[s.name] < layer[y.target] for s, y in forward)


def test_nodes_that_read_each_other_in_one_step_are_refused() -> None:
    law = Lif(2.0, 1.0, np.zeros(3))
    a, b = (joint(f, t, dense(np.eye(3))) for f, t in ("ab", "ba"))
    populations = (Population("a", (3,), law), Population("b", (3,), law))
    program = FloatProgram("loop", 2, (Input("x", (3,)),), populations, (a, b), ())
    with pytest.raises(BadInput, match="read each other in the same step"):
        draw(program)


def test_a_program_without_nodes_is_refused() -> None:
    with pytest.raises(BadInput, match="'empty' has no nodes; there is nothing to show"):
        draw(FloatProgram("empty", 2, (), (), (), ()))


def test_names_are_escaped_and_what_no_document_may_hold_is_replaced() -> None:
    program = skip_program(0)
    readout = replace(program.readouts[0], name='o<u>&"\x01')
    last = replace(program.synapses[-1], target=readout.name)
    svg = draw(
        replace(program, name="<x>", readouts=(readout,), synapses=(*program.synapses[:-1], last))
    )
    assert marks(svg, "node")[-1].text == 'o<u>&"\ufffd'
    assert marks(svg, "name")[0].text == "<x>"


def test_long_names_keep_both_ends() -> None:
    assert shorten("abcdefghij", 10, 28, bold=True) == "a…ij"
    assert shorten("abcd", 10, 28, bold=True) == "abcd"
    svg = draw(replace(skip_program(0), inputs=(Input("input", (4, 3)),)))
    assert "…" not in svg


def test_forms_tell_inputs_populations_and_readouts_apart() -> None:
    svg = draw(with_integrator())
    (first, *_), (last, *_) = marks(svg, "input"), marks(svg, "readout")
    assert float(first.get("rx") or 0) == float(first.get("height") or 0) / 2
    assert last.tag == f"{SVG}path"
    assert len(marks(svg, "inner")) == 2  # the readout that integrates, and the legend
    assert [n.kind for n in nodes(with_integrator())][-1] == "integrator"


def with_integrator() -> IntegerProgram:
    program = skip_program(0)
    leaky = IntegerLif(2048, 1, np.zeros(3, np.int64), 0)
    return replace(program, readouts=(replace(program.readouts[0], neuron=leaky),))


def test_the_file_needs_nothing_else_and_knows_light_and_dark() -> None:
    svg = draw(skip_program(0))
    outside = re.findall(r"href|url\(|@import|<script|https?://[^\"]*", svg)
    assert outside == ["http://www.w3.org/2000/svg"]
    assert svg.count("prefers-color-scheme: dark") == 1


def test_the_same_program_gives_the_same_bytes_in_every_process() -> None:
    script = (
        "import hashlib, sys\nsys.path[:] = sys.argv[1:]\n"
        "from picture_programs import float_graph, recurrent\n"
        "from ssr_neuro.report.graph_picture import draw\n"
        "text = ''.join(map(draw, (recurrent(), *map(float_graph, range(6)))))\n"
        "print(hashlib.sha256(text.encode()).hexdigest())\n"
    )
    found = set()
    for seed in "12":
        environment = os.environ | {"PYTHONHASHSEED": seed}
        ended = subprocess.run(
            [sys.executable, "-c", script, *sys.path],
            capture_output=True,
            text=True,
            env=environment,
        )
        assert ended.returncode == 0, ended.stderr
        found.add(ended.stdout)
    assert len(found) == 1


@pytest.mark.parametrize(
    ("values", "text"),
    [((5, 5), "5"), ((5, 1200), "5–1,200"), ((0.5, 0.75), "0.5–0.75"), ((1 << 17,) * 2, "never")],  # noqa: RUF001
)
def test_parameters_in_words(values: tuple[float, float], text: str) -> None:
    assert spread(values) == text
