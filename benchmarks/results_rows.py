"""The rows of the tables in docs/reference/results.md."""

from collections.abc import Sequence

from runs import Published, Run

METRICS = (("hr@10", "HR@10"), ("ndcg@10", "NDCG@10"), ("mrr@10", "MRR@10"))
ABOUT = ("model", "parameters", "steps", "kept at", "targets", "seconds", "lr")
NONE = ""


def rows(runs: Sequence[Run], names: dict[str, str], table: Published | None) -> str:
    """A Markdown table of runs, and beside them the figures of a paper's table if there is one.

    names: of each run, by the name of its file. Models that the paper alone has come last.
    """
    heads = list(ABOUT)
    for metric, title in METRICS:
        heads += [title, "paper", "%"] if _has(table, metric) else [title]
    lines = [[*_about(run, names), *_figures(run.kind, run, table)] for run in runs]
    if table is not None:
        missing = [kind for kind in table.models if kind not in {run.kind for run in runs}]
        blank = [NONE] * (len(ABOUT) - 1)
        lines += [[kind, *blank, *_figures(kind, None, table)] for kind in missing]
    return _markdown(heads, lines)


def rows_apart(runs: Sequence[Run], names: dict[str, str]) -> str:
    """Runs that are not compared: another number of steps, or trained weights to start from."""
    heads = [*ABOUT, "batch", "from", *(title for _, title in METRICS)]
    lines = [
        [
            *_about(run, names),
            str(run.settings["batch_size"]),
            "trained weights" if run.continued else "random weights",
            *_figures(run.kind, run, None),
        ]
        for run in runs
    ]
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
    found = run.metrics(table.hidden if table else None) if run else {}
    cells = []
    for metric, _ in METRICS:
        ours = found.get(metric)
        error = found.get(f"{metric}_error")
        cells.append(NONE if ours is None else f"{ours:.4f} ± {error:.4f}")
        if table is not None and _has(table, metric):
            theirs = table.value(kind, metric)
            cells.append(NONE if theirs is None else f"{theirs:.4f}")
            cells.append(_against(ours, theirs))
    return cells


def _against(ours: float | None, theirs: float | None) -> str:
    return NONE if ours is None or theirs is None else f"{(ours / theirs - 1) * 100:+.1f}"


def _has(table: Published | None, metric: str) -> bool:
    return table is not None and metric in table.document["metrics"]


def _markdown(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    every = [heads, ["---", *["---:"] * (len(heads) - 1)], *lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in every) + "\n"
