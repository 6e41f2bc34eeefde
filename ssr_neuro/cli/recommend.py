"""`ssr recommend`: the best items after a history, or for every user of a data set."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Unpack

import typer

from ssr_neuro.cli.completion import complete_simulator
from ssr_neuro.cli.console import shows_progress
from ssr_neuro.cli.input_paths import DATA, PACKED, RECOMMENDS, TITLES, check_paths
from ssr_neuro.cli.options import DryRun, Json, Overwrite, reads_all_data
from ssr_neuro.cli.output import console, format_whole, print_json, table
from ssr_neuro.cli.table import printable
from ssr_neuro.errors import BadInput
from ssr_neuro.files import output_file
from ssr_neuro.settings.reading import ReadingOptions, refuse_without_data

if TYPE_CHECKING:
    from ssr_neuro.library.dask_engine import DaskOptions
    from ssr_neuro.serving.recommender import Recommended, Recommender


@reads_all_data
def recommend(
    model: Annotated[
        Path,
        typer.Argument(
            metavar="MODEL|BUNDLE",
            help="a model.pt of any kind, a folder made by ssr-compile, or a .onnx file in one",
            callback=check_paths(RECOMMENDS),
        ),
    ],
    history: Annotated[
        str | None,
        typer.Option(metavar="10,20,30", help="items of one user, oldest first, by the data's ids"),
    ] = None,
    times: Annotated[
        str | None,
        typer.Option(metavar="S,S,S", help="seconds of these items, for a model that reads times"),
    ] = None,
    users: Annotated[
        str | None,
        typer.Option(
            metavar="DATA",
            help="a data set file, or 'generated': recommend to every user of it, with --out",
            callback=check_paths(DATA),
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="of --users: .parquet, .csv or .jsonl, by its ending")
    ] = None,
    top: Annotated[int, typer.Option(min=1, help="how many items")] = 10,
    hide_seen: Annotated[
        bool, typer.Option("--hide-seen", help="leave out all items of the history")
    ] = False,
    titles: Annotated[
        Path | None,
        typer.Option(
            help="table with a header that names an id and a title", callback=check_paths(TITLES)
        ),
    ] = None,
    items: Annotated[
        Path | None,
        typer.Option(
            help="of a bundle: its items as `PackedItems.save` left them, mapped into memory",
            callback=check_paths(PACKED),
        ),
    ] = None,
    simulator: Annotated[
        str, typer.Option(help="that runs a bundle", autocompletion=complete_simulator)
    ] = "fast",
    engine: Annotated[
        Literal["local", "dask"], typer.Option(help="of --users: this process, or a Dask cluster")
    ] = "local",
    workers: Annotated[
        int | None, typer.Option(min=1, help="of dask: processes on this machine (default 2)")
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="of dask: a cluster that runs, in place of --workers"),
    ] = None,
    shards: Annotated[
        int | None, typer.Option(min=1, help="of dask: parts of a bundle's items (default 1)")
    ] = None,
    overwrite: Overwrite = False,
    dry_run: DryRun = False,
    json: Json = False,
    **reading: Unpack[ReadingOptions],
) -> None:
    """The items that rank first after a history, with their scores.

    A bundle ranks by its integers, exactly, and needs no torch; a score is then a whole number in
    units of the readout. What --target onnx wrote runs in onnxruntime, without torch. Of equal
    scores the item that comes first in the data is first. As in training, the last N items are
    read. Items that the model does not know are left out, with a note.
    """
    dask = _dask_options(engine, workers, scheduler, shards)
    if (history is None) == (users is None):
        raise BadInput("give either --history 10,20,30 for one user, or --users DATA with --out")
    from ssr_neuro.library.recommending import recommend_users, recommender
    from ssr_neuro.serving.titles import read_titles

    if history is not None:
        _refuse_with_history(out, overwrite=overwrite, dry_run=dry_run, dask=dask is not None)
        refuse_without_data("--users", **reading)
        seconds = None if times is None else _whole_numbers(times)
        own = recommender(model, simulator=simulator, items=items)
        given = [item.strip() for item in history.split(",") if item.strip()]
        found = own.recommend(given, top, hide_seen=hide_seen, times=seconds)
        _show(own, given, found, read_titles(titles) if titles else None, json)
        return
    place = _place_of_users(out, times)
    reads = [p for p in (model, titles, Path(users or "")) if p is not None]
    if dry_run:
        from ssr_neuro.cli.dry_run import show_file

        return show_file(place, overwrite, reads, json)
    output_file.check(place, overwrite=overwrite, inputs=reads)
    done = recommend_users(
        recommender(model, simulator=simulator, items=items),
        users or "",
        place,
        top=top,
        hide_seen=hide_seen,
        titles=read_titles(titles) if titles else None,
        overwrite=overwrite,
        progress=shows_progress(json),
        dask=dask,
        **reading,
    )
    if json:
        print_json({**asdict(done), "path": str(done.path)})
    else:
        text = f"the best {top} for {format_whole(done.users)} users: {done.path}"
        console.print(text, soft_wrap=True, markup=False)


def _dask_options(
    engine: str, workers: int | None, scheduler: str | None, shards: int | None
) -> "DaskOptions | None":
    given = {"workers": workers, "scheduler": scheduler, "shards": shards}
    asked = {name: value for name, value in given.items() if value is not None}
    if engine == "dask":
        from ssr_neuro.library.dask_engine import DaskOptions

        if scheduler is not None and workers is not None:
            raise BadInput("--workers starts a cluster, and --scheduler names one; give one")
        return DaskOptions(**asked)  # type: ignore[arg-type]
    if asked:
        named = ", ".join(f"--{name}" for name in asked)
        raise BadInput(f"{named} has no meaning without --engine dask; give it, or leave it out")
    return None


def _refuse_with_history(out: Path | None, *, overwrite: bool, dry_run: bool, dask: bool) -> None:
    given = {
        "--out": out is not None,
        "--overwrite": overwrite,
        "--dry-run": dry_run,
        "--engine dask": dask,
    }
    if named := [option for option, there in given.items() if there]:
        raise BadInput(f"{', '.join(named)} is for --users; --history prints what it finds")


def _place_of_users(out: Path | None, times: str | None) -> Path:
    if times is not None:
        raise BadInput("--times is for --history; with --users the data have them")
    if out is None:
        raise BadInput("--users needs --out, such as top.parquet, top.csv or top.jsonl")
    from ssr_neuro.serving.answers_file import writer_of

    writer_of(out)
    return out


def _whole_numbers(text: str) -> list[int]:
    words = [word.strip() for word in text.split(",")]
    try:
        return [int(word) for word in words]
    except ValueError as error:
        raise BadInput(f"--times {text!r}: give whole seconds, one for each item") from error


def _show(
    own: "Recommender",
    history: list[str],
    found: "tuple[Recommended, ...]",
    titles: Mapping[str, str] | None,
    json: bool,
) -> None:
    heads = ("rank", "item", *(("title",) if titles is not None else ()), "score")
    rows = [_row(rank, one, titles) for rank, one in enumerate(found, 1)]
    if json:
        items = [dict(zip(heads, row, strict=True)) for row in rows]
        print_json({"model": own.name, "kind": own.kind, "history": history, "items": items})
        return
    shown = [(*row[:-1], _score(row[-1])) for row in rows]
    known = int((own.catalogue.look_up(history) > 0).sum())
    read, kind = min(known, own.positions), "known items" if known < len(history) else "items"
    text = f"{own.name}: next after the last {read} of {known} {kind}"
    console.print(printable(text), soft_wrap=True, markup=False)
    table("", heads, shown, left=range(1, len(heads) - 1), name=1)


def _row(rank: int, one: "Recommended", titles: Mapping[str, str] | None) -> tuple[Any, ...]:
    title = () if titles is None else (titles.get(one.item, ""),)
    return (rank, one.item, *title, one.score)


def _score(score: float) -> str:
    return f"{score:,}" if isinstance(score, int) else f"{score:.4f}"
