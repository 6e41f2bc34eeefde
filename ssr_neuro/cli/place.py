"""`ssr place`: a compiled program on the cores of a chip."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from ssr_neuro.cli.options import Json
from ssr_neuro.errors import BadInput

if TYPE_CHECKING:
    from ssr_neuro.program.ir import Program
    from ssr_neuro.program.trace import Bits, Trace

SAMPLES = 16


def place(
    program: Annotated[
        Path,
        typer.Argument(help="folder made by ssr-compile, or model.pt", metavar="FOLDER|MODEL.PT"),
    ],
    chip: Annotated[
        str, typer.Option(help="name of a chip (`ssr chips`), or a .toml file of your own")
    ],
    inputs: Annotated[
        Optional[Path],  # noqa: UP045 - typer reads the annotation at run time
        typer.Option(
            help=".npz of spikes that messages are counted with",
            show_default="golden vectors of the folder, or sequences in model.pt",
        ),
    ] = None,
    mesh: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            metavar="CxR[xK]",
            help="columns and rows of tiles, and cores in each, such as 8x4x4",
            show_default="as the chip's file says",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Put a program on a chip: cores and their use, messages and hops, time per step.

    Exit code 3 where it does not fit: every population, need and limit, and what to do.
    """
    from ssr_neuro.chip import load_chip
    from ssr_neuro.place import as_json, mesh_of_text
    from ssr_neuro.place import place as place_on

    chosen = load_chip(chip)
    grid = None if mesh is None else mesh_of_text(mesh)
    found, trace = _loaded(program, inputs)
    placed = place_on(found, chosen, trace, grid)
    if json:
        from ssr_neuro.cli.output import print_json

        print_json(as_json(placed))
    else:
        from ssr_neuro.cli.place_output import show

        show(placed)


def _loaded(path: Path, inputs: Path | None) -> "tuple[Program, Trace | None]":
    """A program and what it sends. Raises BadInput where the path holds neither."""
    if path.is_dir():
        from ssr_neuro.bundle import golden
        from ssr_neuro.program import program_file

        program = program_file.load(path)
        if inputs is None and (path / "golden").is_dir():
            return program, golden.read(path / "golden").trace
        return program, None if inputs is None else _run(program, _spikes(program, inputs))
    if path.suffix == ".pt" and path.is_file():
        program, stimulus = _compiled(path)
        return program, _run(program, stimulus if inputs is None else _spikes(program, inputs))
    raise BadInput(f"{path} is neither a folder made by ssr-compile nor a model.pt; name one")


def _compiled(path: Path) -> "tuple[Program, dict[str, Bits]]":
    """The optimised program of a model, and the stimulus of the first sequences saved with it."""
    from ssr_neuro import checkpoint
    from ssr_neuro.compiler.ssr import export
    from ssr_neuro.lower import Lowering, lower
    from ssr_neuro.stopwatch import Stopwatch

    saved = checkpoint.load(path)
    exported = export(saved, Stopwatch())
    bits = saved.weight_bits or Lowering().weight_bits
    program = lower(exported.program, Lowering(bits, optimise=True))
    return program, exported.stimulus(saved.inputs[:SAMPLES].numpy())


def _spikes(program: "Program", inputs: Path) -> "dict[str, Bits]":
    from ssr_neuro.cli.spikes_file import read_inputs

    return read_inputs(inputs, [node.name for node in program.inputs])


def _run(program: "Program", spikes: "dict[str, Bits]") -> "Trace":
    from ssr_neuro import registry
    from ssr_neuro.program.simulator import unready

    if why := unready(program):
        raise BadInput(f"program {program.name!r} cannot be run: {why}; compile it to the end")
    return registry.load("fast").run(program, spikes)
