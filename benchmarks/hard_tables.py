"""Tables of docs/reference/reliability.md: changed files, killed commands, machines that refuse."""

import tomllib
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from mutate_source import source_hash
from number_regions import read_result

ROOT = Path(__file__).parents[1]

READERS = {
    "nir": "`.nir`: read, lower, reference and fast",
    "nir-spikes": "spikes in NIR's own form",
    "net": "`.net`: as `.nir`",
    "program": "`program.json`, `weights.npz`: load, place, run",
    "bundle": "bundles, as they are or sealed again: `ssr verify` and `check.py` say the same",
    "packed-items": "packed items: map, rank",
    "npz": "inputs and traces, `.npz`",
    "onnx": "folders of `--target onnx`, sealed again: open, rank, go on from a state",
    "model": "`model.pt`: load, export, lower, run",
    "state": "`OUT.state`: resume, start from",
    "data": "data files: ten forms, plain, gzip, zip; read again by other means",
    "journal": "studies, journal: open, take back, ask, tell",
    "sqlite": "studies, SQLite: the same",
    "chip": "chip TOML: read, place",
    "space": "search space",
    "config": "`ssr train --config`",
    "recipe": "recipes",
    "measurement": "measurements: read, write, read",
    "sana-fe": "`sana_fe.json`: the same",
    "report": "`report.json`: the same, and the page",
    "ranks": "results of `ssr evaluate --json`",
    "titles": "titles of items",
    "liberty": "cell libraries, `.lib`",
}
GOOD = ("user error", "accepted")
SIMULATORS = {"fast": "the fast simulator", "lava_cpu": "Lava"}
SIGNALS = ("SIGKILL", "SIGINT", "SIGTERM")


def fuzz_table() -> str:
    """Inputs of every reader by how they ended."""
    rows = read_result("fuzz")["readers"]
    lines = [
        "| reader | inputs | user error | accepted | "
        "traceback, memory, hang, crash, other meaning |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, title in READERS.items():
        if name not in rows:
            continue
        row = rows[name]
        faults = sum(n for end, n in row["ends"].items() if end not in GOOD)
        good = " | ".join(f"{row['ends'][end]:,}" for end in GOOD)
        lines.append(f"| {title} | {row['inputs']:,} | {good} | {faults:,} |")
    inputs = sum(row["inputs"] for row in rows.values())
    faults = sum(n for row in rows.values() for end, n in row["ends"].items() if end not in GOOD)
    good = " | ".join(f"{sum(row['ends'][end] for row in rows.values()):,}" for end in GOOD)
    return "\n".join([*lines, f"| **all** | {inputs:,} | {good} | {faults:,} |"])


def kills_table() -> str:
    """Kills of every command by signal, and what was at fault after them."""
    rows = read_result("kills")
    lines = [
        f"| command | {' | '.join(SIGNALS)} | faults |",
        "|---|" + "---:|" * (len(SIGNALS) + 1),
    ]
    for name, row in rows.items():
        cells = " | ".join(str(row[signal]) for signal in SIGNALS)
        lines.append(f"| {name} | {cells} | {row['faults']} |")
    total = {key: sum(row[key] for row in rows.values()) for key in (*SIGNALS, "faults")}
    cells = " | ".join(str(total[key]) for key in (*SIGNALS, "faults"))
    return "\n".join([*lines, f"| **all** | {cells} |"])


def machines_table() -> str:
    """Commands under every condition: done, refused in words, at fault."""
    lines = ["| condition | done | refused in words | faults |", "|---|---:|---:|---:|"]
    for name, row in read_result("machines").items():
        lines.append(f"| {name} | {row['done']} | {row['refused']} | {row['fault']} |")
    return "\n".join(lines)


def memory_table() -> str:
    """Sequences through a simulator, and the memory in the first and the last tenth of them."""
    found = read_result("flat-memory")
    rows = [
        f"| {title} | {found[name]['samples']:,} | {found[name]['seconds']:,.0f} | "
        f"{found[name]['peak_bytes_by_tenth'][0] / 1e6:,.0f} | "
        f"{found[name]['peak_bytes_by_tenth'][-1] / 1e6:,.0f} |"
        for name, title in SIMULATORS.items()
        if name in found and found[name]["peak_bytes_by_tenth"]
    ]
    heads = "| simulator | sequences | s | MB, first tenth | MB, last tenth |"
    return "\n".join((heads, "|---|---:|---:|---:|---:|", *rows))


def mutants_table() -> str:
    """Mutants of each module: tried, killed by a test, with a reason in mutants.toml, and left.

    A module that was changed since it was tried says so, and the sum leaves it out.
    """
    reasons = tomllib.loads((ROOT / "benchmarks" / "mutants.toml").read_text())
    lines = [
        "| module | mutants | tried | killed | explained | left |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    found, summed = read_result("mutants"), []
    for name, row in found.items():
        counts = _mutant_counts(row, reasons.get(name, {}))
        as_tried = _is_as_tried(name, row)
        if as_tried:
            summed.append(counts)
        cells = " | ".join(f"{n:,}" for n in counts)
        lines.append(f"| `{name}`{'' if as_tried else ', changed since'} | {cells} |")
    cells = " | ".join(f"{sum(one[k] for one in summed):,}" for k in range(5))
    modules = "all" if len(summed) == len(found) else "all but those changed since"
    return "\n".join([*lines, f"| **{modules}** | {cells} |"])


def _mutant_counts(row: Mapping[str, Any], reasons: Collection[str]) -> tuple[int, ...]:
    """All mutants, tried, killed, explained and left."""
    explained = sum(one in reasons for one in row["survivors"])
    left = len(row["survivors"]) - explained
    return row["mutants"], row["tried"], row["killed"], explained, left


def _is_as_tried(name: str, row: Mapping[str, Any]) -> bool:
    path = ROOT / name
    return path.is_file() and source_hash(path) == row["source"]


TABLES: dict[str, Callable[[], str]] = {
    "flat-memory": memory_table,
    "mutants": mutants_table,
    "fuzz": fuzz_table,
    "kills": kills_table,
    "machines": machines_table,
}
