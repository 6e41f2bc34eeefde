"""The tables of `ssr cost --chip GPU`."""

from ssr_neuro.charts.numbers import count, duration, energy
from ssr_neuro.cli.output import console, table
from ssr_neuro.costs.gpu.roofline import Range, RooflineEstimate
from ssr_neuro.report_builder.gpu_rows import GpuRow, GpuRows

PJ = 1e12
SHOWN = "fp32"
WORK = ("model, form", "launches", "operations", "bytes, weights alone", "of every kernel")
TIMES = ("model, form", "batch", "latency of the batch", "of one inference", "energy", "bound by")
ENDED = {
    "no gain": "larger ones gain nothing",
    "memory": "memory ends",
    "limit": "largest tried",
}


def show(found: GpuRows) -> None:
    """Work of one window, times and energies in fp32, and the figures that they rest on."""
    table("Work of one inference", WORK, map(_work, found.rows))
    rows = (
        _times(row, one) for row in found.rows for one in row.estimates if one.arithmetic == SHOWN
    )
    table(f"Roofline of {found.title}, {SHOWN} without TF32", TIMES, rows)
    figures = ((a.name, a.stated, a.evidence, a.source) for a in found.assumptions)
    table("Figures it rests on", ("figure", "value", "evidence", "source"), figures)
    for note in found.notes:
        console.print(note, markup=False, soft_wrap=True)


def _work(row: GpuRow) -> tuple[str, ...]:
    work = row.work
    operations = work.matrix_operations(1) + work.other_operations(1)
    figures = (work.launches(1), operations, work.least_bytes(1), work.moved_bytes(1))
    return (_name(row), *map(count, figures))


def _times(row: GpuRow, one: RooflineEstimate) -> tuple[str, ...]:
    ended = f" (best: {ENDED[one.ended]})" if one.ended else ""
    joules = one.energy_j
    return (
        _name(row),
        f"{one.batch:,}{ended}",
        _span(one.latency_s),
        _span(one.inference_s),
        f"{energy(PJ * joules.low)} to {energy(PJ * joules.high)}" if joules else "unknown",
        one.bound,
    )


def _span(seconds: Range) -> str:
    return f"{duration(seconds.low)} to {duration(seconds.high)}"


def _name(row: GpuRow) -> str:
    return f"{row.name}, {row.form}"
