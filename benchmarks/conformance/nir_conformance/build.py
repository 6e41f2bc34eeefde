"""Makes the suite: every graph, its inputs and what it must compute under every reading.

    python -m nir_conformance.build [FOLDER]

writes `NAME.nir`, `NAME.npz` and `suite.json` into the folder, by default the package's own.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nir
import numpy as np

from . import __version__
from .arrays import Array
from .graphs import cases
from .graphs.parts import DT_S, Case
from .integers import NotWhole, simulate_integers
from .neurons import CURRENT, LEAKY
from .readings import INTEGERS, INTEGERS_TEXT, NIR, READINGS, Reading
from .simulate import Run, simulate
from .suite import FOLDER, INDEX, KINDS
from .wiring import Wiring, unfold

NEAR = 1e-5  # of a threshold: closer than this a rounding in float32 could decide


def build(folder: Path) -> None:
    """Writes all files. Raises ValueError where a graph is near a tie that is none."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for case in cases():
        runs, no_integers = golden(case)
        arrays = {f"input/{name}": x for name, x in case.x.items()}
        first: dict[str, str] = {}  # reading -> the earliest reading that computes the same
        kept: dict[str, Run] = {}
        for name, run in runs.items():
            first[name] = next((k for k, other in kept.items() if _same(run, other)), name)
            if first[name] == name:
                kept[name] = run
                arrays |= _arrays(name, run)
        np.savez_compressed(folder / f"{case.name}.npz", **arrays)  # type: ignore[arg-type]
        nir.write(folder / f"{case.name}.nir", case.graph, compression=None)
        entries.append(_entry(case, first, no_integers))
    index = {
        "format": "nir-conformance-suite",
        "version": __version__,
        "dt_s": DT_S,
        "readings": _readings(),
        "graphs": entries,
    }
    text = json.dumps(index, indent=1) + "\n"
    (folder / INDEX).write_text(text, encoding="utf-8")


def golden(case: Case) -> tuple[dict[str, Run], str]:
    """What the graph computes under every reading, and why not in integers, or ""."""
    wiring = unfold(case.graph)
    runs = {NIR.name: simulate(case.graph, case.x, DT_S, NIR)}
    for reading in READINGS[1:]:
        matters = _matters(reading, wiring)
        run = simulate(case.graph, case.x, DT_S, reading) if matters else runs[NIR.name]
        runs[reading.name] = run
    for name, run in runs.items():
        _check_margins(case, wiring, name, run)
    try:
        runs[INTEGERS] = simulate_integers(case.graph, case.x, DT_S)
    except NotWhole as reason:
        return runs, str(reason)
    return runs, ""


def _matters(reading: Reading, wiring: Wiring) -> bool:
    """Whether any choice of the reading can change the graph."""
    nodes = [wiring.nodes[name] for name in wiring.neurons]
    fires = any(hasattr(n, "v_threshold") or hasattr(n, "threshold") for n in nodes)
    by_current = any(isinstance(n, CURRENT) for n in nodes)
    by_leak = any(isinstance(n, LEAKY) for n in nodes)
    touched = {
        "fires": fires,
        "reset": fires,
        "spikes": fires,
        "reset_to": any(np.any(np.asarray(getattr(n, "v_reset", 0)) != 0) for n in nodes),
        "decay": by_current or by_leak,
        "tau": by_current or by_leak,
        "current": by_current,
        "order": by_current,
        "bias": by_current,
        "membrane": by_current or by_leak,
        "charge": any(isinstance(n, nir.IF | nir.I) for n in nodes),
        "resistance": by_leak,
        "w_in": by_current,
        "dt": by_current,
        "loop": any(wiring.in_one_loop(n, n) for n in wiring.neurons),
    }
    return any(touched.get(choice, True) for choice in reading.choices())


def _check_margins(case: Case, wiring: Wiring, reading: str, run: Run) -> None:
    """No membrane may be so near a multiple of its threshold that float32 could miss it."""
    for name in run.spikes:
        node = wiring.nodes[name]
        threshold = np.asarray(getattr(node, "v_threshold", getattr(node, "threshold", None)))
        times = run.membranes[name] / threshold
        gap = np.abs(times - np.maximum(np.rint(times), 1))
        if ((gap > 0) & (gap < NEAR)).any():
            raise ValueError(f"{case.name}, {reading}: {name} comes within {gap[gap > 0].min():g}")
        if reading == NIR.name and (gap == 0).any() and not case.meets_threshold:
            raise ValueError(f"{case.name}, {reading}: {name} meets its threshold")


def _same(run: Run, other: Run) -> bool:
    mine, theirs = _arrays("", run), _arrays("", other)
    return all(np.array_equal(mine[key], theirs[key]) for key in mine)


def _arrays(reading: str, run: Run) -> dict[str, Array]:
    return {
        f"{reading}/{kind}/{name}": _small(values)
        for kind in KINDS
        for name, values in getattr(run, kind).items()
    }


def _small(values: Array) -> Array:
    """Counts of spikes as bytes, integers as such, other numbers as float32."""
    whole = np.array_equal(values, np.rint(values))
    if whole and values.min(initial=0) >= 0 and values.max(initial=0) <= 255:
        return values.astype(np.uint8)
    return values.astype(np.int32 if values.dtype.kind == "i" else np.float32)


def _entry(case: Case, first: dict[str, str], no_integers: str) -> dict[str, Any]:
    wiring = unfold(case.graph)
    return {
        "name": case.name,
        "group": case.group,
        "tests": case.tests,
        "equation": case.equation,
        "steps": len(next(iter(case.x.values()))),
        "inputs": {name: list(x.shape[1:]) for name, x in case.x.items()},
        "outputs": {n: _shape(wiring.nodes[n].output_type["output"]) for n in wiring.outputs},
        "meets_threshold": case.meets_threshold,
        "readings": first,
        "no_integers": no_integers,
    }


def _shape(sizes: Any) -> list[int]:
    return [int(n) for n in sizes]


def _readings() -> list[dict[str, Any]]:
    def described() -> Iterator[dict[str, Any]]:
        for one in READINGS:
            yield {"name": one.name, "text": one.text, "choices": one.choices()}
        yield {"name": INTEGERS, "text": INTEGERS_TEXT, "choices": {}}

    return list(described())


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
