"""`ssr study item-table`: the smallest item table that keeps a model's accuracy."""

from pathlib import Path
from typing import Annotated, Unpack

import typer

from ssr_neuro.cli.options import Data, Models, takes_options
from ssr_neuro.cli.study import options as shared


@takes_options(shared.RANKING)
def item_table(
    models: Models,
    data: Data,
    out: shared.Out,
    bits: Annotated[str, typer.Option(help="of an entry of the table, at most 8")] = (
        "8,7,6,5,4,3,2,1"
    ),
    keep: Annotated[float, typer.Option(help="% of the NDCG@10 that the smallest keeps")] = 99.0,
    **options: Unpack[shared.StudyArguments],
) -> None:
    """Accuracy and energy of models without spikes whose item table has fewer and fewer bits.

    Validation chooses the smallest that keeps the accuracy; that one ranks the test sequences.
    """
    numbers = shared.parse_numbers("--bits", bits, int)
    place = shared.place_of(out, options, *models, Path(data))
    from ssr_neuro.library.study_item_table import check_choices, study_item_table

    check_choices(numbers, keep / 100)
    if options["dry_run"]:
        return shared.show_dry_run(place, "item-table", False, options["json"])
    found = study_item_table(
        models, data, bits=numbers, keep=keep / 100, **shared.how_to_run(options)
    )
    shared.save_and_show(found, place, options["json"])
