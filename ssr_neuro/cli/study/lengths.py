"""`ssr study lengths`: accuracy by length of the history."""

from pathlib import Path
from typing import Annotated, Unpack

import typer

from ssr_neuro.cli.options import Data, Models, takes_options
from ssr_neuro.cli.study import options as shared


@takes_options(shared.RANKING)
def lengths(
    models: Models,
    data: Data,
    out: shared.Out,
    limits: Annotated[
        str | None,
        typer.Option(
            help="longest history of each group but the last, such as 20,100",
            show_default="three groups of like size",
        ),
    ] = None,
    **options: Unpack[shared.StudyArguments],
) -> None:
    """HR@10 and NDCG@10 by how many items a user had before the one to predict."""
    chosen = None if limits is None else shared.parse_numbers("--limits", limits, int)
    place = shared.place_of(out, options, *models, Path(data))
    from ssr_neuro.library.study_lengths import study_lengths
    from ssr_neuro.study.lengths import check_limits

    chosen = None if chosen is None else check_limits(chosen)
    if options["dry_run"]:
        return shared.show_dry_run(place, "lengths", False, options["json"])
    found = study_lengths(models, data, limits=chosen, **shared.how_to_run(options))
    shared.save_and_show(found, place, options["json"])
