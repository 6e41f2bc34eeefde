"""The best ten of a catalogue of binary codes: packed bits beside float rivals, in one run.

    pip install faiss-cpu usearch
    python benchmarks/top_k.py --out benchmarks/results/top-k.json [--items 3416 100000 1000000]

All methods score V random codes of 256 bits and a bias against random readouts, one thread, after
their best scores were found equal; what is not installed is left out. Rivals hold float32, in which
these sums are exact. CPU time, methods in turn, median and quartiles over the repeats. `read` is
one reading of as many bytes as the packed table takes: the limit for one sample. The largest
catalogue, --mapped, is mapped from a file, without rivals.
"""

import argparse
import json
import os
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import numpy.typing as npt

from ssr_neuro.files.versions import versions_of
from ssr_neuro.measure.device import cpu_name
from ssr_neuro.program.arrays import Ints
from ssr_neuro.ranking import PackedItems, kernel
from ssr_neuro.ranking.layout import WORD_BITS, empty_blocks, put_biases

STEPS, FEATURES, K = 4, 64, 10
BITS = STEPS * FEATURES
LARGEST = 733, 5127  # of readouts and biases of the paper's network on ML-1M

Floats = npt.NDArray[np.float32]
# readouts with a 1 behind them, float32 (samples, BITS + 1) -> the best K scores (samples, K)
Method = Callable[[Floats], npt.NDArray[Any]]


def random_items(items: int, seed: int = 0) -> PackedItems:
    """Codes of independent bits, biases evenly spread."""
    rng = np.random.default_rng(seed)
    blocks = empty_blocks(items, BITS)
    words = BITS // WORD_BITS
    blocks[:, :words] = rng.integers(0, 1 << WORD_BITS, blocks[:, :words].shape, np.uint16)
    blocks[:, words] = rng.integers(0, 1 << BITS % WORD_BITS, blocks[:, words].shape, np.uint16)
    put_biases(blocks, rng.integers(-LARGEST[1], LARGEST[1] + 1, len(blocks) * blocks.shape[2]))
    return PackedItems(blocks, items, STEPS, FEATURES, LARGEST[1])


def table_of(items: PackedItems) -> Floats:
    """Codes and the bias as float32 (V, BITS + 1)."""
    table = np.empty((items.items, BITS + 1), np.float32)
    for at in range(0, items.items, 1 << 16):
        rows = np.arange(at, min(at + (1 << 16), items.items))
        table[rows, :BITS] = items.codes(rows).reshape(len(rows), -1)
    table[:, BITS] = items.bias
    return table


def rivals_of(table: Floats) -> dict[str, Method]:
    """Exact rankers of what is installed."""
    makers = {"torch": _torch, "faiss": _faiss, "onnxruntime": _onnxruntime, "usearch": _usearch}
    return {name: make(table) for name, make in makers.items() if find_spec(name)}


def _torch(table: Floats) -> Method:
    import torch

    torch.set_num_threads(1)
    held = torch.from_numpy(table)

    def best(readouts: Floats) -> npt.NDArray[Any]:
        with torch.inference_mode():
            return (torch.from_numpy(readouts) @ held.T).topk(K).values.numpy()

    return best


def _faiss(table: Floats) -> Method:
    import faiss

    faiss.omp_set_num_threads(1)
    index = faiss.IndexFlatIP(table.shape[1])
    index.add(table)
    return lambda readouts: index.search(readouts, K)[0]


def _onnxruntime(table: Floats) -> Method:
    import onnx
    import onnxruntime
    from onnx import helper, numpy_helper

    initial = [
        numpy_helper.from_array(np.ascontiguousarray(table.T), "table"),
        numpy_helper.from_array(np.array([K]), "k"),
    ]
    nodes = [
        helper.make_node("MatMul", ["x", "table"], ["scores"]),
        helper.make_node("TopK", ["scores", "k"], ["best", "rows"]),
    ]
    number, whole = onnx.TensorProto.FLOAT, onnx.TensorProto.INT64
    graph = helper.make_graph(
        nodes,
        "top",
        [helper.make_tensor_value_info("x", number, ["n", table.shape[1]])],
        [
            helper.make_tensor_value_info(n, t, ["n", K])
            for n, t in (("best", number), ("rows", whole))
        ],
        initial,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # Above 2 GB protobuf holds no model; the weights then come from a file.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "top.onnx"
        onnx.save_model(model, path, save_as_external_data=True)
        session = onnxruntime.InferenceSession(str(path), options)
    return lambda readouts: session.run(["best", "rows"], {"x": readouts})[0]


def _usearch(table: Floats) -> Method:
    from usearch.index import MetricKind, search

    def best(readouts: Floats) -> npt.NDArray[Any]:
        found = search(table, readouts, K, MetricKind.IP, exact=True, threads=1)
        return 1 - np.asarray(found.distances).reshape(len(readouts), K)

    return best


def packed_of(items: PackedItems) -> Method:
    def best(readouts: Floats) -> Ints:
        return items.top(readouts[:, :BITS].astype(np.int64).reshape(-1, STEPS, FEATURES), K).scores

    return best


def measure(methods: dict[str, Method], readouts: Floats, repeats: int) -> dict[str, Any]:
    """CPU milliseconds of each method by name, in turn."""
    taken: dict[str, list[float]] = {name: [] for name in methods}
    for turn in range(repeats + 1):
        for name, method in methods.items():
            start = time.process_time()
            method(readouts)
            if turn:
                taken[name].append(1e3 * (time.process_time() - start))
    return {name: spread(found) for name, found in taken.items()}


def spread(values: list[float]) -> dict[str, float]:
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    return {"ms": round(middle, 4), "ms_quartiles": [round(low, 4), round(high, 4)]}


def check(methods: dict[str, Method], readouts: Floats) -> None:
    """Every method finds the same best scores. usearch forms 1 - x, so it is held to that."""
    first, *others = methods
    expected = methods[first](readouts)
    for name in others:
        found = methods[name](readouts)
        same = np.allclose(found, expected, atol=1) if name == "usearch" else found == expected
        if not np.all(same):
            raise SystemExit(f"{name} finds other scores than {first}")


def run(
    items: PackedItems, batches: list[int], repeats: int, *, rivals: bool
) -> list[dict[str, Any]]:
    """One row for each batch."""
    rng = np.random.default_rng(1)
    methods = {"packed": packed_of(items)}
    if rivals:
        methods |= rivals_of(table_of(items))
    ones = np.ones(items.blocks.nbytes // 8)
    rows = []
    for batch in batches:
        readouts = np.ones((batch, BITS + 1), np.float32)
        readouts[:, :BITS] = rng.integers(-LARGEST[0], LARGEST[0] + 1, (batch, BITS))
        check(methods, readouts)
        again = max(3, min(repeats, int(3e8 / (items.items * batch))))
        found = measure({**methods, "read": lambda _: np.dot(ones, ones)}, readouts, again)
        tracemalloc.start()
        methods["packed"](readouts)
        more = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        row = {"items": items.items, "batch": batch, "repeats": again, **found}
        row["bytes_per_item"] = round(items.bytes_per_item, 2)
        row["bytes_beside_the_table"] = more
        if best := min((found[n]["ms"], n) for n in methods if n != "packed") if rivals else None:
            row["best_rival"] = best[1]
            row["times_faster"] = round(best[0] / found["packed"]["ms"], 2)
        row["times_one_reading"] = round(found["packed"]["ms"] / found["read"]["ms"], 2)
        rows.append(row)
        print(json.dumps(row), flush=True)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--items", type=int, nargs="*", default=[3416, 100_000, 1_000_000])
    parser.add_argument("--mapped", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=int, default=30)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    rows = []
    for count in given.items:
        batches = [1, 256] if count <= 100_000 else [1, 8]
        rows += run(random_items(count), batches, given.repeats, rivals=True)
    if given.mapped:
        with tempfile.TemporaryDirectory() as folder:
            random_items(given.mapped).save(Path(folder) / "items")
            mapped = PackedItems.open(Path(folder) / "items")
            rows += [{**row, "mapped": True} for row in run(mapped, [1, 8], 5, rivals=False)]
    document = {
        "machine": cpu_name(),
        "kernel": kernel.name(),
        "threads": 1,
        "versions": versions_of(("numpy", "torch", "faiss-cpu", "onnxruntime", "usearch")),
        "bits": BITS,
        "k": K,
        "rows": rows,
    }
    if given.out:
        given.out.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
