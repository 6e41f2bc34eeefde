"""`ssr train`: from a data set to model.pt."""

import os
from pathlib import Path
from typing import Unpack

import typer

from ssr_neuro import extras
from ssr_neuro.cli.dry_run import show
from ssr_neuro.cli.options import Data, DryRun, Json, reads_data
from ssr_neuro.cli.output import console, is_first_process
from ssr_neuro.cli.train import options as option
from ssr_neuro.cli.train.config_file import write_config as write_config_of
from ssr_neuro.cli.train.places import check_places, outputs
from ssr_neuro.cli.train.precision import note_slow_products
from ssr_neuro.cli.train.prepare import prepare_run
from ssr_neuro.cli.train.recipe import run_recipe
from ssr_neuro.cli.train.seeds import train_seeds_and_show
from ssr_neuro.cli.train.set_option import Assignments
from ssr_neuro.cli.train.single import train_one_and_show
from ssr_neuro.files import output_file
from ssr_neuro.library.files_read import training_files
from ssr_neuro.settings.reading import ReadingOptions


@reads_data
def train(
    context: typer.Context,
    data: Data = "generated",
    model: option.Model = None,
    out: option.Out = Path("model.pt"),
    start: option.Start = None,
    teacher: option.Teacher = None,
    weight_bits: option.WeightBits = None,
    protocol: option.Protocol = None,
    positions: option.Positions = None,
    features: option.Features = None,
    time_steps: option.TimeSteps = None,
    blocks: option.Blocks = None,
    ffn_ratio: option.FfnRatio = None,
    spectrum: option.Spectrum = None,
    epochs: option.Epochs = None,
    max_steps: option.MaxSteps = None,
    max_minutes: option.MaxMinutes = None,
    batch_size: int = 256,
    lr: option.Lr = None,
    table_lr: option.TableLr = None,
    rate_penalty: option.RatePenalty = 0.0,
    eval_every: option.EvalEvery = 250,
    patience: option.Patience = 10,
    warmup_steps: option.WarmupSteps = 50,
    final_lr: option.FinalLr = 0.02,
    weight_decay: option.WeightDecay = 0.0,
    refit: option.Refit = False,
    assignments: Assignments = None,
    config: option.Config = None,
    write_config: option.WriteConfig = None,
    recipe: option.Recipe = None,
    seed: option.Seed = 0,
    seeds: option.Seeds = None,
    mixed_precision: option.MixedPrecision = "no",
    device: option.Device = "auto",
    resume: option.Resume = False,
    overwrite: option.Overwrite = False,
    log: option.Log = None,
    dry_run: DryRun = False,
    json: Json = False,
    debug: option.Debug = False,
    **reading: Unpack[ReadingOptions],
) -> None:
    """Train a model; keeps the weights of the best validation NDCG@10 (--set select_by=...).

    Ctrl-C saves the run; --resume continues it. Several processes or machines:
    torchrun --nproc-per-node 2 -m ssr_neuro.cli train ...
    """
    # Asks Linux for huge pages for large tensors: a step takes a twentieth less. torch reads this
    # at its first tensor.
    os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")
    if recipe is not None:
        return run_recipe(context, recipe)
    reads = [*training_files(data, start, teacher or ()), *([config] if config else [])]
    trained = range(seed, seed + (seeds or 0))
    if write_config is None:
        check_places(out, trained, reads, log, resume=resume, overwrite=overwrite)
    else:
        output_file.check(write_config, overwrite=overwrite, inputs=reads, option="--write-config")
    extras.require("ssr train", "accelerate")
    # The options of a model's shape and of its training, which it finds in the context by name.
    prepared = prepare_run(context, start, config, assignments)
    if write_config is not None:
        write_config_of(context, prepared, write_config, reads, overwrite=overwrite)
        return console.print(f"Settings  {write_config}", soft_wrap=True, markup=False)
    if dry_run:
        return show([(path, path.exists()) for path in outputs(out, trained, log)], json)
    if is_first_process():
        note_slow_products(prepared.settings.mixed_precision, prepared.settings.device)
    if seeds is not None:
        return train_seeds_and_show(
            prepared,
            data,
            out,
            seeds=trained,
            teacher=teacher or (),
            reading=reading,
            overwrite=overwrite,
            json=json,
        )
    train_one_and_show(
        prepared,
        data,
        out,
        teacher=teacher or (),
        reading=reading,
        resume=resume,
        overwrite=overwrite,
        log=log,
        json=json,
    )
