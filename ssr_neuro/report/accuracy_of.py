"""Hit rate and NDCG of the model that an energy belongs to, so that no energy stands without."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ssr_neuro.evaluation.columns import SHOWN, metric_key
from ssr_neuro.report.contents import Report

METRICS = ("hr@10", "ndcg@10")
FORMS = ("integer", "float", "recorded")  # the first that is known
SHAPE = ("items", "positions", "features", "blocks", "ffn_ratio")
SAME_SIZE = " of SSR's size, "  # in the subject of a model that was not trained
AS_PUBLISHED = ", as published"  # at the end of the subject of another author's network
TWIN, TWIN_KIND = "SSR-ANN", "ssr-ann"
NOT_EVALUATED = "not evaluated: no data set was given"
NO_TWIN = "no trained SSR-ANN of this shape was given"
A_BOUND = "a bound on energy; no such network was trained"
NOT_OURS = "another author's network, whose accuracy on this test set is not known"
UNTRAINED = "no trained one of this kind was given; its cost follows from its shape"
NOT_RECORDED = "not recorded when the model was trained"


@dataclass(frozen=True)
class Accuracy:
    """hr, ndcg: at 10, on the test set, None where they are not known; `why` says why.

    hr_left_out, ndcg_left_out: the same with the window's items left out of the candidates.
    of: the form or file that they are of.
    """

    hr: float | None
    ndcg: float | None
    hr_left_out: float | None = None
    ndcg_left_out: float | None = None
    of: str = ""
    why: str = ""

    @property
    def values(self) -> tuple[float | None, ...]:
        """HR@10 and NDCG@10, first with all items ranked."""
        return self.hr, self.ndcg, self.hr_left_out, self.ndcg_left_out

    @property
    def known(self) -> bool:
        """Whether any of them is."""
        return any(value is not None for value in self.values)


def accuracy_of(report: Report, subject: str) -> Accuracy:
    """subject: name of a bill. SSR's is that of its integers where they were evaluated."""
    for one in report.baselines:
        if one.subject == subject:
            return read_metrics(one.metrics, one.file, NOT_RECORDED)
    if SAME_SIZE in subject:
        return Accuracy(None, None, why=UNTRAINED)
    if subject == TWIN:
        return _twin(report)
    if subject.startswith(TWIN):
        return Accuracy(None, None, why=A_BOUND)
    if subject.endswith(AS_PUBLISHED):
        return Accuracy(None, None, why=NOT_OURS)
    if not subject.lower().startswith(("ssr,", "ssr ")) and subject != "SSR":
        return Accuracy(None, None, why=UNTRAINED)
    form = next((form for form in FORMS if form in report.model.metrics), "")
    return read_metrics(report.model.metrics.get(form, {}), form, NOT_EVALUATED)


def _twin(report: Report) -> Accuracy:
    """Of a baseline of the compiled model's shape, whose activations are not of a few bits."""
    for one in report.baselines:
        config, ours = one.config, report.model.config
        alike = all(config.get(key) == ours.get(key) for key in SHAPE)
        if one.kind == TWIN_KIND and alike and not config.get("activation_bits"):
            return read_metrics(one.metrics, one.file, NOT_RECORDED)
    return Accuracy(None, None, why=NO_TWIN)


def read_metrics(metrics: Mapping[str, float], of: str, why: str) -> Accuracy:
    """of: what these metrics are of. why: why there are none, where that is so."""
    found = {name.lower(): value for name, value in metrics.items()}
    hr, ndcg, hr_left_out, ndcg_left_out = (
        found.get(metric_key(name, column)) for column in SHOWN for name in METRICS
    )
    read = Accuracy(hr, ndcg, hr_left_out, ndcg_left_out, of)
    return read if read.known else replace(read, why=why)
