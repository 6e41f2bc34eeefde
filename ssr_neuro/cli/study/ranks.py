"""`ssr study ranks`: models over several data sets, as a critical-difference diagram."""

from pathlib import Path
from typing import Annotated

import typer

from ssr_neuro.cli.input_paths import EVALUATED, check_paths
from ssr_neuro.cli.options import DryRun, Json, Overwrite
from ssr_neuro.cli.output import command, console, print_json, table
from ssr_neuro.cli.study.options import Out, StudyPlace, show_dry_run


def ranks(
    documents: Annotated[
        list[Path],
        typer.Argument(
            help="what `ssr evaluate --json` printed, a file for each data set",
            callback=check_paths(EVALUATED),
        ),
    ],
    out: Out,
    metric: Annotated[
        str, typer.Option(help="key of a metric, such as ndcg@10_window_left_out")
    ] = "ndcg@10",
    alpha: Annotated[float, typer.Option(help="of Nemenyi's test")] = 0.05,
    overwrite: Overwrite = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Mean ranks of kinds of models, Friedman's test and Nemenyi's critical difference.

    The SSR paper's Figure 3. Each file has one model of a kind; a kind that one of them lacks is
    left out.
    """
    place = StudyPlace(out, overwrite, tuple(documents))
    place.check()
    if dry_run:
        return show_dry_run(place, "ranks", False, json)
    from ssr_neuro.library.study_ranks import study_ranks

    found = study_ranks(documents, metric=metric, alpha=alpha)
    places = found.save(out, overwrite=overwrite, inputs=documents, command=command())
    if json:
        return print_json(found.to_dict(command()))
    ranking = found.ranking
    rows = [(kind, f"{rank:.2f}") for kind, rank in ranking.mean_ranks.items()]
    table(found.about, ("model", "mean rank"), rows)
    console.print(f"critical difference {ranking.critical_difference:.2f}; indistinguishable:")
    for group in ranking.alike:
        console.print(f"  {', '.join(group)}", markup=False)
    for path in places:
        console.print(str(path), soft_wrap=True, markup=False)
