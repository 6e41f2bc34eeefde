"""What a bundle claims beside its golden spikes, recomputed: ranking, outputs, the report's counts.

A hash says that a file is what was made; this says that what was made is right.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from math import isclose
from pathlib import Path
from typing import Any

import numpy as np

from ssr_neuro.costs.counting import count
from ssr_neuro.costs.scoring import scoring
from ssr_neuro.errors import Mismatch
from ssr_neuro.evaluation.item_table import ItemTable
from ssr_neuro.files import npz
from ssr_neuro.library.compile_graph import OUTPUTS_FILE, outputs_of
from ssr_neuro.program.ir import IntegerProgram
from ssr_neuro.program.trace import Trace
from ssr_neuro.ranking import PackedItems
from ssr_neuro.report.contents import ProgramSummary, Report
from ssr_neuro.report.document import read_report
from ssr_neuro.report_builder.bundle_folders import ITEMS, REPORT, read_items

SEQUENCES, TOP10 = "golden/sequences.npy", "golden/top10.npy"
TOP = 10  # items of a list
REFERENCE = "reference"  # the simulator that others are compared with
TOLERANCE = 1e-12  # of means and deviations
RANKING = (ITEMS, SEQUENCES, TOP10)


def check_claims(
    folder: Path, files: Mapping[str, Any], program: IntegerProgram, trace: Trace
) -> tuple[str, ...]:
    """What was recomputed from the program and its golden run, in words.

    files: the manifest's. Raises Mismatch that names the file and the first value which differs,
    BadInput where a file cannot be read.
    """
    done = []
    items = None
    if any(name in files for name in RANKING):
        if missing := [name for name in RANKING if name not in files]:
            raise Mismatch(f"{folder} ranks items and has no {', '.join(missing)}; get it again")
        items = read_items(folder / ITEMS)
        done.append(_check_ranking(folder, items, program, trace))
    if OUTPUTS_FILE in files:
        done.append(_check_outputs(folder / OUTPUTS_FILE, program, trace))
    if REPORT in files:
        done.append(_check_report(folder / REPORT, items, program, trace))
    return tuple(done)


def _check_ranking(folder: Path, items: ItemTable, program: IntegerProgram, trace: Trace) -> str:
    """The golden inputs are the codes of the sequences, the top ten the best of the readouts."""
    sequences = _items_in(folder / SEQUENCES, trace.samples, 0, len(items.codes))
    (node,), (readout,) = program.inputs, program.readouts
    steps, features = items.codes.shape[1:]
    rows = node.shape[0] if len(node.shape) == 2 else 0
    positions = sequences.shape[1] if sequences.ndim == 2 else -1
    if (steps, rows, node.shape[-1]) != (program.steps, positions + positions // steps, features):
        raise Mismatch(
            f"{folder / SEQUENCES}: sequences of {positions} items, whose codes are of "
            f"{(steps, features)}, do not fit the input of {node.shape} over {program.steps} steps"
        )
    _demand_equal(folder / SEQUENCES, items.stimulus(sequences), trace.inputs[node.name], "input")
    best = _items_in(folder / TOP10, trace.samples, 0, len(items.codes) - 1)
    ours = PackedItems.of(items.codes, items.bias).top(trace.readouts[readout.name], TOP).rows
    _demand_equal(folder / TOP10, best, ours, "best item")
    return f"{len(sequences)} sequences give the golden inputs and the top-10 lists"


def _items_in(path: Path, samples: int, least: int, most: int) -> Any:
    """Rows of whole numbers within bounds, one for each golden sample."""
    found = npz.read_array(path)
    whole = found.dtype.kind in "iu" and found.ndim == 2 and len(found) == samples
    if not whole or found.min(initial=least) < least or found.max(initial=most) > most:
        raise Mismatch(
            f"{path} holds {found.dtype} of {found.shape}; it needs whole numbers from {least} to "
            f"{most}, a row for each of {samples} samples"
        )
    return found.astype(np.int64)  # of unsigned numbers, 0 - 1 would be the largest


def _check_outputs(path: Path, program: IntegerProgram, trace: Trace) -> str:
    """The outputs are the golden readouts in the units of the graph; what else stands there is
    the spikes of populations."""
    found = npz.read(path)
    values = outputs_of(program, trace)
    known = {**trace.spikes, **values}
    if not values.keys() <= found.keys() <= known.keys():
        raise Mismatch(f"{path} holds {sorted(found)}; the readouts are {sorted(values)}")
    for name, array in found.items():
        _demand_equal(path, array, known[name], name)
    return f"{len(found)} arrays of {path.name} are those of the golden run"


def _check_report(
    path: Path, items: ItemTable | None, program: IntegerProgram, trace: Trace
) -> str:
    """Its size of the program, its counts and what it says was compared are those of the run."""
    report = read_report(path)
    expected = dict(_claims(report, items, program, trace))
    for name, (said, found) in expected.items():
        if difference := _difference(name, said, found):
            raise Mismatch(f"{path}: {difference}; compile the model again")
    return f"{len(expected)} parts of {path.name} are those of the golden run"


def _claims(
    report: Report, items: ItemTable | None, program: IntegerProgram, trace: Trace
) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """Place in the report -> what it says, and what it must be."""
    yield "program", (asdict(report.program), asdict(ProgramSummary.of(program)))
    yield "counts", (asdict(report.counts), asdict(count(program, trace)))
    if items is not None and report.scoring is not None:
        flat = items.codes.reshape(len(items.codes), -1)
        yield "scoring", (asdict(report.scoring), asdict(scoring(flat, flat.shape[1])))
    sizes = {
        "spikes_compared": sum(x.size for x in trace.spikes.values()),
        "spikes_fired": sum(int(x.sum()) for x in trace.spikes.values()),
        "readouts_compared": sum(x.size for x in trace.readouts.values()),
        "mismatches": 0,
    }
    for k, line in enumerate(report.exactness):
        if line.left == REFERENCE:
            said = {name: value for name, value in asdict(line).items() if name in sizes}
            yield f"exactness[{k}]", (said, sizes)


def _difference(name: str, said: Any, found: Any) -> str | None:
    """The first value of two trees that differs, in words; None where there is none.

    Means and deviations may differ in their last bits: another machine adds in another order.
    """
    if isinstance(said, dict) and isinstance(found, dict):
        keys = [*found, *(key for key in said if key not in found)]
        parts = ((f"{name}.{key}", said.get(key), found.get(key)) for key in keys)
        return next(filter(None, (_difference(*part) for part in parts)), None)
    if isinstance(said, tuple | list) and isinstance(found, tuple | list):
        if len(said) != len(found):
            return f"{name} has {len(said)} entries, the golden run gives {len(found)}"
        parts = ((f"{name}[{i}]", *pair) for i, pair in enumerate(zip(said, found, strict=True)))
        return next(filter(None, (_difference(*part) for part in parts)), None)
    if isinstance(said, float) and isinstance(found, float):
        same = isclose(said, found, rel_tol=TOLERANCE)
    else:
        same = said == found
    return None if same else f"{name} is {said!r}, the golden run gives {found!r}"


def _demand_equal(path: Path, said: Any, found: Any, what: str) -> None:
    if said.shape != found.shape:
        raise Mismatch(f"{path}: {what} of {said.shape}; the golden run gives {found.shape}")
    if len(places := np.argwhere(said != found)):
        at = tuple(int(i) for i in places[0])
        raise Mismatch(
            f"{path} differs from the golden run, first at {what} {at}: {said[at]} and {found[at]}"
        )
