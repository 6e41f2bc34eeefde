"""The words in the picture of a Program, and the room they take."""

from collections.abc import Sequence

from ssr_neuro.charts import numbers
from ssr_neuro.charts.svg import text_width
from ssr_neuro.program.ir import Program, Source
from ssr_neuro.report.graph_picture.facts import NodeFacts, is_scheduled, spread, weights

Lines = tuple[str, str, str]
BOX_LIMIT, BOX_LEAST, BOX_PADDING = 280, 150, 26
NAME_PX, TEXT_PX, LABEL_PX = 13.0, 11.0, 10.5


def title(program: Program) -> tuple[str, str]:
    """Two lines: the timing of a sample, and the size of the network."""
    if is_scheduled(program):
        timing = (
            f"{program.steps} steps per sample, gap {program.gap}: a sample every "
            f"{program.interval} steps · depth {program.depth} · latency {program.latency_steps} "
            "steps"
        )
    else:
        timing = f"{program.steps} steps per sample · not scheduled yet: no depths, no delays"
    found = program.summary() | {"synapses": sum(map(weights, program.synapses))}
    counted = ("populations", "neurons", "synapses")
    return timing, " · ".join(f"{numbers.count(found[name])} {name}" for name in counted)


def size(facts: NodeFacts) -> str:
    """Shape and number of neurons; a readout has values."""
    what = "value" if facts.kind in ("readout", "integrator") else "neuron"
    return f"{facts.size} · {numbers.count(facts.neurons)} {what}{'s' * (facts.neurons != 1)}"


def law(facts: NodeFacts) -> str:
    """The kind of neuron and its parameters."""
    integrates = facts.kind == "integrator"
    words = [
        f"{key.replace('_steps', '').replace('_', ' ')} {spread(value)}"
        for key, value in facts.law.items()
        if not (integrates and key in ("vth", "threshold"))
    ]
    cell = "integrator" if integrates else facts.cell
    return f"{cell} · {', '.join(words)}" if words else cell


def box_lines(facts: NodeFacts) -> Lines:
    """The name, the size, and what its neurons are, each short enough for a box."""
    room = BOX_LIMIT - BOX_PADDING
    return (
        shorten(facts.name, NAME_PX, room, bold=True),
        shorten(size(facts), TEXT_PX, room),
        shorten(law(facts), TEXT_PX, room),
    )


def box_width(lines: Sequence[Lines]) -> float:
    """The width that holds the text of every box."""
    widths = [
        max(text_width(name, NAME_PX, bold=True), *(text_width(t, TEXT_PX) for t in others))
        for name, *others in lines
    ]
    return max(BOX_LEAST, max(widths) + BOX_PADDING)


def tag(sources: Sequence[Source]) -> str:
    """The delay on the chip, and the lag where there is one; once for each reading."""
    return ", ".join(filter(None, map(_tag, sources)))


def tag_width(sources: Sequence[Source]) -> float:
    return text_width(tag(sources), LABEL_PX) + 11 if tag(sources) else 0.0


def shorten(text: str, size: float, room: float, bold: bool = False) -> str:
    """The text, or its two ends where it is wider than `room`."""
    fits = int(room / text_width("m", size, bold))
    if len(text) <= fits:
        return text
    head = (fits - 1) // 2
    return f"{text[:head]}…{text[len(text) - (fits - 1 - head) :]}"


def _tag(source: Source) -> str:
    lag = f"lag {source.lag}" if source.lag else ""
    return " · ".join(filter(None, ("" if source.delay is None else str(source.delay), lag)))
