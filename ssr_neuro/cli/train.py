"""`ssr train`: from a data set to model.pt."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from ssr_neuro.cli.options import Core, Duplicates, Json, Protocol, Reader
from ssr_neuro.cli.output import console, print_json, table, whole
from ssr_neuro.errors import BadInput

if TYPE_CHECKING:
    from ssr_neuro.training import TrainResult


def train(
    data: Annotated[str, typer.Option(help="data set file, or 'generated'")] = "generated",
    model: Annotated[str, typer.Option(help="kind of model: ssr, ssr-ann")] = "ssr",
    out: Annotated[Path, typer.Option(help="where the model goes")] = Path("model.pt"),
    core: Core = "5-core",
    duplicates: Duplicates = "keep",
    reader: Reader = None,
    protocol: Protocol = "ratio",
    positions: Annotated[int, typer.Option(help="N, items of a sequence")] = 20,
    features: Annotated[int, typer.Option(help="D")] = 64,
    time_steps: Annotated[int, typer.Option(help="T, steps of a spike train")] = 4,
    blocks: Annotated[int, typer.Option(help="L")] = 2,
    ffn_ratio: Annotated[int, typer.Option(help="hidden width of the feed-forward over D")] = 4,
    epochs: int = 20,
    max_steps: Annotated[Optional[int], typer.Option(help="optimiser steps")] = None,  # noqa: UP045
    max_minutes: Annotated[Optional[float], typer.Option(help="wall clock")] = None,  # noqa: UP045
    batch_size: int = 256,
    lr: float = 3e-3,
    table_lr: Annotated[float, typer.Option(help="for the item table of SSR")] = 3e-2,
    eval_every: Annotated[int, typer.Option(help="steps between validations")] = 250,
    patience: Annotated[int, typer.Option(help="worse validations before stopping; 0 never")] = 10,
    warmup_steps: int = 50,
    final_lr: Annotated[
        float, typer.Option(help="share of the rates at the end of the cosine")
    ] = 0.02,
    weight_decay: float = 0.0,
    seed: int = 0,
    mixed_precision: Annotated[str, typer.Option(help="no, bf16, fp16")] = "no",
    device: Annotated[str, typer.Option(help="auto or cpu")] = "auto",
    resume: Annotated[bool, typer.Option("--resume", help="go on with an interrupted run")] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="replace the model at OUT")
    ] = False,
    json: Json = False,
    debug: Annotated[bool, typer.Option("--debug", help="show the traceback of an error")] = False,
) -> None:
    """Train a model; keeps the weights of the best validation NDCG@10.

    Ctrl-C saves the run; --resume goes on with it. Several processes or machines:
    torchrun --nproc-per-node 2 -m ssr_neuro.cli train ...
    """
    _keep_what_is_there(out, resume, overwrite)
    from ssr_neuro import data as data_sets
    from ssr_neuro.model import config_from_dict
    from ssr_neuro.settings import TrainSettings
    from ssr_neuro.training import train as run

    settings = TrainSettings(
        epochs=epochs, max_steps=max_steps, max_minutes=max_minutes, batch_size=batch_size, lr=lr,
        table_lr=table_lr, eval_every=eval_every, patience=patience or None, seed=seed,
        warmup_steps=warmup_steps, final_lr=final_lr, weight_decay=weight_decay,
        mixed_precision=mixed_precision, device=device,
    )  # fmt: skip
    shape: dict[str, Any] = {
        "positions": positions, "features": features, "blocks": blocks, "ffn_ratio": ffn_ratio,
    }  # fmt: skip
    if model == "ssr":
        shape["steps"] = time_steps
    first = os.environ.get("RANK", "0") == "0"  # of several processes, one talks
    dataset = data_sets.load(
        data, core=core, duplicates=duplicates, reader=reader, progress=first and not json
    )
    config = config_from_dict(model, {"items": dataset.n_items, **shape})
    split = data_sets.split(dataset, protocol=protocol, positions=positions)
    result = run(dataset, split, model, config, settings, out, resume=resume, progress=not json)
    if not first:
        return
    if json:
        print_json({"out": str(out), "steps": result.steps, "test": result.test.to_dict()})
    else:
        _show(result)


def _keep_what_is_there(out: Path, resume: bool, overwrite: bool) -> None:
    """Neither a finished model nor an interrupted run is replaced unasked."""
    state = out.with_name(f"{out.name}.state")
    going_on = resume and state.exists()
    if out.exists() and not (overwrite or going_on):
        raise BadInput(f"{out} exists; give another --out, or --overwrite to replace it")
    if state.exists() and not (resume or overwrite):
        raise BadInput(
            f"{state} holds an interrupted run; --resume goes on with it, --overwrite starts afresh"
        )


def _show(result: "TrainResult") -> None:
    rows = [
        (name, whole(found["sequences"]), *(f"{found[f'{m}@10']:.4f}" for m in METRICS))
        for name, found in (("validation", result.valid), ("test", result.test.to_dict()))
    ]
    table("Full ranking", ("", "sequences", *(f"{m.upper()}@10" for m in METRICS)), rows)
    console.print(
        f"{result.steps:,} steps in {result.seconds:.0f} s, best at {result.best_step:,}: "
        f"{result.path}",
        soft_wrap=True,
    )


METRICS = ("hr", "ndcg", "mrr")
