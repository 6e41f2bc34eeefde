"""`ssr report`: compiled models side by side with baselines, in one page and its numbers."""

from pathlib import Path
from typing import Annotated, Unpack

import typer

from ssr_neuro.cli.completion import complete_chip
from ssr_neuro.cli.input_paths import (
    BUNDLE,
    DATA,
    GATES,
    MEASURED,
    MODEL,
    SANA_FE,
    check_chip,
    check_paths,
)
from ssr_neuro.cli.options import DryRun, Json, Overwrite, reads_data
from ssr_neuro.cli.output_places import check_current_folder
from ssr_neuro.settings.default_chip import DEFAULT_CHIP
from ssr_neuro.settings.reading import ReadingOptions

SAMPLES = 256
OUT = Path("report")


@reads_data
def report(
    bundles: Annotated[
        list[Path],
        typer.Argument(
            help="folders made by ssr-compile", metavar="FOLDER", callback=check_paths(BUNDLE)
        ),
    ],
    out: Annotated[
        Path | None, typer.Option(help="folder for the report", show_default=str(OUT))
    ] = None,
    baselines: Annotated[
        list[Path] | None,
        typer.Option(
            help="model.pt of other kinds, trained on the same data",
            metavar="PT...",
            callback=check_paths(MODEL),
        ),
    ] = None,
    data: Annotated[
        list[str] | None,
        typer.Option(
            help="data sets of the bundles: to count on, and to rank with",
            metavar="PATH...",
            callback=check_paths(DATA),
        ),
    ] = None,
    measured: Annotated[
        list[Path] | None,
        typer.Option(
            help="files of `ssr measure`", metavar="JSON...", callback=check_paths(MEASURED)
        ),
    ] = None,
    sana_fe: Annotated[
        list[Path] | None,
        typer.Option(
            help="sana_fe.json of `ssr-compile --target sana-fe`",
            metavar="JSON...",
            callback=check_paths(SANA_FE),
        ),
    ] = None,
    gates: Annotated[
        list[Path] | None,
        typer.Option(
            help="gates.json of `ssr-compile --target rtl` or `rtl-int8` with `--liberty`",
            metavar="JSON...",
            callback=check_paths(GATES),
        ),
    ] = None,
    chip: Annotated[
        str | None,
        typer.Option(
            help="to place every program on: a name of `ssr chips`, or a .toml file; a GPU is "
            "estimated beside Loihi 1 instead of an RTX 3090",
            show_default=DEFAULT_CHIP,
            autocompletion=complete_chip,
            callback=check_chip,
        ),
    ] = None,
    samples: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="test sequences to count spikes on, with --data",
            show_default=f"{SAMPLES}; without --data the bundle's golden ones",
        ),
    ] = None,
    recorded_baselines: Annotated[
        bool,
        typer.Option(
            "--recorded-baselines",
            help="with --data: do not rank the baselines again, take what `ssr train` recorded",
        ),
    ] = False,
    overwrite: Overwrite = False,
    dry_run: DryRun = False,
    json: Json = False,
    **reading: Unpack[ReadingOptions],
) -> None:
    """Accuracy, operations, energy, placement and latency of compiled models, as one page.

    Writes report.html, report.json, report.csv and report.md. Options that take several values
    come after the folders: ssr report build/a build/b --baselines lrurec.pt sasrec.pt --data x.txt

    Exit codes: 0 written, 2 bad input, 3 a program does not fit the chip of --chip, 4 a file of a
    bundle has changed.
    """
    from ssr_neuro.cli.dry_run import show_folder
    from ssr_neuro.files import output_folder

    if not data and (samples is not None or recorded_baselines):
        from ssr_neuro.library.reporting import check_needs_of_data

        check_needs_of_data(samples, recorded_baselines)

    if out is None:
        check_current_folder(bundles)
    place = out or OUT
    inputs = _paths(bundles, baselines, data, measured, sana_fe, gates, chip)
    if dry_run:
        return show_folder(place, overwrite, inputs, json)
    output_folder.check(place, overwrite=overwrite, inputs=inputs)
    from ssr_neuro.cli.output import command
    from ssr_neuro.cli.progress import Progress
    from ssr_neuro.cli.report_output import show
    from ssr_neuro.library.reporting import build_report

    with Progress("reporting") as watch:
        found = build_report(
            bundles,
            place,
            baselines=baselines or (),
            data=data or (),
            measured=measured or (),
            sana_fe_results=sana_fe or (),
            gates_results=gates or (),
            chip=chip,
            samples=samples,
            recorded_baselines=recorded_baselines,
            **reading,
            overwrite=overwrite,
            inputs=inputs,
            command=command(),
            stopwatch=watch,
        )
    show(found, place, json)


def _paths(*given: list[Path] | list[str] | str | None) -> list[Path]:
    """Every file and folder that is read, whatever option names it."""
    named = [[one] if isinstance(one, str) else one or [] for one in given]
    return [Path(path) for paths in named for path in paths]
