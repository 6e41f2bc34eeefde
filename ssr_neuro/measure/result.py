"""A measurement as it is kept: the runs, what ran them, how, and with which command."""

from collections.abc import Callable

import torch

from ssr_neuro import __version__
from ssr_neuro.files.versions import versions_of
from ssr_neuro.measure.contents import Measurements, Method
from ssr_neuro.measure.job import MeasureJob
from ssr_neuro.measure.meters import open_meter
from ssr_neuro.measure.run import measure

PACKAGES = ("torch", "spikingjelly", "numpy", "nvidia-ml-py")  # the last is of the extra [measure]
INFERENCE = (
    "one window in, the scores of all items, the 10 best items out; {launched}. A form that keeps "
    "a state gets the last item of the window alone."
)
LATENCY = (
    "of one batch, by the host's clock: from item numbers in the host's memory to the lists there, "
    "both copies and the wait for the device included. Every run counts, outliers too."
)
ENERGY = (
    "of all timed runs together, over their inferences. gross: all that the counter covers; net: "
    "less the mean idle power before and after, with the model loaded."
)


def measure_all(job: MeasureJob, device: torch.device, tell: Callable[[str], None]) -> Measurements:
    """Measure all of it on a device that is there; errors as of `measure`."""
    with open_meter(device) as where:
        meter, times = where.meter, job.times
        found = measure(job, device, meter, tell, where.clock_mhz)
        return Measurements(
            made_by=f"ssr-neuro {__version__}",
            command=job.command,
            versions=_versions(),
            precision=job.precision,
            device=where.device,
            method=Method(
                INFERENCE.format(launched=describe_launch(job)),
                LATENCY,
                ENERGY,
                job.windows,
                times.seconds,
                times.warm_up_s,
                times.idle_s,
                times.settle_s,
            ),
            source=None if isinstance(meter, str) else meter.source,
            no_source=meter if isinstance(meter, str) else None,
            runs=found.runs,
            disagreements=found.disagreements,
            too_large=found.too_large,
            cuda_graphs=job.cuda_graphs,
            compiled=job.compiled,
        )


def describe_launch(job: MeasureJob) -> str:
    """In words, how a run is launched."""
    how = "compiled by torch.compile" if job.compiled else "in eager PyTorch"
    return f"{how}, {'replayed as a CUDA graph' if job.cuda_graphs else 'without CUDA graphs'}"


def skip_all(job: MeasureJob, why: str) -> Measurements:
    """Nothing was measured."""
    made_by = f"ssr-neuro {__version__}"
    return Measurements(
        made_by,
        job.command,
        _versions(),
        job.precision,
        skipped=why,
        cuda_graphs=job.cuda_graphs,
        compiled=job.compiled,
    )


def _versions() -> dict[str, str]:
    cuda = {"cuda": torch.version.cuda} if torch.version.cuda else {}
    return versions_of(PACKAGES) | cuda
