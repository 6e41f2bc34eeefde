"""`ssr_neuro.evaluation_document`: what `ssr evaluate --json` prints."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from ssr_neuro.errors import BadInput
from ssr_neuro.files.json_document import Format
from ssr_neuro.library.evaluation import Evaluation
from ssr_neuro.library.evaluation_comparison import OverSeeds, Paired, check_evaluations

FORMAT = Format("ssr-neuro-evaluation", 1, "`ssr evaluate --json`")


def evaluation_document(
    evaluations: Sequence[Evaluation],
    *,
    pairs: Sequence[Paired] = (),
    groups: Sequence[OverSeeds] = (),
) -> dict[str, Any]:
    """Plain data of evaluated models: format, version, and models, name -> figures.

    pairs: of `compare_paired`; "paired" of a model then has its differences from the first. groups:
    of `group_seeds`; "over_seeds" then has the mean and deviation of each. Raises BadInput where
    two models have one name, or a pair is of a model that is not among them.
    """
    evaluations = check_evaluations(evaluations)
    refuse_equal_names(one.name for one in evaluations)
    models = {one.name: _figures(one) for one in evaluations}
    for pair in pairs:
        if absent := {pair.name, pair.against} - models.keys():
            raise BadInput(
                f"a pair is of {min(absent)}, which is not among the evaluations; give those that "
                "were compared"
            )
        values = {key: asdict(value) for key, value in pair.differences.items()}
        models[pair.name]["paired"] = {"against": pair.against, **values}
    content: dict[str, Any] = {"models": models}
    if groups:
        content["over_seeds"] = [asdict(group) for group in groups]
    return FORMAT.wrap(content)


def refuse_equal_names(names: Iterable[str]) -> None:
    """Raises BadInput where a name occurs twice: a document has one entry for each."""
    if equal := [name for name, count in Counter(names).items() if count > 1]:
        raise BadInput(
            f"{', '.join(equal)}: models of the same name, of which the document could hold one; "
            "leave the others out, or save what is compiled, so that its folder names it"
        )


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
