"""`ssr_neuro.export`: a trained model in the format of another tool, checked there."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from ssr_neuro.compiler.options import BUNDLES, CompileKeywords, CompileOptions, options_of
from ssr_neuro.compiler.unused_options import refuse_unused
from ssr_neuro.errors import BadInput
from ssr_neuro.library.compile import resolve
from ssr_neuro.stopwatch import Stopwatch

if TYPE_CHECKING:
    from ssr_neuro.exporter import Deployed, Job
    from ssr_neuro.library.models import Model


def export(
    source: "str | Path | Model",
    folder: str | Path,
    *,
    inputs: Any = None,
    options: CompileOptions | None = None,
    overwrite: bool = False,
    command: tuple[str, ...] = (),
    stopwatch: Stopwatch | None = None,
    **keywords: Unpack[CompileKeywords],
) -> Mapping[str, Any]:
    """Write a trained model for another tool, `target`, and run it there: what was checked.

    target: nir, onnx, lava-dl, sana-fe, rtl, or one that a package registers. inputs: have no
    meaning for a trained model, and are refused. Nothing is left behind on an error. Raises
    BadInput, DoesNotFit, Mismatch or BackendFailed.
    """
    from ssr_neuro import registry
    from ssr_neuro.files import output_folder

    asked = options or options_of(keywords)
    if asked.target in BUNDLES:
        raise BadInput(f"target {asked.target!r} leaves a bundle; use ssr_neuro.compile and save")
    kind, model = resolve(source)
    if kind != "model":
        raise BadInput(
            f"{model}: a graph can be compiled for {' or '.join(BUNDLES)}, not for {asked.target}"
        )
    exporter = registry.exporter(asked.target)
    refuse_unused(asked, "model", has_inputs=inputs is not None, integers=exporter.integers)
    place, reads = Path(folder), [model.path]
    output_folder.check(place, overwrite=overwrite, inputs=reads)
    job = _job(model, asked, stopwatch or Stopwatch())
    made = {"data": job.saved.training["data"], "command": list(command)}
    with output_folder.create(place, made, overwrite=overwrite, inputs=reads) as fresh:
        found = dict(exporter.export(job, fresh))
    return found


def _job(model: "Model", options: CompileOptions, stopwatch: Stopwatch) -> "Job":
    from ssr_neuro.chip import DEFAULT_CHIP
    from ssr_neuro.compiler.sequences import sample_sequences, split_data
    from ssr_neuro.exporter import Job

    saved = model.checkpoint
    split = split_data(options, saved, model.path, progress=stopwatch.shown)
    sequences = sample_sequences(options, saved, model.path, split)

    @cache
    def integer() -> "Deployed":
        return _deploy(model, options, sequences, split, stopwatch)

    return Job(
        path=model.path,
        saved=saved,
        sequences=sequences,
        split=split,
        chip=options.chip or DEFAULT_CHIP,
        layout=options.layout or "compact",
        watch=stopwatch,
        integer=integer,
        lanes=options.lanes,
    )


def _deploy(
    model: "Model", options: CompileOptions, sequences: Any, split: Any, stopwatch: Stopwatch
) -> "Deployed":
    """The integer program, its items, and its run on the sequences."""
    from ssr_neuro import registry
    from ssr_neuro.compiler.lowering import choose_lowering, lower_once
    from ssr_neuro.compiler.sequences import calibration_sequences
    from ssr_neuro.compiler.ssr import build
    from ssr_neuro.compiler.ssr import export as export_nir
    from ssr_neuro.exporter import Deployed

    saved = model.checkpoint
    exported = export_nir(saved, stopwatch)
    familiar = exported.stimulus(calibration_sequences(saved, split))
    lowering = choose_lowering(options, exported.program, familiar, stopwatch, saved.weight_bits)
    passed = lower_once(exported.program, lowering, stopwatch)
    built = build(exported, passed.lowered, stopwatch)
    with stopwatch.step(f"run the program on {len(sequences)} sequences"):
        trace = registry.load("fast").run(built.program, exported.stimulus(sequences))
    return Deployed(built.program, built.items, trace)
