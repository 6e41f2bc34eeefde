"""How fast items become a top 10 on one core: the fast simulator beside its rivals, in one run.

    python benchmarks/engine_speed.py benchmarks/checkpoints/NAME.pt ... [--onnx FOLDER ...]
        [--batches 1 64 1024] [--rounds 7] [--out benchmarks/results/engine-speed.json]

Rivals of each model: the same quantised network as SpikingJelly's modules in float32; what the
simulator does without a C compiler; and where --onnx names folders of `ssr-compile --target onnx`,
in the order of the models, model.int8.onnx in onnxruntime. First the answers: the top 10 of the
simulator, of Numba and of SpikingJelly's network must hold the same items, but for equal scores; of
int8, which is another network, the share in common is told. Then CPU time on one thread, all in
turn, each after a run of its own that is not timed: the least of the rounds, and the spread, their
median over it. Prints JSON: microseconds a
sequence, ratios, the network alone (as the kernel chooses its ways, with products everywhere, and
with events wherever they are possible), and how long its products alone would take at the rate of
torch's int8 product on the same core. --beside says in the results what else the machine did.
--out keeps the models of earlier runs that this one does not measure.
"""

import argparse
import os
import platform
import statistics
import time
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any

os.environ["OMP_NUM_THREADS"] = "1"  # before the libraries are loaded

import numpy as np
import torch
from result_output import earlier_rows, print_result

from converters.program_to_ssr import quantised_twin
from simulators.fast import Fast
from simulators.fast_batches import read_batches
from simulators.native import network, plan
from ssr_neuro.compiler.lowering import lower_once
from ssr_neuro.compiler.options import CompileOptions
from ssr_neuro.compiler.prepare import prepare
from ssr_neuro.compiler.ssr import Built, build
from ssr_neuro.library.models import load
from ssr_neuro.measure.device import cpu_name
from ssr_neuro.native import variants
from ssr_neuro.program.ir import IntegerProgram
from ssr_neuro.program.linear_maps import Kron
from ssr_neuro.ranking import PackedItems
from ssr_neuro.serving.ranker import IntegerRanker
from ssr_neuro.stopwatch import Stopwatch

TOP = 10
Answer = Callable[[Any], Any]  # item sequences -> items (samples, TOP), best first
Row = dict[str, Any]


def main() -> None:
    given = options()
    torch.set_num_threads(1)
    kernel = network.kernel()
    here = {
        "machine": cpu_name(),
        "variant": "none" if kernel is None else getattr(variants.choose(), "name", "off"),
        "python": platform.python_version(),
        "versions": {n: version(n) for n in ("torch", "spikingjelly", "onnxruntime", "numba")},
    }
    earlier = earlier_rows(given.out, here, "models")
    rate = int8_rate()
    fresh = [
        measured(path, folder, given, rate)
        for path, folder in zip(given.models, padded(given), strict=True)
    ]
    print_result({**here, "models": with_earlier(earlier, fresh)}, given.out)


def with_earlier(earlier: list[Row], fresh: list[Row]) -> list[Row]:
    """Models of earlier runs, in their places, and those of this run."""
    by_name: dict[str, Row] = {}
    for model in (*earlier, *fresh):
        by_name[model["model"]] = {**by_name.get(model["model"], {}), **model}
    return list(by_name.values())


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("models", nargs="+", type=Path)
    parser.add_argument("--onnx", nargs="*", type=Path, default=[])
    parser.add_argument("--batches", nargs="+", type=int, default=[1, 64, 1024])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--network-alone", action="store_true", help="the kernel's ways, no rivals")
    parser.add_argument("--beside", default="nothing", help="what else ran on the machine")
    parser.add_argument("--out", type=Path)
    return parser.parse_args()


def padded(given: argparse.Namespace) -> list[Path | None]:
    return [*given.onnx, *[None] * (len(given.models) - len(given.onnx))]


def measured(path: Path, folder: Path | None, given: argparse.Namespace, rate: float) -> Row:
    model = load(path)
    built, sequences = built_from(model)
    program = built.program
    shown = np.resize(sequences, (max(given.batches), sequences.shape[1]))
    whole = {} if given.network_alone else from_items(built, sequences, shown, folder, given)
    alone = {}
    for batch in given.batches:
        runs = networks(program, built, shown[:batch], numba=not given.network_alone)
        alone[batch] = compared(runs, batch, given)
    limit_us = products(program) / rate * 1e6
    trace = Fast().run(program, {program.inputs[0].name: built.items.stimulus(sequences)})
    return {
        "model": path.name,
        "beside_network": given.beside,
        "int8_products_per_s": round(rate),
        "firing_rate": round(float(np.mean([x.mean() for x in trace.spikes.values()])), 4),
        "sequences_checked": len(sequences),
        **whole,
        "network": alone,
        "products_alone_us": round(limit_us, 1),
        "kernel_over_products": {
            b: round(rows["kernel"]["us"] / limit_us, 2) for b, rows in alone.items()
        },
    }


def from_items(
    built: Built, sequences: Any, shown: Any, folder: Path | None, given: argparse.Namespace
) -> Row:
    """Items to top 10: the kernel and its rivals, after their answers were compared."""
    answers, in_common = contestants(built, sequences, folder)
    found = {
        batch: compared({n: of(x, shown[:batch]) for n, x in answers.items()}, batch, given)
        for batch in given.batches
    }
    return {"beside": given.beside, **in_common, "items_to_top10": found}


def built_from(model: Any) -> tuple[Built, Any]:
    """The model as `ssr-compile` deploys it, and the sequences in its file."""
    watch, saved = Stopwatch(), model.checkpoint
    prepared = prepare(saved, None, CompileOptions(target="program"), watch)
    passed = lower_once(prepared.exported.program, prepared.lowering, watch)
    return build(prepared.exported, passed.lowered, watch), saved.inputs.numpy()


def contestants(built: Built, sequences: Any, folder: Path | None) -> tuple[Row, Row]:
    """Items to top 10 in each way, whose answers agree. Exits where they do not."""
    program, items = built.program, built.items
    packed = PackedItems.of(items.codes, items.bias)
    name = program.inputs[0].name
    twin = quantised_twin(built.model, built.lowered.full).float().eval()

    def ranked(read: Callable[..., dict[str, Any]]) -> Answer:
        ranker = IntegerRanker(program, packed, SimpleNamespace(readouts=read))
        return lambda part: ranker.top(part, TOP).rows + 1

    def plain(part: Any) -> Any:
        with torch.inference_mode():
            return torch.topk(twin(torch.as_tensor(part))[:, 1:], TOP).indices.numpy() + 1

    answers = {"kernel": ranked(Fast().readouts), "numba": ranked(read_batches)}
    answers["spikingjelly"] = plain
    (readouts,) = read_batches(program, {name: items.stimulus(sequences)}).values()
    scores = packed.scores(readouts)
    best = np.take_along_axis(scores, answers["kernel"](sequences) - 1, axis=1)
    for other in ("numba", "spikingjelly"):
        theirs = np.take_along_axis(scores, answers[other](sequences) - 1, axis=1)
        if not np.array_equal(np.sort(best), np.sort(theirs)):
            raise SystemExit(f"{other} ranks other items than the kernel")
    if folder is None:
        return answers, {}
    answers["onnxruntime_int8"] = onnx_answer(folder / "model.int8.onnx")
    ours, theirs = (answers[n](sequences) for n in ("kernel", "onnxruntime_int8"))
    shared = np.mean([len(np.intersect1d(a, b)) / TOP for a, b in zip(ours, theirs, strict=True)])
    return answers, {"int8_top10_in_common": round(float(shared), 4)}


def onnx_answer(path: Path) -> Answer:
    import onnxruntime

    asked = onnxruntime.SessionOptions()
    asked.intra_op_num_threads = asked.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), asked, providers=["CPUExecutionProvider"])

    def answer(part: Any) -> Any:
        (scores,) = session.run(None, {"items": part})
        return torch.topk(torch.as_tensor(scores)[:, 1:], TOP).indices.numpy() + 1

    return answer


def networks(
    program: IntegerProgram, built: Built, part: Any, *, numba: bool
) -> dict[str, Callable[[], Any]]:
    """Input spikes to readouts: the kernel, as it chooses and with either way alone, and Numba.

    Raises SystemExit where their readouts differ.
    """
    inputs = {program.inputs[0].name: built.items.stimulus(part)}
    found: dict[str, Callable[[], Any]] = {}
    if numba:
        found["numba"] = lambda: read_batches(program, inputs)
    library = network.kernel()
    if library is None:
        return found
    ways = {
        "kernel": plan.BY_COST,
        "kernel_products_alone": plan.PRODUCTS,
        "kernel_events_alone": plan.EVENTS,
    }
    for name, way in ways.items():
        ready = network.Network(library, program, network.measured_costs(), traced=False, way=way)
        found[name] = partial(ready.readouts, inputs)
    first, *others = ((name, *run().values()) for name, run in found.items())
    for name, values in others:
        if not np.array_equal(values, first[1]):
            raise SystemExit(f"{name} has other readouts than {first[0]}")
    return found


def of(answer: Answer, part: Any) -> Callable[[], Any]:
    return lambda: answer(part)


def compared(runs: dict[str, Callable[[], Any]], batch: int, given: argparse.Namespace) -> Row:
    """Microseconds of CPU time a sequence, all in turn; ratios to the kernel."""
    repeats = max(1, 32 // batch)
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for run in runs.values():
        run()
    turns = list(runs.items())
    for i in range(given.rounds):
        for name, run in turns[i % len(turns) :] + turns[: i % len(turns)]:
            run()  # the one before it may have left nothing of this one's in the caches
            start = time.process_time()
            for _ in range(repeats):
                run()
            seconds[name].append((time.process_time() - start) / repeats / batch)
    least = {name: min(found) for name, found in seconds.items()}
    return {
        name: {
            "us": round(least[name] * 1e6, 1),
            "spread": round(statistics.median(found) / least[name], 2),
            "over_kernel": round(least[name] / least.get("kernel", least[name]), 2),
        }
        for name, found in seconds.items()
    }


def products(program: IntegerProgram) -> int:
    """Multiplications of a sequence where every weight meets every spike or silence."""
    total = 0
    for synapse in program.synapses:
        linear = synapse.map
        if isinstance(linear, Kron):
            outer, inner = (int(np.count_nonzero(x)) for x in (linear.left, linear.right))
            total += outer * inner
        else:
            total += int(linear.expanded().nnz)
    return total * program.steps


def int8_rate() -> float:
    """Multiply-additions in a second of torch's int8 product on one thread, the best of ten."""
    a, b = (torch.randint(-99, 99, (1024, 1024), dtype=torch.int8) for _ in range(2))
    best = 1e9
    for _ in range(10):
        start = time.process_time()
        torch._int_mm(a, b)
        best = min(best, time.process_time() - start)
    return 1024**3 / best


if __name__ == "__main__":
    main()
