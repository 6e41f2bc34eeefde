"""`ssr_neuro.export`: a model or a graph in the format of another tool, checked there."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from ssr_neuro.compiler.options import BUNDLES, CompileKeywords, CompileOptions, options_of
from ssr_neuro.compiler.unused_options import refuse_unused
from ssr_neuro.errors import BadInput
from ssr_neuro.library.compile import compile_network, resolve
from ssr_neuro.library.files_read import path_of
from ssr_neuro.stopwatch import Stopwatch

if TYPE_CHECKING:
    import nir

    from ssr_neuro.compiler.sources import Source
    from ssr_neuro.exporter import Deployed, Job
    from ssr_neuro.library.models import Model


def export(
    source: "str | Path | Model | nir.NIRGraph",
    folder: str | Path,
    *,
    inputs: Any = None,
    options: CompileOptions | None = None,
    overwrite: bool = False,
    command: tuple[str, ...] = (),
    stopwatch: Stopwatch | None = None,
    **keywords: Unpack[CompileKeywords],
) -> Mapping[str, Any]:
    """Write a model, or a graph, for another tool, `target`, and run it there: what was checked.

    target: c, nir, onnx, lava-dl, sana-fe, rtl, rtl-int8, or one that a package registers.
    inputs: of a graph, as for `ssr_neuro.compile`; of a trained model they are refused.
    Nothing is left behind on an error. Raises BadInput, DoesNotFit, Mismatch or BackendFailed.
    """
    asked = options_of(keywords, options)
    if asked.target in BUNDLES:
        raise BadInput(f"target {asked.target!r} leaves a bundle; use ssr_neuro.compile and save")
    kind, found = resolve(source)
    place = ExportPlace(path_of(folder, "the path of the folder to write"), overwrite, command)
    watch = stopwatch or Stopwatch()
    if kind != "model":
        given = Path(inputs) if isinstance(inputs, str) else inputs
        return _export_graph(kind, found, given, asked, place, watch)
    return _export_model(found, inputs is not None, asked, place, watch)


@dataclass(frozen=True)
class ExportPlace:
    """The folder to be written, whether it may replace one, and the command that its manifest
    names."""

    folder: Path
    overwrite: bool
    command: tuple[str, ...]

    @contextmanager
    def create(self, made: Mapping[str, Any], reads: list[Path]) -> Iterator[Path]:
        from ssr_neuro.files import output_folder

        provenance = {**made, "command": list(self.command)}
        with output_folder.create(
            self.folder, provenance, overwrite=self.overwrite, inputs=reads
        ) as fresh:
            yield fresh

    def check(self, reads: list[Path]) -> None:
        """Before any work. Raises BadInput."""
        from ssr_neuro.files import output_folder

        output_folder.check(self.folder, overwrite=self.overwrite, inputs=reads)


def _export_model(
    model: "Model", has_inputs: bool, options: CompileOptions, place: ExportPlace, watch: Stopwatch
) -> Mapping[str, Any]:
    from ssr_neuro import registry

    exporter = registry.exporter(options.target)
    refuse_unused(options, "model", has_inputs=has_inputs, integers=exporter.integers)
    path = model.find_file()
    place.check([path])
    job = _job(model, path, options, watch)
    with place.create({"data": job.saved.training["data"]}, [path]) as fresh:
        return dict(exporter.export(job, fresh))


def _export_graph(
    kind: "Source",
    source: Any,
    inputs: Any,
    options: CompileOptions,
    place: ExportPlace,
    watch: Stopwatch,
) -> Mapping[str, Any]:
    """Compile a graph and export its integers. Raises BadInput where the target takes none."""
    from ssr_neuro import registry
    from ssr_neuro.exporter import GraphExporter, GraphJob

    exporter = registry.exporter(options.target)
    if not isinstance(exporter, GraphExporter):
        raise graph_refusal(source, options.target)
    refuse_unused(options, kind, has_inputs=inputs is not None, integers=exporter.integers)
    reads = [path for path in (source, inputs) if isinstance(path, Path)]
    place.check(reads)
    compiled = compile_network(kind, source, inputs, options, watch)
    path = source if isinstance(source, Path) else Path(compiled.name)
    with place.create({}, reads) as fresh:
        job = GraphJob(
            path,
            compiled.program,
            compiled.proof.trace,
            watch,
            options.lanes,
            options.liberty,
            options.fpga,
        )
        return dict(exporter.export_graph(job, fresh))


def graph_refusal(source: object, target: str) -> BadInput:
    """The error where `source` is a graph, and the target is written from models alone."""
    from ssr_neuro import registry
    from ssr_neuro.exporter import GraphExporter

    taken = [t for t in registry.targets() if isinstance(registry.exporter(t), GraphExporter)]
    return BadInput(
        f"{source}: a graph can be compiled for {', '.join((*BUNDLES, *taken))}; not for {target}"
    )


def _job(model: "Model", path: Path, options: CompileOptions, stopwatch: Stopwatch) -> "Job":
    from ssr_neuro.compiler.sequences import sample_sequences, split_data
    from ssr_neuro.exporter import Job
    from ssr_neuro.settings.default_chip import DEFAULT_CHIP

    saved = model.checkpoint
    split = split_data(options, saved, path, progress=stopwatch.shown)
    sequences = sample_sequences(options, saved, path, split)

    @cache
    def integer() -> "Deployed":
        return _deploy(model, options, sequences, split, stopwatch)

    return Job(
        path=path,
        saved=saved,
        sequences=sequences,
        split=split,
        chip=options.chip or DEFAULT_CHIP,
        layout=options.layout or "compact",
        watch=stopwatch,
        integer=integer,
        lanes=options.lanes,
        liberty=options.liberty,
        fpga=options.fpga,
    )


def _deploy(
    model: "Model", options: CompileOptions, sequences: Any, split: Any, stopwatch: Stopwatch
) -> "Deployed":
    """The integer program, its items, and its run on the sequences."""
    from ssr_neuro import registry
    from ssr_neuro.compiler.lowering import lower_once
    from ssr_neuro.compiler.prepare import prepare
    from ssr_neuro.compiler.ssr import build
    from ssr_neuro.exporter import Deployed

    prepared = prepare(model.checkpoint, split, options, stopwatch)
    exported = prepared.exported
    passed = lower_once(exported.program, prepared.lowering, stopwatch)
    built = build(exported, passed.lowered, stopwatch)
    with stopwatch.step(f"run the program on {len(sequences)} sequences"):
        trace = registry.load("fast").run(built.program, exported.stimulus(sequences))
    return Deployed(built.program, built.items, trace)
