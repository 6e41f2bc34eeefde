"""What a reader must know first: one sentence for each thing, and none that says too much."""

from collections.abc import Iterable, Sequence

from ssr_neuro.charts import numbers
from ssr_neuro.evaluation.columns import WINDOW_LEFT_OUT, figure_name, metric_key
from ssr_neuro.report.contents import Report
from ssr_neuro.report.names import GRAPH, SIZES, data_set_name, kind_name

SAID = {
    "float": "in float",
    "integer": "as compiled to integers",
    "recorded": "in float, as recorded in training",
}
INTEGER_UNKNOWN = ", while that of the integers is not known, as no data set was given"


def title(reports: Sequence[Report]) -> str:
    """The page in words: which models on which data sets, compiled for which chip."""
    kinds = _join_words(dict.fromkeys(_named_kind(one) for one in reports))
    named = dict.fromkeys(data_set_name(one.dataset) for one in reports if one.dataset)
    chips = dict.fromkeys(one.placement.title for one in reports if one.placement)
    on = f" on {_join_words(named)}" if named else ""
    return f"{kinds}{on}, compiled" + (f" for {_join_words(chips)}" if chips else "")


def _named_kind(report: Report) -> str:
    """Of a graph with its name, as no data set tells it from others."""
    kind = kind_name(report.model.kind)
    return f"{kind} {report.model.name}" if report.model.kind == GRAPH else kind


def _join_words(names: Iterable[str]) -> str:
    """a, b and c."""
    *before, last = names
    return f"{', '.join(before)} and {last}" if before else last


def describe_compiled(report: Report) -> str:
    """What was compiled, into what."""
    size, config = report.program, report.model.config
    given = [
        f"{numbers.count(config[key])} {noun}{'' if config[key] == 1 else 's'}"
        for key, noun in SIZES.items()
        if key in config
    ]
    of = f" of {', '.join(given)}" if given else ""
    trained = f"trained on {data_set_name(report.dataset)}" if report.dataset else "trained"
    source = f"A model of kind {kind_name(report.model.kind)}{of}, {trained} and"
    if report.model.kind == GRAPH:
        source = "A graph,"
    return (
        f"{source} compiled to "
        f"{numbers.count(size.neurons)} integer neurons in {size.populations} "
        f"population{'' if size.populations == 1 else 's'} with "
        f"{numbers.count(size.synapses)} synapses."
    )


def exactness(report: Report) -> str:
    """Whether every stage computes the same."""
    if not report.exactness:
        return "No two runs were compared, so nothing is said about exactness."
    spikes = sum(row.spikes_compared for row in report.exactness)
    read = sum(row.readouts_compared for row in report.exactness)
    runs = len(report.exactness)
    compared = (
        f"{numbers.count(spikes)} spikes and {numbers.count(read)} readout values in {runs} "
        f"comparison{'' if runs == 1 else 's'} of two runs each"
    )
    wrong = mismatches(report)
    if wrong:
        return f"Not exact: {numbers.count(wrong)} values differ, of {compared}."
    return f"Exact, bit for bit: no value differs, of {compared}."


def accuracy(report: Report, metric: str | None) -> str:
    """What compiling did to it, and which model beside it has most, in both columns."""
    if report.model.kind == GRAPH:
        return "It ranks no items, so there is no accuracy here."
    ranked = _ranked(report, metric) if metric else ""
    if metric is None or not ranked:
        return "The accuracy of the compiled model is not known: no data set was given."
    left_out = _ranked(report, metric_key(metric, WINDOW_LEFT_OUT))
    said = f"{figure_name(metric)} on the test set: {ranked}."
    return f"{said} With the window's items left out: {left_out}." if left_out else said


def _ranked(report: Report, metric: str) -> str:
    """In one column; "" where the compiled model's is not known."""
    forms = report.model.metrics
    given = {form: found[metric] for form, found in forms.items() if metric in found}
    words = " and ".join(f"{numbers.metric(value)} {SAID.get(f, f)}" for f, value in given.items())
    others = [(b.metrics[metric], b.name) for b in report.baselines if metric in b.metrics]
    if not given:
        return ""
    said = words + ("" if "integer" in given else INTEGER_UNKNOWN)
    if not others:
        return said
    value, best = max(others)
    return f"{said}; the best of the other models is {best} with {numbers.metric(value)}"


def chip(report: Report) -> str:
    """Where it lies and how long it takes, "" where no chip was given."""
    placed, latency = report.placement, report.latency
    if placed is None:
        return ""
    if placed.misfits:
        return f"It does not fit {placed.title}: {placed.misfits[0]}."
    cores = len(placed.cores)
    said = f"On {placed.title} it takes {cores} core{'' if cores == 1 else 's'}"
    if latency is None or latency.modelled.latency_s is None:
        return f"{said}; how long an inference takes there is not known."
    return f"{said}; an inference takes {numbers.duration(latency.modelled.latency_s)}, modelled."


def mismatches(report: Report) -> int:
    """Over all comparisons."""
    return sum(row.mismatches for row in report.exactness)
