"""What `ssr-compile` does once its options are read: compile, lower, or export, and show it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ssr_neuro.charts.numbers import count, short

if TYPE_CHECKING:
    from ssr_neuro.compiler.options import CompileOptions


@dataclass(frozen=True)
class OutputPlace:
    """Where the result goes, and the files that it may not take the place of."""

    out: Path
    overwrite: bool
    reads: tuple[Path, ...]

    def check(self) -> None:
        """Before any work. Raises BadInput where the folder may not be written."""
        from ssr_neuro.files import output_folder

        output_folder.check(self.out, overwrite=self.overwrite, inputs=self.reads)


def files_read(model: Path, inputs: Path | None) -> tuple[Path, ...]:
    return (model,) if inputs is None else (model, inputs)


def check_options(model: Path, inputs: Path | None, options: "CompileOptions") -> None:
    """For --dry-run: raises BadInput where the run would refuse an option before any work."""
    from ssr_neuro import registry
    from ssr_neuro.compiler.sources import kind_of
    from ssr_neuro.compiler.unused_options import refuse_unused
    from ssr_neuro.exporter import GraphExporter
    from ssr_neuro.library.export import graph_refusal

    kind, integers, target = kind_of(model), True, options.target
    if exports := target not in registry.BUNDLE_TARGETS:
        exporter = registry.exporter(target)
        if kind != "model" and not isinstance(exporter, GraphExporter):
            raise graph_refusal(model, target)
        integers = exporter.integers
    refuse_unused(
        options,
        kind,
        has_inputs=inputs is not None,
        integers=integers,
        lowers_only=not exports and options.stop_after is not None,
    )


def compile_and_show(
    model: Path,
    inputs: Path | None,
    place: OutputPlace,
    options: "CompileOptions",
    *,
    details: bool,
    json: bool,
) -> None:
    from ssr_neuro.cli.compile.output import show, show_json
    from ssr_neuro.cli.output import command
    from ssr_neuro.cli.progress import Progress
    from ssr_neuro.library.compile import compile as compile_source

    with Progress("compiling") as stopwatch:
        compiled = compile_source(model, inputs=inputs, options=options, stopwatch=stopwatch)
        with stopwatch.step("write the bundle"):
            compiled.save(
                place.out, overwrite=place.overwrite, inputs=place.reads, command=command()
            )
    if json:
        show_json(compiled, place.out)
    else:
        show(compiled, place.out, stopwatch, passes=options.passes, details=details)


def lower_and_show(
    model: Path, inputs: Path | None, place: OutputPlace, options: "CompileOptions", *, json: bool
) -> None:
    from ssr_neuro.bundle import write as bundle
    from ssr_neuro.cli.compile.program_output import show_lowered
    from ssr_neuro.cli.output import command
    from ssr_neuro.cli.progress import Progress
    from ssr_neuro.library.compile import lower_program

    with Progress("lowering") as stopwatch:
        program = lower_program(model, inputs=inputs, options=options, stopwatch=stopwatch)
    bundle.write_program(
        place.out,
        program,
        {"command": command()},
        overwrite=place.overwrite,
        inputs=place.reads,
    )
    show_lowered(program, place.out, str(options.stop_after), json=json)


def export_and_show(
    model: Path, inputs: Path | None, place: OutputPlace, options: "CompileOptions", *, json: bool
) -> None:
    from ssr_neuro.cli.output import command, console, print_json, table
    from ssr_neuro.cli.progress import Progress
    from ssr_neuro.library.export import export

    with Progress("exporting") as stopwatch:
        found = export(
            model,
            place.out,
            inputs=inputs,
            options=options,
            overwrite=place.overwrite,
            command=tuple(command()),
            stopwatch=stopwatch,
        )
    if json:
        print_json({"out": str(place.out), **found})
        return
    rows = [(name, _to_text(value)) for name, value in found.items()]
    table(f"Target {options.target}", ("", "value"), rows)
    console.print(f"Written  {place.out}", soft_wrap=True, markup=False)


def _to_text(value: Any) -> str:
    """A number as people read it; words as they are."""
    if isinstance(value, bool) or not isinstance(value, int | float | None):
        return str(value)
    return short(value) if isinstance(value, float) else count(value)
