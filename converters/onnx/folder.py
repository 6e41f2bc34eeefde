"""The ONNX files of one model: each written, checked, made int8, and judged on a data set."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import onnx
import torch

from converters.calibration import familiar_sequences, spread
from converters.onnx.checks import agreement, check_full_pass, check_pad, check_steps, initial_state
from converters.onnx.forms import OnnxForm, forms, full_pass
from converters.onnx.graph import OPSET, graph_of, write
from converters.onnx.int8 import has_products, quantise_model
from converters.onnx.run import OnnxFile, feed, steps
from ssr_neuro.errors import DoesNotFit
from ssr_neuro.evaluation.columns import SHOWN, metric_key
from ssr_neuro.evaluation.evaluate import evaluate, model_scores
from ssr_neuro.exporter import Job
from ssr_neuro.files.versions import package_versions
from ssr_neuro.model.lrurec import LRURec
from ssr_neuro.model.parts.recommender import RecommenderModel
from ssr_neuro.model.ssr import SSR
from ssr_neuro.program.arrays import IntArray

LIMIT_BYTES = 2**31 - 1  # of a protobuf message
MADE_WITH = ("onnx", "onnxruntime", "onnxscript", "torch")
JUDGED_BY = tuple(
    metric_key(name, column)
    for column in SHOWN
    for name in ("hr@10", "hr@10_error", "ndcg@10", "ndcg@10_error")
)


def fill(job: Job, folder: Path, calibrated: int, judged: int) -> dict[str, Any]:
    """Write the ONNX files; what was checked and measured, as plain data.

    calibrated, judged: how many validation and test sequences to take. Raises as `EXPORTER` does.
    """
    model = job.saved.model()
    check_size(model)
    files: dict[str, Any] = {}
    for form in forms(model):
        graph, exact = _float(job, model, form, folder)
        files |= exact
        if has_products(graph):
            files |= _int8(job, model, folder / f"{form.name}.onnx", graph, calibrated)
    return {
        "kind": job.saved.kind,
        "items": job.saved.config.items,
        "positions": job.saved.config.positions,
        "opset": OPSET,
        "made_with": package_versions(MADE_WITH),
        "files": files,
        **_accuracy(job, folder, judged),
    }


def check_size(model: RecommenderModel, limit: int = LIMIT_BYTES) -> None:
    """Raises DoesNotFit for weights that one ONNX file cannot hold."""
    size = sum(tensor.numel() * tensor.element_size() for tensor in model.state_dict().values())
    if size > limit:
        raise DoesNotFit(
            f"the weights take {size:,} bytes and one ONNX file holds {limit:,}; train with fewer "
            "features or items"
        )


def _float(
    job: Job, model: RecommenderModel, form: OnnxForm, folder: Path
) -> tuple[onnx.ModelProto, dict[str, Any]]:
    path = folder / f"{form.name}.onnx"
    with job.watch.step(f"export {path.name}"):
        graph = graph_of(form)
        write(graph, path)
        file = OnnxFile(path)
    with job.watch.step(f"check {path.name}"):
        if isinstance(model, LRURec) and form.name == "step":
            found = check_steps(file, model, job.sequences)
        else:
            # Spikes are compared in float64, see `converters.onnx.ssr`.
            same = job.saved.model().double() if isinstance(model, SSR) else model
            found = check_full_pass(file, model_scores(same), job.sequences)
    return graph, {path.name: {"bytes": path.stat().st_size, **found}}


def _int8(
    job: Job, model: RecommenderModel, exact: Path, graph: onnx.ModelProto, calibrated: int
) -> dict[str, Any]:
    path, file = exact.with_suffix(".int8.onnx"), OnnxFile(exact)
    spikes = isinstance(model, SSR)
    with job.watch.step(f"export {path.name}"):
        if spikes:  # the quantiser reads float32 alone
            graph = graph_of(full_pass(model, spikes=torch.float32))
        familiar, on = familiar_sequences(job, calibrated)
        write(quantise_model(graph, _feeds(file, model, familiar), spikes=spikes), path)
        small = OnnxFile(path)
    with job.watch.step(f"check {path.name}"):
        found, expected = (_scores(one, model, job.sequences) for one in (small, file))
        check_pad(path.name, found)
    close = {"sequences": len(found), **agreement(found, expected)}
    return {path.name: {"bytes": path.stat().st_size, "calibrated_on": on, **close}}


def _feeds(
    file: OnnxFile, model: RecommenderModel, sequences: IntArray
) -> Iterator[Mapping[str, Any]]:
    """What a full pass, or every step, is given."""
    if isinstance(model, LRURec) and file.steps:
        for given, _ in steps(file, initial_state(model, len(sequences)), sequences):
            yield given
    else:
        yield feed(sequences)


def _scores(file: OnnxFile, model: RecommenderModel, sequences: IntArray) -> Any:
    """After the last item, (S, V+1)."""
    if not (isinstance(model, LRURec) and file.steps):
        return file.scores()(sequences)
    *_, (_, scores) = steps(file, initial_state(model, len(sequences)), sequences)
    return scores


def _accuracy(job: Job, folder: Path, judged: int) -> dict[str, Any]:
    """Ranking of test items by the full passes; {} without a data set."""
    if job.split is None:
        return {}
    test = job.split.test.take(spread(len(job.split.test), judged))
    found: dict[str, Any] = {"sequences": len(test), "of_all": len(job.split.test)}
    for path in sorted(folder.glob("model*.onnx"), reverse=True):
        with job.watch.step(f"rank {len(test):,} test sequences, {path.name}"):
            metrics = evaluate(OnnxFile(path).scores(), test).to_dict()
        found[path.name] = {name: round(metrics[name], 5) for name in JUDGED_BY}
    return {"accuracy": found}
