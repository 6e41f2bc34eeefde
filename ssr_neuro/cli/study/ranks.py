"""`ssr study ranks`: models over several data sets, as a critical-difference diagram."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from ssr_neuro.cli.input_paths import EVALUATED, checked
from ssr_neuro.cli.options import Json, Overwrite
from ssr_neuro.cli.output import command, console, print_json, table
from ssr_neuro.cli.study.options import Out
from ssr_neuro.errors import BadInput
from ssr_neuro.files import json_document, output_folder

MAKER = "`ssr evaluate --json`"
NOT_MODELS = ("over_seeds", "together")


def ranks(
    documents: Annotated[
        list[Path],
        typer.Argument(
            help="what `ssr evaluate --json` printed, a file for each data set",
            callback=checked(EVALUATED),
        ),
    ],
    out: Out,
    metric: Annotated[
        str, typer.Option(help="key of a metric, such as ndcg@10_window_left_out")
    ] = "ndcg@10",
    alpha: Annotated[float, typer.Option(help="of Nemenyi's test")] = 0.05,
    overwrite: Overwrite = False,
    json: Json = False,
) -> None:
    """Mean ranks of kinds of models, Friedman's test and Nemenyi's critical difference.

    The SSR paper's Figure 3. Each file has one model of a kind; a kind that one of them lacks is
    left out.
    """
    output_folder.check(out, overwrite=overwrite, inputs=documents)
    from ssr_neuro.charts.numbers import metric_name
    from ssr_neuro.study.document import without_folders, write
    from ssr_neuro.study.ranks import rank_models
    from ssr_neuro.study.ranks_figure import figure

    values = [_by_kind(path, metric) for path in documents]
    found = rank_models(values, alpha)
    name = metric_name(metric)
    about = (
        f"{name} on {found.data_sets} data sets; Friedman's chi-square {found.statistic:.2f}, "
        f"p {found.p:.2g}; Nemenyi at {alpha:g}"
    )
    written: dict[str, Any] = {
        "format": 1,
        "study": "ranks",
        "command": without_folders(command()),
        "metric": metric,
        "values": {path.name: one for path, one in zip(documents, values, strict=True)},
        **asdict(found),
    }
    svg = figure(found, "Critical difference of mean ranks", about)
    places = write(out, written, svg, overwrite=overwrite, inputs=documents)
    if json:
        return print_json(written)
    rows = [(kind, f"{rank:.2f}") for kind, rank in found.mean_ranks.items()]
    table(about, ("model", "mean rank"), rows)
    console.print(f"critical difference {found.critical_difference:.2f}; not told apart:")
    for group in found.alike:
        console.print(f"  {', '.join(group)}", markup=False)
    for path in places:
        console.print(str(path), soft_wrap=True, markup=False)


def _by_kind(path: Path, metric: str) -> dict[str, float]:
    """Kind of each model -> its metric. Raises BadInput where one is missing or doubled."""
    document = json_document.read(path, MAKER)
    models = document.items() if isinstance(document, dict) else ()
    found: dict[str, float] = {}
    for name, one in models:
        if name in NOT_MODELS or not isinstance(one, Mapping) or "kind" not in one:
            continue
        if metric not in one:
            raise BadInput(f"{path}: {name} has no {metric}; evaluate it again with this release")
        if one["kind"] in found:
            raise BadInput(f"{path}: two models are of kind {one['kind']}; give one of each kind")
        found[str(one["kind"])] = float(one[metric])
    if not found:
        raise BadInput(f"{path}: has no models; name a file made by {MAKER}")
    return found
