"""The options that `ssr study steps` and `ssr study tau` share."""

from typing import Annotated

import typer

from ssr_neuro.cli.options import READING, DryRun, Json, Option, Overwrite, Protocol
from ssr_neuro.settings.reading import ReadingOptions


class SweepArguments(ReadingOptions):
    """What `SWEEP` gives a command; seeds is a list with commas."""

    model: str
    features: int
    blocks: int
    seeds: str
    protocol: str
    eval_every: int | None
    batch_size: int
    lr: float
    table_lr: float
    device: str
    overwrite: bool
    dry_run: bool
    json: bool


SWEEP: dict[str, Option] = {
    "model": Option(Annotated[str, typer.Option(help="a kind with spikes")], "ssr"),
    "features": Option(Annotated[int, typer.Option(help="D, width of the network")], 64),
    "blocks": Option(Annotated[int, typer.Option(help="L, blocks of layers")], 2),
    "seeds": Option(
        Annotated[str, typer.Option(help="one training of every value for each, such as 0,1,2")],
        "0",
    ),
    "protocol": Option(Protocol, "ratio"),
    "eval_every": Option(
        Annotated[
            int | None,
            typer.Option(help="steps between validations", show_default="a tenth of --max-steps"),
        ]
    ),
    "batch_size": Option(int, 256),
    "lr": Option(float, 3e-3),
    "table_lr": Option(
        Annotated[float, typer.Option(help="learning rate of the item table")], 3e-2
    ),
    "device": Option(Annotated[str, typer.Option(help="auto or cpu")], "auto"),
    "overwrite": Option(Overwrite, False),
    "dry_run": Option(DryRun, False),
    "json": Option(Json, False),
    **READING,
}
