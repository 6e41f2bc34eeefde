"""The two ways a trained SSR goes: into a verified bundle, or into a NIR file."""

from collections.abc import Callable
from dataclasses import asdict
from json import loads
from pathlib import Path
from typing import Any

from converters.nir.semantics_table import Choice, explain
from ssr_neuro import checkpoint, data, registry
from ssr_neuro.bundle import write as bundle
from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.cli.compile import output
from ssr_neuro.cli.compile.program_output import show_comparisons
from ssr_neuro.cli.compile.stop_after import stop_after
from ssr_neuro.cli.output import command, console, print_json
from ssr_neuro.cli.progress import Progress
from ssr_neuro.compiler.findings import learnt
from ssr_neuro.compiler.options import Wishes, lowered, lowering
from ssr_neuro.compiler.sequences import familiar, sequences_of, split_of
from ssr_neuro.compiler.ssr import (
    Built,
    Exported,
    build,
    check_nir,
    export,
    float_scores,
    integer_scores,
    prove,
)
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.evaluate import evaluate
from ssr_neuro.files import output_folder
from ssr_neuro.files.hashes import sha256_of_file
from ssr_neuro.lower import stages
from ssr_neuro.program.simulator import Simulator
from ssr_neuro.report import document, files
from ssr_neuro.report_builder.compiled import check_fit, report_of

# The graph for readers that know vectors and matrices alone; of long sequences it is too large.
FLAT, FLAT_BYTES, FLAT_SAMPLES = "model-flat.nir", 2**28, 8


def to_bundle(wishes: Wishes) -> None:
    """Compile, prove, measure, price, and leave the folder `wishes.out`."""
    output_folder.check(wishes.out, overwrite=wishes.overwrite, inputs=wishes.inputs)
    saved = checkpoint.load(wishes.model)
    with Progress("compiling") as watch:
        split = split_of(wishes, saved)
        exported = export(saved, watch)
        known = exported.stimulus(familiar(saved, split))
        how = lowering(wishes, exported.program, known, watch, saved.weight_bits)
        if wishes.stop_after is not None:
            return stop_after(wishes, exported.program, how)
        sequences = sequences_of(wishes, saved, split)
        built = build(exported, lowered(exported.program, how, watch), watch)
        check_fit(built.program, wishes.chip)
        choices = _choices(wishes, exported, sequences, watch)
        proof = prove(built, sequences, simulators(wishes, watch), watch)
        found = learnt(
            exported.program, built.lowered, proof.runs, choices,
            stages(exported.program, how), registry.load("fast"), watch,
        )  # fmt: skip
        metrics = _metrics(saved, built, split, watch, watch.shown) if split else {}
    fingerprint = sha256_of_file(wishes.model)
    report = report_of(wishes.model.name, built, proof, found, metrics, fingerprint, wishes.chip)
    bundle.write(
        wishes.out,
        built.program,
        proof.trace,
        (
            lambda folder: bundle.write_ranking(folder, built.items, proof.sequences, proof.top10),
            _nir_writer(built, proof.sequences),
            lambda folder: files.write(report, folder),
        ),
        {"model_sha256": fingerprint, "data": saved.training["data"], "command": command()},
        overwrite=wishes.overwrite,
        inputs=wishes.inputs,
    )
    if wishes.json:
        shown = {"report": loads(document.to_json(report)), "choices": list(map(asdict, choices))}
        print_json({"out": str(wishes.out), **shown})
    else:
        output.show(report, proof, found, wishes, watch)


def _choices(
    wishes: Wishes, exported: Exported, sequences: Any, watch: Progress
) -> tuple[Choice, ...]:
    if not wishes.explain:
        return ()
    with watch.step("run every choice of semantics"):
        steps = exported.program.steps
        return explain(exported.graph, steps, exported.stimulus(sequences))


def to_nir_file(wishes: Wishes) -> None:
    """Write OUT/model.nir, read it back, run it, and compare with the model's own spikes."""
    import nir

    from converters.ssr_to_nir import to_nir

    output_folder.check(wishes.out, overwrite=wishes.overwrite, inputs=wishes.inputs)
    saved = checkpoint.load(wishes.model)
    if saved.kind != "ssr":
        raise BadInput(f"a model of kind {saved.kind!r} has no spikes to export; train --model ssr")
    model = saved.model().double()
    sequences = sequences_of(wishes, saved, split_of(wishes, saved))
    create = output_folder.create(
        wishes.out, {"command": command()}, overwrite=wishes.overwrite, inputs=wishes.inputs
    )
    with Progress("writing a NIR graph") as watch, create as folder:
        with watch.step(f"write model.nir, {wishes.layout}"):
            nir.write(folder / "model.nir", to_nir(model, wishes.layout))  # type: ignore[arg-type]
        with watch.step("read back and run"):
            comparison = check_nir(model, folder / "model.nir", sequences)
    if wishes.json:
        print_json({"out": str(wishes.out), **vars(comparison)})
    else:
        show_comparisons((comparison,))
        written = wishes.out / "model.nir"
        console.print(f"NIR graph ({wishes.layout}): {written}", soft_wrap=True, markup=False)


def simulators(wishes: Wishes, watch: Progress) -> tuple[Simulator, ...]:
    """The reference first, then everything that must equal it."""
    here = (registry.load("reference"), registry.load("fast"))
    if wishes.target != "lava-sim":
        return here
    lava = registry.load(
        "lava_cpu",
        lanes=wishes.lanes,
        timeout_s=wishes.timeout_s,
        notice=watch.say,
        progress=lambda done, steps: watch.say(f"Lava: step {done:,} of {steps:,}"),
    )
    return (*here, lava)


def _metrics(
    saved: Checkpoint, built: Built, split: data.Split, watch: Progress, shown: bool
) -> dict[str, dict[str, float]]:
    """Float and integer model on the whole test set, by the same code."""
    scorers = {
        "float": float_scores(saved.model()),
        "integer": integer_scores(built.program, built.items),
    }
    found = {}
    for name, scorer in scorers.items():
        with watch.step(f"rank {len(split.test):,} test sequences, {name}"):
            found[name] = evaluate(scorer, split.test, progress=shown).to_dict()
    return found


def _nir_writer(built: Built, sequences: Any) -> Callable[[Path], None]:
    """Writes the graph that was compiled, and the flat one, checked, where it is not too large."""

    def write(folder: Path) -> None:
        import nir

        from converters.ssr_to_nir import flat_bytes, to_nir

        nir.write(folder / "model.nir", built.exported.graph)
        if flat_bytes(built.model) <= FLAT_BYTES:
            nir.write(folder / FLAT, to_nir(built.model, "flat"))
            check_nir(built.model, folder / FLAT, sequences[:FLAT_SAMPLES])

    return write
