"""Accuracy of the model before and after compiling, beside the baselines' and the paper's."""

from collections.abc import Iterator, Mapping

from ssr_neuro.charts import numbers
from ssr_neuro.evaluation.columns import (
    ALL_ITEMS,
    SHOWN,
    WINDOW_LEFT_OUT,
    column_of,
    figure_name,
    metric_key,
)
from ssr_neuro.report.accuracy_of import METRICS, Accuracy, accuracy_of
from ssr_neuro.report.contents import Report
from ssr_neuro.report.names import kind_name, subject_name
from ssr_neuro.report.page.sources import Sources
from ssr_neuro.report.page.table import Cell, Table, blank, columns, number, words
from ssr_neuro.report.rivals import Baseline

FORMS = {
    "float": "float weights, before compiling",
    "integer": "integers, as compiled",
    "recorded": "float weights, as recorded in training",
}
FAMILIES = ("hr", "ndcg", "mrr")
LEADING = ("ndcg@10", "hr@10")


def metric_names(report: Report) -> list[str]:
    """All that any model was judged by: hit rates, then NDCG, then MRR.

    Those at 10 stand first, with all items ranked and with the window's items left out, which are
    unknown of a model that an older release judged; then those at other places.
    """
    given = [*report.model.metrics.values(), *(b.metrics for b in report.baselines)]
    names = dict.fromkeys(name for metrics in given for name in metrics if _is_metric(name))
    every = sorted((n for n in names if column_of(n)[1] == ALL_ITEMS), key=_order)
    at_ten = [n for n in every if n.endswith("@10")]
    others = [n for n in every if n not in at_ten]
    return [*at_ten, *(metric_key(n, WINDOW_LEFT_OUT) for n in at_ten), *others]


def _order(name: str) -> tuple[int, int]:
    family, _, k = name.lower().partition("@")
    place = FAMILIES.index(family) if family in FAMILIES else len(FAMILIES)
    return place, int(k) if k.isdecimal() else 0


def leading_metric(report: Report) -> str | None:
    """The metric that pictures show, None where there is none."""
    names = {name.lower(): name for name in metric_names(report)}
    return next((names[one] for one in LEADING if one in names), next(iter(names.values()), None))


def left_out(metric: str) -> str:
    """The key of a metric with the window's items left out of the candidates."""
    return metric_key(metric, WINDOW_LEFT_OUT)


def sequences(report: Report) -> int | None:
    """How many test sequences the accuracy is over."""
    found = (metrics.get("sequences") for metrics in report.model.metrics.values())
    return next((int(n) for n in found if n), None)


def table(report: Report, sources: Sources, path: str) -> Table | None:
    """None where no accuracy was given. path: of the report in the JSON."""
    names = metric_names(report)
    if not names:
        return None
    rows = (*_compiled_row(report, names, path), *_rivals(report, names))
    return Table(
        "Accuracy on the test set",
        columns("Model", *map(figure_name, names)),
        rows,
        note=order_note(report),
        ref=source(report, sources),
    )


def order_note(report: Report) -> str:
    """Stands below every table of accuracies where the order of ties makes the data easier."""
    return f"{report.order_warning}." if report.order_warning else ""


def source(report: Report, sources: Sources) -> int:
    """What accuracies are computed on."""
    given = sequences(report)
    over = f"{given:,} test sequences" if given else "test sequences"
    where = f" of {report.dataset}" if report.dataset else ""
    return sources.ref(
        f"Ranking of all items for each of the {over}{where}, by one code for every model; window "
        "left out: without the items that the model reads, the target excepted; "
        "\N{PLUS-MINUS SIGN} is the standard error over the sequences."
    )


def paper_table(report: Report, sources: Sources) -> Table | None:
    """The paper's own figures for the data set, None where it has none."""
    if report.paper is None or not report.paper.accuracy:
        return None
    ref = sources.ref(f"{report.paper.citation}, Table 2, {report.paper.dataset}")
    names = list(dict.fromkeys(n for found in report.paper.accuracy.values() for n in found))
    rows = tuple(
        (words(kind_name(model)), *_values(metrics, names))
        for model, metrics in report.paper.accuracy.items()
    )
    return Table(
        f"As the paper prints it, {report.paper.dataset}",
        columns("Model", *map(figure_name, names)),
        rows,
        ref=ref,
    )


JUDGED = tuple(figure_name(metric_key(name, column)) for column in SHOWN for name in METRICS)


def accuracy_cells(found: Accuracy, ref: int, ours: Accuracy | None = None) -> tuple[Cell, ...]:
    """HR@10 and NDCG@10 of one model in both columns, with those of SSR below them from `ours`.

    ref: number of the source of accuracies. Why none is known stands in the first cell.
    """
    ssr = [f"SSR {numbers.metric(value)}" for value in ours.values] if ours else [""] * len(JUDGED)
    ssr[0] = "; ".join(filter(None, (found.why, ssr[0])))
    return tuple(
        number(value, numbers.metric, small=small, ref=ref)
        for value, small in zip(found.values, ssr, strict=True)
    )


def describe_models(report: Report, *subjects: str) -> str:
    """HR@10 and NDCG@10 of several models in one line, for a place beside their energies.

    In brackets those with the window's items left out, where any model has them.
    """
    found = {subject: accuracy_of(report, subject) for subject in subjects}
    both = any(one.ndcg_left_out is not None for one in found.values())
    said = "; ".join(f"{subject_name(name)} {_describe(one, both)}" for name, one in found.items())
    return f"HR@10 and NDCG@10{' (window left out)' if both else ''}: {said}."


def _describe(found: Accuracy, both: bool) -> str:
    if not found.known:
        return f"{numbers.UNKNOWN} ({found.why})"
    hr, ndcg, *left_out = map(numbers.metric, found.values)
    return f"{hr} and {ndcg}" + (f" ({' and '.join(left_out)})" if both else "")


def distinct(baselines: tuple[Baseline, ...]) -> list[Baseline]:
    """One for each model with accuracy: its forms compute the same scores."""
    found: dict[str, Baseline] = {}
    for baseline in baselines:
        if baseline.metrics:
            found.setdefault(baseline.file, baseline)
    return list(found.values())


def _compiled_row(report: Report, names: list[str], path: str) -> Iterator[tuple[Cell, ...]]:
    for form, metrics in report.model.metrics.items():
        name = words(report.model.name, "strong", small=FORMS.get(form, form))
        yield (name, *_values(metrics, names, f"{path}model.metrics.{form}."))


def _rivals(report: Report, names: list[str]) -> Iterator[tuple[Cell, ...]]:
    for b in distinct(report.baselines):
        yield (words(kind_name(b.kind), small=b.file), *_values(b.metrics, names))


def _values(metrics: Mapping[str, float], names: list[str], path: str = "") -> Iterator[Cell]:
    for name in names:
        if name not in metrics:
            metric, column = column_of(name)
            yield blank() if column == ALL_ITEMS or metric not in metrics else _unknown_cell()
            continue
        error = metrics.get(f"{name}_error")
        small = f"\N{PLUS-MINUS SIGN}\N{NO-BREAK SPACE}{numbers.metric(error)}" if error else ""
        where = f"{path}{name}" if path else ""
        yield number(metrics[name], numbers.metric, path=where, small=small)


def _unknown_cell() -> Cell:
    return Cell(numbers.UNKNOWN, None)


def _is_metric(name: str) -> bool:
    return "@" in name and not name.endswith("_error")
