"""`ssr-compile`: from a model to a target, with proof."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Unpack

import typer

from ssr_neuro import registry
from ssr_neuro.charts.numbers import count, short
from ssr_neuro.cli.completion import complete_chip, complete_target
from ssr_neuro.cli.graph_options import GRAPH, GraphOptions
from ssr_neuro.cli.input_paths import DATA, GRAPH_INPUTS, SOURCE, check_chip, check_paths
from ssr_neuro.cli.options import READING, DryRun, Json, Overwrite, takes_options
from ssr_neuro.errors import BadInput
from ssr_neuro.settings.default_chip import DEFAULT_CHIP
from ssr_neuro.settings.reading import ReadingOptions

if TYPE_CHECKING:
    from ssr_neuro.compiler.options import CompileOptions


class CompileReading(ReadingOptions, GraphOptions, total=False):
    """How a data file is read, and how a graph is."""


# Parameters of the command that are no options of the compilation.
OWN = ("model", "out", "inputs", "details", "overwrite", "dry_run", "json", "debug")


@takes_options({**READING, **GRAPH})
def compile_model(
    context: typer.Context,
    model: Annotated[
        Path,
        typer.Argument(
            help="model.pt from `ssr train`, a .nir or .net graph", callback=check_paths(SOURCE)
        ),
    ],
    target: Annotated[
        str,
        typer.Option(
            help="lava-sim (compile, run on Lava, verify), program (compile and verify without "
            f"Lava), or another tool's format: {', '.join(registry.targets())}",
            autocompletion=complete_target,
        ),
    ] = "lava-sim",
    out: Annotated[
        Path | None, typer.Option(help="folder for the result  [default: build/MODEL-TARGET]")
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            help="data set to measure accuracy on: a file, or 'generated'",
            callback=check_paths(DATA),
        ),
    ] = None,
    samples: Annotated[
        int | None, typer.Option(min=1, help="sequences to run on every stage  [default: 64]")
    ] = None,
    chip: Annotated[
        str | None,
        typer.Option(
            help="to place the program on: a name of `ssr chips`, or a .toml file",
            show_default=DEFAULT_CHIP,
            autocompletion=complete_chip,
            callback=check_chip,
        ),
    ] = None,
    weight_bits: Annotated[
        int | None,
        typer.Option(min=2, max=8, help="bits of a weight", show_default="as trained, else 8"),
    ] = None,
    calibrate: Annotated[
        bool | None,
        typer.Option(
            "--calibrate/--no-calibrate",
            help="choose each population's scale on data",
            show_default="below 8 bits, unless trained for them",
        ),
    ] = None,
    optimise: Annotated[
        bool | None,
        typer.Option(
            "--optimise/--no-optimise",
            help="make the program smaller without changing a bit of its readouts",
            show_default="optimise, but not with --trace, which shows every neuron",
        ),
    ] = None,
    passes: Annotated[bool, typer.Option("--passes", help="print what every pass saved")] = False,
    details: Annotated[
        bool,
        typer.Option(
            "--details",
            help="print what quantising did to each population, all ways of accounting for energy, "
            "and seconds by step",
        ),
    ] = False,
    stop_after: Annotated[
        str | None,
        typer.Option(
            metavar="PASS", help="write the program as it is after this pass; run nothing"
        ),
    ] = None,
    layout: Annotated[
        str | None,
        typer.Option(help="of a .nir target: compact or flat", show_default="compact"),
    ] = None,
    inputs: Annotated[
        Path | None,
        typer.Option(
            help="spikes for a .nir graph: .npz with `inputs` (samples, steps, *shape), or an .h5 "
            "of nir.write_data",
            callback=check_paths(GRAPH_INPUTS),
        ),
    ] = None,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain", help="print how many spikes every other reading of the graph changes"
        ),
    ] = False,
    trace: Annotated[
        bool, typer.Option("--trace", help="also write each population's spikes")
    ] = False,
    lanes: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="samples side by side in Lava; with --target rtl or rtl-int8, neurons side "
            "by side in the core: 1, 2, 4, 8 or 16",
            show_default="Lava: by their number; rtl, rtl-int8: 8",
        ),
    ] = None,
    liberty: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="with --target rtl or rtl-int8: cells (.lib, .lib.gz) in which the core is "
            "synthesised, run gate by gate and priced",
        ),
    ] = None,
    timeout_s: Annotated[
        float | None, typer.Option(help="limit for Lava, seconds", show_default="by the work")
    ] = None,
    overwrite: Overwrite = False,
    dry_run: DryRun = False,
    json: Json = False,
    debug: Annotated[bool, typer.Option("--debug", help="show the traceback of an error")] = False,
    **reading: Unpack[CompileReading],
) -> None:
    """Compile a trained model, run it on Intel Lava, and prove that every stage agrees.

    What it prints. Exactness: spikes compared are the values of all neurons and steps, 0 or 1;
    fired are the ones among them. Accuracy: all items ranked, then without those of the window that
    the model reads. Operations: means over the sequences that were run; spread is their standard
    deviation. Energy: of SSR, then of the models that a device would run in its place, with SSR's
    energy over theirs in brackets.
    """
    from ssr_neuro.compiler.options import BUNDLES, CompileOptions

    known = (*BUNDLES, *registry.targets())
    if target not in known:
        raise BadInput(f"--target {target!r} is unknown; there are {', '.join(known)}")
    options = CompileOptions(**{n: x for n, x in context.params.items() if n not in OWN})
    place = OutputPlace(
        out or Path("build") / f"{model.stem}-{target}", overwrite, _reads(model, inputs)
    )
    if dry_run:
        from ssr_neuro.cli.dry_run import show_folder

        return show_folder(place.out, overwrite, place.reads, json)
    place.check()
    if target not in BUNDLES:
        _export(model, inputs, place, options, json=json)
    elif stop_after is not None:
        _lower(model, inputs, place, options, json=json)
    else:
        _compile(model, inputs, place, options, details=details, json=json)


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


def _reads(model: Path, inputs: Path | None) -> tuple[Path, ...]:
    return (model,) if inputs is None else (model, inputs)


def _compile(
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


def _lower(
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


def _export(
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
