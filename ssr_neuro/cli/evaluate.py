"""`ssr evaluate`: models side by side, or together, on one part of a data set."""

from typing import TYPE_CHECKING, Annotated, Literal, Unpack

import typer

from ssr_neuro.cli.console import shows_progress
from ssr_neuro.cli.options import Data, Json, Models, reads_data
from ssr_neuro.cli.output import console, print_json, table, whole
from ssr_neuro.settings.reading import ReadingOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ssr_neuro.library.evaluation import Evaluation

HEADS = ("model", "protocol", "N", "sequences", "HR@10", "NDCG@10", "MRR@10")


@reads_data
def evaluate(
    models: Models,
    data: Data,
    hide_seen: Annotated[
        Literal["history", "window"] | None,
        typer.Option(
            help="leave out what the user has had: in the whole history, or in the model's window",
            show_default="all items are ranked",
        ),
    ] = None,
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
    """HR, NDCG and MRR at 10 of each model, full ranking over all items.

    The sequences are those that the model's own training protocol left out.
    LRURec's authors hide the window. A target that was had before stays a candidate.
    What several --teacher of `ssr train` know is what they rank --together.
    """
    from ssr_neuro.library.evaluation import evaluate as evaluate_models

    found = evaluate_models(
        list(models),
        data,
        part=part,
        hide_seen=hide_seen,
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
                    "hidden": one.hidden,
                    **one.metrics.to_dict(),
                }
                for one in found
            }
        )
        return
    ranked = f"seen items ({hide_seen}) hidden" if hide_seen else "all items ranked"
    _show(f"{data}, {part} set, {ranked}", found)


def _show(title: str, found: "Sequence[Evaluation]") -> None:
    rows = [
        (
            one.name,
            one.protocol,
            one.positions,
            whole(one.metrics.sequences),
            *(
                f"{value[10]:.4f} ± {error[10]:.4f}"
                for value, error in (
                    (one.metrics.hr, one.metrics.hr_error),
                    (one.metrics.ndcg, one.metrics.ndcg_error),
                    (one.metrics.mrr, one.metrics.mrr_error),
                )
            ),
        )
        for one in found
    ]
    table(title, HEADS, rows)
    if len(protocols := sorted({one.protocol for one in found})) > 1:
        console.print(
            f"{' and '.join(protocols)} test on other sequences: compare models of one protocol."
        )
