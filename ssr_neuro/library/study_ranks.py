"""`ssr_neuro.study_ranks`: models over several data sets, as a critical-difference diagram."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.columns import figure_name
from ssr_neuro.library.evaluation_document import FORMAT
from ssr_neuro.library.judged_model import TOGETHER
from ssr_neuro.library.one_or_several import as_list
from ssr_neuro.library.saved_study import SavedStudy
from ssr_neuro.study import document as study_document
from ssr_neuro.study.ranks import Ranking, rank_models
from ssr_neuro.study.ranks_figure import figure


@dataclass(frozen=True, eq=False)
class RankStudy(SavedStudy):
    """values: the metric of each kind of model, for each data set by the name of its file.

    ranking: the mean ranks and what they say. about: both in a sentence. svg: the diagram.
    """

    metric: str
    values: Mapping[str, Mapping[str, float]]
    ranking: Ranking
    about: str
    svg: str = field(repr=False)

    def to_dict(self, command: Sequence[str] = ()) -> dict[str, Any]:
        """The numbers as plain data. command: what made them."""
        content = {"metric": self.metric, "values": self.values, **asdict(self.ranking)}
        return study_document.wrap("ranks", command, content)


def study_ranks(
    documents: str | Path | Sequence[str | Path], *, metric: str = "ndcg@10", alpha: float = 0.05
) -> RankStudy:
    """Mean ranks of kinds of models, Friedman's test and Nemenyi's critical difference.

    documents: what `ssr evaluate --json` printed, a file for each data set, with one model of a
    kind; a kind that one of them lacks is left out. metric: a key of those documents. alpha: of
    Nemenyi's test. Raises BadInput.
    """
    paths = [Path(path) for path in as_list(documents)]
    values = [_read_metrics(path, metric) for path in paths]
    found = rank_models(values, alpha)
    about = (
        f"{figure_name(metric)} on {found.data_sets} data sets; Friedman's chi-square "
        f"{found.statistic:.2f}, p {found.p:.2g}; Nemenyi at {alpha:g}"
    )
    return RankStudy(
        metric,
        {path.name: one for path, one in zip(paths, values, strict=True)},
        found,
        about,
        figure(found, "Critical difference of mean ranks", about),
    )


def _read_metrics(path: Path, metric: str) -> dict[str, float]:
    """Kind of each model -> its metric. Raises BadInput where one is missing or doubled."""
    models = FORMAT.read(path).get("models")
    if not isinstance(models, Mapping):
        raise BadInput(f"{path}: has no models; name a file made by {FORMAT.maker}")
    found: dict[str, float] = {}
    for name, one in models.items():
        if name == TOGETHER:
            continue
        kind, value = _figure(path, name, one, metric)
        if kind in found:
            raise BadInput(f"{path}: two models are of kind {kind}; give one of each kind")
        found[kind] = value
    return found


def _figure(path: Path, name: str, model: Any, metric: str) -> tuple[str, float]:
    """The kind of a model in the document, and its metric. Raises BadInput where it lacks one."""
    for key, types in {"kind": str, metric: int | float}.items():
        held = model.get(key) if isinstance(model, Mapping) else None
        if not isinstance(held, types) or isinstance(held, bool):
            raise BadInput(f"{path}: {name} has no {key}; evaluate it again with this release")
    return model["kind"], float(model[metric])
