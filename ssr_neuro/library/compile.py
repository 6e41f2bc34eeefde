"""`ssr_neuro.compile`: from a model or a graph to a proven integer program."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from ssr_neuro.compiler.options import BUNDLES, CompileKeywords, CompileOptions, options_of
from ssr_neuro.compiler.sources import Source, check_source, kind_of
from ssr_neuro.compiler.unused_options import refuse_unused
from ssr_neuro.errors import BadInput
from ssr_neuro.stopwatch import Stopwatch

if TYPE_CHECKING:
    import nir

    from ssr_neuro.library.compiled import Compiled
    from ssr_neuro.library.models import Model
    from ssr_neuro.lower import Lowering
    from ssr_neuro.program.ir import FloatProgram, Program


def compile(
    source: "str | Path | Model | nir.NIRGraph",
    *,
    inputs: Any = None,
    options: CompileOptions | None = None,
    stopwatch: Stopwatch | None = None,
    **keywords: Unpack[CompileKeywords],
) -> "Compiled":
    """Compile, run on every simulator, and prove that all stages compute the same spikes.

    source: a model (`load`, `train`), a NIR graph, or a path of model.pt, .nir or .net. inputs:
    for a graph, spikes (samples, steps, *shape) as an array, arrays by name, or an .npz file.
    options: all that is asked for as one value, or keywords: the fields of `CompileOptions`.
    stopwatch: who is told of every step.

    Raises BadInput on a file or an option that cannot be used, DoesNotFit where a named chip is
    too small, Mismatch at the first spike that differs, BackendFailed where Lava cannot be run.
    """
    asked = options_of(keywords, options)
    stopwatch = stopwatch or Stopwatch()
    _refuse_other_formats(asked)
    if asked.stop_after is not None:
        raise BadInput(
            "a program after --stop-after is not proven; ssr_neuro.lower_program returns it"
        )
    with stopwatch.step("load libraries, read the model"):
        kind, found = resolve(source)
    refuse_unused(asked, kind, has_inputs=inputs is not None, integers=True)
    if kind == "model":
        with stopwatch.step("load the compiler"):
            from ssr_neuro.library.compile_recommender import compile_recommender

        return compile_recommender(found, asked, stopwatch)
    return compile_network(kind, found, inputs, asked, stopwatch)


def compile_network(
    kind: Source, source: Any, inputs: Any, options: CompileOptions, stopwatch: Stopwatch
) -> "Compiled":
    """A network without items: a NIR graph or its path, or the path of a .net file."""
    if kind == "netx":
        from ssr_neuro.library.compile_netx import compile_netx

        return compile_netx(source, inputs, options, stopwatch)
    from ssr_neuro.library.compile_graph import compile_graph

    return compile_graph(source, inputs, options, stopwatch)


def lower_program(
    source: "str | Path | Model | nir.NIRGraph",
    *,
    inputs: Any = None,
    options: CompileOptions | None = None,
    stopwatch: Stopwatch | None = None,
    **keywords: Unpack[CompileKeywords],
) -> "Program":
    """The integer program after the pass `stop_after`, or after all; nothing is run.

    Arguments as for `compile`, without those that need a run; a graph's `inputs` give its number
    of steps, and samples to calibrate on. Raises BadInput.
    """
    from ssr_neuro.lower import lower as run_passes

    asked = options_of(keywords, options)
    _refuse_other_formats(asked)
    stopwatch = stopwatch or Stopwatch()
    kind, found = resolve(source)
    refuse_unused(asked, kind, has_inputs=inputs is not None, integers=True, lowers_only=True)
    if kind == "netx":
        raise BadInput(f"{found} holds integers already and no pass changes them; use compile")
    program, lowering = _prepare_lowering(kind, found, inputs, asked, stopwatch)
    return run_passes(program, lowering, until=asked.stop_after)


def _refuse_other_formats(options: CompileOptions) -> None:
    if options.target not in BUNDLES:
        raise BadInput(
            f"target {options.target!r} is a format of other tools; ssr_neuro.export writes it, "
            f"compile and lower_program make {' or '.join(BUNDLES)}"
        )


def _prepare_lowering(
    kind: Source, found: Any, inputs: Any, options: CompileOptions, stopwatch: Stopwatch
) -> "tuple[FloatProgram, Lowering]":
    """The float program, and how it is to be lowered."""
    if kind == "graph":
        from ssr_neuro.compiler.lowering import choose_lowering
        from ssr_neuro.library.graph_program import graph_program

        read = graph_program(found, inputs, options)
        return read.program, choose_lowering(options, read.program, read.spikes, stopwatch)
    from ssr_neuro.compiler.prepare import prepare
    from ssr_neuro.compiler.sequences import split_data

    split = split_data(options, found.checkpoint, found.path, progress=stopwatch.shown)
    prepared = prepare(found.checkpoint, split, options, stopwatch)
    return prepared.exported.program, prepared.lowering


def resolve(source: Any) -> tuple[Source, Any]:
    """What a source is: a Model, or the path of a .net file, or a NIR graph or its path."""
    if isinstance(source, str | Path):
        path = Path(source)
        check_source(path)
        kind = kind_of(path)
        if kind == "model":
            from ssr_neuro.library.models import load

            return kind, load(path)
        return kind, path
    if hasattr(source, "checkpoint"):
        return "model", source
    if hasattr(source, "nodes") and hasattr(source, "edges"):
        return "graph", source
    raise BadInput(
        f"a {type(source).__name__} cannot be compiled; give a model, a NIR graph, or the path of "
        "a model.pt, .nir or .net file"
    )
