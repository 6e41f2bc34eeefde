"""`ssr study time`: operations and latency of models by length of the sequence."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from ssr_neuro.cli.completion import complete_chip
from ssr_neuro.cli.input_paths import check_chip
from ssr_neuro.cli.options import DryRun, Json, Overwrite
from ssr_neuro.cli.output import command, console, print_json, table
from ssr_neuro.cli.study.options import Out, StudyPlace, parse_numbers, show_dry_run, teller


def time(
    models: Annotated[list[str], typer.Argument(help="kinds of `ssr models`", metavar="KIND...")],
    out: Out,
    lengths: Annotated[str, typer.Option(help="items of a sequence")] = "50,100,200,400",
    items: Annotated[int, typer.Option(min=1, help="items to recommend")] = 3416,
    features: Annotated[int, typer.Option(help="D, of kinds that have it")] = 64,
    blocks: Annotated[int, typer.Option(help="L, of kinds that have it")] = 2,
    batch: Annotated[int, typer.Option(min=1, help="sequences at once")] = 1,
    chip: Annotated[
        str,
        typer.Option(
            help="a GPU whose roofline is given",
            autocompletion=complete_chip,
            callback=check_chip,
        ),
    ] = "rtx3090",
    device: Annotated[
        Literal["auto", "cpu"] | None,
        typer.Option(help="measure there as well", show_default="count alone"),
    ] = None,
    seconds: Annotated[
        float, typer.Option(min=0.0, help="of the timed runs of each point, with --device")
    ] = 1.0,
    overwrite: Overwrite = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Operations, launches and latency of untrained models by length of the sequence.

    TiM4Rec's Figure 6: ssr study time sasrec lrurec mamba4rec tim4rec --device auto --out time

    LRURec's Figure 1, right: the cost of a history that grows item by item, computed anew each time
    or kept (the form "incremental"). Leaves time.json and time.svg.
    """
    numbers = parse_numbers("--lengths", lengths, int)
    inputs = (Path(chip),) if Path(chip).suffix == ".toml" else ()
    place = StudyPlace(out, overwrite, inputs)
    place.check()
    if dry_run:
        return show_dry_run(place, "time", False, json)
    from ssr_neuro.library.study_time import study_time

    found = study_time(
        models,
        lengths=numbers,
        items=items,
        features=features,
        blocks=blocks,
        batch=batch,
        chip=chip,
        device=device,
        seconds=seconds,
        say=teller(json),
    )
    places = found.save(out, overwrite=overwrite, inputs=inputs, command=command())
    if json:
        return print_json(found.to_dict(command()))
    table(found.title, found.heads, found.rows, left=(0, 1))
    for path in places:
        console.print(str(path), soft_wrap=True, markup=False)
