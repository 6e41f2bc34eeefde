"""What the commands of `ssr study` share: options, lists of numbers, what they leave and print."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from ssr_neuro.cli.console import shows_progress
from ssr_neuro.cli.dry_run import show
from ssr_neuro.cli.options import READING, DryRun, Json, Option, Overwrite
from ssr_neuro.cli.output import command, console, errors, print_json, table
from ssr_neuro.errors import BadInput
from ssr_neuro.files import output_folder
from ssr_neuro.settings.checks import check_seed
from ssr_neuro.settings.reading import ReadingOptions

if TYPE_CHECKING:
    from ssr_neuro.library.study import Study

Number = TypeVar("Number", int, float)

Out = Annotated[Path, typer.Option(help="folder for the numbers and the figure")]


class StudyArguments(ReadingOptions):
    """What `RANKING` gives a command."""

    sequences: int | None
    seed: int
    overwrite: bool
    dry_run: bool
    json: bool


RANKING: dict[str, Option] = {
    "sequences": Option(
        Annotated[
            int | None,
            typer.Option(help="rank this many test sequences, drawn by --seed", show_default="all"),
        ]
    ),
    "seed": Option(Annotated[int, typer.Option(help="of everything drawn at random")], 0),
    "overwrite": Option(Overwrite, False),
    "dry_run": Option(DryRun, False),
    "json": Option(Json, False),
    **READING,
}


@dataclass(frozen=True)
class StudyPlace:
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


def place_of(out: Path, options: StudyArguments, *inputs: Path) -> StudyPlace:
    """Where a study goes. Raises BadInput where it cannot go there, or on a seed below 0."""
    check_seed(options["seed"])
    place = StudyPlace(out, options["overwrite"], inputs)
    place.check()
    return place


def how_to_run(options: StudyArguments) -> dict[str, Any]:
    """Keywords of the library's functions: what is ranked, how data is read, what is said."""
    own = ("overwrite", "dry_run", "json")
    given = {name: value for name, value in options.items() if name not in own}
    json = options["json"]
    return {**given, "progress": shows_progress(json), "say": teller(json)}


def show_dry_run(place: StudyPlace, study: str, trains: bool, json: bool) -> None:
    """What the study would write. Raises BadInput as the study would."""
    place.check()
    folder = place.trainings(study)
    trainings = [(folder, False)] if trains else []
    show([(place.out, output_folder.is_occupied(place.out)), *trainings], json)


def parse_numbers(option: str, text: str, kind: Callable[[str], Number]) -> tuple[Number, ...]:
    """The numbers of a list such as 1,2,4. Raises BadInput that names the option."""
    try:
        return tuple(kind(word) for word in text.split(","))
    except ValueError as error:
        whole = "whole numbers" if kind is int else "numbers"
        raise BadInput(
            f"{option} {text!r}: give {whole} with commas between, such as 1,2,4"
        ) from error


def teller(json: bool) -> Callable[[str], None]:
    """What a study says while it runs, on standard error; nothing with --json."""
    return lambda said: None if json else errors.print(said, markup=False, soft_wrap=True)


def save_and_show(found: "Study", place: StudyPlace, json: bool) -> None:
    """Write numbers and figure, then print the numbers: as a table, or as JSON."""
    places = found.save(
        place.out, overwrite=place.overwrite, inputs=place.inputs, command=command()
    )
    if json:
        print_json(found.to_dict(command()))
        return
    table(found.title, found.heads, found.rows)
    for path in places:
        console.print(str(path), soft_wrap=True, markup=False)
