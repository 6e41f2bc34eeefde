"""What is known of a trained model by the name of its results: accuracy, counts, energy.

Accuracy is that of its `.train.json`, of the integers of an SSR that of its `.test-set.json`.
Energy is priced here, from the counts in its `.cost.json` or from its config.
"""

from collections.abc import Mapping, Sequence
from functools import cache

from number_regions import RESULTS, read_result
from runs import Run, read_runs

from ssr_neuro.charts.numbers import UNKNOWN
from ssr_neuro.chip import load_chip
from ssr_neuro.costs import arithmetic_bill, cost, memory_bill
from ssr_neuro.costs.accounting.memory_model import MemoryModel
from ssr_neuro.costs.accounting.quantised_ann_bound import quantised_ann_bill
from ssr_neuro.costs.models.ssr_ann import shape_of
from ssr_neuro.evaluation.columns import WINDOW_LEFT_OUT, metric_key
from ssr_neuro.model import config_from_dict
from ssr_neuro.report_builder import cost_compiled
from ssr_neuro.report_builder.cost_compiled import CompiledCounts
from ssr_neuro.settings.default_chip import DEFAULT_LOGIC
from ssr_neuro.settings.models.ssr_ann import SsrAnnConfig

# In what form a device would run a model that answers one user.
DEVICE_FORMS = {"lrurec": "incremental", "gru4rec": "incremental", "sasrec": "cached"}
PAIR = ("hr@10", "ndcg@10")
LEFT_OUT = (metric_key("hr@10", WINDOW_LEFT_OUT), metric_key("ndcg@10", WINDOW_LEFT_OUT))


FLOAT = " (float)"


def integer_metrics(name: str) -> dict[str, float]:
    """Of the integers, as they rank the test set. Raises BadInput where they have not."""
    found: dict[str, float] = next(iter(read_result(f"{name}.test-set")["integer"].values()))
    return found


def both_columns(run: Run) -> list[str]:
    """HR@10 / NDCG@10 with all items ranked, and with the window left out.

    Of an SSR those of its integers; where they were not ranked so, of the float network, which says
    so.
    """
    ranked = (RESULTS / f"{run.name}.test-set.json").exists()
    integers = integer_metrics(run.name) if ranked else {}
    return [_pair(run, integers, names) for names in (PAIR, LEFT_OUT)]


def float_columns(run: Run) -> list[str]:
    """The same of the trained network, before it is compiled."""
    return [values(run.metrics, names) for names in (PAIR, LEFT_OUT)]


def _pair(run: Run, integers: Mapping[str, float], names: tuple[str, str]) -> str:
    if run.kind != "ssr" or names[0] in integers:
        return values(integers or run.metrics, names)
    found = values(run.metrics, names)
    return found if found == UNKNOWN else found + FLOAT


def values(found: Mapping[str, float], names: tuple[str, str] = PAIR) -> str:
    """Two figures with a stroke between them; unknown where they were not measured."""
    if names[0] not in found:
        return UNKNOWN
    return " / ".join(f"{found[name]:.4f}" for name in names)


@cache
def _all_runs() -> dict[str, Run]:
    return {run.name: run for run in read_runs()}


def run_of(name: str) -> Run:
    return _all_runs()[name]


@cache
def counted(name: str) -> CompiledCounts:
    return cost_compiled.read(RESULTS / f"{name}.cost.json")


def energies_pj(run: Run) -> tuple[float, float]:
    """Of one inference in int8: arithmetic with sums of 32 bits alone, and with memory."""
    chip, memory = load_chip(DEFAULT_LOGIC), MemoryModel.of("int8")
    if run.kind == "ssr":
        compiled = counted(run.name)
        bills = [compiled.bill(chip, "int8", model) for model in (None, memory)]
    elif bits := run.document["config"].get("activation_bits", 0):
        shape = shape_of(SsrAnnConfig.from_dict(run.document["config"]))
        bills = [quantised_ann_bill(shape, bits, chip, model) for model in (None, memory)]
    else:
        config = config_from_dict(run.kind, run.document["config"])
        one = cost(run.kind, config, DEVICE_FORMS.get(run.kind, "full"))
        bills = [arithmetic_bill(one, chip, "int8"), memory_bill(one, chip, "int8", model=memory)]
    arithmetic, with_memory = (bill.total_pj for bill in bills)
    if arithmetic is None or with_memory is None:
        raise TypeError(f"{run.name}: {DEFAULT_LOGIC} has a price for every term of int8")
    return arithmetic, with_memory


def markdown_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
