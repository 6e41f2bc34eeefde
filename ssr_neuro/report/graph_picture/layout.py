"""Where everything stands in the picture of a Program.

Every node has a row of its own and stands further right the deeper it is, as in an N2 chart. What
a node sends runs right along its row and then down into its readers; what a loop sends back runs
left and up. So no line ever meets a box: above the diagonal and below it there are none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from ssr_neuro.charts import numbers
from ssr_neuro.charts.svg import text_width
from ssr_neuro.program.ir import Program, Source, Synapse
from ssr_neuro.report.graph_picture.facts import NodeFacts, matrix, nodes, weights
from ssr_neuro.report.graph_picture.text import LABEL_PX, Lines, box_lines, box_width, tag_width

HEIGHT, GAP, PITCH = 50, 14, 91
TOP, MARGIN = 136, 44
LEAD, TAIL, LOOP = 14, 24, 24  # before the first line into a box, after the last, beside a loop


@dataclass(frozen=True)
class Box:
    """A node with its lines of text, in pixels."""

    facts: NodeFacts
    lines: Lines
    left: float
    top: float
    width: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + HEIGHT

    @property
    def middle(self) -> float:
        return self.top + HEIGHT / 2


@dataclass(frozen=True)
class SynapsePiece:
    """The sources of a synapse that stand above its target, or, `back`, not above it.

    label: number of synapses and kind of matrix.
    """

    synapse: Synapse
    sources: tuple[Source, ...]
    back: bool
    label: tuple[str, str]

    @property
    def by_name(self) -> dict[str, tuple[Source, ...]]:
        """A source may be read more than once, each time with another lag."""
        names = dict.fromkeys(source.name for source in self.sources)
        return {name: tuple(s for s in self.sources if s.name == name) for name in names}

    @property
    def label_width(self) -> float:
        return max(text_width(line, LABEL_PX) for line in self.label) + 16

    @property
    def tag_width(self) -> float:
        return max(map(tag_width, self.by_name.values()))

    @property
    def loops(self) -> bool:
        """Whether the target is among the sources."""
        return self.synapse.target in self.by_name


@dataclass(frozen=True)
class Bus:
    """The vertical line at x that takes the sources of `part` into the target."""

    part: SynapsePiece
    target: Box
    x: float


@dataclass(frozen=True)
class Layout:
    """Boxes from top to bottom, and the lines into each from left to right."""

    boxes: tuple[Box, ...]
    buses: tuple[Bus, ...]

    @property
    def columns(self) -> dict[int, float]:
        """Where each depth or layer begins."""
        return {box.facts.column: box.left for box in reversed(self.boxes)}

    @property
    def right(self) -> float:
        ends = [b.x + b.part.label_width for b in self.buses if not b.part.back]
        return max([*ends, *(box.right for box in self.boxes)]) + MARGIN

    @property
    def bottom(self) -> float:
        return self.boxes[-1].bottom + GAP


def lay_out(program: Program) -> Layout:
    """Raises BadInput where there are no nodes, or some read each other in the same step."""
    found = nodes(program)
    row = {facts.name: number for number, facts in enumerate(found)}
    parts = [part for synapse in program.synapses for part in _parts(synapse, row)]
    lines = [box_lines(facts) for facts in found]
    into = [_order([p for p in parts if p.synapse.target == f.name], row) for f in found]
    width = max([box_width(lines), *(_forward(forward)[-1] for forward, _ in into)])
    boxes: list[Box] = []
    buses: list[Bus] = []
    for facts, text, (forward, back) in zip(found, lines, into, strict=True):
        left = _left_edge(boxes, facts, width, forward, back, limit=_limit(boxes, buses))
        box = Box(facts, text, left, TOP + len(boxes) * (HEIGHT + GAP), width)
        base = max(boxes[-1].right if boxes else left, left)
        buses += [Bus(p, box, base + at) for p, at in zip(forward, _forward(forward), strict=False)]
        buses += [Bus(p, box, left + at) for p, at in zip(back, _place_buses(back), strict=False)]
        boxes.append(box)
    return Layout(tuple(boxes), tuple(buses))


def _parts(synapse: Synapse, row: dict[str, int]) -> list[SynapsePiece]:
    """Forward first. The weights of a synapse with both parts are labelled once."""
    target, label = row[synapse.target], (numbers.count(weights(synapse)), matrix(synapse))
    sides = (
        (False, tuple(s for s in synapse.sources if row[s.name] < target)),
        (True, tuple(s for s in synapse.sources if row[s.name] >= target)),
    )
    parts = [SynapsePiece(synapse, sources, back, label) for back, sources in sides if sources]
    return [
        parts[0],
        *(SynapsePiece(p.synapse, p.sources, p.back, ("same", label[1])) for p in parts[1:]),
    ]


def _order(
    parts: list[SynapsePiece], row: dict[str, int]
) -> tuple[list[SynapsePiece], list[SynapsePiece]]:
    """Forward and back, from left to right, so that lines into one box do not cross."""

    def reach(part: SynapsePiece) -> int:
        rows = [row[source.name] for source in part.sources]
        return max(rows) if part.back else min(rows)

    forward = sorted((p for p in parts if not p.back), key=lambda p: -reach(p))
    back = sorted((p for p in parts if p.back), key=lambda p: (not p.loops, -reach(p)))
    return forward, back


def _forward(parts: Sequence[SynapsePiece]) -> list[float]:
    """Distances of the buses from where the box above ends; last, where this box may end."""
    if not parts:
        return [TAIL]
    labels = [part.label_width for part in parts]
    tags = [part.tag_width for part in parts]
    steps = [LEAD + tags[0]]
    steps += [max(label, LEAD + 6 + t) for label, t in zip(labels, tags[1:], strict=False)]
    return list(accumulate([*steps, max(TAIL, labels[-1] - LEAD)]))


def _place_buses(parts: Sequence[SynapsePiece]) -> list[float]:
    """Distances of the buses from the left of the box; last, where the next box may begin."""
    if not parts:
        return [TAIL]
    steps = [20.0, *(part.label_width + 4 for part in parts[1:])]
    return list(accumulate([*steps, max(part.tag_width for part in parts) + LEAD]))


def _limit(boxes: list[Box], buses: list[Bus]) -> float:
    """The least left of the next box, for the lines that come back into the last one."""
    if not boxes:
        return MARGIN
    back = [b.part for b in buses if b.part.back and b.target is boxes[-1]]
    return boxes[-1].left + _place_buses(back)[-1]


def _left_edge(
    boxes: list[Box],
    facts: NodeFacts,
    width: float,
    forward: list[SynapsePiece],
    back: list[SynapsePiece],
    limit: float,
) -> float:
    if not boxes:
        return limit + _room_beside(back)
    last = boxes[-1]
    pitch = PITCH if facts.column != last.facts.column else 0
    return max(
        last.right + _forward(forward)[-1] - width, limit + _room_beside(back), last.left + pitch
    )


def _room_beside(back: Sequence[SynapsePiece]) -> float:
    """Room to the left of a box for its loop, and for the label of its first line back."""
    if not back:
        return 0
    loop = back[0].tag_width + LOOP if back[0].loops else 0
    return loop + back[0].label_width
