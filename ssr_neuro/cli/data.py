"""`ssr data`: look at a data set before training on it."""

from typing import Annotated

import typer

from ssr_neuro.cli.console import shows_progress
from ssr_neuro.cli.options import Core, Duplicates, Json, Reader
from ssr_neuro.cli.output import print_json, table

data_app = typer.Typer(help="Look at data sets.", no_args_is_help=True)


@data_app.command("stats")
def stats(
    path: Annotated[str, typer.Argument(help="data set file, or 'generated'")],
    core: Core = "5-core",
    duplicates: Duplicates = "keep",
    reader: Reader = None,
    json: Json = False,
) -> None:
    """Users, items, interactions, sequences, mean length, density."""
    from ssr_neuro import data

    dataset = data.load(
        path, core=core, duplicates=duplicates, reader=reader, progress=shows_progress(json)
    )
    found = data.stats(dataset)
    if json:
        print_json({**vars(found), "fingerprint": dataset.fingerprint})
    else:
        table(dataset.source, ("", ""), data.stats_rows(found))
