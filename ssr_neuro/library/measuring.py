"""`ssr_neuro.measure_models`: latency, throughput and energy on the machine at hand."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, Unpack

from ssr_neuro.data import Dataset
from ssr_neuro.files import output_file
from ssr_neuro.library.data import load_data
from ssr_neuro.library.files_read import data_files
from ssr_neuro.library.models import Models, paths_of
from ssr_neuro.library.one_or_several import as_list, list_some
from ssr_neuro.measure import Measurements
from ssr_neuro.measure.device import check_graphs, check_precision, choose_device, why_absent
from ssr_neuro.measure.document import write
from ssr_neuro.measure.forms import forms_of
from ssr_neuro.measure.job import MeasureJob, parse_batches, parse_precision, subject
from ssr_neuro.measure.result import measure_all, skip_all
from ssr_neuro.measure.timing import Times
from ssr_neuro.measure.windows import describe_windows
from ssr_neuro.settings.checks import check_times
from ssr_neuro.settings.reading import ReadingOptions, refuse_without_data
from ssr_neuro.study.document import strip_folders

BATCHES = (1, "best")


def measure_models(
    models: Models,
    out: str | Path | None = None,
    *,
    device: str = "cuda",
    batches: int | str | Sequence[int | str] = BATCHES,
    seconds: float = 20.0,
    idle_seconds: float = 5.0,
    budget: float | None = None,
    precision: Literal["fp32", "bf16", "fp16"] | str = "fp32",
    data: str | Path | Dataset | None = None,
    cuda_graphs: bool = False,
    compile_models: bool = False,
    overwrite: bool = False,
    progress: bool = False,
    command: Sequence[str] = (),
    say: Callable[[str], None] | None = None,
    **reading: Unpack[ReadingOptions],
) -> Measurements:
    """Time every model in every form it can serve in: a window in, the ten best of all items out.

    out: a JSON file. device: cuda, cuda:N or cpu; where it is not there, nothing is measured and
    `skipped` of the result says why. batches: windows at a time, or "best" for the largest
    throughput. seconds: of timed runs, for each model, form and batch. idle_seconds: at rest
    before and after, where energy can be measured. budget: seconds of all runs together, from which
    both follow instead; reading and checking the models comes on top. data: run windows of its
    test set, else those in each model.pt. cuda_graphs: record each step once
    and replay it, on a GPU. compile_models: by torch.compile. say: told what is being measured.
    A model that recommends other items than it should, and a batch that the memory does not hold,
    are in `disagreements` and `too_large` of the result, beside the runs of the others. Raises
    BadInput.
    """
    check_times(seconds, idle_seconds, budget)
    if data is None:
        refuse_without_data(**reading)
    paths = paths_of(list_some(models, "model"))
    reads = [*paths, *(() if data is None else data_files(data))]
    if out is not None:
        output_file.check(Path(out), overwrite=overwrite, inputs=reads)
    wanted, asked = (
        parse_batches([str(batch) for batch in as_list(batches)]),
        parse_precision(precision),
    )
    dataset = None
    if data is not None:
        dataset = load_data(data, progress=progress, **reading)
    subjects = tuple(subject(path, dataset) for path in paths)
    runs = len(wanted) * sum(len(forms_of(one.saved.kind)) for one in subjects)
    job = MeasureJob(
        subjects=subjects,
        batches=wanted,
        precision=asked,
        times=Times.in_budget(budget, runs) if budget else Times.of(seconds, idle_seconds),
        windows=describe_windows(dataset),
        command=tuple(strip_folders(command)),
        cuda_graphs=cuda_graphs,
        compiled=compile_models,
    )
    found = _run(job, device, say or _say_nothing)
    if out is not None:
        write(Path(out), found, overwrite=overwrite, inputs=reads)
    return found


def _run(job: MeasureJob, device: str, say: Callable[[str], None]) -> Measurements:
    place = choose_device(device)
    if why := why_absent(place):
        return skip_all(job, why)
    check_precision(place, job.precision)
    check_graphs(place, job.cuda_graphs)
    return measure_all(job, place, say)


def _say_nothing(said: str) -> None:
    """The default of `say`: nothing is printed."""
