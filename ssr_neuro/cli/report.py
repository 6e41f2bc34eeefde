"""`ssr report`: compiled models side by side with baselines, in one page and its numbers."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from ssr_neuro.cli.options import Core, Duplicates, Json, Reader
from ssr_neuro.errors import BadInput

if TYPE_CHECKING:
    from ssr_neuro.data import Dataset

SAMPLES = 256
CHIP = "loihi1"


def report(
    bundles: Annotated[
        list[Path], typer.Argument(help="folders made by ssr-compile", metavar="FOLDER")
    ],
    out: Annotated[Path, typer.Option(help="folder for the report")] = Path("report"),
    baselines: Annotated[
        Optional[list[Path]],  # noqa: UP045 - typer reads the annotation at run time
        typer.Option(help="model.pt of other kinds, trained on the same data", metavar="PT..."),
    ] = None,
    data: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            help="data sets of the bundles: to count on, and to rank with", metavar="PATH..."
        ),
    ] = None,
    measured: Annotated[
        Optional[list[Path]],  # noqa: UP045
        typer.Option(help="files of `ssr measure`", metavar="JSON..."),
    ] = None,
    sana_fe: Annotated[
        Optional[list[Path]],  # noqa: UP045
        typer.Option(help="sana_fe.json of `ssr-compile --target sana-fe`", metavar="JSON..."),
    ] = None,
    chip: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            help="to place every program on: a name of `ssr chips`, or a .toml file",
            show_default=CHIP,
        ),
    ] = None,
    samples: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(
            min=1,
            help="test sequences to count spikes on, with --data",
            show_default=f"{SAMPLES}; without --data the bundle's golden ones",
        ),
    ] = None,
    core: Core = "5-core",
    duplicates: Duplicates = "keep",
    reader: Reader = None,
    json: Json = False,
) -> None:
    """Accuracy, operations, energy, placement and latency of compiled models, as one page.

    Writes report.html, report.json, report.csv and report.md. Options that take several values
    come after the folders: ssr report build/a build/b --baselines lrurec.pt sasrec.pt --data x.txt

    Exit codes: 0 written, 2 bad input, 3 a program does not fit the chip of --chip, 4 a file of a
    bundle has changed.
    """
    if samples is not None and not data:
        raise BadInput("--samples has no meaning without --data, which the sequences are taken of")
    from ssr_neuro.bundle import write
    from ssr_neuro.chip import load_chip
    from ssr_neuro.cli.output import command
    from ssr_neuro.cli.progress import working
    from ssr_neuro.cli.report_output import show
    from ssr_neuro.files import manifest
    from ssr_neuro.report import files
    from ssr_neuro.report_builder import baselines as rivals
    from ssr_neuro.report_builder import bundle_folders as folders
    from ssr_neuro.report_builder import data_sets
    from ssr_neuro.report_builder import measurements as runs
    from ssr_neuro.report_builder import sana_fe as simulated
    from ssr_neuro.report_builder.bundles import Inputs, reports_of

    _no_bundle(out)
    write.check_free(out)
    with working(json) as watch:
        with watch.step("read and check"):
            read = [folders.read(folder) for folder in bundles]
            given = Inputs(
                bundles=read,
                datasets=data_sets.matched(read, _loaded(data or [], core, duplicates, reader)),
                rivals=[rivals.read(path) for path in baselines or []],
                measured=runs.files(measured or []),
                chip=load_chip(chip or CHIP),
                must_fit=chip is not None,
                samples=samples or SAMPLES,
                sana_fe=simulated.files(sana_fe or []),
            )
        found = reports_of(given, watch, None if json else watch.aside)
        with write.replacing(out) as folder:
            files.write(found, folder)
            manifest.write(folder, {"command": command()})
    show(found, out, json)


def _no_bundle(out: Path) -> None:
    """A bundle has a manifest too, and would be replaced."""
    if (out / "program.json").exists():
        raise BadInput(f"{out} is a folder made by ssr-compile; name another with --out")


def _loaded(paths: list[str], core: str, duplicates: str, reader: str | None) -> "list[Dataset]":
    from ssr_neuro import data

    return [data.load(p, core=core, duplicates=duplicates, reader=reader) for p in paths]
