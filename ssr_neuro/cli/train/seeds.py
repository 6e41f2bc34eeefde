"""`ssr train --seeds`: several models that differ in their seed alone."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ssr_neuro.charts.numbers import metric
from ssr_neuro.cli.accuracy import METRICS
from ssr_neuro.cli.console import shows_progress
from ssr_neuro.cli.output import console, is_first_process, print_json, table
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.columns import SHOWN, TITLES, metric_key
from ssr_neuro.settings.reading import ReadingOptions

if TYPE_CHECKING:
    from ssr_neuro.library.training import PreparedRun

HEADS = ("", "candidates", *map(str.upper, METRICS))
NAMES = {"valid": "validation", "test": "test"}


def check_seeds(
    out: Path, seeds: Sequence[int], reads: Sequence[Path], *, resume: bool, overwrite: bool
) -> None:
    """Raises BadInput, before any work, where files cannot be written, and on --resume."""
    from ssr_neuro.library.seeds import check_seed_outputs

    if resume:
        raise BadInput("--resume has no meaning with --seeds: the same command resumes them")
    check_seed_outputs(out, seeds, reads, overwrite=overwrite)


def train_seeds_and_show(
    prepared: "PreparedRun",
    data: str,
    out: Path,
    *,
    seeds: Sequence[int],
    teacher: Sequence[Path],
    reading: ReadingOptions,
    overwrite: bool,
    json: bool,
) -> None:
    """Train a model for each seed, write their results beside OUT and print them."""
    from ssr_neuro.library.seeds import train_prepared_seeds, write_results

    results = train_prepared_seeds(
        prepared,
        data,
        out,
        seeds=seeds,
        teacher=teacher,
        reading=reading,
        overwrite=overwrite,
        progress=shows_progress(json),
        shows_reading=is_first_process() and shows_progress(json),
    )
    if not is_first_process():
        return
    path = write_results(out, results)
    if json:
        print_json(results)
        return
    table(
        f"Mean ± deviation over {len(seeds)} seeds",
        HEADS,
        list(_rows(results["over_seeds"])),
        left=(0, 1),
    )
    for place in (*(out.with_name(one["model"]) for one in results["models"]), path):
        console.print(str(place), soft_wrap=True, markup=False)


def _rows(spreads: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, ...]]:
    for part, found in spreads.items():
        for column in SHOWN if found else ():
            yield NAMES[part], TITLES[column], *spread_cells(found, column)


def spread_cells(found: Mapping[str, Mapping[str, float]], column: str) -> list[str]:
    """Mean and deviation of each of METRICS in a column; unknown where a model lacks it."""
    spreads = [found.get(metric_key(name, column)) for name in METRICS]
    return [
        metric(None) if one is None else f"{metric(one['mean'])} ± {metric(one['deviation'])}"
        for one in spreads
    ]
