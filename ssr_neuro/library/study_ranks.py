"""`ssr_neuro.study_ranks`: models over several data sets, as a critical-difference diagram."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.columns import figure_name
from ssr_neuro.files.distinct_names import distinct_files
from ssr_neuro.library.evaluation_document import FORMAT
from ssr_neuro.library.files_read import path_of
from ssr_neuro.library.judged_model import TOGETHER
from ssr_neuro.library.one_or_several import as_list
from ssr_neuro.library.saved_study import SavedStudy
from ssr_neuro.study import document as study_document
from ssr_neuro.study.ranks import Ranking, rank_models
from ssr_neuro.study.ranks_figure import figure


@dataclass(frozen=True, eq=False)
class RankStudy(SavedStudy):
    """values: the metric of each kind of model, for each data set by the name of its file, with
    as many of its folders as tell all files apart.

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
    Nemenyi's test. Raises BadInput, also where two files are of one data set, or of other parts.
    """
    paths = [
        path_of(one, "the path of a file of ssr evaluate --json") for one in as_list(documents)
    ]
    read = [_read_document(path, metric) for path in paths]
    _refuse_mixed(paths, read)
    values = [one.metrics for one in read]
    found = rank_models(values, alpha)
    about = (
        f"{figure_name(metric)} on {found.data_sets} data sets; Friedman's chi-square "
        f"{found.statistic:.2f}, p {found.p:.2g}; Nemenyi at {alpha:g}"
    )
    return RankStudy(
        metric,
        dict(zip(distinct_files(paths), values, strict=True)),
        found,
        about,
        figure(found, "Critical difference of mean ranks", about),
    )


@dataclass(frozen=True)
class _Document:
    """metrics: of each kind of model. fingerprint, source: of the data set. part: that judged."""

    metrics: dict[str, float]
    fingerprint: str
    source: str
    part: str


def _refuse_mixed(paths: Sequence[Path], read: Sequence[_Document]) -> None:
    """Raises BadInput where a data set would count twice, or models are judged by other parts."""
    first: dict[str, Path] = {}
    for path, one in zip(paths, read, strict=True):
        if (same := first.setdefault(one.fingerprint, path)) is not path:
            raise BadInput(
                f"{same} and {path} are of the same data set, {one.source}, which would count "
                "twice; give one file for each"
            )
        if one.part != read[0].part:
            raise BadInput(
                f"{paths[0]} is of the {read[0].part} set and {path} of the {one.part} set; give "
                "files of one part"
            )


def _read_document(path: Path, metric: str) -> _Document:
    """Raises BadInput where a metric is missing or doubled, or the data are not told."""
    models = FORMAT.read(path).get("models")
    if not isinstance(models, Mapping) or not models.keys() - {TOGETHER}:
        raise BadInput(f"{path}: has no models; name a file made by {FORMAT.maker}")
    found: dict[str, float] = {}
    judged_by = set()
    for name, one in models.items():
        if name == TOGETHER:
            continue
        kind, value = _figure(path, name, one, metric)
        if kind in found:
            raise BadInput(f"{path}: two models are of kind {kind}; give one of each kind")
        found[kind] = value
        judged_by.add(_judged_by(path, name, one))
    if len(judged_by) != 1:
        raise BadInput(
            f"{path}: its models are judged by {len(judged_by)} data sets or parts; give a file "
            "for each"
        )
    return _Document(found, *judged_by.pop())


def _figure(path: Path, name: str, model: Any, metric: str) -> tuple[str, float]:
    """The kind of a model in the document, and its metric. Raises BadInput where it lacks one."""
    kind: str = _held(path, name, model, "kind", str)
    return kind, float(_held(path, name, model, metric, int | float))


def _judged_by(path: Path, name: str, model: Any) -> tuple[str, str, str]:
    """Fingerprint and source of the data, and the part. Raises BadInput where they are not told."""
    data = _held(path, name, model, "data", Mapping)
    return (
        _held(path, f"the data of {name}", data, "fingerprint", str),
        _held(path, f"the data of {name}", data, "source", str),
        _held(path, name, model, "part", str),
    )


def _held(path: Path, name: str, content: Any, key: str, types: Any) -> Any:
    """A value of the document. Raises BadInput where it is not there, or of another type."""
    held = content.get(key) if isinstance(content, Mapping) else None
    if not isinstance(held, types) or isinstance(held, bool):
        raise BadInput(f"{path}: {name} has no {key}; evaluate it again with this release")
    return held
