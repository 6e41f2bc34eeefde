"""Hit rate and NDCG of the model that an energy belongs to, so that no energy stands without."""

from collections.abc import Mapping
from dataclasses import dataclass

from ssr_neuro.report.contents import Report

METRICS = ("hr@10", "ndcg@10")
FORMS = ("integer", "float", "recorded")  # the first that is known
SHAPE = ("items", "positions", "features", "blocks", "ffn_ratio")
TWIN, TWIN_KIND = "SSR-ANN", "ssr-ann"
NOT_EVALUATED = "not evaluated: no data set was given"
NO_TWIN = "no trained SSR-ANN of this shape was given"
A_BOUND = "a bound on energy; no such network was trained"
NOT_OURS = "another author's network, whose accuracy on this test set is not known"
NOT_RECORDED = "not recorded when the model was trained"


@dataclass(frozen=True)
class Accuracy:
    """hr, ndcg: at 10, on the test set, None where they are not known; `why` says why.

    of: the form or file that they are of.
    """

    hr: float | None
    ndcg: float | None
    of: str = ""
    why: str = ""


def accuracy_of(report: Report, subject: str) -> Accuracy:
    """subject: name of a bill. SSR's is that of its integers where they were evaluated."""
    for one in report.baselines:
        if one.subject == subject:
            return _read(one.metrics, one.file, NOT_RECORDED)
    if subject == TWIN:
        return _twin(report)
    if subject.startswith(TWIN):
        return Accuracy(None, None, why=A_BOUND)
    if not subject.lower().startswith(("ssr,", "ssr ")) and subject != "SSR":
        return Accuracy(None, None, why=NOT_OURS)
    form = next((form for form in FORMS if form in report.model.metrics), "")
    return _read(report.model.metrics.get(form, {}), form, NOT_EVALUATED)


def _twin(report: Report) -> Accuracy:
    """Of a baseline that has the shape of the compiled model."""
    for one in report.baselines:
        config, ours = one.config, report.model.config
        alike = all(config.get(key) == ours.get(key) for key in SHAPE)
        if one.kind == TWIN_KIND and alike:
            return _read(one.metrics, one.file, NOT_RECORDED)
    return Accuracy(None, None, why=NO_TWIN)


def _read(metrics: Mapping[str, float], of: str, why: str) -> Accuracy:
    found = {name.lower(): value for name, value in metrics.items()}
    hr, ndcg = (found.get(name) for name in METRICS)
    return Accuracy(hr, ndcg, of, "" if hr is not None or ndcg is not None else why)
