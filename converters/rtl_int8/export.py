"""The folder `rtl/` of a model in 8-bit integers: written, run under Verilator, described."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from converters.calibration import familiar_sequences, spread
from converters.rtl import verilator
from converters.rtl.document import DOCUMENT
from converters.rtl.export import DEFAULT_LANES, SYNTHESIS, priced_rows
from converters.rtl.gates_result import write_gates_result
from converters.rtl.synthesis import liberty as liberty_file
from converters.rtl.synthesis.yosys import Yosys
from converters.rtl.tables import check_lanes
from converters.rtl_int8.counters import COUNTERS
from converters.rtl_int8.folder import write_network, write_sources
from converters.rtl_int8.golden import Int8GoldenWords, golden_words
from converters.rtl_int8.matrix_parts import lrurec_parts, sasrec_parts
from converters.rtl_int8.network import Int8Network
from converters.rtl_int8.readme import readme
from converters.rtl_int8.reference import integer_scores
from converters.rtl_int8.ssr_ann import ssr_ann_network
from converters.rtl_int8.synthesis import measure
from converters.rtl_int8.tables import Int8Tables, tables
from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.columns import SHOWN, metric_key
from ssr_neuro.evaluation.evaluate import evaluate, model_scores
from ssr_neuro.exporter import Job
from ssr_neuro.program.arrays import IntArray

NETWORKS: Mapping[str, Callable[[Checkpoint, IntArray], Int8Network]] = {
    "ssr-ann": ssr_ann_network,
    "sasrec": sasrec_parts,
    "lrurec": lrurec_parts,
}


def write_rtl_int8(job: Job, folder: Path, calibrated: int, judged: int) -> Mapping[str, Any]:
    """Fill `folder`, and run its bench on every sequence of the job: what was found, plain data.

    Where there is a data set, a whole network also ranks test sequences, at most `judged`, in
    floats and in integers.

    Raises BackendFailed where Verilator is missing, BadInput for another kind of model or lanes
    that the core has not, DoesNotFit where it cannot hold the network, Mismatch where an
    activation, a best item or a counter differs.
    """
    lanes = DEFAULT_LANES if job.lanes is None else job.lanes
    liberty = None if job.liberty is None else Path(job.liberty)
    _check(job.saved, lanes, liberty)
    with job.watch.step("quantise the network"):
        familiar, on = _familiar(job, calibrated)
        network = NETWORKS[job.saved.kind](job.saved, familiar)
    with job.watch.step(f"write the tables of the core, {lanes} lanes"):
        made = tables(network, lanes)
        golden = golden_words(made, network.inputs(job.sequences))
        write_sources(folder)
        write_network(folder, made, golden)
        document = describe(made, golden, on)
        (folder / DOCUMENT).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    with job.watch.step(f"build the core with Verilator and run {len(golden.answers)} samples"):
        run = verilator.run_bench(folder)
    accuracy = _accuracy(job, network, judged)
    priced: Mapping[str, Any] = {}
    if liberty is not None:
        with job.watch.step(f"synthesise the core in the cells of {liberty.name}, run its gates"):
            priced = measure(made, golden, folder / "verilog", liberty)
        (folder / SYNTHESIS).write_text(json.dumps(priced, indent=1) + "\n", encoding="utf-8")
        write_gates_result(folder, job.path, "rtl-int8", network.left_out, _of_integers(accuracy))
    (folder / "README.md").write_text(readme(made, document, priced), encoding="utf-8")
    return {
        "lanes": lanes,
        "commands": len(made.commands) + 1,
        "bytes of memory": sum(memory["bytes"] for memory in document["memories"]),
        "left out": network.left_out or "nothing",
        "calibrated on": on,
        "samples": run.number("samples"),
        "activations compared": run.number("activations compared"),
        "places of top tens compared": run.number("places compared"),
        "mismatches": run.number("mismatches"),
        "products a sample": network.products,
        "cycles a sample": int(golden.counters[0, -1]),
        **accuracy,
        **priced_rows(priced),
    }


def _check(saved: Checkpoint, lanes: int, liberty: Path | None) -> None:
    """What can be refused before any work."""
    if saved.kind not in NETWORKS:
        hint = "; --target rtl makes gates of its spikes" if saved.kind == "ssr" else ""
        raise BadInput(
            f"--target rtl-int8 takes {', '.join(NETWORKS)}; this model is a {saved.kind}{hint}"
        )
    check_lanes(lanes)
    verilator.command()
    if liberty is not None:
        Yosys.find()
        liberty_file.check(liberty)


def _familiar(job: Job, count: int) -> tuple[IntArray, str]:
    """Sequences that set the scales; without a data set those of the checkpoint, not the few that

    `--samples` asks for.
    """
    if job.split is not None:
        return familiar_sequences(job, count)
    carried: IntArray = job.saved.inputs.numpy()
    return carried, f"the {len(carried)} sequences that the model carries"


def _accuracy(job: Job, network: Int8Network, judged: int) -> dict[str, float]:
    """Ranking of test items by floats and integers; {} without data or of a part alone."""
    if job.split is None or network.left_out:
        return {}
    test = job.split.test.take(spread(len(job.split.test), judged))
    found: dict[str, float] = {"test sequences": len(test)}
    scorers = {"float": model_scores(job.saved.model()), "int8": integer_scores(network)}
    for name, scorer in scorers.items():
        with job.watch.step(f"rank {len(test):,} test sequences, {name}"):
            metrics = evaluate(scorer, test, progress=job.watch.shown).to_dict()
        for column in SHOWN:
            for metric in ("hr@10", "hr@10_error", "ndcg@10", "ndcg@10_error"):
                key = metric_key(metric, column)
                found[f"{key}, {name}"] = metrics[key]
    return found


def _of_integers(accuracy: Mapping[str, float]) -> dict[str, float]:
    """The metrics alone, by their usual names."""
    ending = ", int8"
    return {k.removesuffix(ending): value for k, value in accuracy.items() if k.endswith(ending)}


def describe(tables: Int8Tables, golden: Int8GoldenWords, calibrated_on: str) -> dict[str, Any]:
    """`core.json`: parameters, memories, layers, where tensors stand, counts of a sample."""
    network, means = tables.network, golden.counters.mean(axis=0)
    return {
        "format": "ssr-neuro-rtl-int8",
        "version": 1,
        "network": network.name,
        "left_out": network.left_out,
        "calibrated_on": calibrated_on,
        "parameters": tables.parameters,
        "memories": memories(tables),
        "tensors": {
            name: {"base": one.base, "rows": one.rows, "words_of_a_row": one.row_words}
            for name, one in tables.tensors.items()
        },
        "layers": [
            {
                "name": layer.name,
                "kind": layer.kind,
                "source": layer.source,
                "target": layer.target,
                "rows": layer.rows,
                "inputs": layer.inputs,
                "outputs": layer.outputs,
                "rectifies": layer.rectifies,
                "skip": layer.skip,
                "gain": layer.gain,
                "shift": layer.shift,
                "largest_sum": int(layer.bounds().max(initial=0)),
            }
            for layer in network.layers
        ],
        "products": network.products,
        "samples": len(golden.counters),
        "a_sample": {
            name: mean
            for name, mean in zip(COUNTERS, means.tolist(), strict=True)
            if name != "checksum"
        },
    }


def memories(tables: Int8Tables) -> list[dict[str, Any]]:
    """Every memory of the core: words, bits of a word, bytes."""
    p, word = tables.parameters, 8 * tables.lanes
    shapes = {
        "activations": (p["ACTIVATIONS"], word),
        "weights": (p["WEIGHTS"], word),
        "parameters of outputs": (p["PARAMETERS"], 40),
        "commands": (p["COMMANDS"], 320),
        "items": (p["ITEM_WORDS"], word),
        "biases of items": (p["ITEMS"], 32),
    }
    return [
        {"name": name, "words": words, "bits": bits, "bytes": -(-words * bits // 8)}
        for name, (words, bits) in shapes.items()
    ]
