"""`ssr show`: a compiled program as a picture and as a table of its schedule."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ssr_neuro.cli.input_paths import PROGRAM, check_paths
from ssr_neuro.cli.options import DryRun, Json, Overwrite
from ssr_neuro.cli.output_places import check_current_folder

if TYPE_CHECKING:
    from ssr_neuro.library.schedule import Schedule
    from ssr_neuro.report.graph_picture.facts import NodeFacts, Read


def show(
    folder: Annotated[
        Path, typer.Argument(help="folder made by ssr-compile", callback=check_paths(PROGRAM))
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
    """Draw the graph of a program, and print in which steps each of its nodes works.

    Any folder with a program.json: a bundle, or what `ssr-compile --stop-after PASS` wrote. Nothing
    is written into that folder unless --out says so.
    """
    from ssr_neuro.cli.dry_run import show_file
    from ssr_neuro.files import output_file

    if out is None:
        check_current_folder([folder])
    picture = _picture(out, folder)
    if dry_run:
        return show_file(picture, overwrite, [folder], json)
    output_file.check(picture, overwrite=overwrite, inputs=[folder])
    from ssr_neuro.library.schedule import show as schedule_of

    found = schedule_of(folder)
    found.save(picture, overwrite=overwrite, inputs=[folder])
    if json:
        from ssr_neuro.cli.output import print_json

        print_json(found.to_dict() | {"picture": str(picture)})
    else:
        _print(found, picture)


def _picture(out: Path | None, folder: Path) -> Path:
    """Where the picture goes: it ends in .svg, and never lies in `folder` unasked."""
    from ssr_neuro.files.output_file import name_beside

    path = out or Path(folder.resolve().name)
    return path if path.suffix == ".svg" else name_beside(path, f"{path.name}.svg")


def _print(found: "Schedule", picture: Path) -> None:
    from ssr_neuro.cli.output import console, table

    program, planned = found.program, found.is_planned
    law = list(dict.fromkeys(key for facts in found.nodes for key in facts.law))
    places = ("depth", "steps") if planned else ("layer",)
    reads = "reads, delay" if planned else "reads"
    heads = (*places, "node", "kind", "shape", "neurons", *law, reads, "synapses")
    table(f"Schedule of {program.name}", heads, [_row(facts, law) for facts in found.nodes])
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

    from ssr_neuro.cli.output import format_whole
    from ssr_neuro.report.graph_picture.facts import TO, spread

    steps = (TO.join(map(str, facts.steps)),) if facts.steps else ()
    return (
        str(facts.column),
        *steps,
        facts.name,
        facts.kind,
        facts.size,
        format_whole(facts.neurons),
        *(spread(facts.law[name]) if name in facts.law else "" for name in law),
        "\n".join(map(_describe_read, facts.reads)),
        format_whole(facts.weights),
    )


def _describe_read(read: "Read") -> str:
    delay = "" if read.delay is None else f" {read.delay}"
    return f"{read.source}{delay}" + (f" lag {read.lag}" if read.lag else "")
