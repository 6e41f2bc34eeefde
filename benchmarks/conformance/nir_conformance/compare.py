"""What an engine gave beside what every reading gives: equal, explained by one, or neither."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from .arrays import Array
from .readings import NIR
from .suite import Entry

EQUAL, EXPLAINED, DIFFERS, REFUSED, CRASHED = "equal", "explained", "differs", "refused", "crashed"
CLOSE = 1e-4  # of an output, and absolutely: float32 over some hundred steps


@dataclass(frozen=True)
class Verdict:
    """Of one engine on one graph.

    differ: output values that are not those of `nir`, of `values`. reading: the one that explains
    all, or the nearest; left: what still differs from it. late: by how many steps all outputs come
    late. without: the kind of node without which the graph is that reading's. words: of a refusal,
    or how it ended. fitting: every (reading, late) that explains all; own: those that differ from
    the readings before them on this graph.
    """

    status: str
    values: int = 0
    differ: int = 0
    reading: str = ""
    late: int = 0
    left: int = 0
    without: str = ""
    words: str = ""
    seconds: float = 0.0
    fitting: tuple[tuple[str, int], ...] = ()
    own: tuple[tuple[str, int], ...] = ()


def judge(entry: Entry, outputs: Mapping[str, Array], seconds: float = 0.0) -> Verdict:
    """outputs: by Output, as an engine gave them."""
    plain = entry.golden(NIR.name).outputs
    values = sum(x.size for x in plain.values())
    if wrong := _wrong_shapes(plain, outputs):
        return Verdict(DIFFERS, values, values, words=wrong, left=values, seconds=seconds)
    layers = len(entry.golden(NIR.name).membranes)  # each may take a step
    found = {
        (name, late): differing(entry.golden(name).outputs, outputs, late)
        for name in entry.readings
        for late in range(layers + 1)
    }
    differ = found[NIR.name, 0]
    fitting = tuple(key for key, count in found.items() if count == 0)
    own = tuple(key for key in fitting if entry.readings[key[0]] == key[0])
    status = EQUAL if differ == 0 else EXPLAINED if fitting else DIFFERS
    (reading, late) = min(found, key=lambda key: (found[key], key[1]))
    left = found[reading, late]
    return Verdict(
        status, values, differ, reading, late, left, seconds=seconds, fitting=fitting, own=own
    )


def settle(verdicts: Mapping[str, Verdict]) -> dict[str, Verdict]:
    """Of several readings that explain a graph, the one that explains most graphs of the engine."""
    weight = Counter(key for verdict in verdicts.values() for key in set(verdict.fitting))
    settled = {}
    for name, verdict in verdicts.items():
        if verdict.status == EQUAL:
            settled[name] = replace(verdict, reading=NIR.name, late=0)
        elif verdict.status == EXPLAINED:
            reading, late = max(verdict.own, key=lambda key: (weight[key], -key[1]))
            settled[name] = replace(verdict, reading=reading, late=late)
        else:
            settled[name] = verdict
    return settled


def differing(expected: Mapping[str, Array], found: Mapping[str, Array], late: int) -> int:
    """Output values that differ, but for the first `late` steps, which nothing says anything of."""
    total = 0
    for name, values in expected.items():
        one = values[: len(values) - late].astype(np.float64)
        other = found[name][late:].astype(np.float64)
        if late and not one.any():
            return values.size  # silence explains nothing
        close = np.abs(one - other) <= CLOSE + CLOSE * np.abs(one)
        total += int((~close).sum())
    return total


def _wrong_shapes(expected: Mapping[str, Array], found: Mapping[str, Array]) -> str:
    for name, values in expected.items():
        if name not in found:
            return f"gives no output {name!r}"
        if found[name].shape != values.shape:
            return f"gives the shape {found[name].shape} for {values.shape}"
    return ""
