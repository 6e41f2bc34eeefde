"""`ssr_neuro.build_report`: compiled models and rivals side by side, as values and as one page."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Unpack

from ssr_neuro.chip import Chip
from ssr_neuro.data import Dataset
from ssr_neuro.errors import BadInput
from ssr_neuro.files import output_folder
from ssr_neuro.library.compiled import Compiled
from ssr_neuro.library.data import load_data
from ssr_neuro.library.files_read import data_files, path_of
from ssr_neuro.library.models import Models, paths_of
from ssr_neuro.library.one_or_several import as_list, list_some
from ssr_neuro.report import files
from ssr_neuro.report.contents import Reports
from ssr_neuro.report_builder import baselines as rivals
from ssr_neuro.report_builder import bundle_folders, data_sets, gates, measurements, sana_fe
from ssr_neuro.report_builder.bundles import reports_of
from ssr_neuro.report_builder.chips import chips_of
from ssr_neuro.report_builder.inputs import SAMPLES, Inputs, recommenders
from ssr_neuro.settings.reading import ReadingOptions, refuse_without_data
from ssr_neuro.stopwatch import Stopwatch

Folder = str | Path | Compiled
Files = str | Path | Sequence[str | Path]


def build_report(
    bundles: Folder | Sequence[Folder],
    out: str | Path | None = None,
    *,
    baselines: Models = (),
    data: str | Path | Dataset | Sequence[str | Path | Dataset] = (),
    measured: Files = (),
    sana_fe_results: Files = (),
    gates_results: Files = (),
    chip: str | Path | Chip | None = None,
    samples: int | None = None,
    recorded_baselines: bool = False,
    overwrite: bool = False,
    inputs: Iterable[Path] = (),
    command: Sequence[str] = (),
    stopwatch: Stopwatch | None = None,
    **reading: Unpack[ReadingOptions],
) -> Reports:
    """Accuracy, operations, energy, placement and latency of compiled networks.

    Of a graph, which has no items, what applies: operations, energy, placement and latency.

    bundles: folders of ssr-compile, or networks opened from one. out: a folder for report.html,
    report.json, report.csv and report.md; without it nothing is written. baselines: models of
    other kinds, trained on the same data. data: the data sets of the bundles, to count spikes on
    `samples` test sequences (256) and to rank with; without them the golden sequences are counted.
    measured: files of `measure_models`. sana_fe_results: sana_fe.json of an export. gates_results:
    gates.json of exports for rtl or rtl-int8 with a liberty. chip: to place every program on, which
    must then fit, or a GPU to estimate beside Loihi 1. recorded_baselines:
    leave the accuracy of baselines as training recorded it; of `data` only integers are ranked,
    which takes seconds where baselines take minutes. inputs: further
    files that may not be replaced. command: what the manifest names as its maker.

    Raises BadInput where the files do not belong together, Mismatch where a bundle has changed,
    DoesNotFit where a program does not fit the named chip.
    """
    if not data:
        check_needs_of_data(samples, recorded_baselines)
        refuse_without_data(**reading)
    watch = stopwatch or Stopwatch()
    folders, paths = [_folder(one) for one in list_some(bundles, "bundle")], paths_of(baselines)
    runs, counted, synthesised = map(_paths, (measured, sana_fe_results, gates_results))
    given_data = as_list(data)
    reads = [*folders, *paths, *runs, *counted, *synthesised, *inputs]
    reads += [path for one in given_data for path in data_files(one)]
    if out is not None:
        output_folder.check(Path(out), overwrite=overwrite, inputs=reads)
    with watch.step("read and check"):
        chips = chips_of(chip)
        read = [bundle_folders.read(folder) for folder in folders]
        sets = [load_data(d, **reading) for d in given_data]
        given = Inputs(
            bundles=read,
            datasets=data_sets.match_data_sets(recommenders(read), sets),
            rivals=[rivals.read(path) for path in paths],
            measured=measurements.files(runs),
            chip=chips.chip,
            must_fit=chips.must_fit,
            gpu=chips.gpu,
            samples=samples or SAMPLES,
            ranks_baselines=not recorded_baselines,
            sana_fe=sana_fe.files(counted),
            gates=gates.files(synthesised),
        )
    found = reports_of(given, watch, progress=watch.shown)
    if out is not None:
        made = {"command": list(command)}
        with output_folder.create(Path(out), made, overwrite=overwrite, inputs=reads) as fresh:
            files.write(found, fresh)
    return found


def check_needs_of_data(samples: int | None, recorded_baselines: bool) -> None:
    """Raises BadInput where what says how data are used is given, and no data are."""
    if samples is not None:
        raise BadInput("--samples has no meaning without --data, which the sequences are taken of")
    if recorded_baselines:
        raise BadInput("--recorded-baselines: without --data nothing is ranked; leave it out")


def _paths(files: Files) -> list[Path]:
    return [path_of(path, "the path of a file") for path in as_list(files)]


def _folder(one: Folder) -> Path:
    if isinstance(one, Compiled):
        folder = one.find_folder()
        if folder is None:
            raise BadInput(
                f"{one.name} is in memory alone; save it, and give its folder or what open_bundle "
                "returns"
            )
        return folder
    return path_of(one, "a folder of ssr-compile, or what open_bundle returns")
