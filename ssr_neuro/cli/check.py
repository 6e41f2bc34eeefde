"""`ssr check`: whether a NIR graph would compile, and all that is in its way."""

from pathlib import Path
from typing import Annotated, Unpack

import typer

from ssr_neuro.cli.graph_options import GraphOptions, reads_graph
from ssr_neuro.cli.input_paths import GRAPH, check_paths
from ssr_neuro.cli.options import Json


@reads_graph
def check(
    graph: Annotated[Path, typer.Argument(help="a .nir graph", callback=check_paths(GRAPH))],
    steps: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="steps of a sample, on which some bounds depend",
            show_default="16, or what the longest delay needs",
        ),
    ] = None,
    weight_bits: Annotated[
        int | None, typer.Option(min=2, max=8, help="bits of a weight", show_default="8")
    ] = None,
    json: Json = False,
    **reading: Unpack[GraphOptions],
) -> None:
    """Say whether a NIR graph would compile: every obstacle with its node, reason and remedy.

    Nothing is run, and no inputs are needed. Exit codes: 0 it compiles, 2 it cannot be read so,
    3 it fits no chip of this kind.
    """
    from ssr_neuro.cli.output import console, print_json
    from ssr_neuro.library.check import check as check_graph

    found = check_graph(graph, steps=steps, weight_bits=weight_bits, **reading)
    if json:
        print_json(found.as_json())
        raise typer.Exit(found.exit_code)
    for obstacle in found.obstacles:
        node = obstacle.node or "the graph"
        said = f"{node}: {obstacle.reason} (exit code {obstacle.exit_code})"
        console.print(said, soft_wrap=True, markup=False)
        if obstacle.remedy:
            console.print(f"    {obstacle.remedy}", soft_wrap=True, markup=False)
    for note in found.notes:
        console.print(f"Note {note}", soft_wrap=True, markup=False)
    count = len(found.obstacles)
    console.print(
        f"{graph}: it compiles, read as {found.exporter} at dt {found.dt_s:g} s"
        if found.compiles
        else f"{graph}: {count} obstacle{'s' * (count > 1)}; it does not compile",
        soft_wrap=True,
        markup=False,
    )
    raise typer.Exit(found.exit_code)
