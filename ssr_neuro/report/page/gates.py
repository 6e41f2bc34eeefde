"""The table of models in gates: accuracy, and what a core takes for one recommendation."""

from collections.abc import Sequence

from ssr_neuro.charts import numbers
from ssr_neuro.files.gates_result import GatesResult
from ssr_neuro.report.accuracy_of import NOT_EVALUATED, read_metrics
from ssr_neuro.report.page.accuracy import JUDGED
from ssr_neuro.report.page.sources import Sources
from ssr_neuro.report.page.table import Cell, Table, column_unit, columns, number, words

RUN = (
    "One sequence run gate by gate in cells of {library} ({lanes} lanes, --target {target}): edges "
    "times internal energy and half of C V squared of the pins that a net drives; two edges at "
    "every clock pin a cycle; accesses of memories by the SRAM of its process, of generic-45nm or "
    "openram-sky130."
)
NOTES = (
    "Left out for all alike: wires, leakage, glitches, the clock tree, gating of clocks.",
    "A memory below the smallest of which a price is known (8 KiB at 45 nm, 1 KiB at 130 nm) is "
    "priced as that one, a bound from above.",
)
PJ_PER_J = 1e12


def table(found: Sequence[GatesResult], sources: Sources) -> Table:
    """One row a file, in their order."""
    totals = [one.total_j and one.total_j * PJ_PER_J for one in found]
    logic = [(one.logic_j + one.clock_j) * PJ_PER_J for one in found]
    unit = column_unit([*totals, *logic])
    heads = ("operations", "cycles", "cells", "area (um2)", "memories (KiB)")
    joules = (
        f"{name} ({unit.name})"
        for name in ("logic", "clock", "memories", "small ones of them", "all")
    )
    rows = tuple(_row(one, place, unit, sources) for place, one in enumerate(found))
    return Table("One recommendation in gates", columns("", *JUDGED, *heads, *joules), rows)


def _row(one: GatesResult, place: int, unit: numbers.Unit, sources: Sources) -> tuple[Cell, ...]:
    ref = sources.ref(RUN.format(library=one.library, lanes=one.lanes, target=one.target))
    bound = f"at least: without {one.left_out}" if one.left_out else ""
    scale = PJ_PER_J / unit.pj
    energies = (one.logic_j, one.clock_j, one.memories_j, one.small_memories_j, one.total_j)
    at = f"gates.{place}"
    accuracy = read_metrics(one.metrics, one.metrics_of, NOT_EVALUATED)
    of = accuracy.of if accuracy.known else accuracy.why
    return (
        words(f"{one.model}, {one.library}", ref=ref, small=bound),
        *(
            number(value, numbers.metric, small="" if column else of)
            for column, value in enumerate(accuracy.values)
        ),
        number(one.operations, numbers.count, path=f"{at}.operations"),
        number(one.cycles, path=f"{at}.cycles"),
        number(one.cells, path=f"{at}.cells"),
        number(one.area_um2, numbers.count, path=f"{at}.area_um2"),
        number(one.memory_bytes / 1024),
        *(
            number(None if value is None else value * scale, numbers.significant)
            for value in energies
        ),
    )
