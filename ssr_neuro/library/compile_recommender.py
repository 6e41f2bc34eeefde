"""A trained SSR: lowered, proven on every simulator, measured and priced."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from converters.nir.semantics_table import Choice, explain
from ssr_neuro import registry
from ssr_neuro.bundle import write as bundle
from ssr_neuro.compiler.findings import collect
from ssr_neuro.compiler.lowering import lower_once
from ssr_neuro.compiler.options import CompileOptions
from ssr_neuro.compiler.prepare import prepare
from ssr_neuro.compiler.sequences import sample_sequences, split_data
from ssr_neuro.compiler.ssr import (
    Built,
    Exported,
    Proof,
    build,
    float_scores,
    integer_scores,
    prove,
)
from ssr_neuro.evaluation.evaluate import evaluate
from ssr_neuro.library.compiled import Compiled, CompiledRecommender, Writer
from ssr_neuro.library.simulators import load_simulators
from ssr_neuro.program.arrays import IntArray
from ssr_neuro.report import files
from ssr_neuro.report.contents import Report
from ssr_neuro.report_builder.compiled import check_fit, report_of
from ssr_neuro.stopwatch import Stopwatch

if TYPE_CHECKING:
    from ssr_neuro.data import Split
    from ssr_neuro.library.models import Model

# The graph for readers that know vectors and matrices alone; of long sequences it is too large.
FLAT, FLAT_BYTES, FLAT_SAMPLES = "model-flat.nir", 2**28, 8


def compile_recommender(model: "Model", options: CompileOptions, stopwatch: Stopwatch) -> Compiled:
    """Compile, prove, measure, price. Raises BadInput, DoesNotFit, Mismatch or BackendFailed."""
    saved, path = model.checkpoint, model.path
    split = split_data(options, saved, path, progress=stopwatch.shown)
    prepared = prepare(saved, split, options, stopwatch)
    exported = prepared.exported
    sequences = sample_sequences(options, saved, path, split)
    passed = lower_once(exported.program, prepared.lowering, stopwatch)
    built = build(exported, passed.lowered, stopwatch)
    check_fit(built.program, options.chip)
    choices: tuple[Choice, ...] = ()
    if options.explain:
        with stopwatch.step("run every choice of semantics"):
            steps = exported.program.steps
            choices = explain(exported.graph, steps, exported.stimulus(sequences))
    proof = prove(built, sequences, load_simulators(options, stopwatch), stopwatch)
    findings = collect(
        exported.program,
        passed.lowered,
        proof.runs,
        choices,
        passed.stages,
        registry.load("fast"),
        stopwatch,
    )
    metrics = _measure(built, split, stopwatch) if split else {}
    with stopwatch.step("count, price and place for the report"):
        report = report_of(path.name, built, proof, findings, metrics, model.sha256, options.chip)
    return Compiled(
        name=path.name,
        program=built.program,
        proof=proof,
        report=report,
        findings=findings,
        recommender=_recommender(built, proof),
        outputs={},
        writers=_writers(built, proof, report),
        provenance={"model_sha256": model.sha256, "data": saved.training["data"]},
    )


def _recommender(built: Built, proof: Proof) -> CompiledRecommender:
    saved = built.exported.checkpoint
    return CompiledRecommender(
        built.items,
        saved.config,
        str(saved.training["protocol"]),
        saved.training["data"],
        proof.sequences,
        proof.top10,
    )


def _writers(built: Built, proof: Proof, report: Report) -> tuple[Writer, ...]:
    """Of the files of the bundle that only a recommender has. They can be pickled."""
    return (
        partial(
            bundle.write_ranking,
            items=built.items,
            sequences=proof.sequences,
            top10=proof.top10,
        ),
        partial(_write_nir, exported=built.exported, sequences=proof.sequences),
        partial(files.write, report),
    )


def _measure(
    built: Built, split: "Split", stopwatch: Stopwatch
) -> Mapping[str, Mapping[str, float]]:
    """Float and integer model on the whole test set, by the same code."""
    scorers = {
        "float": float_scores(built.model),
        "integer": integer_scores(built.program, built.items),
    }
    found = {}
    for name, scorer in scorers.items():
        title = f"rank {len(split.test):,} test sequences, {name}"
        with stopwatch.step(title):
            found[name] = evaluate(scorer, split.test, progress=stopwatch.shown).to_dict()
    return found


def _write_nir(folder: Path, exported: Exported, sequences: IntArray) -> None:
    """The graph that was compiled, and the flat one, checked, where it is not too large."""
    from converters.nir import write_graph
    from converters.ssr_checks import check_nir
    from converters.ssr_to_nir import flat_bytes, to_nir

    (folder / "model.nir").write_bytes(exported.nir_file)
    if flat_bytes(exported.model) <= FLAT_BYTES:
        write_graph.write(folder / FLAT, to_nir(exported.model, "flat", sparse=True))
        check_nir(exported.model, folder / FLAT, sequences[:FLAT_SAMPLES])
