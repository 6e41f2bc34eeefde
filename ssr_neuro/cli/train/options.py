"""The options of `ssr train`."""

from pathlib import Path
from typing import Annotated

import typer

from ssr_neuro.cli.completion import complete_kind, complete_recipe
from ssr_neuro.cli.input_paths import MODEL, START, check_paths
from ssr_neuro.cli.train.config_file import read_config
from ssr_neuro.files.training_log import LogForm
from ssr_neuro.model import kinds
from ssr_neuro.settings.recipe import recipe_names

# Options without a default of their own: a model that is gone on with has its shape.
Whole = int | None
Number = float | None
Text = str | None

Model = Annotated[
    Text,
    typer.Option(
        help=f"kind: {', '.join(kinds())}", show_default="ssr", autocompletion=complete_kind
    ),
]
Out = Annotated[Path, typer.Option(help="where the model goes")]
Start = Annotated[
    Path | None,
    typer.Option(
        "--from",
        help="go on from this trained model, or an interrupted run's OUT.state, in its shape, "
        "on its data, with settings of your own",
        callback=check_paths(START),
    ),
]
Teacher = Annotated[
    list[Path] | None,
    typer.Option(
        help="learn what this trained model ranks, not the next item alone; several of them "
        "teach together",
        callback=check_paths(MODEL),
    ),
]
WeightBits = Annotated[
    Whole, typer.Option(help="with --from: train with the weights a chip of 2 to 8 bits gets")
]
Protocol = Annotated[
    Text,
    typer.Option(help="ratio (SSR) or leave-one-out (LRURec)", show_default="ratio"),
]
Positions = Annotated[Whole, typer.Option(help="N, items that the model reads", show_default="20")]
Features = Annotated[Whole, typer.Option(help="D, width of the network", show_default="64")]
TimeSteps = Annotated[Whole, typer.Option(help="T, steps of a spike train", show_default="4")]
Blocks = Annotated[Whole, typer.Option(help="L, blocks of layers", show_default="2")]
FfnRatio = Annotated[
    Whole, typer.Option(help="hidden width of the feed-forward over D", show_default="4")
]
Spectrum = Annotated[
    Text,
    typer.Option(
        help="full, or half: without the frequencies that mirror others", show_default="full"
    ),
]
Epochs = Annotated[
    Whole,
    typer.Option(help="passes over the data", show_default="20, if nothing else ends the run"),
]
MaxSteps = Annotated[Whole, typer.Option(help="optimiser steps")]
MaxMinutes = Annotated[Number, typer.Option(help="wall clock")]
Lr = Annotated[
    Number,
    typer.Option(
        help="learning rate; trained weights take small steps",
        show_default="0.003 for ssr and ssr-ann, else 0.001; with --from 0.001",
    ),
]
TableLr = Annotated[
    Number,
    typer.Option(help="for SSR's item table", show_default="0.03; with --from 0.003"),
]
RatePenalty = Annotated[
    float, typer.Option(help="weight of synaptic operations (share of the most) in the loss")
]
EvalEvery = Annotated[int, typer.Option(help="steps between validations")]
Patience = Annotated[
    int, typer.Option(help="validations without a better one until it stops; 0: never")
]
WarmupSteps = Annotated[int, typer.Option(help="first steps, in which the learning rates rise")]
FinalLr = Annotated[float, typer.Option(help="share of the learning rates that is left at the end")]
WeightDecay = Annotated[float, typer.Option(help="of AdamW")]
Refit = Annotated[
    bool,
    typer.Option(
        "--refit", help="train on the validation sequences as well; keeps the last weights"
    ),
]
Config = Annotated[
    Path | None,
    typer.Option(
        help="TOML file with options and fields of --set; what is typed wins over it",
        is_eager=True,
        callback=read_config,
    ),
]
WriteConfig = Annotated[
    Path | None,
    typer.Option(help="write every setting of this run as --config reads it; train nothing"),
]
Recipe = Annotated[
    str | None,
    typer.Option(
        help=f"a whole training in stages: {', '.join(recipe_names())}, or a TOML file; the "
        "same command resumes it",
        autocompletion=complete_recipe,
    ),
]
Seed = Annotated[int, typer.Option(help="of weights, batches and dropout")]
Seeds = Annotated[
    int | None,
    typer.Option(
        min=2,
        help="train this many models, of --seed and those after it: OUT-seed-N, and "
        "OUT-seeds.json with mean and deviation; the same command resumes them",
    ),
]
MixedPrecision = Annotated[str, typer.Option(help="no, bf16, fp16")]
Device = Annotated[str, typer.Option(help="auto or cpu")]
Resume = Annotated[bool, typer.Option("--resume", help="continue an interrupted run")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="replace the model at OUT")]
Log = Annotated[
    LogForm | None,
    typer.Option(
        help="loss, rates and validation figures, a row for each validation, in OUT.csv or in "
        "the folder OUT.tensorboard",
        show_default="no log",
    ),
]
Debug = Annotated[bool, typer.Option("--debug", help="show the traceback of an error")]
