"""`ssr measure`: latency, throughput and energy of models on the machine at hand."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Unpack

import typer

from ssr_neuro.cli.console import shows_progress
from ssr_neuro.cli.input_paths import DATA, checked
from ssr_neuro.cli.options import DryRun, Json, Models, Overwrite, reads_data
from ssr_neuro.cli.output import command, console, errors, print_json
from ssr_neuro.errors import BadInput
from ssr_neuro.settings.reading import ReadingOptions

if TYPE_CHECKING:
    from ssr_neuro.measure import Measurements
    from ssr_neuro.measure.job import Job

DAY_S = 86_400.0


@reads_data
def measure(
    models: Models,
    out: Annotated[Path, typer.Option(help="JSON file for the numbers")],
    device: Annotated[str, typer.Option(help="cuda, cuda:N or cpu")] = "cuda",
    batch: Annotated[
        list[str] | None,
        typer.Option(
            help="a number, or best: the largest throughput, by doubling; may come several times",
            show_default="1 and best",
        ),
    ] = None,
    seconds: Annotated[float, typer.Option(help="timed runs of each model, form and batch")] = 20.0,
    idle_seconds: Annotated[
        float, typer.Option(help="at rest before and after, where energy can be measured")
    ] = 5.0,
    precision: Annotated[
        str, typer.Option(help="fp32 is without TF32; bf16, fp16: autocast", metavar="P")
    ] = "fp32",
    data: Annotated[
        str | None,
        typer.Option(
            help="run windows of its test set",
            show_default="those in the checkpoints",
            callback=checked(DATA),
        ),
    ] = None,
    overwrite: Overwrite = False,
    dry_run: DryRun = False,
    json: Json = False,
    **reading: Unpack[ReadingOptions],
) -> None:
    """Latency, throughput and energy of each model, in every form it can serve in.

    One inference: a window in, the ten best of all items out. What a run recommends is checked
    against the model in float64 before it is timed. Where the GPU asked for is not there, nothing
    is measured: it says so and exits with 0.
    """
    from ssr_neuro.cli.dry_run import show_file
    from ssr_neuro.files import output_file

    _check_seconds("--seconds", seconds)
    _check_seconds("--idle-seconds", idle_seconds)
    reads = [*models, *([Path(data)] if data else [])]
    if dry_run:
        return show_file(out, overwrite, reads, json)
    output_file.check(out, overwrite=overwrite, inputs=reads)
    from ssr_neuro import data as data_sets
    from ssr_neuro.cli.measure_output import show
    from ssr_neuro.measure.document import to_dict, write
    from ssr_neuro.measure.job import Job, asked_batches, asked_precision, subject
    from ssr_neuro.measure.timing import Times
    from ssr_neuro.measure.windows import said
    from ssr_neuro.study.document import without_folders

    asked, wanted = asked_batches(batch or ("1", "best")), asked_precision(precision)
    dataset = None
    if data is not None:
        dataset = data_sets.load(data, **reading, progress=shows_progress(json))
    job = Job(
        subjects=tuple(subject(path, dataset) for path in models),
        batches=asked,
        precision=wanted,
        times=Times.of(seconds, idle_seconds),
        windows=said(dataset),
        command=tuple(without_folders(command())),
    )
    found = _found(job, device, quiet=json)
    write(out, found, overwrite=overwrite, inputs=reads)
    if json:
        print_json(to_dict(found))
    elif found.skipped is None:
        show(found)
    if not json:
        console.print(str(out), soft_wrap=True, markup=False)


def _found(job: "Job", device: str, *, quiet: bool) -> "Measurements":
    from ssr_neuro.measure.device import absent, check_precision, chosen
    from ssr_neuro.measure.result import measured, skipped

    place = chosen(device)
    if why := absent(place):
        errors.print(f"skipped, nothing measured: {why}", markup=False, soft_wrap=True)
        return skipped(job, why)
    check_precision(place, job.precision)

    def tell(said: str) -> None:
        if not quiet:
            errors.print(said, markup=False, soft_wrap=True)

    return measured(job, place, tell)


def _check_seconds(option: str, seconds: float) -> None:
    if not 0 < seconds <= DAY_S:
        raise BadInput(f"{option} {seconds:g}: it must be above 0 and at most {DAY_S:g}, a day")
