"""`ssr evaluate`: models side by side on one test set."""

from pathlib import Path
from typing import Annotated

import typer

from ssr_neuro.cli.options import Core, Duplicates, Json, Reader
from ssr_neuro.cli.output import print_json, table, whole


def evaluate(
    models: Annotated[list[Path], typer.Argument(help="one or more model.pt")],
    data: Annotated[str, typer.Option(help="data set file, or 'generated'")],
    core: Core = "5-core",
    duplicates: Duplicates = "keep",
    reader: Reader = None,
    json: Json = False,
) -> None:
    """HR, NDCG and MRR at 10 of each model, full ranking over all items.

    The test set is the one that the model's own training protocol left out.
    """
    from ssr_neuro import checkpoint, data as data_sets  # noqa: I001
    from ssr_neuro.evaluate import evaluate as rank, model_scores
    from ssr_neuro.model import model_type

    dataset = data_sets.load(
        data, core=core, duplicates=duplicates, reader=reader, progress=not json
    )
    found, protocols = {}, set[str]()
    for path in models:
        saved = checkpoint.load(path)
        checkpoint.check_data(saved, dataset, path)
        protocols.add(protocol := saved.training["protocol"])
        timed = model_type(saved.kind).needs_times
        split = data_sets.split(
            dataset, protocol=protocol, positions=saved.config.positions, timed=timed
        )
        found[str(path)] = rank(model_scores(saved.model()), split.test, progress=not json)
    if json:
        print_json({path: metrics.to_dict() for path, metrics in found.items()})
        return
    rows = [
        (path, whole(m.sequences), *(f"{v[10]:.4f} ± {e[10]:.4f}" for v, e in
         ((m.hr, m.hr_error), (m.ndcg, m.ndcg_error), (m.mrr, m.mrr_error))))
        for path, m in found.items()
    ]  # fmt: skip
    heads = ("model", "sequences", "HR@10", "NDCG@10", "MRR@10")
    table(f"{dataset.source}, {', '.join(sorted(protocols))}", heads, rows)
