"""`ssr_neuro.place`: a compiled program on the cores of a chip."""

from pathlib import Path
from types import NoneType
from typing import Any

from ssr_neuro import registry
from ssr_neuro.chip import Chip, load_chip
from ssr_neuro.errors import BadInput, check_type
from ssr_neuro.library.compiled import Compiled
from ssr_neuro.library.models import Model, load
from ssr_neuro.library.spikes import spikes_of
from ssr_neuro.placement import Mesh, Placement, mesh_of_text
from ssr_neuro.placement import place as place_program
from ssr_neuro.program.ir import IntegerProgram, Program, as_integer
from ssr_neuro.program.trace import Trace

SAMPLES = 16


def place(
    source: "Compiled | Model | Program | str | Path",
    chip: str | Path | Chip,
    *,
    inputs: Any = None,
    mesh: str | Mesh | None = None,
) -> Placement:
    """Cores and their use, messages and hops, time per step.

    source: a compiled network, a trained SSR, a lowered program, or the path of a bundle or a
    model.pt. chip: a name, a TOML file, or a `Chip`. inputs: spikes that messages are counted
    with; else the golden ones, or sequences in model.pt. mesh: columns, rows and cores, "8x4x4";
    else as the chip has it. Raises DoesNotFit with every population, need and limit.
    """
    target = load_chip(chip)
    wanted = 'columns, rows and cores as a text such as "8x4x4", or a Mesh'
    check_type(mesh, (str, Mesh, NoneType), "is no mesh", wanted)
    grid = mesh_of_text(mesh) if isinstance(mesh, str) else mesh
    program, trace = _program_and_trace(source, inputs)
    return place_program(program, target, trace, grid)


def _program_and_trace(source: Any, inputs: Any) -> tuple[Program, Trace | None]:
    """A program and what it sends. Raises BadInput where the source holds neither."""
    if isinstance(source, str | Path):
        source = _open_program(Path(source))
    if isinstance(source, Model):
        lowered, stimulus = _lower(source)
        return lowered, _run(lowered, stimulus if inputs is None else inputs)
    if isinstance(source, Compiled):
        program: Program = source.program
        golden: Trace | None = source.proof.trace
    elif isinstance(source, Program):
        program, golden = source, None
    else:
        raise BadInput(f"a {type(source).__name__} cannot be placed; give a compiled network")
    return program, golden if inputs is None else _run(as_integer(program), inputs)


def _open_program(path: Path) -> "Compiled | Model | Program":
    if path.is_dir():
        from ssr_neuro.library.bundles import open_bundle
        from ssr_neuro.program import program_file

        return open_bundle(path) if (path / "golden").is_dir() else program_file.load(path)
    if path.suffix == ".pt" and path.is_file():
        return load(path)
    raise BadInput(f"{path} is neither a folder made by ssr-compile nor a model.pt; name one")


def _lower(model: Model) -> tuple[IntegerProgram, dict[str, Any]]:
    """The optimised program of a model, and the stimulus of the first sequences saved with it."""
    from ssr_neuro.compiler.ssr import export
    from ssr_neuro.lower import Lowering, lower
    from ssr_neuro.stopwatch import Stopwatch

    saved = model.checkpoint
    exported = export(saved, Stopwatch())
    bits = saved.weight_bits or Lowering().weight_bits
    program = lower(exported.program, Lowering(bits, optimise=True))
    return program, exported.stimulus(saved.inputs[:SAMPLES].numpy())


def _run(program: IntegerProgram, inputs: Any) -> Trace:
    return registry.load("fast").run(program, spikes_of(program, inputs))
