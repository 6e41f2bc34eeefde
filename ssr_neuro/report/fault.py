"""What of a report from a file no compilation gives: the page could not be drawn of it."""

from ssr_neuro.program.file_schema import STEPS
from ssr_neuro.report.contents import Report
from ssr_neuro.report.names import SIZES

LEAST_PJ, MOST_PJ = 1e-30, 1e30  # of an inference: their ratio is a number, too
DEEPEST = 1 << 31  # global steps from the inputs to a population


def find_fault(report: Report) -> str:
    """The first such thing, or "" where there is none."""
    for sheet in report.energy:
        if not sheet.bills:
            return f"energy of mode {sheet.mode!r} has no bills; the first is that of the SSR"
        for bill in sheet.bills:
            if bill.total_pj and not LEAST_PJ <= bill.total_pj <= MOST_PJ:
                return (
                    f"{bill.subject} needs {bill.total_pj:g} pJ in mode {sheet.mode!r}; "
                    f"{LEAST_PJ:g} to {MOST_PJ:g} pJ are read, and 0"
                )
    if report.passes is not None and not report.passes.rows:
        return "passes.rows is empty; the first is that of the program before any pass"
    if not report.raster.bands:
        return "raster.bands is empty; each input and population has one"
    for name in SIZES:
        if not isinstance(size := report.model.config.get(name, 0), int):
            return f"model.config.{name} is {size!r}, not a whole number"
    return _find_wrong_time(report)


def _find_wrong_time(report: Report) -> str:
    for name, part in (
        ("program", report.program),
        ("raster", report.raster),
        ("counts", report.counts),
    ):
        if not 1 <= part.steps <= STEPS:
            return f"{name}.steps is {part.steps}; a sample has 1 to {STEPS:,} time steps"
    for name, parts in (
        ("raster.bands", report.raster.bands),
        ("counts.populations", report.counts.populations),
    ):
        for one in parts:
            if not 0 <= one.depth <= DEEPEST:
                return f"{name}: the depth of {one.name!r} is {one.depth}, not 0 to {DEEPEST:,}"
    return ""
