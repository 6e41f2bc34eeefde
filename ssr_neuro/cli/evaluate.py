"""`ssr evaluate`: models side by side, or together, on one part of a data set."""

from typing import TYPE_CHECKING, Annotated, Literal, Unpack

import typer

from ssr_neuro.cli.accuracy import HEADS as ACCURACY
from ssr_neuro.cli.accuracy import accuracy_rows
from ssr_neuro.cli.console import shows_progress
from ssr_neuro.cli.options import Data, Json, Models, reads_data
from ssr_neuro.cli.output import console, print_json, table, whole
from ssr_neuro.settings.reading import ReadingOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ssr_neuro.library.evaluation import Evaluation

HEADS = ("model", "protocol", "N", "sequences", *ACCURACY)


@reads_data
def evaluate(
    models: Models,
    data: Data,
    history_left_out: Annotated[
        bool,
        typer.Option("--history-left-out", help="rank without all that the user has had as well"),
    ] = False,
    part: Annotated[
        Literal["test", "validation"], typer.Option(help="test, or validation: to choose by")
    ] = "test",
    together: Annotated[
        bool,
        typer.Option("--together", help="rank by the mean of the models' scores as well"),
    ] = False,
    device: Annotated[Literal["auto", "cpu"], typer.Option(help="where to compute")] = "auto",
    json: Json = False,
    **reading: Unpack[ReadingOptions],
) -> None:
    """HR, NDCG and MRR at 10 of each model: all items ranked, and the window's items left out.

    The window holds the items that the model reads; LRURec's authors leave them out of the ranking.
    The target always stays a candidate.
    The sequences are those that the model's own training protocol left out.
    What several --teacher of `ssr train` know is what they rank --together.
    """
    from ssr_neuro.library.evaluation import evaluate as evaluate_models

    found = evaluate_models(
        list(models),
        data,
        part=part,
        history_left_out=history_left_out,
        together=together,
        **reading,
        device=device,
        progress=shows_progress(json),
    )
    if json:
        print_json(
            {
                one.name: {
                    "kind": one.kind,
                    "protocol": one.protocol,
                    "positions": one.positions,
                    "part": one.part,
                    **one.metrics.to_dict(),
                }
                for one in found
            }
        )
        return
    _show(f"{data}, {part} set", found)


def _show(title: str, found: "Sequence[Evaluation]") -> None:
    rows = [
        (one.name, one.protocol, one.positions, whole(one.metrics.sequences), *cells)
        for one in found
        for cells in accuracy_rows(one.metrics.to_dict(), errors=True)
    ]
    table(title, HEADS, rows, left=(0, 1, 4))
    if len(protocols := sorted({one.protocol for one in found})) > 1:
        console.print(
            f"{' and '.join(protocols)} test on other sequences: compare models of one protocol."
        )
