"""What integers and passes do on a whole test set: accuracy, synaptic operations, readouts, time.

    python benchmarks/whole_test_set.py model.pt --data ml-1m.txt --out results.json \
        [--weight-bits 8 6 4 3 2] [--calibrate] [--sequences N] [--recorded-float] \
        [--ranks-alone]

For each number of bits, calibrated below 8 or where asked: the model is lowered with and without
the optimising passes, both run every test sequence on the fast simulator, and every readout must be
equal. Written after each row, so that an interrupted run goes on where it was; a row that has all
items alone, of an older release, gets the window's column. Models trained for fewer bits are
measured at theirs alone. --recorded-float takes the float figures of the whole test set that
`ssr train` left in model.pt; --ranks-alone leaves operations and readouts out.
"""

import argparse
import json
import platform
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from result_output import write_result
from tqdm import tqdm

from simulators.fast import Fast
from ssr_neuro import checkpoint, data
from ssr_neuro.compiler.ssr import Built, Exported, build, export, float_scores, integer_scores
from ssr_neuro.costs.events import sops
from ssr_neuro.evaluation.columns import SHOWN, metric_key
from ssr_neuro.evaluation.evaluate import rank_rows
from ssr_neuro.lower import Lowering, lower
from ssr_neuro.lower.calibrate import calibrate
from ssr_neuro.program.ir import IntegerProgram
from ssr_neuro.stopwatch import Stopwatch
from ssr_neuro.verification.prove import Lowered

FAMILIAR = 64  # validation sequences that calibration sees
COUNTED = 2048  # test sequences, evenly spaced, whose synaptic operations are counted
BATCH = 2048
METRICS = tuple(
    metric_key(name, column)
    for column in SHOWN
    for name in ("hr@5", "hr@10", "hr@20", "ndcg@5", "ndcg@10", "ndcg@20", "mrr@10")
)


@dataclass(frozen=True)
class TestSetBench:
    """One model and the test set it is measured on."""

    exported: Exported
    split: data.Split
    rows: np.ndarray[Any, np.dtype[np.int64]]

    def batches(self) -> Any:
        return np.array_split(self.rows, max(1, len(self.rows) // BATCH))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--weight-bits", type=int, nargs="+", default=[8])
    parser.add_argument("--calibrate", action="store_true", help="8 bits, too")
    parser.add_argument("--sequences", type=int, help="only so many, evenly spaced")
    parser.add_argument("--recorded-float", action="store_true", help="as model.pt has them")
    parser.add_argument(
        "--ranks-alone", action="store_true", help="neither operations nor readouts"
    )
    given = parser.parse_args()
    if given.recorded_float and given.sequences:
        parser.error("--recorded-float is of the whole test set; leave out --sequences")
    saved = checkpoint.load(given.model)
    dataset = data.load(given.data)
    checkpoint.check_data(saved, dataset, given.model)
    split = data.split(
        dataset, protocol=saved.training["protocol"], positions=saved.config.positions
    )
    every = len(split.test)
    rows = np.unique(np.linspace(0, every - 1, min(given.sequences or every, every)).astype(int))
    bench = TestSetBench(export(saved, Stopwatch()), split, rows)
    measured_here = identity(saved, bench)
    if given.out.exists():
        found = gone_on_with(given.out, measured_here)
    else:
        found = about(saved, bench, measured_here, given.recorded_float)
    for bits in [saved.weight_bits] if saved.weight_bits else given.weight_bits:
        row = found["integer"].get(str(bits), {})
        if METRICS[-1] not in row:
            clips = clipped(bench, saved, bits, given)
            if row or given.ranks_alone:
                row = rank_alone(bench, bits, clips, row)
            else:
                row = measured(bench, bits, clips)
            found["integer"][str(bits)] = row
            write_result(found, given.out)
            print(json.dumps({"bits": bits, **row}), flush=True)


def identity(saved: checkpoint.Checkpoint, bench: TestSetBench) -> dict[str, Any]:
    """What a file of results must be of to be gone on with."""
    return {
        "trained": {k: v for k, v in saved.training.items() if k != "curve"},
        "config": saved.config.to_dict(),
        "trained_for_bits": saved.weight_bits,
        "sequences": len(bench.rows),
    }


def gone_on_with(out: Path, identity: dict[str, Any]) -> dict[str, Any]:
    """The results that are there. Ends the run where they are of another model or sequences.

    A file of an older release may say less of its configuration; what it says must hold.
    """
    found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    here = json.loads(json.dumps(identity))
    stated, known = found.get("config", {}), here["config"]
    other = [name for name in ("trained", "sequences") if found.get(name) != here[name]]
    if any(name not in known or known[name] != value for name, value in stated.items()):
        other.append("config")
    if other:
        raise SystemExit(
            f"{out} holds results of another run: {', '.join(other)} differ from those of this "
            "model, data set and --sequences; name another file with --out"
        )
    return found


def about(
    saved: checkpoint.Checkpoint, bench: TestSetBench, identity: dict[str, Any], recorded: bool
) -> dict[str, Any]:
    """The float model on the same sequences, and what ran here."""
    known = saved.training["test"]
    return {
        **identity,
        "machine": f"{platform.machine()}, {torch.get_num_threads()} threads",
        "float": {name: known[name] for name in METRICS if name in known}
        if recorded
        else accuracy(bench, float_scores(saved.model())),
        "integer": {},
    }


def accuracy(bench: TestSetBench, score: Any) -> dict[str, float]:
    ranks = rank_rows(score, bench.split.test, bench.rows, 512, progress=True)
    found = ranks.metrics().to_dict()
    return {name: found[name] for name in METRICS}


def clipped(
    bench: TestSetBench, saved: checkpoint.Checkpoint, bits: int, given: argparse.Namespace
) -> dict[str, float] | None:
    """What calibration clips on validation sequences; None where there is none, as it compiles."""
    if bits == saved.weight_bits or (bits == 8 and not given.calibrate):
        return None
    familiar = np.linspace(0, len(bench.split.valid) - 1, FAMILIAR).astype(int)
    stimulus = bench.exported.stimulus(bench.split.valid.batch(familiar)[0])
    return calibrate(bench.exported.program, stimulus, bits, Fast())


def rank_alone(
    bench: TestSetBench, bits: int, found_clips: dict[str, float] | None, row: dict[str, Any]
) -> dict[str, Any]:
    """Both columns, and what the row has already. Ends the run where a figure of it differs."""
    full = lower(bench.exported.program, Lowering(bits, found_clips or {}))
    small = lower(bench.exported.program, Lowering(bits, found_clips or {}, optimise=True))
    built = build(bench.exported, Lowered(full, small), Stopwatch())
    found = accuracy(bench, integer_scores(small, built.items))
    if differs := [name for name in METRICS if name in row and row[name] != found[name]]:
        raise SystemExit(f"{', '.join(differs)} differ from the row that is there: {found}")
    return {"calibrated": found_clips is not None} | found | row


def measured(
    bench: TestSetBench, bits: int, found_clips: dict[str, float] | None
) -> dict[str, Any]:
    clips = found_clips or {}
    full = lower(bench.exported.program, Lowering(bits, clips))
    small = lower(bench.exported.program, Lowering(bits, clips, optimise=True))
    built = build(bench.exported, Lowered(full, small), Stopwatch())
    start = time.perf_counter()
    found = accuracy(bench, integer_scores(small, built.items))
    seconds = time.perf_counter() - start
    before, after = operations(bench, full), operations(bench, small)
    return {
        **found,
        "calibrated": found_clips is not None,
        "seconds_network_scoring_and_ranking": round(seconds, 1),
        "sequences_counted": min(COUNTED, len(bench.rows)),
        "synaptic_operations_unoptimised": round(before),
        "synaptic_operations": round(after),
        "times_fewer": round(before / after, 3),
        **equality(bench, built),
    }


def operations(bench: TestSetBench, program: IntegerProgram) -> float:
    """Synaptic operations per inference."""
    picked = bench.rows[np.unique(np.linspace(0, len(bench.rows) - 1, COUNTED).astype(int))]
    total = 0
    for rows in np.array_split(picked, 8):
        trace = Fast().run(program, bench.exported.stimulus(bench.split.test.batch(rows)[0]))
        total += sum(int(x.sum()) for x in sops(program, trace).values())
    return total / len(picked)


def equality(bench: TestSetBench, built: Built) -> dict[str, int]:
    """Readout values of both programs on every sequence. Ends the run where one differs."""
    compared = 0
    for rows in tqdm(bench.batches(), "compare readouts"):
        stimulus = bench.exported.stimulus(bench.split.test.batch(rows)[0])
        full, small = (
            Fast().readouts(program, stimulus)
            for program in (built.lowered.full, built.lowered.program)
        )
        for name, values in full.items():
            if wrong := int((values != small[name]).sum()):
                raise SystemExit(f"{wrong} values of readout {name!r} differ after the passes")
            compared += values.size
    return {"readouts_compared": compared, "readouts_different": 0}


if __name__ == "__main__":
    main()
