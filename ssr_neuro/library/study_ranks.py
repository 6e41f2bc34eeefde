"""`ssr_neuro.study_ranks`: models over several data sets, as a critical-difference diagram."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ssr_neuro.charts.numbers import metric_name
from ssr_neuro.errors import BadInput
from ssr_neuro.files import json_document
from ssr_neuro.study import document as study_document
from ssr_neuro.study.ranks import Ranking, rank_models
from ssr_neuro.study.ranks_figure import figure

MAKER = "`ssr evaluate --json`"
NOT_MODELS = ("over_seeds", "together")


@dataclass(frozen=True, eq=False)
class RankStudy:
    """values: the metric of each kind of model, for each data set by the name of its file.

    ranking: the mean ranks and what they say. about: both in a sentence. svg: the diagram.
    """

    metric: str
    values: Mapping[str, Mapping[str, float]]
    ranking: Ranking
    about: str
    svg: str

    def to_dict(self, command: Sequence[str] = ()) -> dict[str, Any]:
        """The numbers as plain data. command: what made them."""
        content = {"metric": self.metric, "values": self.values, **asdict(self.ranking)}
        return study_document.wrap("ranks", command, content)

    def save(
        self,
        folder: str | Path,
        *,
        overwrite: bool = False,
        inputs: Iterable[Path] = (),
        command: Sequence[str] = (),
    ) -> tuple[Path, ...]:
        """Write ranks.json and ranks.svg; their paths. Raises BadInput as `Compiled.save`."""
        return study_document.write(
            Path(folder), self.to_dict(command), self.svg, overwrite=overwrite, inputs=inputs
        )


def study_ranks(
    documents: Sequence[str | Path], *, metric: str = "ndcg@10", alpha: float = 0.05
) -> RankStudy:
    """Mean ranks of kinds of models, Friedman's test and Nemenyi's critical difference.

    documents: what `ssr evaluate --json` printed, a file for each data set, with one model of a
    kind; a kind that one of them lacks is left out. metric: a key of those documents. alpha: of
    Nemenyi's test. Raises BadInput.
    """
    paths = [Path(path) for path in documents]
    values = [_read_metrics(path, metric) for path in paths]
    found = rank_models(values, alpha)
    about = (
        f"{metric_name(metric)} on {found.data_sets} data sets; Friedman's chi-square "
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
