"""`ssr_neuro.evaluation_document`: what `ssr evaluate --json` prints."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ssr_neuro.files.json_document import Format
from ssr_neuro.library.evaluation import Evaluation
from ssr_neuro.library.evaluation_comparison import OverSeeds, Paired

FORMAT = Format("ssr-neuro-evaluation", 1, "`ssr evaluate --json`")


def evaluation_document(
    evaluations: Sequence[Evaluation],
    *,
    pairs: Sequence[Paired] = (),
    groups: Sequence[OverSeeds] = (),
) -> dict[str, Any]:
    """Plain data of evaluated models: format, version, and models, name -> figures.

    pairs: of `compare_paired`; "paired" of a model then has its differences from the first. groups:
    of `group_seeds`; "over_seeds" then has the mean and deviation of each.
    """
    models = {one.name: _figures(one) for one in evaluations}
    for pair in pairs:
        values = {key: asdict(value) for key, value in pair.differences.items()}
        models[pair.name]["paired"] = {"against": pair.against, **values}
    content: dict[str, Any] = {"models": models}
    if groups:
        content["over_seeds"] = [asdict(group) for group in groups]
    return FORMAT.wrap(content)


def _figures(one: Evaluation) -> dict[str, Any]:
    figures = {
        "kind": one.kind,
        "protocol": one.protocol,
        "positions": one.positions,
        "part": one.part,
        "data": dict(one.data),
        **one.metrics.to_dict(),
    }
    return figures if one.sampled is None else {**figures, "sampled": one.sampled.to_dict()}
