"""`ssr train`: from a data set to model.pt."""

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Unpack

import typer

from ssr_neuro import extras
from ssr_neuro.cli.accuracy import HEADS, accuracy_rows
from ssr_neuro.cli.completion import complete_kind, complete_recipe
from ssr_neuro.cli.console import shows_progress
from ssr_neuro.cli.dry_run import show
from ssr_neuro.cli.input_paths import MODEL, START, check_paths
from ssr_neuro.cli.options import Data, DryRun, Json, reads_data
from ssr_neuro.cli.output import console, format_whole, note, print_json, table
from ssr_neuro.cli.train.config_file import assignments_of, read_config
from ssr_neuro.cli.train.config_file import write_config as write_config_of
from ssr_neuro.cli.train.places import check_places, outputs
from ssr_neuro.cli.train.recipe import run_recipe
from ssr_neuro.cli.train.set_option import Assignments, is_given, refuse_twice
from ssr_neuro.files import output_file
from ssr_neuro.files.training_log import LogForm
from ssr_neuro.model import kinds
from ssr_neuro.settings.reading import ReadingOptions
from ssr_neuro.settings.recipe import recipe_names

if TYPE_CHECKING:
    from ssr_neuro.training import TrainResult

# Options without a default of their own: a model that is gone on with has its shape.
Whole = int | None
Number = float | None
Text = str | None


@reads_data
def train(
    context: typer.Context,
    data: Data = "generated",
    model: Annotated[
        Text,
        typer.Option(
            help=f"kind: {', '.join(kinds())}", show_default="ssr", autocompletion=complete_kind
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="where the model goes")] = Path("model.pt"),
    start: Annotated[
        Path | None,
        typer.Option(
            "--from",
            help="go on from this trained model, or an interrupted run's OUT.state, in its shape, "
            "on its data, with settings of your own",
            callback=check_paths(START),
        ),
    ] = None,
    teacher: Annotated[
        list[Path] | None,
        typer.Option(
            help="learn what this trained model ranks, not the next item alone; several of them "
            "teach together",
            callback=check_paths(MODEL),
        ),
    ] = None,
    weight_bits: Annotated[
        Whole, typer.Option(help="with --from: train with the weights a chip of 2 to 8 bits gets")
    ] = None,
    protocol: Annotated[
        Text,
        typer.Option(help="ratio (SSR) or leave-one-out (LRURec)", show_default="ratio"),
    ] = None,
    positions: Annotated[
        Whole, typer.Option(help="N, items that the model reads", show_default="20")
    ] = None,
    features: Annotated[
        Whole, typer.Option(help="D, width of the network", show_default="64")
    ] = None,
    time_steps: Annotated[
        Whole, typer.Option(help="T, steps of a spike train", show_default="4")
    ] = None,
    blocks: Annotated[Whole, typer.Option(help="L, blocks of layers", show_default="2")] = None,
    ffn_ratio: Annotated[
        Whole, typer.Option(help="hidden width of the feed-forward over D", show_default="4")
    ] = None,
    spectrum: Annotated[
        Text,
        typer.Option(
            help="full, or half: without the frequencies that mirror others", show_default="full"
        ),
    ] = None,
    epochs: Annotated[
        Whole,
        typer.Option(help="passes over the data", show_default="20, if nothing else ends the run"),
    ] = None,
    max_steps: Annotated[Whole, typer.Option(help="optimiser steps")] = None,
    max_minutes: Annotated[Number, typer.Option(help="wall clock")] = None,
    batch_size: int = 256,
    lr: Annotated[
        Number,
        typer.Option(
            help="learning rate; trained weights take small steps",
            show_default="0.003 for ssr and ssr-ann, else 0.001; with --from 0.001",
        ),
    ] = None,
    table_lr: Annotated[
        Number,
        typer.Option(help="for SSR's item table", show_default="0.03; with --from 0.003"),
    ] = None,
    rate_penalty: Annotated[
        float, typer.Option(help="weight of synaptic operations (share of the most) in the loss")
    ] = 0.0,
    eval_every: Annotated[int, typer.Option(help="steps between validations")] = 250,
    patience: Annotated[
        int, typer.Option(help="validations without a better one until it stops; 0: never")
    ] = 10,
    warmup_steps: Annotated[
        int, typer.Option(help="first steps, in which the learning rates rise")
    ] = 50,
    final_lr: Annotated[
        float, typer.Option(help="share of the learning rates that is left at the end")
    ] = 0.02,
    weight_decay: Annotated[float, typer.Option(help="of AdamW")] = 0.0,
    refit: Annotated[
        bool,
        typer.Option(
            "--refit", help="train on the validation sequences as well; keeps the last weights"
        ),
    ] = False,
    assignments: Assignments = None,
    config: Annotated[
        Path | None,
        typer.Option(
            help="TOML file with options and fields of --set; what is typed wins over it",
            is_eager=True,
            callback=read_config,
        ),
    ] = None,
    write_config: Annotated[
        Path | None,
        typer.Option(help="write every setting of this run as --config reads it; train nothing"),
    ] = None,
    recipe: Annotated[
        str | None,
        typer.Option(
            help=f"a whole training in stages: {', '.join(recipe_names())}, or a TOML file; the "
            "same command goes on",
            autocompletion=complete_recipe,
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="of weights, batches and dropout")] = 0,
    seeds: Annotated[
        int | None,
        typer.Option(
            min=2,
            help="train so many models, of --seed and those after it: OUT-seed-N, and "
            "OUT-seeds.json with mean and deviation; the same command goes on",
        ),
    ] = None,
    mixed_precision: Annotated[str, typer.Option(help="no, bf16, fp16")] = "no",
    device: Annotated[str, typer.Option(help="auto or cpu")] = "auto",
    resume: Annotated[bool, typer.Option("--resume", help="go on with an interrupted run")] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="replace the model at OUT")
    ] = False,
    log: Annotated[
        LogForm | None,
        typer.Option(
            help="loss, rates and validation figures, a row for each validation, in OUT.csv or in "
            "the folder OUT.tensorboard",
            show_default="no log",
        ),
    ] = None,
    dry_run: DryRun = False,
    json: Json = False,
    debug: Annotated[bool, typer.Option("--debug", help="show the traceback of an error")] = False,
    **reading: Unpack[ReadingOptions],
) -> None:
    """Train a model; keeps the weights of the best validation NDCG@10 (--set select_by=...).

    Ctrl-C saves the run; --resume goes on with it. Several processes or machines:
    torchrun --nproc-per-node 2 -m ssr_neuro.cli train ...
    """
    if recipe is not None:
        return run_recipe(context, recipe)
    from ssr_neuro.cli.train.seeds import train_and_show
    from ssr_neuro.library.beginning import begin_fresh, begin_from, kind_of

    reads = [*([start] if start else []), *(teacher or ())]
    trained = range(seed, seed + (seeds or 0))
    if write_config is None:
        check_places(out, trained, reads, log, resume=resume, overwrite=overwrite)
    else:
        output_file.check(write_config, overwrite=overwrite, inputs=reads, option="--write-config")
    extras.require("ssr train", "accelerate")
    from ssr_neuro.cli.train.precision import note_slow_products
    from ssr_neuro.library.training import prepare, train_prepared

    asked = {
        "model": model,
        "protocol": protocol,
        "positions": positions,
        "features": features,
        "time-steps": time_steps,
        "blocks": blocks,
        "ffn-ratio": ffn_ratio,
        "spectrum": spectrum,
    }
    assignments = assignments_of(context, config, partial(kind_of, model, start), assignments)
    begin = (
        begin_fresh(asked, assignments) if start is None else begin_from(start, asked, assignments)
    )
    refuse_twice(context, begin.chosen)
    options = {
        "epochs": epochs if epochs or max_steps or max_minutes else 20,
        "max_steps": max_steps,
        "max_minutes": max_minutes,
        "batch_size": batch_size,
        "eval_every": eval_every,
        "patience": patience or None,
        "seed": seed,
        "warmup_steps": warmup_steps,
        "final_lr": final_lr,
        "weight_decay": weight_decay,
        "mixed_precision": mixed_precision,
        "device": device,
        "rate_penalty": rate_penalty,
        "weight_bits": weight_bits,
        "refit": refit,
        **{k: v for k, v in (("lr", lr), ("table_lr", table_lr)) if v is not None},
    }
    preset = begin.chosen.preset.training
    options = {k: v for k, v in options.items() if k not in preset or is_given(context, k)}
    prepared = prepare(begin, options)
    if write_config is not None:
        write_config_of(context, prepared, write_config, overwrite=overwrite)
        return console.print(f"Settings  {write_config}", soft_wrap=True, markup=False)
    if dry_run:
        return show([(path, path.exists()) for path in outputs(out, trained, log)], json)
    first = os.environ.get("RANK", "0") == "0"  # of several processes, one talks
    if first:
        note_slow_products(prepared.settings.mixed_precision, prepared.settings.device)
    if seeds is not None:
        return train_and_show(
            prepared,
            data,
            out,
            seeds=trained,
            teacher=teacher or (),
            reading=reading,
            overwrite=overwrite,
            json=json,
        )
    result = train_prepared(
        prepared,
        data,
        out,
        teacher=teacher or (),
        reading=reading,
        resume=resume,
        log=log,
        progress=shows_progress(json),
        shows_reading=first and shows_progress(json),
    )
    if not first:
        return
    if json:
        print_json({"out": str(out), "steps": result.steps, "test": result.test})
    else:
        _show(result)
        if prepared.settings.refit:
            note(
                "the validation sequences trained this model: it cannot be chosen by them, and "
                "nothing that starts or learns from it can"
            )


def _show(result: "TrainResult") -> None:
    rows = [
        (name, format_whole(found["sequences"]), *cells)
        for name, found in (("validation", result.valid), ("test", result.test))
        if found
        for cells in accuracy_rows(found)
    ]
    table("Full ranking", ("", "sequences", *HEADS), rows, left=(0, 2))
    kept = "best" if result.valid else "kept"
    console.print(
        f"{result.steps:,} steps in {result.seconds:.0f} s, {kept} at {result.best_step:,}: "
        f"{result.path}",
        soft_wrap=True,
    )
