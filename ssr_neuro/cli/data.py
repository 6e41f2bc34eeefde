"""`ssr data`: look at a data set before training on it."""

from typing import Annotated, Unpack

import typer

from ssr_neuro.cli.console import shows_progress
from ssr_neuro.cli.input_paths import DATA, check_paths
from ssr_neuro.cli.options import Json, reads_data
from ssr_neuro.cli.output import print_json, table
from ssr_neuro.settings.reading import ReadingOptions

data_app = typer.Typer(help="What is read of a data set.", no_args_is_help=True)


@data_app.command("stats")
@reads_data
def stats(
    path: Annotated[
        str, typer.Argument(help="data set file, or 'generated'", callback=check_paths(DATA))
    ],
    json: Json = False,
    **reading: Unpack[ReadingOptions],
) -> None:
    """Users, items, interactions, sequences, density; times, ties and their order."""
    from ssr_neuro import data

    dataset = data.load(path, **reading, progress=shows_progress(json))
    found = data.stats(dataset)
    if json:
        print_json({**dataset.identity(), **found.to_dict()})
    else:
        table(dataset.source, ("", ""), data.stats_rows(found))
