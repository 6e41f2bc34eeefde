"""The table of docs/background/compiler.md on soft reset, from results/soft-reset.json."""

from collections.abc import Callable
from math import sqrt
from statistics import mean, stdev
from typing import Any

from number_regions import read_result

Row = dict[str, Any]


def soft_reset() -> str:
    """A row for each network, and one for the mean over all of them."""
    rows = read_result("soft-reset")["rows"]
    names = list(dict.fromkeys(row["network"] for row in rows))
    lines = [
        "| network | spikes, soft | moved | spikes, hard | moved | soft less hard | nearer: soft, "
        "hard | framework differs | synapses, soft : hard |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [_line(name, [row for row in rows if row["network"] == name]) for name in names]
    soft, hard = (f"**{share(rows, which):.1%}**" for which in ("soft", "hard"))
    last = ["**mean over all**", "", soft, "", hard, _difference(rows), _nearer(rows), "", ""]
    lines.append(f"| {' | '.join(last)} |")
    return "\n".join(lines)


def _line(name: str, rows: list[Row]) -> str:
    def total(which: str, what: str) -> int:
        return sum(row[which][what] for row in rows)

    cells = [name]
    for which in ("soft", "hard"):
        cells += [f"{total(which, 'spikes'):,}", f"{share(rows, which):.1%}"]
    cells += [_difference(rows), _nearer(rows), f"{total('soft', 'float_differs'):,}"]
    cells.append(f"{total('soft', 'synapses') / total('hard', 'synapses'):.1f}")
    return f"| {' | '.join(cells)} |"


def share(rows: list[Row], which: str) -> float:
    """The mean over networks and seeds of the part of the spikes that quantising moves."""
    return float(mean(row[which]["integers_differ"] / max(1, row[which]["spikes"]) for row in rows))


def _difference(rows: list[Row]) -> str:
    """Mean and standard error over networks and seeds, in points of a hundred."""
    found = [100 * (share([row], "soft") - share([row], "hard")) for row in rows]
    return f"{mean(found):+.1f} ± {stdev(found) / sqrt(len(found)):.1f}"


def _nearer(rows: list[Row]) -> str:
    """How many networks have the smaller share with soft reset, and how many with hard reset."""
    shares = [(share([row], "soft"), share([row], "hard")) for row in rows]
    return f"{sum(a < b for a, b in shares)} : {sum(a > b for a, b in shares)}"


TABLES: dict[str, Callable[[], str]] = {"soft-reset": soft_reset}
