"""What the commands of `ssr study` share: options, lists of numbers, what they leave and print."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from ssr_neuro.charts.numbers import UNKNOWN
from ssr_neuro.cli.dry_run import show
from ssr_neuro.cli.output import command, console, errors, print_json, table
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.columns import SHOWN, TITLES, in_column
from ssr_neuro.files import output_folder

if TYPE_CHECKING:
    from ssr_neuro.data import Dataset
    from ssr_neuro.study.selected_models import Judged

Number = TypeVar("Number", int, float)

Out = Annotated[Path, typer.Option(help="folder for the numbers and the figure")]
Rows = Annotated[
    int | None,
    typer.Option(
        "--sequences", help="rank this many test sequences, drawn by --seed", show_default="all"
    ),
]
Seed = Annotated[int, typer.Option(help="of everything drawn at random")]
SAMPLING = "Error bars: standard error over test sequences, taken as independent."


@dataclass(frozen=True)
class Place:
    """Where a study goes. overwrite: whether it may replace `out`. inputs: what the study reads.

    Models that a study trains lie beside `out`: an interrupted study goes on with them, and they
    outlive it.
    """

    out: Path
    overwrite: bool
    inputs: tuple[Path, ...]

    def check(self) -> None:
        """Raises BadInput where the folder must not or cannot be written."""
        output_folder.check(self.out, overwrite=self.overwrite, inputs=self.inputs)

    def trainings(self, study: str) -> Path:
        """The folder of the models that a study trains."""
        return self.out.with_name(f"{self.out.name}-trainings") / study


def show_dry_run(place: Place, study: str, trains: bool, json: bool) -> None:
    """What the study would write. Raises BadInput as the study would."""
    place.check()
    folder = place.trainings(study)
    trainings = [(folder, False)] if trains else []
    show([(place.out, output_folder.is_occupied(place.out)), *trainings], json)


@dataclass(frozen=True)
class Printed:
    """The numbers of a study as a table."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


def listed(option: str, text: str, kind: Callable[[str], Number]) -> tuple[Number, ...]:
    """The numbers of a list such as 1,2,4. Raises BadInput that names the option."""
    try:
        return tuple(kind(word) for word in text.split(","))
    except ValueError as error:
        whole = "whole numbers" if kind is int else "numbers"
        raise BadInput(
            f"{option} {text!r}: give {whole} with commas between, such as 1,2,4"
        ) from error


def check_seed(seed: int) -> None:
    """Raises BadInput where a random generator cannot start from it."""
    if not 0 <= seed < 2**32:
        raise BadInput(f"--seed {seed}: it must be at least 0 and below 2**32")


def teller(json: bool) -> Callable[[str], None]:
    """What a study says while it runs, on standard error; nothing with --json."""
    return lambda said: None if json else errors.print(said, markup=False, soft_wrap=True)


def about(dataset: "Dataset", sequences: int, protocol: str) -> str:
    """The line under the title of a figure."""
    return (
        f"{dataset.name}: {dataset.n_items:,} items, {sequences:,} test sequences, "
        f"protocol {protocol}, all items ranked"
    )


def measured(
    models: "Sequence[Judged]", points: Mapping[str, Sequence[Mapping[str, Any]]]
) -> list[dict[str, Any]]:
    """Each model with its points, as plain data."""
    return [model.document() | {"points": points[model.name]} for model in models]


def leave(
    study: str,
    place: Place,
    dataset: "Dataset",
    content: Mapping[str, Any],
    svg: str,
    notes: Sequence[str],
    printed: Printed | None,
) -> None:
    """Write numbers and figure, then print the numbers: as a table, or as JSON without one."""
    from ssr_neuro.study import document

    found = document.document(study, command(), dataset, content, notes)
    places = document.write(place.out, found, svg, overwrite=place.overwrite, inputs=place.inputs)
    if printed is None:
        print_json(found)
        return
    table(printed.title, printed.heads, printed.rows)
    for path in places:
        console.print(str(path), soft_wrap=True, markup=False)


def plus_minus(values: Mapping[str, Any], metric: str) -> str:
    """A metric and its standard error; of a model trained by an older release it can be unknown."""
    if metric not in values:
        return UNKNOWN
    return f"{values[metric]:.4f} ± {values[f'{metric}_error']:.4f}"


def by_column(metrics: Sequence[str] = ("hr@10", "ndcg@10")) -> list[tuple[str, tuple[str, ...]]]:
    """Title of each column, all items ranked and the window left out, and its keys of metrics."""
    return [(TITLES[c], tuple(in_column(metric, c) for metric in metrics)) for c in SHOWN]
