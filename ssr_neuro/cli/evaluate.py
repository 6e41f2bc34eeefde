"""`ssr evaluate`: models side by side, or together, on one part of a data set."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Unpack

import typer

from ssr_neuro.cli.accuracy import HEADS as ACCURACY
from ssr_neuro.cli.accuracy import accuracy_rows
from ssr_neuro.cli.console import shows_progress
from ssr_neuro.cli.input_paths import JUDGED, check_paths
from ssr_neuro.cli.options import Data, Json, reads_data
from ssr_neuro.cli.output import console, format_whole, print_json, table
from ssr_neuro.cli.short_paths import shorten_paths
from ssr_neuro.cli.train.seeds import spread_cells
from ssr_neuro.evaluation.columns import SHOWN, TITLES, metric_key
from ssr_neuro.settings.reading import ReadingOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ssr_neuro.library.evaluation import Evaluation
    from ssr_neuro.library.evaluation_comparison import OverSeeds, Paired

PAIRED_LEGEND = (
    "±: standard error of the mean difference; p: two-sided t test that it is 0. Both take users "
    "as independent, not the sequences of one user."
)
SAMPLED_LEGEND = (
    "Figures of a sample are larger than those of all items, by a factor that differs between "
    "models; compare them with figures of the same sample alone."
)
HEADS = ("model", "protocol", "N", "sequences", *ACCURACY)


@reads_data
def evaluate(
    models: Annotated[
        list[Path],
        typer.Argument(
            help="one or more model.pt, or folders of ssr-compile, whose integers rank",
            callback=check_paths(JUDGED),
        ),
    ],
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
    paired: Annotated[
        bool,
        typer.Option(
            "--paired", help="differences from the first model, sequence by sequence, as well"
        ),
    ] = False,
    sampled: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="rank each target among N items that its user has not had, drawn by --seed, as "
            "well: LRURec's protocol for XLong, with N = 10000",
        ),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="of --sampled", min=0, show_default="0")] = None,
    device: Annotated[Literal["auto", "cpu"], typer.Option(help="where to compute")] = "auto",
    json: Json = False,
    **reading: Unpack[ReadingOptions],
) -> None:
    """HR, NDCG and MRR at 10 of each model: all items ranked, and the window's items left out.

    The window holds the items that the model reads; LRURec's authors leave them out of the ranking.
    The target always stays a candidate.
    The sequences are those that the model's own training protocol left out.
    --together shows what the models would teach as several --teacher of `ssr train`.
    """
    from ssr_neuro.library.evaluation import evaluate as evaluate_models
    from ssr_neuro.library.evaluation_comparison import compare_paired, group_seeds
    from ssr_neuro.library.evaluation_document import evaluation_document, refuse_equal_names

    if json:
        refuse_equal_names(map(str, models))
    found = evaluate_models(
        list(models),
        data,
        part=part,
        history_left_out=history_left_out,
        together=together,
        sampled=sampled,
        seed=seed,
        **reading,
        device=device,
        progress=shows_progress(json),
    )
    pairs = compare_paired(found) if paired else ()
    groups = group_seeds(found)
    if json:
        print_json(evaluation_document(found, pairs=pairs, groups=groups))
        return
    names = shorten_paths(one.name for one in found)
    _show(f"{data}, {part} set", found, names)
    if sampled is not None:
        _show_sampled(found, names)
    if groups:
        _show_seeds(groups, names)
    if pairs:
        _show_pairs(pairs, names)


def _show_sampled(found: "Sequence[Evaluation]", names: Mapping[str, str]) -> None:
    """Apart from the ranking of all items."""
    every = [(names[one.name], one.sampled) for one in found if one.sampled is not None]
    rows = [
        (name, format_whole(ranking.metrics.sequences), *cells[1:])
        for name, ranking in every
        for cells in [next(accuracy_rows(ranking.metrics.to_dict(), errors=True))]
    ]
    sample = every[0][1].sample
    title = (
        f"Among {format_whole(sample.negatives)} sampled items and the target, seed {sample.seed}"
    )
    table(title, ("model", "sequences", *ACCURACY[1:]), rows)
    console.print(SAMPLED_LEGEND, soft_wrap=True)


def _show_seeds(groups: "Sequence[OverSeeds]", names: Mapping[str, str]) -> None:
    rows = [
        (
            " ".join(names[name] for name in group.names),
            TITLES[column],
            *spread_cells(asdict(group)["spread"], column),
        )
        for group in groups
        for column in SHOWN
    ]
    heads = ("models that differ in the seed", *ACCURACY)
    table("Mean ± deviation over seeds", heads, rows, left=(0, 1))


def _show_pairs(pairs: "Sequence[Paired]", names: Mapping[str, str]) -> None:
    rows = [
        (names[pair.name], TITLES[column], *cells)
        for pair in pairs
        for column in SHOWN
        for cells in [_difference_cells(pair, column)]
    ]
    heads = ("model", "candidates", "HR@10", "p", "NDCG@10", "p")
    first = names[pairs[0].against]
    table(f"Difference from {first}, sequence by sequence", heads, rows, left=(0, 1))
    console.print(PAIRED_LEGEND, soft_wrap=True)


def _difference_cells(pair: "Paired", column: str) -> list[str]:
    found = [pair.differences[metric_key(metric, column)] for metric in ("hr@10", "ndcg@10")]
    return [
        cell
        for one in found
        for cell in (f"{one.mean:+.4f} ± {one.user_error:.4f}", f"{one.p:.2g}")
    ]


def _show(title: str, found: "Sequence[Evaluation]", names: Mapping[str, str]) -> None:
    rows = [
        (names[one.name], one.protocol, one.positions, format_whole(one.metrics.sequences), *cells)
        for one in found
        for cells in accuracy_rows(one.metrics.to_dict(), errors=True)
    ]
    table(title, HEADS, rows, left=(0, 1, 4))
    if len(protocols := sorted({one.protocol for one in found})) > 1:
        console.print(
            f"{' and '.join(protocols)} test on other sequences: compare models of one protocol."
        )
