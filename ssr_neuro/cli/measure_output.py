"""The tables of `ssr measure`."""

from ssr_neuro.charts.numbers import Unit, energy, energy_unit, significant
from ssr_neuro.cli.output import console, table
from ssr_neuro.measure import Clocks, Energy, MeasuredRun, Measurements

TIMES = (
    "model, form, batch",
    "runs",
    "p5 ms",
    "p50 ms",
    "p95 ms",
    "p99 ms",
    "mean ms",
    "windows/s",
    "lists agree",
)
ENERGIES = ("model, form, batch", "gross", "net", "power W", "idle W", "drift W")
PJ = 1e12


def show(found: Measurements) -> None:
    """Times of every run; energies of one inference, or once each why there are none."""
    device = found.device.name if found.device else ""
    table(f"{device}, {found.precision}: times of one batch", TIMES, map(_times, found.runs))
    costed = [(run, run.energy) for run in found.runs if run.energy]
    if costed:
        counter = found.source.name if found.source else ""
        unit = energy_unit(PJ * max(cost.gross_j_per_inference for _, cost in costed))
        rows = (_energies(run, cost, unit) for run, cost in costed)
        table(f"Energy of one inference ({counter})", ENERGIES, rows)
    for run in found.runs:
        if run.clocks and run.clocks.drifted:
            console.print(_drift(run, run.clocks), markup=False, soft_wrap=True)
    for why in dict.fromkeys(run.no_energy for run in found.runs if run.no_energy):
        console.print(f"no energy: {why}", markup=False, soft_wrap=True)


def _drift(run: MeasuredRun, clocks: Clocks) -> str:
    return (
        f"{_name(run)}: the clock was not steady, {clocks.least_mhz:g} to {clocks.largest_mhz:g} "
        f"MHz ({clocks.differ:.0%} apart, {clocks.tolerance:.0%} is allowed); the GPU throttled or "
        "was still rising, so measure again, or lock its clocks"
    )


def _name(run: MeasuredRun) -> str:
    best = " (best)" if run.best_batch else ""
    return f"{run.model}, {run.form}, {run.batch}{best}"


def _times(run: MeasuredRun) -> tuple[str, ...]:
    t = run.latency
    seconds = (t.p5_s, t.p50_s, t.p95_s, t.p99_s, t.mean_s)
    return (
        _name(run),
        f"{t.count:,}",
        *(significant(1e3 * s) for s in seconds),
        significant(run.windows_per_s),
        f"{run.agreement.agreeing:.1%}",
    )


def _energies(run: MeasuredRun, cost: Energy, unit: Unit) -> tuple[str, ...]:
    idle_w = (cost.idle_before.power_w + cost.idle_after.power_w) / 2
    return (
        _name(run),
        energy(PJ * cost.gross_j_per_inference, unit),
        energy(PJ * cost.net_j_per_inference, unit),
        f"{cost.power_w:.1f}",
        f"{idle_w:.1f}",
        f"{cost.idle_drift_w:+.1f}",
    )
