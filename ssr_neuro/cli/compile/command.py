"""`ssr-compile`: from a model to a target, with proof."""

from pathlib import Path
from typing import Unpack

import typer

from ssr_neuro import registry
from ssr_neuro.cli.compile import options as option
from ssr_neuro.cli.compile.run import (
    OutputPlace,
    check_options,
    compile_and_show,
    export_and_show,
    files_read,
    lower_and_show,
)
from ssr_neuro.cli.graph_options import GRAPH, GraphOptions
from ssr_neuro.cli.options import READING, DryRun, Json, Overwrite, takes_options
from ssr_neuro.settings.reading import ReadingOptions


class CompileReading(ReadingOptions, GraphOptions, total=False):
    """How a data file is read, and how a graph is."""


# Parameters of the command that are no options of the compilation.
OWN = ("model", "out", "inputs", "details", "overwrite", "dry_run", "json", "debug")


@takes_options({**READING, **GRAPH})
def compile_model(
    context: typer.Context,
    model: option.Model,
    target: option.Target = "lava-sim",
    out: option.Out = None,
    data: option.Data = None,
    samples: option.Samples = None,
    chip: option.Chip = None,
    weight_bits: option.WeightBits = None,
    calibrate: option.Calibrate = None,
    optimise: option.Optimise = None,
    passes: option.Passes = False,
    details: option.Details = False,
    stop_after: option.StopAfter = None,
    layout: option.Layout = None,
    inputs: option.Inputs = None,
    explain: option.Explain = False,
    trace: option.Trace = False,
    lanes: option.Lanes = None,
    liberty: option.Liberty = None,
    fpga: option.Fpga = None,
    timeout_s: option.TimeoutS = None,
    overwrite: Overwrite = False,
    dry_run: DryRun = False,
    json: Json = False,
    debug: option.Debug = False,
    **reading: Unpack[CompileReading],
) -> None:
    """Compile a trained model, run it on Intel Lava, and prove that every stage agrees.

    What it prints. Stages compared: spikes are the values of all neurons and steps, 0 or 1; fired
    are the ones among them. Accuracy: all items ranked, then without those of the window that
    the model reads. Operations: means over the sequences that were run; spread is their standard
    deviation. Energy: of SSR, then of the models that a device would run in its place, with SSR's
    energy over theirs in brackets.
    """
    from ssr_neuro.compiler.options import CompileOptions

    options = CompileOptions(**{n: x for n, x in context.params.items() if n not in OWN})
    place = OutputPlace(
        out or Path("build") / f"{model.stem}-{target}", overwrite, files_read(model, inputs)
    )
    place.check()
    if dry_run:
        from ssr_neuro.cli.dry_run import show_folder

        check_options(model, inputs, options)
        return show_folder(place.out, overwrite, place.reads, json)
    if target not in registry.BUNDLE_TARGETS:
        export_and_show(model, inputs, place, options, json=json)
    elif stop_after is not None:
        lower_and_show(model, inputs, place, options, json=json)
    else:
        compile_and_show(model, inputs, place, options, details=details, json=json)
