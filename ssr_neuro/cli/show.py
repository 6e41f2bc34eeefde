"""`ssr show`: a compiled program as a picture and as a table of its schedule."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ssr_neuro.cli.input_paths import PROGRAM, checked
from ssr_neuro.cli.options import DryRun, Json, Overwrite

if TYPE_CHECKING:
    from ssr_neuro.program.ir import Program
    from ssr_neuro.report.graph_picture.facts import NodeFacts, Read


def show(
    folder: Annotated[
        Path, typer.Argument(help="folder made by ssr-compile", callback=checked(PROGRAM))
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            help="picture to write, .svg",
            show_default="the folder's name with .svg, in the current folder",
        ),
    ] = None,
    overwrite: Overwrite = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Draw the graph of a program, and print when which of its nodes works.

    Any folder with a program.json: a bundle, or what `ssr-compile --stop-after PASS` wrote. Nothing
    is written into that folder unless --out says so.
    """
    from ssr_neuro.cli.dry_run import show_file
    from ssr_neuro.files import output_file

    picture = _picture(out, folder)
    if dry_run:
        return show_file(picture, overwrite, [folder], json)
    output_file.check(picture, overwrite=overwrite, inputs=[folder])
    from ssr_neuro.program import program_file
    from ssr_neuro.program.verify import verify
    from ssr_neuro.report.graph_picture import draw
    from ssr_neuro.report.graph_picture.facts import nodes

    program = program_file.load(folder)
    verify(program, after=f"reading {folder}")
    found = nodes(program)
    output_file.write(picture, draw(program), overwrite=overwrite, inputs=[folder])
    if json:
        from ssr_neuro.cli.output import print_json

        print_json(_document(program, found, picture))
    else:
        _print(program, found, picture)


def _picture(out: Path | None, folder: Path) -> Path:
    """Where the picture goes: it ends in .svg, and never lies in `folder` unasked."""
    path = out or Path(folder.resolve().name)
    return path if path.suffix == ".svg" else path.with_name(f"{path.name}.svg")


def _print(program: "Program", found: "tuple[NodeFacts, ...]", picture: Path) -> None:

    from ssr_neuro.cli.output import console, table
    from ssr_neuro.report.graph_picture.facts import scheduled

    planned = scheduled(program)
    law = list(dict.fromkeys(key for facts in found for key in facts.law))
    places = ("depth", "steps") if planned else ("layer",)
    reads = "reads, delay" if planned else "reads"
    heads = (*places, "node", "kind", "shape", "neurons", *law, reads, "synapses")
    table(f"Schedule of {program.name}", heads, [_row(facts, law) for facts in found])
    timing = (
        f"gap {program.gap}, so one every {program.interval} steps; "
        f"latency {program.latency_steps} steps"
        if planned
        else "not scheduled yet, so no depths and no delays"
    )
    console.print(
        f"Sample   {program.steps} steps; {timing}\nPicture  {picture}",
        soft_wrap=True,
        markup=False,
    )


def _row(facts: "NodeFacts", law: list[str]) -> tuple[str, ...]:

    from ssr_neuro.cli.output import whole
    from ssr_neuro.report.graph_picture.facts import TO, spread

    steps = (TO.join(map(str, facts.steps)),) if facts.steps else ()
    return (
        str(facts.column),
        *steps,
        facts.name,
        facts.kind,
        facts.size,
        whole(facts.neurons),
        *(spread(facts.law[name]) if name in facts.law else "" for name in law),
        "\n".join(map(_describe_read, facts.reads)),
        whole(facts.weights),
    )


def _describe_read(read: "Read") -> str:
    delay = "" if read.delay is None else f" {read.delay}"
    return f"{read.source}{delay}" + (f" lag {read.lag}" if read.lag else "")


def _document(program: "Program", found: "tuple[NodeFacts, ...]", picture: Path) -> dict[str, Any]:
    """Times are null where they are not known yet; a parameter is [smallest, largest]."""
    from dataclasses import asdict

    from ssr_neuro.report.graph_picture.facts import scheduled

    planned = scheduled(program)
    place = "depth" if planned else "layer"
    nodes = []
    for facts in found:
        spelled = asdict(facts)
        where, worked = spelled.pop("column"), spelled.pop("steps") or (None, None)
        first = {place: where, "first_step": worked[0], "last_step": worked[1]}
        synapses = {"synapses": spelled.pop("weights")}
        nodes.append(first | spelled | {"neurons": facts.neurons} | synapses)
    return {
        "name": program.name,
        "steps": program.steps,
        "gap": program.gap if planned else None,
        "interval": program.interval if planned else None,
        "depth": program.depth if planned else None,
        "latency_steps": program.latency_steps if planned else None,
        "nodes": nodes,
        "picture": str(picture),
    }
