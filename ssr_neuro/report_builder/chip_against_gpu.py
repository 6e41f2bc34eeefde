"""The rows of the table "on the chip against the GPU", from what a report has found already."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from ssr_neuro.costs.accounting.sheet import Sheet
from ssr_neuro.report.chip_against_gpu import ChipAgainstGpu, Deployment, Evidence, FigureRange
from ssr_neuro.report.latency import ChipLatency
from ssr_neuro.report.rivals import Measured

PJ_PER_J = 1e12
PAPERS = "ssr-paper"
NO_NAMES: Mapping[str, str] = MappingProxyType({})
NO_TIME = "prices of operations say nothing of the time they take"
NOTE = (
    "Counted: operations times published prices. Roofline: from a GPU's published peak rates, "
    "bandwidth and power. Published: another author's run. Measured: a run of this program."
)


def chip_against_gpu(
    sheets: Sequence[Sheet],
    latency: ChipLatency | None,
    measured: Iterable[Measured],
    on_gpu: Iterable[Deployment] = (),
    names: Mapping[str, str] = NO_NAMES,
) -> ChipAgainstGpu:
    """SSR in every mode but the paper's; other models on a GPU, estimated and measured.

    on_gpu: estimates by roofline and published runs; measured runs follow them. names: SHA-256 of
    a measured model's file -> what the other rows call that model; its kind where none is given.
    """
    chips = (_chip_estimates(sheet, latency) for sheet in sheets if sheet.mode != PAPERS)
    runs = (_measured_estimates(run, names.get(run.sha256, run.kind)) for run in measured)
    return ChipAgainstGpu(tuple(chips), (*on_gpu, *runs), (NOTE,))


def _chip_estimates(sheet: Sheet, latency: ChipLatency | None) -> Deployment:
    ssr = sheet.bills[0]
    why = f"not known: {', '.join(ssr.unknown)}" if ssr.unknown else ""
    low = ssr.known_pj or ssr.total_pj
    evidence: Evidence = "counted" if low is not None else "unknown"
    energy = FigureRange(low, ssr.total_pj, evidence, sheet.title, why)
    placed = latency if latency and sheet.mode == f"events-{latency.chip}" else None
    return Deployment(ssr.subject, sheet.target, sheet.title, _time(placed), energy)


def _time(latency: ChipLatency | None) -> FigureRange:
    """Modelled from the chip's own durations; else the range of the published time steps."""
    if latency is None:
        return FigureRange(None, None, "unknown", "", NO_TIME)
    modelled = latency.modelled
    if modelled.latency_s is not None:
        source = f"{latency.steps} modelled time steps of one sample alone on {latency.title}"
        return FigureRange(modelled.latency_s, modelled.latency_s, "modelled", source)
    known = [one.latency_s for one in latency.published if one.latency_s is not None]
    if not known:
        return FigureRange(None, None, "unknown", "", "; ".join(modelled.unknown))
    source = "; ".join(_sources(latency))
    return FigureRange(min(known), max(known), "published", f"{latency.steps} time steps: {source}")


def _sources(latency: ChipLatency) -> Iterator[str]:
    for one in latency.published:
        yield from (f"{one.name}: {part.source}" for part in one.parts if part.source)


def _measured_estimates(run: Measured, name: str) -> Deployment:
    """Energy from net of idle power to all that the device took; a batch takes one latency."""
    batch = f"{run.batch}{', the best of those tried' if run.best else ''}"
    seconds = run.latency_s.get("p50")
    source = f"{run.file}, median of a batch"
    latency = FigureRange(seconds, seconds, "measured", source)
    if run.gross_j is None or run.net_j is None:
        energy = FigureRange(None, None, "unknown", run.file, run.why)
    else:
        joules = (run.net_j, run.gross_j)
        low, high = (joule * PJ_PER_J for joule in joules)
        energy = FigureRange(
            low, high, "measured", f"{run.file}: {run.source}; net of idle to gross"
        )
    return Deployment(
        f"{name}, {run.form}", run.device, f"{run.precision}, batch {batch}", latency, energy
    )
