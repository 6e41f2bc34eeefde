"""Models on GPUs that nothing here ran: by roofline, and as papers print them."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ssr_neuro.charts import numbers
from ssr_neuro.chip import Chip, load_chip
from ssr_neuro.costs.gpu.published import PublishedRun, published_runs
from ssr_neuro.costs.gpu.roofline import Range, estimates
from ssr_neuro.costs.gpu.roofline import RooflineEstimate as Roofline
from ssr_neuro.costs.gpu.same_size import KINDS, works_of_size
from ssr_neuro.costs.gpu.work import BatchWork, work_of
from ssr_neuro.report.accuracy_of import AS_PUBLISHED, SAME_SIZE
from ssr_neuro.report.chip_against_gpu import Deployment, Evidence, FigureRange
from ssr_neuro.report.names import kind_name
from ssr_neuro.report.rivals import Measured
from ssr_neuro.settings.models.ssr import SsrConfig

if TYPE_CHECKING:
    from ssr_neuro.report_builder.baselines import Rival

PJ_PER_J = 1e12
ARITHMETIC = "fp32"
INSTEAD = "; measured below, which holds instead"
NO_GPU = "the text that was read names no GPU"
NO_LATENCY = "the paper times many inferences together, so that of one alone is not known"
NO_POWER = "the GPU's file gives no idle or no board power"
ENDS = (
    "from launches as in a CUDA graph, weights read once and idle power to launches from eager "
    "PyTorch, all that every kernel reads and writes and board power; no upper bound"
)


def estimate_on_gpu(
    rivals: Sequence["Rival"],
    measured: Sequence[Measured],
    dataset: str,
    gpu: Chip,
    ssr: SsrConfig,
) -> Iterator[Deployment]:
    """Each rival in every form that can be measured, at batch 1 and the best batch of that GPU;
    then every published run on the data set. Those that were measured too say so.

    Of LRURec, TiM4Rec and SASRec those that are no rivals are there untrained, of SSR's size.
    """
    for rival in rivals:
        for form, work in work_of(rival.saved).items():
            named = f"{rival.costs[0].kind}, {form}"
            yield from _rooflines(named, (rival.sha256, form), work, gpu, measured)
    for kind in KINDS:
        if kind not in {rival.saved.kind for rival in rivals}:
            for form, work in works_of_size(kind, ssr).items():
                named = f"{kind_name(kind)}{SAME_SIZE}{form}"
                yield from _rooflines(named, ("", form), work, gpu, measured)
    for run in published_runs(dataset):
        yield _published_rows(run, measured)


def _rooflines(
    named: str, run: tuple[str, str], work: BatchWork, gpu: Chip, measured: Sequence[Measured]
) -> Iterator[Deployment]:
    """At both batches. run: SHA-256 of the file, and the form."""
    for one in estimates(work, gpu):
        if one.arithmetic == ARITHMETIC:
            yield _roofline(named, run, one, gpu, measured)


def _roofline(
    named: str, run: tuple[str, str], one: Roofline, gpu: Chip, measured: Sequence[Measured]
) -> Deployment:
    is_best = one.ended is not None
    asked = (*run, gpu.title, is_best)
    ran = any((other.sha256, other.form, other.device, other.best) == asked for other in measured)
    batch = f"best batch, {one.batch:,}" if is_best else "batch 1"
    source = f"{gpu.title} with {one.launches} launches (`ssr cost --chip {gpu.name}`), {ENDS}"
    return Deployment(
        named,
        gpu.title,
        f"{one.arithmetic}, {batch}{INSTEAD if ran else ''}",
        _range(one.latency_s, "roofline", f"Time of a batch on {source}"),
        _joules(one.energy_j, "roofline", f"Energy of one inference on {source}", NO_POWER),
    )


def _published_rows(run: PublishedRun, measured: Sequence[Measured]) -> Deployment:
    device = load_chip(run.gpu).title if run.gpu else "a GPU that is not named"
    ran = any((one.kind, one.form, one.device) == (run.kind, "full", device) for one in measured)
    each = numbers.between(run.inference_s.low, run.inference_s.high, numbers.duration)
    basis = (
        f"{run.features} features, {run.positions} positions, {run.seconds:g} s for "
        f"{run.windows[0]:,} to {run.windows[1]:,} inferences together, {each} each"
    )
    source = f"{run.citation}. {' '.join(run.doubts)}"
    return Deployment(
        f"{run.title}{AS_PUBLISHED}",
        device,
        f"{basis}{INSTEAD if ran else ''}",
        FigureRange(None, None, "unknown", source, NO_LATENCY),
        _joules(run.energy_j, "published", source, NO_GPU),
    )


def _joules(found: Range | None, evidence: Evidence, source: str, why: str) -> FigureRange:
    if found is None:
        return FigureRange(None, None, "unknown", source, why)
    return _range(found.times(PJ_PER_J), evidence, source)


def _range(found: Range, evidence: Evidence, source: str) -> FigureRange:
    return FigureRange(found.low, found.high, evidence, source)
