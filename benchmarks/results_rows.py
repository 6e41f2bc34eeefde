"""The rows of the tables in docs/reference/results.md."""

from collections.abc import Sequence

from runs import Published, Run

from ssr_neuro.charts.numbers import UNKNOWN
from ssr_neuro.evaluation.columns import ALL_ITEMS, WINDOW_LEFT_OUT, figure_name, metric_key
from ssr_neuro.evaluation.seeds import spread_over_seeds

METRICS = ("hr@10", "ndcg@10", "mrr@10")
ALSO = ("hr@10", "ndcg@10")  # in the column that the paper has not
ABOUT = ("model", "parameters", "steps", "kept at", "targets", "seconds", "lr")
NONE = ""


def rows(runs: Sequence[Run], names: dict[str, str], table: Published | None) -> str:
    """A Markdown table of runs, and beside them the figures of a paper's table if there is one.

    names: of each run, by the name of its file. Models that the paper alone has come last.
    """
    heads = list(ABOUT)
    for metric, column in _columns(table):
        title = figure_name(metric_key(metric, column))
        heads += [title, "paper", "%"] if _has(table, metric, column) else [title]
    lines = [[*_about(run, names), *_figures(run.kind, run, table)] for run in runs]
    lines += [_mean_row(alike, table) for alike in seed_groups(runs)]
    if table is not None:
        missing = [kind for kind in table.models if kind not in {run.kind for run in runs}]
        blank = [NONE] * (len(ABOUT) - 1)
        lines += [[kind, *blank, *_figures(kind, None, table)] for kind in missing]
    return _markdown(heads, lines)


def seed_groups(runs: Sequence[Run]) -> list[list[Run]]:
    """Every two runs or more that differ in their seed alone."""
    groups: dict[str, list[Run]] = {}
    for run in runs:
        groups.setdefault(run.all_but_seed, []).append(run)
    return [alike for alike in groups.values() if len({run.settings["seed"] for run in alike}) > 1]


def _mean_row(alike: Sequence[Run], table: Published | None) -> list[str]:
    """Means over seeds, with the deviation of the models behind, not the error over sequences."""
    spreads = spread_over_seeds([run.metrics for run in alike])
    cells = [f"**{alike[0].kind}, mean ± deviation of {len(alike)} seeds**"]
    cells += [NONE] * (len(ABOUT) - 1)
    for metric, column in _columns(table):
        found = spreads.get(metric_key(metric, column))
        cells.append(UNKNOWN if found is None else f"{found.mean:.4f} ± {found.deviation:.4f}")
        if table is not None and _has(table, metric, column):
            theirs = table.value(alike[0].kind, metric)
            cells.append(NONE if theirs is None else f"{theirs:.4f}")
            cells.append(_against(found.mean if found else None, theirs))
    return cells


def rows_apart(runs: Sequence[Run], names: dict[str, str]) -> str:
    """Runs that are not compared: another number of steps, or trained weights to start from."""
    heads = [
        *ABOUT,
        "batch",
        "from",
        *(figure_name(metric_key(*which)) for which in _columns(None)),
    ]
    lines = [
        [
            *_about(run, names),
            str(run.settings["batch_size"]),
            "trained weights" if run.continued else "random weights",
            *_figures(run.kind, run, None),
        ]
        for run in runs
    ]
    for alike in seed_groups(runs):
        mean = _mean_row(alike, None)
        lines.append([*mean[: len(ABOUT)], NONE, NONE, *mean[len(ABOUT) :]])
    return _markdown(heads, lines)


def _about(run: Run, names: dict[str, str]) -> list[str]:
    t, s = run.training, run.settings
    table_lr = f", table {s['table_lr']}" if run.kind == "ssr" else ""
    return [
        f"[{names[run.name]}](../../benchmarks/results/{run.name}.train.json)",
        f"{run.document['parameters']:,}",
        f"{t['steps']:,}",
        f"{t['best_step']:,}",
        f"{run.document['targets_seen'] / 1e6:.2f} M",
        f"{t['seconds']:,.0f} ({t['device']})",
        f"{s['lr']}{table_lr}",
    ]


def _figures(kind: str, run: Run | None, table: Published | None) -> list[str]:
    cells = []
    for metric, column in _columns(table):
        key = metric_key(metric, column)
        ours = run.metrics.get(key) if run else None
        cells.append(NONE if run is None else _with_error(run.metrics, key))
        if table is not None and _has(table, metric, column):
            theirs = table.value(kind, metric)
            cells.append(NONE if theirs is None else f"{theirs:.4f}")
            cells.append(_against(ours, theirs))
    return cells


def _columns(table: Published | None) -> list[tuple[str, str]]:
    """Metrics with the candidates they are over: those that the paper ranks first."""
    first = table.column if table else ALL_ITEMS
    second = WINDOW_LEFT_OUT if first == ALL_ITEMS else ALL_ITEMS
    return [*((metric, first) for metric in METRICS), *((metric, second) for metric in ALSO)]


def _with_error(found: dict[str, float], key: str) -> str:
    return f"{found[key]:.4f} ± {found[f'{key}_error']:.4f}" if key in found else UNKNOWN


def _against(ours: float | None, theirs: float | None) -> str:
    return NONE if ours is None or theirs is None else f"{(ours / theirs - 1) * 100:+.1f}"


def _has(table: Published | None, metric: str, column: str) -> bool:
    return table is not None and column == table.column and metric in table.document["metrics"]


def _markdown(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    every = [heads, ["---", *["---:"] * (len(heads) - 1)], *lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in every) + "\n"
