"""`ssr_neuro.recommender`: a bundle or a trained model as what recommends, to one user or all."""

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from ssr_neuro.errors import BadInput, Note, check_type
from ssr_neuro.library.files_read import path_of
from ssr_neuro.serving.place import Place
from ssr_neuro.serving.recommender import Recommender, check_top
from ssr_neuro.settings.reading import ReadingOptions

if TYPE_CHECKING:
    from ssr_neuro.data import Dataset
    from ssr_neuro.library.compiled import Compiled
    from ssr_neuro.library.dask_engine import DaskOptions
    from ssr_neuro.library.models import Model
    from ssr_neuro.serving.users import Answer, Histories


@dataclass(frozen=True)
class WrittenRankings:
    """users: who got recommendations. left_out: users without an item that the model knows.

    unknown: interactions with items that it does not know.
    """

    path: Path
    users: int
    left_out: int
    unknown: int


def recommender(
    source: "str | Path | Model | Compiled",
    *,
    simulator: str = "fast",
    items: str | Path | None = None,
) -> Recommender:
    """What ranks all items after a user's history, by the data's own item ids.

    source: a folder of ssr-compile, which is read without torch: a bundle recommends by its
    integers, what --target onnx wrote by its graph in onnxruntime, of which a file may be named,
    such as model.int8.onnx; a model.pt of any kind; or a model or bundle in memory. simulator: that
    runs a bundle. items: of a bundle, a folder of `PackedItems.save`, which is mapped into memory.
    Raises BadInput, Mismatch where a file of a folder has changed, and BackendFailed where
    onnxruntime is missing.
    """
    mapped = None if items is None else path_of(items, "a folder of PackedItems.save")
    if not isinstance(source, str | Path):
        _refuse_items(mapped, source)
        return _in_memory(source, simulator)
    own = _read(Path(source), simulator, mapped)
    own.place = Place.of(Path(source), simulator, mapped)
    return own


def _read(path: Path, simulator: str, items: Path | None) -> Recommender:
    from ssr_neuro.serving import onnx_folder

    if onnx_folder.is_onnx(path):
        _refuse_items(items, path)
        return onnx_folder.read(path)
    if path.is_dir():
        from ssr_neuro.serving import bundle

        return bundle.read(path, simulator, items)
    from ssr_neuro.library.models import load

    _refuse_items(items, path)
    return _in_memory(load(path), simulator)


def _refuse_items(items: Path | None, source: object) -> None:
    if items is not None:
        raise BadInput(f"items are mapped for the folder of a bundle, and {source} is none")


def recommend_users(
    own: Recommender,
    data: "str | Path | Dataset",
    out: str | Path,
    *,
    top: int = 10,
    hide_seen: bool = False,
    titles: Mapping[str, str] | Mapping[int, str] | None = None,
    overwrite: bool = False,
    progress: bool = False,
    dask: "DaskOptions | None" = None,
    **reading: Unpack[ReadingOptions],
) -> WrittenRankings:
    """The best items for every user of a data set, written to .parquet, .csv or .jsonl.

    Histories hold all that a user had, the newest last; the filter is "none" unless `core` says
    otherwise, so that no user is missing. Items that the model does not know are left out. titles:
    by item id, a whole number or a text, as `Recommender.recommend` takes them. dask: divide users,
    and with shards the items, among the workers of a cluster; the answers are the same. reading: as
    in `Reading`. Raises BadInput, and BackendFailed of a cluster.
    """
    from ssr_neuro.files import output_file
    from ssr_neuro.library.data import load_data
    from ssr_neuro.library.files_read import data_files
    from ssr_neuro.progress import task
    from ssr_neuro.serving import answers_file
    from ssr_neuro.serving.users import histories_of

    check_top(top)
    check_type(own, Recommender, "ranks no items", "what ssr_neuro.recommender returns")
    if dask is not None:
        _check_dask(dask)
    named = None if titles is None else _titles_by_id(titles)
    path = path_of(out, "the path of the file to write")
    inputs = data_files(data)
    answers_file.writer_of(path)
    output_file.check(path, overwrite=overwrite, inputs=inputs)
    if isinstance(data, str | Path):
        reading["core"] = reading.get("core") or "none"
    dataset = load_data(data, progress=progress, **reading)
    found = histories_of(own, dataset)
    columns = answers_file.Columns(own.item_ids, named, own.ranker.integers)
    users = len(found.user_ids)
    with (
        answers_file.create(path, columns, overwrite=overwrite, inputs=inputs) as writer,
        task("recommending", users, shown=progress) as work,
    ):
        for done, answer in enumerate(_ranked(own, found, top, hide_seen, dask), 1):
            writer.add(answer)
            if done % 256 == 0 or done == users:
                work.update(done, f"{done:,} of {users:,} users")
    if found.unknown:
        warnings.warn(
            f"{own.name} does not know the items of {found.unknown:,} of "
            f"{found.unknown + len(found.numbers):,} interactions, which histories are read "
            f"without; {found.left_out:,} users had no other and are left out.",
            Note,
            stacklevel=2,
        )
    return WrittenRankings(path, users, found.left_out, found.unknown)


def _check_dask(dask: "DaskOptions") -> None:
    from ssr_neuro.library.dask_engine import DaskOptions

    check_type(dask, DaskOptions, "says nothing of a cluster", "ssr_neuro.DaskOptions(...)")
    dask.check()


def _titles_by_id(titles: Mapping[str, str] | Mapping[int, str]) -> dict[str, str]:
    """Ids as the data spell them. Raises BadInput on anything but a mapping, such as a path."""
    check_type(titles, Mapping, "holds no titles", "a mapping from item id to title")
    return {str(item): title for item, title in titles.items()}


def _ranked(
    own: Recommender, found: "Histories", top: int, hide_seen: bool, dask: "DaskOptions | None"
) -> "Iterator[Answer]":
    """Here, or on a cluster."""
    from ssr_neuro.serving.users import rank_users

    if dask is None:
        yield from rank_users(own, found, top, hide_seen=hide_seen)
        return
    from ssr_neuro.library import dask_engine

    if own.place is None:
        raise BadInput(f"{own.name} is in memory alone; save it, and name the folder or file")
    with dask_engine.connect(dask) as client:
        yield from dask_engine.rank_users(
            client, own.place, found, top, hide_seen=hide_seen, shards=dask.shards
        )


def _in_memory(source: "Model | Compiled", simulator: str) -> Recommender:
    from ssr_neuro import registry
    from ssr_neuro.library.compiled import Compiled

    if isinstance(source, Compiled):
        from ssr_neuro.serving.ranker import IntegerRanker

        own = source.recommender
        if own is None:
            raise BadInput(f"{source.name} is a graph without items, so it recommends nothing")
        ranker = IntegerRanker(source.program, own.packed, registry.load(simulator))
        return Recommender(str(source.folder or source.name), ranker, own.items.ids)
    from ssr_neuro.library.models import Model
    from ssr_neuro.serving.model_ranker import ModelRanker

    wanted = "a model, a compiled network, or the path of a model.pt or of a folder of ssr-compile"
    check_type(source, Model, "recommends nothing", wanted)
    saved = source.checkpoint
    return Recommender(
        str(source.path), ModelRanker(saved.model(), saved.kind), tuple(map(str, saved.item_ids))
    )
