"""`ssr measure`: latency, throughput and energy of models on the machine at hand."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Unpack

import typer

from ssr_neuro.cli.console import shows_progress
from ssr_neuro.cli.input_paths import DATA, check_paths
from ssr_neuro.cli.options import DryRun, Json, Models, Overwrite, reads_data
from ssr_neuro.cli.output import command, console, errors, print_json
from ssr_neuro.errors import DoesNotFit, Mismatch
from ssr_neuro.settings.checks import check_times
from ssr_neuro.settings.reading import ReadingOptions

if TYPE_CHECKING:
    from ssr_neuro.measure import Measurements, NotTimed

BATCHES = ("1", "best")
OTHER_ITEMS = "as they recommend other items than their models"
TOO_LARGE = "as the device's memory does not hold them"


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
    budget: Annotated[
        float | None,
        typer.Option(
            help="seconds of all runs together, in place of --seconds and --idle-seconds; reading "
            "and checking the models comes on top"
        ),
    ] = None,
    precision: Annotated[
        str, typer.Option(help="fp32 is without TF32; bf16, fp16: autocast", metavar="P")
    ] = "fp32",
    cuda_graphs: Annotated[
        bool, typer.Option("--cuda-graphs", help="record each step once and replay it; for GPUs")
    ] = False,
    compile_models: Annotated[
        bool, typer.Option("--compile", help="compile each model by torch.compile")
    ] = False,
    data: Annotated[
        str | None,
        typer.Option(
            help="run windows of its test set",
            show_default="those in the checkpoints",
            callback=check_paths(DATA),
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
    is measured: it says so and exits with 0. A model that recommends something else is not timed,
    nor is a batch that the memory does not hold: the file has the others, and the exit code is 4
    or 3.
    """
    from ssr_neuro.cli.dry_run import show_file
    from ssr_neuro.files import output_file

    check_times(seconds, idle_seconds, budget)
    reads = [*models, *([Path(data)] if data else [])]
    if dry_run:
        return show_file(out, overwrite, reads, json)
    output_file.check(out, overwrite=overwrite, inputs=reads)
    from ssr_neuro.library.measuring import measure_models

    found = measure_models(
        models,
        out,
        device=device,
        batches=batch or BATCHES,
        seconds=seconds,
        idle_seconds=idle_seconds,
        budget=budget,
        precision=precision,
        data=data,
        overwrite=overwrite,
        cuda_graphs=cuda_graphs,
        compile_models=compile_models,
        progress=shows_progress(json),
        command=command(),
        say=None if json else _say,
        **reading,
    )
    _show(found, out, json)
    _refuse_untimed(found, out)


def _show(found: "Measurements", out: Path, json: bool) -> None:
    if found.skipped is not None:
        _say(f"skipped, nothing measured: {found.skipped}")
    if json:
        from ssr_neuro.measure.document import to_dict

        return print_json(to_dict(found))
    from ssr_neuro.cli.measure_output import show

    if found.skipped is None:
        show(found)
    console.print(str(out), soft_wrap=True, markup=False)


def _refuse_untimed(found: "Measurements", out: Path) -> None:
    """Raises Mismatch or DoesNotFit, which name all that was not timed."""
    kinds = ((OTHER_ITEMS, found.disagreements), (TOO_LARGE, found.too_large))
    reasons = [f"{why}: {_name_all(untimed)}" for why, untimed in kinds if untimed]
    if reasons:
        error = Mismatch if found.disagreements else DoesNotFit
        first = (*found.disagreements, *found.too_large)[0]
        raise error(f"{out} holds the others; not timed, {'; '.join(reasons)}. {first.why}")


def _name_all(untimed: "Sequence[NotTimed]") -> str:
    return " and ".join(f"{one.model}, {one.form}, batch {one.batch}" for one in untimed)


def _say(said: str) -> None:
    errors.print(said, markup=False, soft_wrap=True)
