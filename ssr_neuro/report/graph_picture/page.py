"""A Program drawn as a graph: one SVG file that needs nothing else, for light and dark."""

from collections.abc import Iterator

from markupsafe import Markup

from ssr_neuro.charts.svg import FORBIDDEN, text_at
from ssr_neuro.errors import check_type
from ssr_neuro.program.ir import Program
from ssr_neuro.report.graph_picture.facts import TO, is_scheduled
from ssr_neuro.report.graph_picture.layout import HEIGHT, MARGIN, TOP, Box, Layout, lay_out
from ssr_neuro.report.graph_picture.legend import legend, shape
from ssr_neuro.report.graph_picture.style import STYLE
from ssr_neuro.report.graph_picture.text import law, size, title
from ssr_neuro.report.graph_picture.wires import wires

LEAST_WIDTH = 760


def draw(program: Program) -> str:
    """The picture as the text of an SVG file; equal programs give equal text.

    Raises BadInput where there are no nodes, or some read each other in the same step, or it is no
    program.
    """
    check_type(program, Program, "is no program", "the .program of a compiled network")
    layout = lay_out(program)
    width = max(layout.right, LEAST_WIDTH)
    key, height = legend(program, MARGIN, layout.bottom + 30, width - MARGIN)
    marks = Markup("\n").join(
        [*_title(program), *_axis(program, layout), *wires(layout), *map(_box, layout.boxes), key]
    )
    drawn = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="graph" role="img" aria-label="{}" '
        'width="{:.0f}" height="{:.0f}" viewBox="0 0 {:.0f} {:.0f}">\n<style>{}</style>\n'
        '<rect class="paper" width="100%" height="100%"/>\n{}\n</svg>\n'
    ).format(
        f"Graph of the program {program.name}", width, height, width, height, Markup(STYLE), marks
    )
    return FORBIDDEN.sub("\ufffd", drawn)


def _title(program: Program) -> Iterator[Markup]:
    yield text_at("name", MARGIN, 38, program.name)
    for number, line in enumerate(title(program)):
        yield text_at("about", MARGIN, 60 + 17 * number, line)


def _axis(program: Program, layout: Layout) -> Iterator[Markup]:
    """A line down from the number of each depth, and the steps at which it works."""
    planned = is_scheduled(program)
    for number, x in sorted(layout.columns.items()):
        yield Markup('<line class="grid" x1="{0:.1f}" x2="{0:.1f}" y1="{1}" y2="{2:.1f}"/>').format(
            x, TOP - 10, layout.bottom
        )
        yield text_at("depth", x, TOP - 27, f"{'depth' if planned else 'layer'} {number}")
        if planned:
            steps = f"steps {number + 1}{TO}{number + program.steps}"
            yield text_at("steps", x, TOP - 14, steps)


def _box(box: Box) -> Markup:
    name, *others = box.lines
    x = box.left + 14
    lines = [
        text_at("node", x, box.top + 17, name),
        *(text_at("line", x, box.top + 31 + 12.5 * n, line) for n, line in enumerate(others)),
    ]
    said = f"{box.facts.kind} {box.facts.name}: {size(box.facts)}; {law(box.facts)}"
    outline = shape(box.facts.kind, box.left, box.top, box.width, HEIGHT)
    return Markup("<g>{}<title>{}</title>{}</g>").format(outline, said, Markup("").join(lines))
