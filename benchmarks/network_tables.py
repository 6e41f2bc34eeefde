"""Tables of single SSR: accuracy, firing, operations, exactness, energy, bits, penalties."""

from collections.abc import Callable, Sequence

from model_figures import (
    LEFT_OUT,
    PAIR,
    counted,
    energies_pj,
    float_columns,
    integer_metrics,
    markdown_table,
    run_of,
    values,
)
from number_regions import RESULTS, energy_text, read_result

from ssr_neuro.charts.numbers import UNKNOWN
from ssr_neuro.chip import load_chip
from ssr_neuro.costs.accounting.sheets import sheets

NETWORKS = (
    ("as in the paper", "ssr-ml-1m"),
    ("half spectrum, rate penalty 1", "ssr-ml-1m-half-penalty-1"),
    ("half spectrum, rate penalty 3", "ssr-ml-1m-half-penalty-3"),
    ("as in the paper, ML-100K", "ssr-ml-100k"),
    (
        "ML-1M, ties in the order of the ratings: 128 features, taught, rate penalty 1",
        "ssr-ml-1m-time-128-penalty-1",
    ),
)
PENALTIES = {
    "full, no penalty": "ssr-ml-1m",
    "half, penalty 1": "ssr-ml-1m-half-penalty-1",
    "half, penalty 3": "ssr-ml-1m-half-penalty-3",
}
TAUGHT = (
    ("64 features, taught", "ssr-ml-1m-taught-12k"),
    ("128 features, taught", "ssr-ml-1m-128-taught"),
    ("256 features in two time steps, taught, refit", "ssr-ml-1m-256-refit"),
    ("the same with gains", "ssr-ml-1m-256-gains"),
    ("the same with codes to the readout", "ssr-ml-1m-256-skip"),
)


def networks() -> str:
    """Accuracy, firing, operations, exactness and energy of trained SSR."""
    return _described(NETWORKS)


def taught() -> str:
    """The same of those that learnt from an SSR-ANN."""
    return _described(TAUGHT)


def _described(models: Sequence[tuple[str, str]]) -> str:
    names = [name for _, name in models]
    rows = [[title, *map(cell, names)] for title, cell in DESCRIBED.items()]
    return markdown_table(["", *(title for title, _ in models)], rows)


def _integers(name: str, names: tuple[str, str]) -> str:
    if not _ranked(name):
        return UNKNOWN
    of = read_result(f"{name}.test-set")["sequences"]
    found = values(integer_metrics(name), names)
    whole = found == UNKNOWN or of == run_of(name).data["test"]
    return found if whole else f"{found} (of {of:,} sequences)"


def _ranked(name: str) -> bool:
    return (RESULTS / f"{name}.test-set.json").exists()


def _exact(name: str) -> str:
    """Of the runs that stand in its report or its cost sheet, the one on Lava."""
    for kind in ("cost", "report"):
        path = RESULTS / f"{name}.{kind}.json"
        rows = read_result(f"{name}.{kind}")["exactness"] if path.exists() else []
        for row in rows:
            if row["right"] == "lava_cpu":
                return f"{row['mismatches']} of {row['spikes_compared']:,}"
    return UNKNOWN


def _beside(subject: str, name: str) -> str:
    """A rival of the network's own size, with memory."""
    found = counted(name)
    every = sheets(found.counts, found.scoring, found.shape, (), load_chip("loihi1"))
    (sheet,) = (one for one in every if one.mode == "memory-int8")
    (bill,) = (one for one in sheet.bills if one.subject == subject)
    return UNKNOWN if bill.total_pj is None else energy_text(bill.total_pj)


def _operations(name: str, key: str) -> str:
    """On 2,048 test sequences where they were counted; after the passes else on fewer."""
    if _ranked(name) and key in integer_metrics(name):
        return f"{_operation_count(name, key):,}"
    return f"{counted(name).counts.sops.mean:,.0f}" if key == AFTER else UNKNOWN


def _operation_count(name: str, key: str) -> int:
    """Of the first row of its test-set.json, that of eight bits."""
    return int(integer_metrics(name)[key])


BEFORE, AFTER = "synaptic_operations_unoptimised", "synaptic_operations"
DESCRIBED: dict[str, Callable[[str], str]] = {
    "HR@10 / NDCG@10, float": lambda name: float_columns(run_of(name))[0],
    "the same, window left out": lambda name: float_columns(run_of(name))[1],
    "HR@10 / NDCG@10, integers": lambda name: _integers(name, PAIR),
    "integers, window left out": lambda name: _integers(name, LEFT_OUT),
    "firing rate after the passes": lambda name: f"{counted(name).counts.rate:.1%}",
    "synaptic operations, as quantised": lambda name: _operations(name, BEFORE),
    "synaptic operations after the passes": lambda name: _operations(name, AFTER),
    "spikes that differ on Lava": _exact,
    "int8 arithmetic": lambda name: energy_text(energies_pj(run_of(name))[0]),
    "int8 arithmetic and memory": lambda name: energy_text(energies_pj(run_of(name))[1]),
    "SSR-ANN of its size, with memory": lambda name: _beside("SSR-ANN", name),
    "LRURec of its size, one item at a time": lambda name: _beside("lrurec, incremental", name),
    "SASRec of its size, keys and values kept": lambda name: _beside("sasrec, cached", name),
}


def few_bits() -> str:
    """ML-1M by the bits of a weight: rounded after training, and trained on the integers."""
    plain = read_result("ssr-ml-1m.test-set")
    rows = []
    for bits in sorted(plain["integer"], key=int, reverse=True):
        found, name = plain["integer"][bits], f"ssr-ml-1m-{bits}-bits"
        there = (RESULTS / f"{name}.test-set.json").exists()
        tuned = read_result(f"{name}.test-set")["integer"][bits] if there else None
        rows.append(
            [
                bits,
                _against(found, plain["float"]),
                _against(tuned, plain["float"]) if tuned else "",
                f"{run_of(name).training['steps']:,}" if tuned else "",
                f"{found['synaptic_operations']:,}",
            ]
        )
    heads = [
        "bits",
        "HR@10 / NDCG@10, rounded after training (against float)",
        "trained further",
        "for steps",
        "synaptic operations, rounded",
    ]
    return markdown_table(heads, rows)


def _against(found: dict[str, float], plain: dict[str, float]) -> str:
    share = found["ndcg@10"] / plain["ndcg@10"] - 1
    return f"{found['hr@10']:.4f} / {found['ndcg@10']:.4f} ({share:+.1%})"


def passes() -> str:
    """What each pass left of the paper's SSR on ML-1M; passes that changed nothing are left out."""
    found = read_result("ssr-ml-1m.report")["passes"]["rows"]
    start = next(k for k, row in enumerate(found) if row["name"] == "separate")
    kept = [found[start]]
    for row in found[start + 1 :]:
        if any(row[key] != kept[-1][key] for key in SAVED.values()):
            kept.append(row)
    rows = [[f"`{row['name']}`", *(f"{row[key]:,.0f}" for key in SAVED.values())] for row in kept]
    less = [f"{kept[0][key] / kept[-1][key]:.2f} x" for key in SAVED.values()]
    return markdown_table(["after", *SAVED], [*rows, ["all of them", *less]])


SAVED = {
    "neurons": "neurons",
    "synapses": "synapses",
    "synaptic operations": "sops",
    "relay neurons": "relay_neurons",
    "stored bytes": "stored_bytes",
}


def rate_penalty() -> str:
    """Operations by the penalty on firing, at equal steps, seed and settings."""
    first = _operation_count("ssr-ml-1m", "synaptic_operations_unoptimised")
    rows = []
    for title, name in PENALTIES.items():
        before, after = (
            _operation_count(name, f"synaptic_operations{end}") for end in ("_unoptimised", "")
        )
        rows.append(
            [
                title,
                float_columns(run_of(name))[0],
                _integers(name, PAIR),
                f"{before:,}",
                f"{after:,}",
                f"{first / after:.1f} x",
            ]
        )
    heads = [
        "spectrum",
        "HR@10 / NDCG@10, float",
        "integers of eight bits",
        "synaptic operations, as quantised",
        "after the passes",
        "fewer than the first",
    ]
    return markdown_table(heads, rows)


TABLES: dict[str, Callable[[], str]] = {
    "ml-1m-networks": networks,
    "ml-1m-taught": taught,
    "few-bits": few_bits,
    "passes": passes,
    "rate-penalty": rate_penalty,
}
